#ifndef POUNDLOCK_KUSTOMIZE_FIELDPLAN_H
#define POUNDLOCK_KUSTOMIZE_FIELDPLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "kustomize/fieldspec.h"

/*
 * Which specs of a list hold for an object, and which of their paths lead
 * somewhere in it.  The first depends on its group, version and kind alone, so
 * it is found out once for each kind that comes by.  The second is one walk
 * that all paths share, without touching anything: most of them lead nowhere,
 * most begin alike, and to take an object apart on the way costs far more.
 */
struct fieldplan {
	const struct fieldspecs *specs;
	bool makes; /* fields that are missing, where specs say so */
	struct fieldpaths *kinds;
	size_t n, cap;
};

/* The specs for one kind, in the order of the list. */
struct fieldpaths {
	const char *group, *version, *kind; /* interned */
	struct fieldpath *list;
	size_t n, cap;
	struct fieldnode *nodes; /* the tree of their paths, its root first */
	size_t n_nodes, cap_nodes;
	size_t *ends; /* where in the tree each path ends */
	bool nested;  /* one path leads through another one's field */
	bool retypes; /* one may lead to what says of which kind an object is */
};

/*
 * The paths for an object with this id; their leads is set for the object.
 * Valid until the next call and until the list of specs changes.
 */
const struct fieldpaths *fieldplan_look(
    struct fieldplan *plan, const struct id *id, const jv *object);

void fieldplan_release(struct fieldplan *plan);

#endif
