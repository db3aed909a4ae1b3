#ifndef POUNDLOCK_FLUXFIELDS_H
#define POUNDLOCK_FLUXFIELDS_H

#include <stdbool.h>

#include <jv.h>

#include "buf.h"
#include "flux/flux.h"

/*
 * Hold a whole Flux Kustomization, without nulls, against the fields that there
 * are.  beta allows those that v1 no longer has.  Returns 0, or -1 with "FIELD:
 * WHAT" in err and the JSON pointer of the field, or of the parent of a missing
 * one, in pointer.  A field that is right but more than we can do is noted in
 * refusal.
 */
int flux_check(const jv *object, bool beta, struct flux_refusal *refusal,
    struct buf *pointer, struct buf *err);

#endif
