#ifndef POUNDLOCK_KUSTOMIZE_FIELDPLAN_H
#define POUNDLOCK_KUSTOMIZE_FIELDPLAN_H

#include <stddef.h>

#include "kustomize/fieldspec.h"

/*
 * Which specs of a list hold for an object.  That depends on its group, version
 * and kind alone, so it is found out once for each kind that comes by, however
 * many objects there are of it.
 */
struct fieldplan {
	const struct fieldspecs *specs;
	struct fieldpaths *kinds;
	size_t n, cap;
};

/* The specs for one kind, in the order of the list. */
struct fieldpaths {
	const char *group, *version, *kind; /* interned */
	struct fieldpath *list;
	size_t n, cap;
};

/* Valid until the next call and until the list of specs changes. */
const struct fieldpaths *fieldplan_for(
    struct fieldplan *plan, const struct id *id);

void fieldplan_release(struct fieldplan *plan);

#endif
