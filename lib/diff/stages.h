#ifndef POUNDLOCK_STAGES_H
#define POUNDLOCK_STAGES_H

#include <stdbool.h>

#include <jv.h>

#include "kinds.h"
#include "record.h"

/*
 * What the records of a stream say about each other: the stage of an object,
 * and whether the Namespace or the definition (CRD) that it needs comes along.
 */
struct stages {
	jv by_name;	/* stage -> {namespace, id} */
	jv namespaces;	/* names of Namespaces in the stream */
	jv definitions; /* "GROUP/KIND" -> {plural, namespaced, versions} */
	const char *fallback;
};

/* fallback is the namespace of objects that nothing names one for. */
void stages_read(struct stages *s, const char *fallback,
    const struct record *records, long n);
void stages_release(struct stages *s);

/* The object to send for a record and its object (consumed); see
 * desired_object. */
jv stages_desired(struct stages *s, const struct record *r, jv object,
    const struct kind *kind);

bool stages_have_namespace(const struct stages *s, const char *name);

/*
 * The kind of an object whose definition is in the stream; false if it is not.
 * The strings live as long as s and the object.
 */
bool stages_kind(const struct stages *s, const jv *object, struct kind *kind);

/* The schema of its version in that definition (owned); invalid if none. */
jv stages_schema(const struct stages *s, const jv *object);

#endif
