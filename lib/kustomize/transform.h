#ifndef POUNDLOCK_KUSTOMIZE_TRANSFORM_H
#define POUNDLOCK_KUSTOMIZE_TRANSFORM_H

#include "kustomize/pass.h"

/*
 * Transformations of the resources of a map; where says what asked for them.
 *
 * Some take each resource by itself: these are passes, to be run with others.
 */

struct namespace_options {
	const char *namespace;
	bool unset_only; /* leave what has one alone */
	enum { SUBJECTS_DEFAULT, SUBJECTS_ACCOUNTS, SUBJECTS_NONE } subjects;
};
struct pass transform_namespace(const struct where *w,
    const struct namespace_options *options, const struct fieldspecs *specs);

struct pass transform_prefix(
    const struct where *w, const char *prefix, const struct fieldspecs *specs);
struct pass transform_suffix(
    const struct where *w, const char *suffix, const struct fieldspecs *specs);

/* Labels or annotations, a map of strings, into maps. */
struct pass transform_pairs(
    const struct where *w, const jv *pairs, const struct fieldspecs *specs);

/* Entries of images: one, or a list of them, in their order. */
struct pass transform_images(
    const struct where *w, const jv *v, const struct fieldspecs *specs);

/* One entry of replicas. */
struct pass transform_replicas(
    const struct where *w, const jv *replica, const struct fieldspecs *specs);

/* Fields that hold names of objects follow them. */
struct pass transform_names(const struct where *w, const struct config *config);

/*
 * Those that follow take all resources at once.  Each returns 0, or -1 with a
 * whole message.
 */

/* Names of what generators made get the hash of their content. */
int transform_hash(struct build *b, struct resmap *m);

/* One of patches, patchesJson6902 and patchesStrategicMerge (all of them). */
int transform_patch(const struct where *w, struct resmap *m, const jv *patch);
int transform_patch_json(
    const struct where *w, struct resmap *m, const jv *patch);
int transform_patch_merge(
    const struct where *w, struct resmap *m, const jv *texts);

/* The entries of replacements. */
int transform_replacements(
    const struct where *w, struct resmap *m, const jv *replacements);

/* The legacy order, or that of sortOptions (invalid: the legacy one). */
int transform_order(const struct where *w, struct resmap *m, const jv *options);

/* Where a kind stands in the legacy order: 0 for most, the first below. */
int order_rank(const char *kind);

/* Vars: note what they point to, and at the end put their values in. */
int vars_collect(const struct where *w, struct accumulator *a, const jv *vars);
int vars_resolve(const struct where *w, struct accumulator *a);

#endif
