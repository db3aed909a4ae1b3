#ifndef POUNDLOCK_SELECTOR_H
#define POUNDLOCK_SELECTOR_H

#include <stdbool.h>

#include <jv.h>

/*
 * How FieldsV1 (see managed.h) names the elements of a list.
 */

/* One k: or v: key of a FieldsV1 node. */
struct selector {
	bool is_value;
	jv value; /* of v:, or the object of k: */
	jv node;
	bool used;
};

struct selectors {
	struct selector *s;
	int n;
	bool strange; /* there is a key that is neither */
};

void selectors_read(struct selectors *all, const jv *fields);
void selectors_release(struct selectors *all);

/*
 * The first unused selector that means an element of a desired list, marked as
 * used; NULL if there is none.
 */
struct selector *selectors_take(struct selectors *all, const jv *element);

/*
 * The element of a list (a desired one, or a live one) that a selector means,
 * owned, and its index; invalid and -1 if there is none.
 */
jv selector_find(
    const struct selector *s, const jv *list, bool desired, int *at);

#endif
