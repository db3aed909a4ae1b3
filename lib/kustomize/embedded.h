#ifndef POUNDLOCK_KUSTOMIZE_EMBEDDED_H
#define POUNDLOCK_KUSTOMIZE_EMBEDDED_H

#include "kustomize/path.h"

/*
 * A path may go on inside a string that is JSON or YAML itself, such as a
 * file in a ConfigMap: put the value there; untyped is its text without quotes,
 * which says what it is.  Returns true if the path did and
 * all is done, and leaves the object alone otherwise.
 */
bool embedded_apply(jv *object, const struct path *p, enum path_make make,
    const jv *value, bool untyped);

#endif
