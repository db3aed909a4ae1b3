#ifndef POUNDLOCK_APPLY_MEMBERS_H
#define POUNDLOCK_APPLY_MEMBERS_H

#include "apply/unit.h"

/* What pruning and deleting share; nobody else includes it. */

/* --- members.c: what a stage owns ---------------------------------------- */

/* An object of the cluster that is to go, or to stay. */
struct member {
	struct unit *unit;
	jv live; /* its metadata, with apiVersion and kind */
	const struct kind *kind;
	enum policy_phase phase;
	struct item *item; /* of the stream; NULL if it is not there */
	bool keep;
	bool failed;
	bool gone;
};

struct members {
	struct member *list;
	size_t n, cap;
};

void members_release(struct members *m);
void members_add(
    struct members *m, struct unit *u, jv live, const struct kind *kind);

/*
 * All that u->inventory leads to, and that has its label from an apply.  What
 * goes wrong is u's problem.
 */
void members_read(struct members *m, struct unit *u);

/* Note of each the item of the stream that is the same object. */
void members_match(struct members *m, struct unit *u);

/* Add to a set (consumed) the keys of what other stages of the chain have. */
jv members_elsewhere(jv keys, const struct unit *u);

/* Append the key by which a member is found, as object_id_key makes it. */
void member_key(const struct member *member, struct buf *out);

/* --- remove.c: deleting members ------------------------------------------ */

/*
 * Delete those that are not to be kept, the last phase first, and report each.
 * foreground: only when what they own is gone.
 */
void members_delete(struct members *m, struct unit *u, bool foreground);

/* Keep those that their annotations or their kind protect, and say so. */
void members_protect(struct members *m);

/* Refuse when more would go than prune_max allows. */
void members_check_max(const struct members *m, struct unit *u);

#endif
