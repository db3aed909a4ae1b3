#ifndef POUNDLOCK_KINDS_H
#define POUNDLOCK_KINDS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The kinds that Kubernetes brings along, as data: what no tool has to ask the
 * API server for.
 */
struct kind {
	const char *group;   /* "" for the core group */
	const char *version; /* of several, the first is the server's choice */
	const char *kind;
	const char *plural; /* the resource's name in a path */
	bool namespaced;
};

/*
 * Look one up by group and kind.  version may be NULL for the one that the
 * server prefers; otherwise it must be one that the table has, and the answer
 * is the row of that version.  NULL for a kind that is not built in.
 */
const struct kind *kind_find(
    const char *group, size_t group_len, const char *version, const char *kind);

/*
 * True for an object's kind that is known to be cluster-scoped.  Kinds that are
 * not built in count as namespaced, as in kustomize.
 */
bool kind_is_cluster_scoped(
    const char *group, size_t group_len, const char *kind);

#endif
