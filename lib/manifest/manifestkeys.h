#ifndef POUNDLOCK_MANIFESTKEYS_H
#define POUNDLOCK_MANIFESTKEYS_H

#include <jv.h>

/*
 * The keys of an object in go-yaml v2's natural order: runs of digits by their
 * number, other characters before letters, letters by code point.  The caller
 * frees each key and the array.
 */
jv *manifest_sorted_keys(const jv *object);

#endif
