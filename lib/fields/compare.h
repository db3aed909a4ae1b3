#ifndef POUNDLOCK_COMPARE_H
#define POUNDLOCK_COMPARE_H

#include <stdbool.h>

#include <jv.h>

/*
 * Comparing objects field by field, as the API server understands them:
 * quantities by what is stored for them, lists by their merge keys.
 */

/* Where a value stands, as far as its meaning depends on it. */
struct place {
	const char *key;    /* its own key, or its list's; "" at the top */
	const char *parent; /* the key above that */
	bool builtin;	    /* in an object of a built-in kind: custom ones
			       have no quantities */
};

/* The place of a member of what stands at p. */
struct place place_under(const struct place *p, const char *key);

/* Equal to the server: by value, or as quantities where they are some. */
bool compare_scalar(const jv *want, const jv *have, const struct place *p);

enum compare_flags {
	COMPARE_SUBSET = 1,  /* only what to has: from is live, to desired */
	COMPARE_CONTENT = 2, /* of metadata only labels, annotations,
				ownerReferences and finalizers; no status */
};

/*
 * The differences of two objects: an array of {path, from, to} in the order of
 * the fields.  path is a JSON pointer; it counts the elements of a list as to
 * has them, or as from does for an element that to lacks.  from is left out for
 * what is added, to for what is removed.  Elements of a list are matched by
 * their merge key where they have one (name; port and protocol; ...), else by
 * position; a list of scalars, or one that was reordered, differs as a whole.
 */
jv compare_objects(const jv *from, const jv *to, unsigned flags);

/*
 * What live would become if desired were merged into it: desired's fields over
 * live's, lists element by element where they have merge keys, replaced where
 * they have none.  Consumes live.
 */
jv compare_overlay(jv live, const jv *desired);

/* Remove what a pointer leads to, if anything; consumes v. */
jv compare_remove(jv v, const char *pointer);

/*
 * In the fields of a Secret, and in nothing else: from and to of its data
 * become "***".  Consumes and returns fields.
 */
jv compare_mask_fields(const jv *object, jv fields);

/*
 * Two states of a Secret (either may be invalid) with each value of data and
 * stringData as "***", or as "*** (before)" and "*** (after)" where they
 * differ.  Other kinds are left alone.
 */
void compare_mask_objects(jv *from, jv *to);

/*
 * A pointer as people write fields: "spec.template.spec.containers[app].image".
 * The object tells the names of the elements; consumes nothing.
 */
struct buf;
void compare_path_text(const jv *object, const char *pointer, struct buf *out);

#endif
