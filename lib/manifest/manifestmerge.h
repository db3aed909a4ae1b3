#ifndef POUNDLOCK_MANIFESTMERGE_H
#define POUNDLOCK_MANIFESTMERGE_H

#include <jv.h>

/* The part of manifest.c that knows what the key << does. */

/*
 * The value of a << (consumed), a mapping or a sequence of mappings, as an
 * array of mappings; invalid when it is anything else.
 */
jv manifest_merge_list(jv value);

/*
 * Add what those mappings have and the container has not; the first of them
 * counts.  Consumes the container only; an invalid list adds nothing.
 */
jv manifest_merge(jv container, const jv *list);

#endif
