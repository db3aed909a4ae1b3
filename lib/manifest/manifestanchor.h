#ifndef POUNDLOCK_MANIFESTANCHOR_H
#define POUNDLOCK_MANIFESTANCHOR_H

#include <stddef.h>

#include <jv.h>

#include "manifest/manifestnotes.h"

/* What an anchor names, once its node has ended. */
struct manifest_anchor {
	jv value;
	size_t nodes; /* of it, aliases expanded */
	int height;   /* levels of containers */
	struct manifest_noted noted;
};

/* Those of one document so far. */
struct manifest_anchors {
	jv names; /* object: anchor -> index into list */
	struct manifest_anchor *list;
	size_t n, cap;
};

/* Begin with none, or forget all. */
void manifest_anchors_init(struct manifest_anchors *anchors);
void manifest_anchors_clear(struct manifest_anchors *anchors);
void manifest_anchors_release(struct manifest_anchors *anchors);

/* Takes over the anchor's value; a name may be used again. */
void manifest_anchors_set(struct manifest_anchors *anchors, const char *name,
    const struct manifest_anchor *anchor);

/* NULL if there is none of that name; else valid until the next is set. */
const struct manifest_anchor *manifest_anchors_find(
    const struct manifest_anchors *anchors, const char *name);

#endif
