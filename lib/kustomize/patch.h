#ifndef POUNDLOCK_KUSTOMIZE_PATCH_H
#define POUNDLOCK_KUSTOMIZE_PATCH_H

#include "kustomize/build.h"
#include "kustomize/read.h"

/* One patch of a kustomization, while it is read and applied. */

/* A patch's text, where it came from, and what it turned out to be. */
struct patch {
	const struct where *w;
	struct buf text;
	const char *path; /* of its file, NULL: inline */
	struct resources merges;
	jv operations; /* invalid: it is no JSON patch */
	bool name_change, kind_change;
};

/* Append a message that names the patch's file, if it has one; returns -1. */
int patch_fail(const struct patch *p, const char *what);
int patch_fail_at(
    const struct patch *p, const struct resource *r, const char *what);

/* Its labels and annotations become texts, so that none deletes another. */
void patch_flatten(struct patch *p);

/*
 * Merge all of p->merges into the objects of their ids, or without a target
 * (NULL) its only one into all that the target selects.  These keep name, kind
 * and namespace unless the patch may change them.
 */
int patch_merge(struct patch *p, struct resmap *m, const jv *target);

#endif
