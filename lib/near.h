#ifndef POUNDLOCK_NEAR_H
#define POUNDLOCK_NEAR_H

#include <stddef.h>

#include "buf.h"

/*
 * Which known name was probably meant by one that is not known: for messages
 * about fields.
 *
 *	struct near near;
 *
 *	near_start(&near, "resource");
 *	near_try(&near, "resources");	(each name that would be right)
 *	near_say(&near, &err);		"unknown field, maybe resources"
 */
struct near {
	const char *name;
	const char *found; /* NULL: none is close */
	size_t least;	   /* letters to change; what is found has fewer */
};

void near_start(struct near *n, const char *name);

/* The candidate is kept as it is: it must outlive the use of found. */
void near_try(struct near *n, const char *candidate);

/* Append "unknown field", and what was probably meant. */
void near_say(const struct near *n, struct buf *out);

#endif
