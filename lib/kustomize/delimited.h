#ifndef POUNDLOCK_KUSTOMIZE_DELIMITED_H
#define POUNDLOCK_KUSTOMIZE_DELIMITED_H

#include <jv.h>

#include "buf.h"

/* Texts that a delimiter divides into parts: "a:b:c". */

/* A part of a scalar's text (consumed), from 0; invalid where there is none. */
jv delimited_get(jv value, const char *delimiter, long long index);

/*
 * Append a text with one part replaced by value; put in front for an index
 * below 0, and behind for one beyond the last.
 */
void delimited_put(struct buf *out, const char *text, const char *value,
    const char *delimiter, long long index);

#endif
