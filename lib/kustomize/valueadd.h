#ifndef POUNDLOCK_KUSTOMIZE_VALUEADD_H
#define POUNDLOCK_KUSTOMIZE_VALUEADD_H

#include "kustomize/build.h"

/*
 * ValueAddTransformer: one value, by default the name of the directory, into
 * fields of chosen objects, whole or as one part of a file's path.
 */
int transform_value_add(
    const struct where *w, struct resmap *m, const jv *config);

#endif
