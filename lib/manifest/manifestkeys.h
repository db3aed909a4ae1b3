#ifndef POUNDLOCK_MANIFESTKEYS_H
#define POUNDLOCK_MANIFESTKEYS_H

#include <stddef.h>

#include <jv.h>

/*
 * The members of objects that are being written, those of the innermost one
 * last: a stack that grows.
 */
struct members {
	struct member *list;
	size_t n, cap;
};

struct member {
	jv key, value;
	const char *name; /* text of the key */
	size_t len;
};

/*
 * Push all members of an object in go-yaml v2's natural order: runs of digits
 * by their number, other characters before letters, letters by code point.
 */
void members_push(struct members *m, const jv *object);

/* Free all members from the n-th on. */
void members_pop(struct members *m, size_t n);

#endif
