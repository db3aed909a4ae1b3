#ifndef POUNDLOCK_KUSTOMIZE_STEPS_H
#define POUNDLOCK_KUSTOMIZE_STEPS_H

#include "kustomize/kustomization.h"

/*
 * The fields of a kustomization that generate and transform, in the order in
 * which kustomize takes them, whatever the order in the file.
 */
int steps_generate(struct build *b, struct accumulator *a,
    const struct kustomization *k, const char *path);
int steps_transform(struct build *b, struct accumulator *a,
    const struct kustomization *k, const char *path);

#endif
