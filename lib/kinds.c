/*
 * The table of built-in kinds, written by scripts/gen-kinds in the order of
 * group and kind, with the version that the server prefers first among the
 * versions of one kind.
 */
#include "kinds.h"

#include <string.h>

static const struct kind kinds[] = {
#include "kinds.inc"
};

#define N_KINDS (sizeof(kinds) / sizeof(*kinds))

static int
compare(const struct kind *k, const char *group, size_t len, const char *kind)
{
	int order = strncmp(k->group, group, len);

	if (order == 0 && k->group[len])
		order = 1;
	return order ? order : strcmp(k->kind, kind);
}

/* The first row of a group and kind, or NULL. */
static const struct kind *
first_row(const char *group, size_t len, const char *kind)
{
	size_t low = 0, high = N_KINDS;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&kinds[middle], group, len, kind) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == N_KINDS || compare(&kinds[low], group, len, kind) != 0)
		return NULL;
	return &kinds[low];
}

const struct kind *
kind_find(
    const char *group, size_t group_len, const char *version, const char *kind)
{
	const struct kind *k = first_row(group, group_len, kind);

	while (k && version && strcmp(k->version, version) != 0) {
		k++;
		if (k == kinds + N_KINDS ||
		    compare(k, group, group_len, kind) != 0)
			k = NULL;
	}
	return k;
}

bool
kind_is_cluster_scoped(const char *group, size_t group_len, const char *kind)
{
	const struct kind *k = kind_find(group, group_len, NULL, kind);

	return k && !k->namespaced;
}
