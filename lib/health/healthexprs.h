#ifndef POUNDLOCK_HEALTHEXPRS_H
#define POUNDLOCK_HEALTHEXPRS_H

#include <stdbool.h>

#include <jv.h>

#include "buf.h"
#include "health/health.h"

/*
 * When an object is healthy by a stage's spec.healthCheckExprs, as Flux judges
 * it (github.com/fluxcd/pkg runtime/cel, status_evaluator.go).  An entry is for
 * all objects of its group and kind, whatever their version; one without a
 * kind for the whole group, where no other names the kind.  Jobs are judged by
 * Flux's rule for Jobs all the same.
 *
 * For such an object these alone count, the first that matches:
 *   1. status.observedGeneration and metadata.generation are integers and
 *      differ: in progress
 *   2. inProgress, failed and current, in this order: the first one that is
 *      true says what it is
 *   3. in progress
 * An expression that can't be evaluated makes the status unknown: the object
 * may still get the field that is missing.  Why it can't is not said of a
 * Secret, since what is wrong may be what it holds.
 */
struct health_exprs;

/*
 * Compile a list of entries.  NULL, and in err which one is wrong and why, if
 * one does not compile or two are for the same kind.
 */
struct health_exprs *health_exprs_new(const jv *list, struct buf *err);
void health_exprs_free(struct health_exprs *e);

/* Whether an entry is for this object. */
bool health_exprs_cover(const struct health_exprs *e, const jv *object);

/* Judge an object; false, and out untouched, where no entry is for it. */
bool health_exprs_judge(
    const struct health_exprs *e, const jv *object, struct health *out);

#endif
