#ifndef POUNDLOCK_OBJECT_H
#define POUNDLOCK_OBJECT_H

#include <stdbool.h>

#include <jv.h>

#include "buf.h"

/*
 * What a Kubernetes object is: its identity, and how messages name it.
 */

/*
 * The identity of an object.  Two objects are the same if group, kind,
 * namespace and name are equal; the version is not part of it.  All strings are
 * borrowed from the object; "" where there is none (the core group, no
 * namespace).
 */
struct object_id {
	const char *group;
	const char *version;
	const char *kind;
	const char *namespace;
	const char *name;
	size_t group_len; /* group is not NUL-terminated: it ends at the / */
};

/*
 * Read the identity.  Returns 0, or -1 with "WHAT" appended to err: no
 * apiVersion, kind or name (generateName will do in place of a name, which is
 * then ""), a field of the wrong type, or a name that the server's paths can't
 * have (".", "..", with / or %).
 */
int object_id(const jv *object, struct object_id *id, struct buf *err);

/*
 * Append the id as one string, "GROUP/KIND/NAMESPACE/NAME", that is equal for
 * the same objects and for no others (the key of every index of objects).
 */
void object_id_key(const struct object_id *id, struct buf *out);

/* Append "Kind/namespace/name", or "Kind/name", as messages name an object. */
void object_subject(const jv *object, struct buf *out);

/* The parts of "GROUP/VERSION" or "VERSION". */
size_t object_group_len(const char *api_version);
const char *object_version(const char *api_version);

/* The object is of this group and kind, whatever its version. */
bool object_is(const jv *object, const char *group, const char *kind);

/* v1 List and every other kind that ends in List and has items. */
bool object_is_list(const jv *object);

/* A v1 Secret: what its data and stringData hold is never shown. */
bool object_is_secret(const jv *object);

/* The annotation of that key, NULL if there is none. */
const char *object_annotation(const jv *object, const char *key);

/*
 * Set an annotation or a label (an empty map is made where none is); consumes
 * the object.
 */
jv object_set_annotation(jv object, const char *key, const char *value);
jv object_set_label(jv object, const char *key, const char *value);

#endif
