#ifndef POUNDLOCK_KUSTOMIZE_MERGE_KNOWN_H
#define POUNDLOCK_KUSTOMIZE_MERGE_KNOWN_H

#include <stdbool.h>

#include <jv.h>

#include "kustomize/schema.h"

/*
 * What the schema says about the values that a strategic merge walks, and which
 * of them it has no need to walk at all.
 */
struct merge_known {
	int type; /* of a map, -1: unknown */
	const struct schema_field
	    *field; /* that the value stands in, or NULL */
};

/* The same about a member of a map. */
struct merge_known merge_known_field(
    const struct schema *schema, struct merge_known known, const char *name);

/* The type of an object that stands where the schema knows nothing, or -1. */
int merge_own_type(const struct schema *schema, const jv *v);

/*
 * A walk without a patch would leave the value as it is.  That is so for nearly
 * all that an object has: the merge only puts lists with keys in order.
 */
bool merge_is_settled(
    const struct schema *schema, const jv *v, struct merge_known known);

#endif
