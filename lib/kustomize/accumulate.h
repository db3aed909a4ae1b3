#ifndef POUNDLOCK_KUSTOMIZE_ACCUMULATE_H
#define POUNDLOCK_KUSTOMIZE_ACCUMULATE_H

#include "kustomize/kustomization.h"
#include "kustomize/read.h"

/*
 * Build one kustomization and what it stands on: resources, configurations,
 * generators, components, transformations, vars.
 */

void accumulator_release(struct accumulator *a);

/*
 * Add all of a kustomization to a.  path is that of its directory as seen from
 * the one that is built, for origins.  Returns -1 with a whole message.
 */
int accumulate(struct build *b, struct accumulator *a,
    const struct kustomization *k, const char *path);

/* One element of a field that lists paths. */
struct listed {
	const struct kustomization *k;
	const char *field;
	int i; /* -1: all of them, for messages */
	const char *path;
};

/* The resources of a file or a directory; path is the one of accumulate. */
int accumulate_listed(struct build *b, struct accumulator *a,
    const struct listed *e, const char *path);

/*
 * Replacements, of components and of plugins too, give names without a look at
 * who has one already: refuse two objects of one id then.
 */
int accumulate_check(
    struct build *b, struct accumulator *a, const struct kustomization *k);

/* Use the schema that a kustomization's openapi names, if none is set. */
int accumulate_schema(
    struct build *b, const struct kustomization *k, bool reset);

#endif
