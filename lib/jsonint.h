#ifndef POUNDLOCK_JSONINT_H
#define POUNDLOCK_JSONINT_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

/*
 * How the integers that a double can't hold are kept (see json.h, which has
 * what others need): for json.c and jsonread.c alone.
 */

/* Whether there has been one in this process. */
bool jsonint_any(void);

/* The number at a place of the list, from 1; invalid if there is none. */
jv jsonint_at(size_t place);

/* Its place; 0 for any other value. */
size_t jsonint_place(const jv *v);

/* What json_equal is where there may be such numbers in the values. */
bool jsonint_equal(const jv *a, const jv *b);

#endif
