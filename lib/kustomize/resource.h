#ifndef POUNDLOCK_KUSTOMIZE_RESOURCE_H
#define POUNDLOCK_KUSTOMIZE_RESOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

#include "kustomize/intern.h"
#include "kustomize/schema.h"
#include "manifest/manifestquote.h"

/*
 * An object under construction: what it is, what it was called before, and what
 * the build knows of it beside its fields.
 *
 * All strings of ids are interned: equal ones have equal addresses.
 */

/*
 * The namespace of an id is the effective one: "default" for none, and
 * NO_NAMESPACE for objects of cluster-scoped kinds.
 */
#define NO_NAMESPACE "_non_namespaceable_"

struct id {
	const char *group, *version, *kind, *name, *namespace;
};

struct strings {
	const char **s; /* interned */
	size_t n, cap;
};

enum behavior { BEHAVIOR_CREATE, BEHAVIOR_MERGE, BEHAVIOR_REPLACE };

struct resource {
	jv object;
	const char *path; /* of its file, interned, and where it starts there */
	int line;
	/*
	 * Interned: the JSON pointer of what in there it is, or if it is inline
	 * of the text that line counts in; NULL: the document that starts
	 * there.
	 */
	const char *at;
	struct id id;	 /* as of the last resource_refresh */
	bool cluster;	 /* of a kind without namespaces */
	struct id *past; /* oldest first; group and version are the current */
	size_t n_past, cap_past;
	struct strings prefixes, suffixes; /* in the order they were added */
	struct strings vars;		   /* names of vars that point here */
	struct buf blanks;		   /* pointers; see blanks.h */
	struct buf made;		   /* fields; see made.h */
	struct buf misfits;		   /* the same; see misfit.h */
	enum manifest_quotes quotes;	   /* which strings have them */
	enum behavior behavior;		   /* of what a generator made */
	bool hollow;			   /* see blanks_settle */
	bool floats;			   /* a whole number may be one: 1.0 */
	bool generated;			   /* a generator made it */
	bool hash;			   /* its name gets a hash */
	bool dropped;			   /* by a patch: it is no more */
	bool local;			   /* dropped when all is done */
	bool is_inline;			   /* it stands in a kustomization */
	bool chart; /* helm made it, and has seen to its namespace */
	size_t yaml_at, yaml_len; /* in the result; see kustomize_options */
	struct resource *older;	  /* that the build made before this one */
};

void strings_add(struct strings *list, const char *s);

void resource_release(struct resource *r);

/* Read the id again, after a change to the object that may touch it. */
void resource_refresh(
    struct resource *r, struct intern *in, const struct schema *schema);

/* The same where nothing but its name and its namespace can have changed. */
void resource_refresh_name(struct resource *r, struct intern *in);

/* Keep the current id as a past one; call before what may change it. */
void resource_remember(struct resource *r);

/* Forget what the build remembers of it; see resource_has_notes. */
void resource_forget(struct resource *r);

/* The first id it had. */
struct id resource_first_id(const struct resource *r);

/* The build has something to remember of it, beside its fields. */
bool resource_has_notes(const struct resource *r);

bool id_equal(const struct id *a, const struct id *b);

/* "Kind/namespace/name" of the object as it was written. */
void resource_subject(const struct resource *r, struct buf *out);

/* metadata.name and metadata.namespace as they stand, "" for none. */
const char *resource_name(const struct resource *r);
const char *resource_namespace(const struct resource *r);
void resource_set_name(struct resource *r, const char *name);
void resource_set_namespace(struct resource *r, const char *namespace);
/* Put a field of metadata, or with an invalid value take it away. */
void resource_put_meta(struct resource *r, const char *field, jv value);

/*
 * metadata.labels or metadata.annotations as a map of strings, empty for none;
 * an empty map takes the field away.
 */
jv resource_map(const struct resource *r, const char *field);
void resource_set_map(struct resource *r, const char *field, jv map);

/* The text of a scalar as YAML spells it; "" for null and containers. */
jv scalar_string(const jv *v);

#endif
