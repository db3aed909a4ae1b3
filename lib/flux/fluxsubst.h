#ifndef POUNDLOCK_FLUXSUBST_H
#define POUNDLOCK_FLUXSUBST_H

#include <jv.h>

#include "buf.h"
#include "flux/flux.h"

/*
 * The variables of spec.postBuild: those of substituteFrom, in its order, then
 * those of substitute.  values, an array, holds the ConfigMaps and Secrets that
 * there are; one without a namespace is for every stage.  Invalid, with a
 * message in err and the field that it is about as a JSON pointer, when one is
 * missing that is not optional, or a name is none.
 */
jv flux_variables(const struct flux *f, const jv *values, struct buf *pointer,
    struct buf *err);

/*
 * spec.postBuild on one object of a build: its YAML with the variables put in,
 * read again, so that a value may become a number or a whole tree.  Objects
 * labelled or annotated kustomize.toolkit.fluxcd.io/substitute: disabled stay
 * as they are, and all do where there are no variables, unless the strategy is
 * Always.  Consumes the object; invalid, with a message that names the object
 * and the field in err, and the JSON pointer of the field, when it can't be
 * done.
 */
jv flux_substitute(const struct flux *f, const jv *vars, jv object,
    struct buf *pointer, struct buf *err);

#endif
