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
	const char *at;	  /* JSON pointer, from w, of its text or its path */
	struct resources merges;
	jv operations; /* invalid: it is no JSON patch */
	bool name_change, kind_change;
};

/*
 * Append a message that names the patch's file, if it has one; returns -1.  The
 * second one is about a line of its text, from 1, and the object r, the third
 * one about one of the patches themselves.
 */
int patch_fail(const struct patch *p, const char *what);
int patch_fail_at(const struct patch *p, int line, const struct resource *r,
    const struct fault *fault);
int patch_fail_self(
    const struct patch *p, const struct resource *patch, const char *what);

/*
 * The line of what a JSON pointer leads to in the text, in the document that
 * begins in a line.
 */
int patch_line(const struct patch *p, int line, const char *pointer);

/* Its labels and annotations become texts, so that none deletes another. */
void patch_flatten(struct patch *p);

/*
 * Merge all of p->merges into the objects of their ids, or without a target
 * (NULL) its only one into all that the target selects.  These keep name, kind
 * and namespace unless the patch may change them.
 */
int patch_merge(struct patch *p, struct resmap *m, const jv *target);

#endif
