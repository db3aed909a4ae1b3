#ifndef POUNDLOCK_KUSTOMIZE_EMBEDDED_H
#define POUNDLOCK_KUSTOMIZE_EMBEDDED_H

#include "kustomize/path.h"

/*
 * A path may go on inside a string that is JSON or YAML itself, such as a
 * file in a ConfigMap.  Returns true if it did and all is done, and leaves the
 * object alone otherwise.
 */
bool embedded_apply(jv *object, const struct path *p, enum path_make make,
    path_set *set, void *context);

#endif
