#ifndef POUNDLOCK_KUSTOMIZE_FIELDSPEC_H
#define POUNDLOCK_KUSTOMIZE_FIELDSPEC_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

#include "buf.h"
#include "kustomize/fault.h"
#include "kustomize/resource.h"

/*
 * Where in which kinds a transformation works: a path of keys with / between
 * (\/ for one that is meant) and the group, version and kind of the objects it
 * holds for.  A path goes through the elements of lists by itself.
 */
struct fieldspec {
	const char *group, *version, *kind; /* "" for any */
	const char *path;
	bool create; /* what is missing is made */
};

/* A list that grows; the strings live as long as the build. */
struct fieldspecs {
	struct fieldspec *specs;
	size_t n, cap;
};

/* A spec holds for an id. */
bool fieldspec_selects(const struct fieldspec *spec, const struct id *id);

/* Append its path as people write it: spec.containers.image. */
void fieldspec_say(const struct fieldspec *spec, struct buf *out);

/*
 * Add a spec unless the list has it.  Returns -1 when the two differ in
 * whether they create.
 */
int fieldspecs_add(struct fieldspecs *list, const struct fieldspec *spec);

/*
 * Called with each value that a path leads to (consumed); returns what takes
 * its place, or an invalid jv, with a message, for an error.
 */
typedef jv fieldspec_set(jv value, void *context, struct buf *err);

/* What is made for a missing last field. */
enum fieldspec_make { MAKE_NOTHING, MAKE_SCALAR, MAKE_MAP };

/* A spec with its path taken apart, to be walked in many objects. */
struct fieldpath {
	const struct fieldspec *spec;
	struct fieldpart *parts;
	size_t n;
	bool leads; /* somewhere in the object at hand, as far as is known */
};

struct fieldpart {
	jv key;
	bool list; /* the path says KEY[]: it is one even where it is null */
};

void fieldpath_init(struct fieldpath *path, const struct fieldspec *spec);
void fieldpath_release(struct fieldpath *path);

/*
 * Walk to the fields of an object, unless the path is known to lead nowhere.
 * *object is changed in place.  Returns -1 with what is wrong in fault; *object
 * is whole then, too.
 */
int fieldpath_apply(jv *object, const struct fieldpath *path,
    enum fieldspec_make make, fieldspec_set *set, void *context,
    struct fault *fault);

/* The same for a spec that is needed once. */
int fieldspec_apply(jv *object, const struct fieldspec *spec,
    enum fieldspec_make make, fieldspec_set *set, void *context,
    struct fault *fault);

#endif
