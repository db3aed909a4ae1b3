#ifndef POUNDLOCK_KUSTOMIZE_ORIGIN_H
#define POUNDLOCK_KUSTOMIZE_ORIGIN_H

#include "kustomize/pass.h"

/*
 * buildMetadata: annotations that say where an object came from and what has
 * changed it, and the label of who manages it.
 */

#define ORIGIN_ANNOTATION "config.kubernetes.io/origin"
#define TRANSFORMATIONS_ANNOTATION "alpha.config.kubernetes.io/transformations"

/* Where an object was read: path as seen from the root. */
void origin_set_path(struct resource *r, const char *path);

/*
 * What generated or transformed an object: the configuration's file, as seen
 * from the root, and which plugin; name and namespace may be NULL.
 */
struct origin {
	const char *path; /* NULL: nothing is known */
	const char *api_version, *kind, *name, *namespace;
};

/* A generator made it, unless it has an origin already. */
void origin_set_generator(struct resource *r, const struct origin *o);

/* A transformation went over all of a map. */
void origin_add_transformation(struct resmap *m, const struct origin *o);

/*
 * At the end, drop objects that are said to be local, and take away what
 * buildMetadata (an array of strings) does not ask for.
 */
struct pass origin_finish(const struct where *w, const jv *metadata);

#endif
