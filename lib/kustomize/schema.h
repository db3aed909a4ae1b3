#ifndef POUNDLOCK_KUSTOMIZE_SCHEMA_H
#define POUNDLOCK_KUSTOMIZE_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

#include "buf.h"

/*
 * What a strategic merge has to know of the API: which lists are merged, and by
 * which keys.  Built in is what kustomize has built in (Kubernetes 1.21.2); a
 * kustomization's `openapi` puts another in its place.
 */

/* A field whose value matters: it is, or leads to, a list that is merged. */
struct schema_field {
	int type;	  /* that has this field */
	const char *name; /* "*": every member of a map */
	int value; /* type of the value, or of a list's elements, or -1 */
	bool list;
	bool merge;
	const char *keys; /* with blanks between; "": elements are scalars */
};

/* A kind and the type of its objects. */
struct schema_kind {
	const char *api_version;
	const char *kind;
	int type;
};

struct schema {
	const struct schema_field *fields; /* ordered by type */
	size_t n_fields;
	const struct schema_kind *kinds;
	size_t n_kinds;
	const char *const *types; /* names of definitions; built in only */
	int n_types;
	struct schema_kind *scopes; /* custom: type 1 is cluster-scoped */
	size_t n_scopes;
	jv source; /* the document that the strings of a custom one are in */
	bool custom;
};

const struct schema *schema_builtin(void);

/* What else holds beside a document of the user's. */
enum schema_base {
	SCHEMA_ALONE,	/* nothing */
	SCHEMA_BUILTIN, /* what is built in, and before it where both define */
	SCHEMA_OVER	/* what is built in, unless both define the same */
};

/*
 * Make one of an OpenAPI v2 document (a swagger.json: definitions, paths).
 * Consumes it.  Returns NULL with a message when it is none.
 */
struct schema *schema_custom(
    jv document, enum schema_base base, struct buf *err);
void schema_free(struct schema *schema);

/* The type of a kind's objects, -1 when it is unknown. */
int schema_type(
    const struct schema *schema, const char *api_version, const char *kind);

/* A field of a type, NULL when the schema has nothing to say about it. */
const struct schema_field *schema_field(
    const struct schema *schema, int type, const char *name);

/* The kind is known, and its objects have no namespace. */
bool schema_cluster_scoped(const struct schema *schema, const char *group,
    size_t group_len, const char *version, const char *kind);

#endif
