#ifndef POUNDLOCK_READY_H
#define POUNDLOCK_READY_H

#include "buf.h"
#include "graph/chain.h"

/*
 * Whether the dependencies of a stage are ready by the dependsOn[].readyExpr of
 * its spec, at a time when they are healthy: the expression adds to that, where
 * Flux takes it in place of its own check.
 *
 * Its variables are Kustomizations as the chain knows them, with their labels
 * and annotations, and with the timeout that Flux would take.  self is one that
 * Flux has not seen yet: generation 1, status.observedGeneration -1.  dep has
 * the status that Flux would have given it: observedGeneration 1, the condition
 * Ready, and Healthy where it waits for anything, and the revision of its
 * source as lastAppliedRevision and lastAttemptedRevision where that is known.
 */

/*
 * name is of a stage, as for chain_find.  Returns 1 if all are ready; 0, and in
 * why which one is not and by which expression, if one is not or its expression
 * can't be evaluated; -1, and why, for an expression that does not compile and
 * a stage that there isn't.  Where dependencies are not in the chain, and so
 * not asked for, notice says so.
 */
int ready_check(const struct chain *c, const char *name, struct buf *notice,
    struct buf *why);

#endif
