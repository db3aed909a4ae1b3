#ifndef POUNDLOCK_KUSTOMIZE_REPLACE_COPY_H
#define POUNDLOCK_KUSTOMIZE_REPLACE_COPY_H

#include "kustomize/build.h"
#include "kustomize/follow.h"
#include "kustomize/path.h"

/* A replacement's value going to fields of one object. */

/* A field's options, and the value that goes there. */
struct copy {
	jv *value;
	/* Where the value comes from, if that may change on the way. */
	const struct resource *source;
	struct follow follow;
	struct resource *to;   /* the target */
	bool untyped;	       /* its text says what it is: a sourceValue */
	bool floats;	       /* a whole number in the value may be one */
	bool floating;	       /* a whole number in the target may be one */
	size_t *room;	       /* what may be copied still */
	const char *delimiter; /* NULL: the whole field */
	long long index;
	int field; /* which of the target's fieldPaths, for messages; -1: none
		    */
	enum path_make make;
};

bool copy_is_container(const jv *v);

/*
 * Put the value into all fields of r that a path leads to, also where it goes
 * on inside a text that is JSON or YAML.  Returns -1 with a whole message.
 */
int copy_to(const struct where *w, struct resource *r, const char *path,
    struct copy *c);

/* Fail about the field of r that a path leads to, or should. */
int copy_fail(const struct where *w, const struct resource *r, const char *path,
    const char *what);

#endif
