#ifndef POUNDLOCK_MANIFESTNUMBER_H
#define POUNDLOCK_MANIFESTNUMBER_H

#include <stdbool.h>

#include <jv.h>

#include "buf.h"

/*
 * The part of manifestwrite.c that writes numbers: append one as kustomize
 * does, whose objects go through Go's JSON before they become YAML.
 */
void manifest_write_number(struct buf *out, const jv *v);

/* The text of an integer of 64 bits to go-yaml; longer ones are floats. */
bool manifest_is_integer(const char *s);

#endif
