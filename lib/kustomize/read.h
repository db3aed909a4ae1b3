#ifndef POUNDLOCK_KUSTOMIZE_READ_H
#define POUNDLOCK_KUSTOMIZE_READ_H

#include "kustomize/build.h"

/* Resources out of YAML. */

struct resources {
	struct resource **list;
	size_t n, cap;
	/*
	 * They are patches: a key that is a number is taken, since the member
	 * that it changes may well be there with a string for key.
	 */
	bool patches;
};

/*
 * What keeps a value from being an object (it needs kind and name), NULL for
 * nothing; at is the JSON pointer of the field, or "".
 */
const char *read_problem(const jv *object, const char **at);

void resources_add(struct resources *list, struct resource *r);

/*
 * Read all objects of a text; lists of objects are taken apart.  name is that
 * of the file.  Returns -1 with
 * "LINE[:COLUMN]: WHAT" in err when one is no object with kind and name.
 */
int read_resources(struct build *b, const char *text, size_t len,
    const char *name, struct resources *out, struct buf *err);

#endif
