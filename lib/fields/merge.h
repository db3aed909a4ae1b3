#ifndef POUNDLOCK_MERGE_H
#define POUNDLOCK_MERGE_H

#include <stdbool.h>

#include <jv.h>

/*
 * Which elements of two lists belong together.  The server knows it from its
 * schema; here it is told from the lists themselves: the first set of merge
 * keys of Kubernetes that every element of both has, and has to itself.
 */

/* For each element of to the index of its match in from, or -1. */
struct merge {
	bool keyed;	/* matched by a merge key, not by position */
	bool reordered; /* matches do not come in the same order */
	int n_from, n_to;
	int *match;   /* n_to of them */
	bool *wanted; /* n_from of them: matched by an element of to */
};

void merge_match(struct merge *m, const jv *from, const jv *to);
void merge_release(struct merge *m);

/* An element's value of its merge key, as "a" or "80/TCP"; NULL-terminated,
 * freed by the caller; NULL if it has none. */
char *merge_label(const jv *element);

#endif
