#ifndef POUNDLOCK_KUSTOMIZE_OVERLAY_H
#define POUNDLOCK_KUSTOMIZE_OVERLAY_H

#include <stdbool.h>

#include <jv.h>

#include "buf.h"

/*
 * What Flux does to the kustomization at the path of a stage before it builds
 * it.
 */

/*
 * The fields of a Flux Kustomization's spec written over those of the file:
 * targetNamespace, namePrefix and nameSuffix replace, patches and components
 * are appended, images merged by name, buildMetadata replaces.
 */
jv overlay_apply(jv fields, const jv *spec);

/*
 * Whether what a JSON pointer leads to in the fields that came of it is spec's,
 * and not that of the file, own; appends where in spec it is to at.
 */
bool overlay_is(
    const jv *own, const jv *spec, const char *pointer, struct buf *at);

#endif
