#ifndef POUNDLOCK_KUSTOMIZE_JSONPATCH_H
#define POUNDLOCK_KUSTOMIZE_JSONPATCH_H

#include <jv.h>

#include "kustomize/fault.h"

/*
 * JSON Patch (RFC 6902), with what evanphx/json-patch adds, which kustomize
 * uses: an index may count from the end (-1), and a value may be missing
 * (null).
 */

/*
 * A list of operations with known names and paths, else -1 with what in the
 * patch is wrong.
 */
int jsonpatch_check(const jv *patch, struct fault *fault);

/* Nodes that one patch may put somewhere, copies counted as well. */
#define JSONPATCH_ROOM 1000000

/*
 * Apply a checked patch to *document in place.  What it makes is nested no
 * deeper than JSON_DEPTH.  Returns -1 with what is wrong with which field of
 * the document, *document then being changed up to there, and where that is not
 * NULL which operation of the patch it is about, from 0.
 */
int jsonpatch_apply(
    jv *document, const jv *patch, int *operation, struct fault *fault);

/* Put a value (consumed) where a pointer leads to something, else nowhere. */
void jsonpatch_replace(jv *document, const char *pointer, jv value);

#endif
