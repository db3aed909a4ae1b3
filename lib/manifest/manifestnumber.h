#ifndef POUNDLOCK_MANIFESTNUMBER_H
#define POUNDLOCK_MANIFESTNUMBER_H

#include <jv.h>

#include "buf.h"

/*
 * The part of manifestwrite.c that writes numbers: append one as kustomize
 * does, whose objects go through Go's JSON before they become YAML.
 */
void manifest_write_number(struct buf *out, const jv *v);

#endif
