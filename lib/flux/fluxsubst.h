#ifndef POUNDLOCK_FLUXSUBST_H
#define POUNDLOCK_FLUXSUBST_H

#include <jv.h>

#include "buf.h"
#include "flux/flux.h"

/*
 * spec.postBuild on one object of a build: its YAML with the variables put in,
 * read again, so that a value may become a number or a whole tree.  Objects
 * labelled or annotated kustomize.toolkit.fluxcd.io/substitute: disabled stay
 * as they are, and all do where there are no variables, unless the strategy is
 * Always.  Consumes the object; invalid, with a message that names the object
 * in err, when it can't be done.
 */
jv flux_substitute(const struct flux *f, jv object, struct buf *err);

#endif
