#ifndef POUNDLOCK_KUSTOMIZE_JSONPATCH_H
#define POUNDLOCK_KUSTOMIZE_JSONPATCH_H

#include <jv.h>

#include "buf.h"

/*
 * JSON Patch (RFC 6902), with what evanphx/json-patch adds, which kustomize
 * uses: an index may count from the end (-1), and a value may be missing
 * (null).
 */

/*
 * A list of operations with known names and paths, else -1, a message, and
 * where that is not NULL, what in the patch it is about as a JSON pointer.
 */
int jsonpatch_check(const jv *patch, struct buf *pointer, struct buf *err);

/* Nodes that one patch may put somewhere, copies counted as well. */
#define JSONPATCH_ROOM 1000000

/*
 * Apply a checked patch to *document in place.  What it makes is nested no
 * deeper than JSON_DEPTH.  Returns -1 with a message and a pointer as above,
 * *document then being changed up to there.
 */
int jsonpatch_apply(
    jv *document, const jv *patch, struct buf *pointer, struct buf *err);

/* Put a value (consumed) where a pointer leads to something, else nowhere. */
void jsonpatch_replace(jv *document, const char *pointer, jv value);

#endif
