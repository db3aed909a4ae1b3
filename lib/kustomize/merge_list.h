#ifndef POUNDLOCK_KUSTOMIZE_MERGE_LIST_H
#define POUNDLOCK_KUSTOMIZE_MERGE_LIST_H

#include <stdbool.h>

#include <jv.h>

/*
 * What a strategic merge does to lists whose elements have keys.  Elements are
 * matched by the text of their key fields; a list of scalars has the one key
 * "", and an element's text is its value.
 */

#define MERGE_KEYS 4

/* Elements of both lists; each is looked for among all others. */
#define MERGE_ELEMENTS 5000

struct merge_keys {
	int n;
	char k[MERGE_KEYS][64];
};

/* Values of the keys, in their order; "" where an element has none. */
struct merge_tuple {
	int n;
	char *v[MERGE_KEYS];
};

struct merge_tuples {
	struct merge_tuple *list;
	size_t n, cap;
};

/* Take "a b" apart; "" gives the one key "". */
void merge_keys_parse(const char *text, struct merge_keys *keys);

void merge_tuple_release(struct merge_tuple *t);
void merge_tuples_release(struct merge_tuples *t);

/* Add the values of every element, those aside that are there already. */
void merge_tuples_add(
    struct merge_tuples *t, const jv *list, const struct merge_keys *keys);

/*
 * Each element has a value, one of its own, for the keys that any has: nothing
 * is to be put in order.
 */
bool merge_list_is_keyed(const jv *list, const struct merge_keys *keys);

/* Fill in what one tuple leaves open and another, equal otherwise, names. */
void merge_tuples_unite(struct merge_tuples *t);

/* The keys for which any tuple has a value; all of them when none has. */
void merge_keys_used(const struct merge_keys *keys,
    const struct merge_tuples *t, struct merge_keys *used);

/* A tuple cut down to what used has of keys; values are borrowed. */
void merge_tuple_cut(const struct merge_tuple *t, const struct merge_keys *keys,
    const struct merge_keys *used, struct merge_tuple *cut);

/* The first element that has these values, -1 for none. */
int merge_list_find(const jv *list, const struct merge_keys *keys,
    const struct merge_tuple *values);

/*
 * Put an element in the place of all that have these values, or behind the
 * list where there is none; an invalid element removes them.  Empty elements
 * vanish on the way.  Consumes list and element.
 */
jv merge_list_put(jv list, jv element, const struct merge_keys *keys,
    const struct merge_tuple *values);

/* Put all elements of a second list into the first one; consumes both. */
jv merge_list_append(jv list, jv more, const struct merge_keys *keys);

#endif
