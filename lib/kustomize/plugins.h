#ifndef POUNDLOCK_KUSTOMIZE_PLUGINS_H
#define POUNDLOCK_KUSTOMIZE_PLUGINS_H

#include "kustomize/accumulate.h"
#include "kustomize/origin.h"

/*
 * The built-in generators and transformers as objects of their own: in files
 * or in the kustomization itself.
 */

/* Run those of one field: generators, transformers or validators. */
int plugins_run(struct build *b, struct accumulator *a,
    const struct kustomization *k, const char *path, const char *field);

#endif
