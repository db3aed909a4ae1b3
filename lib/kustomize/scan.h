#ifndef POUNDLOCK_KUSTOMIZE_SCAN_H
#define POUNDLOCK_KUSTOMIZE_SCAN_H

#include <jv.h>

#include "kustomize/load.h"

/*
 * What Flux takes for the resources of a directory without a kustomization
 * file: all YAML files in and below it, in byte order of their paths; a
 * directory that has such a file is one resource.  An array of paths, invalid
 * with a whole message for an error.
 */
jv scan_directory(const struct dir *d, struct buf *err);

#endif
