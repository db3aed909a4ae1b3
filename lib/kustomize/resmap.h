#ifndef POUNDLOCK_KUSTOMIZE_RESMAP_H
#define POUNDLOCK_KUSTOMIZE_RESMAP_H

#include "kustomize/resource.h"

/*
 * Resources in their order, indexed by every name they have or had, so that
 * nothing has to be looked for by going through all of them.  Resources belong
 * to the build; a map only points to them.
 */
struct resmap {
	struct resource **list;
	size_t n, cap;
	struct resmap_entry *entries; /* of the index, chained by hash */
	size_t n_entries, cap_entries;
	size_t *heads; /* 1 + first entry */
	size_t *tails; /* 1 + last entry */
	size_t size;
	size_t indexed; /* how many of the list the index has */
};

struct resmap_entry {
	const char *name;
	size_t at;   /* in list */
	size_t next; /* 1 + the next entry of the same hash, in list order */
};

void resmap_release(struct resmap *m);

/* Forget the index: names have changed, or the list has. */
void resmap_touch(struct resmap *m);

/*
 * Append a resource.  Returns the one that has the same current id already,
 * and appends nothing then, or NULL.
 */
struct resource *resmap_add(struct resmap *m, struct resource *r);

/* Take resources that were dropped out of the list. */
void resmap_sweep(struct resmap *m);

/* Two resources with the same current id, or false. */
bool resmap_conflict(
    struct resmap *m, struct resource **a, struct resource **b);

/*
 * Go through the resources that have or had this interned name, or for NULL
 * through all, in their order; each comes once.
 *
 *	struct resmap_walk w = resmap_named(m, name);
 *	while ((r = resmap_next(&w)))
 */
struct resmap_walk {
	struct resmap *m;
	const char *name;
	size_t entry, last; /* 1 + the next entry, or resource of all */
};
struct resmap_walk resmap_named(struct resmap *m, const char *name);
struct resource *resmap_next(struct resmap_walk *w);

/*
 * How many resources have or had this id; the first two of them are in found.
 */
size_t resmap_find(
    struct resmap *m, const struct id *id, struct resource *found[2]);

#endif
