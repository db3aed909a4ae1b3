#ifndef POUNDLOCK_CONDITIONS_H
#define POUNDLOCK_CONDITIONS_H

#include <stdbool.h>

#include <jv.h>

/*
 * status.conditions of an object.  The strings of a condition are never NULL,
 * and live as long as the list.
 */
struct condition {
	const char *type, *status, *reason, *message;
};

/*
 * The list (owned, an array; empty when there is none).  Invalid when status,
 * the list, a condition or one of the four fields is of a wrong type; null
 * counts as absent everywhere.
 */
jv conditions_of(const jv *object);

/* The i-th of such a list; false behind the last one. */
bool condition_at(const jv *conditions, int i, struct condition *c);

/* The first of that type and, unless NULL, that status; false if none. */
bool condition_find(const jv *conditions, const char *type, const char *status,
    struct condition *c);

#endif
