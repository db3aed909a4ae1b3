#ifndef POUNDLOCK_MEM_H
#define POUNDLOCK_MEM_H

#include <stddef.h>

/*
 * Allocation that can't fail: out of memory ends the process with one line on
 * standard error and exit status 1.  What is returned is freed with free(3).
 */

void *mem_alloc(size_t size);
void *mem_zero(size_t n, size_t size);

/* Resize to n elements of size bytes; the product is checked for overflow. */
void *mem_resize(void *p, size_t n, size_t size);

/*
 * Make room for one element more in an array of n elements that has space for
 * *cap of them, doubling it when it is full.  Returns the array.
 */
void *mem_grow(void *p, size_t n, size_t *cap, size_t size);

char *mem_strdup(const char *s);
char *mem_strndup(const char *s, size_t n);

/* Make libjq end the process as these functions do, rather than abort. */
void mem_init(void);

#endif
