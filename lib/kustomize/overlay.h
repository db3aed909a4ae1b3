#ifndef POUNDLOCK_KUSTOMIZE_OVERLAY_H
#define POUNDLOCK_KUSTOMIZE_OVERLAY_H

#include <jv.h>

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

#endif
