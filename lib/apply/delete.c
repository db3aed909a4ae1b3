/*
 * Taking a stage out of the cluster: all that its inventory owns, whatever the
 * stream says, and the inventory last.  Of what belongs to no stage, the
 * objects of the stream themselves.
 */
#include "apply/members.h"

#include <string.h>

#include "json.h"
#include "object.h"

/* What another stage of the chain has is that stage's to delete. */
static void
keep_elsewhere(struct members *m, const struct unit *u)
{
	jv keys = members_elsewhere(jv_object(), u);
	struct buf key = BUF_INIT;
	size_t k;

	for (k = 0; k < m->n; k++) {
		buf_clear(&key);
		member_key(&m->list[k], &key);
		m->list[k].keep = json_has(&keys, buf_str(&key));
	}
	jv_free(keys);
	buf_release(&key);
}

/* The parent goes when it owns nothing any more. */
static void
delete_parent(struct unit *u, const struct members *m)
{
	struct buf err = BUF_INIT;
	enum status status;
	bool empty = true;
	size_t i;

	for (i = 0; i < m->n; i++)
		empty = empty && m->list[i].gone;
	if (!empty || u->options->dry_run)
		return;
	status = parent_delete(u, &err);
	if (status != STATUS_OK)
		unit_problem(u, status, buf_str(&err));
	buf_release(&err);
}

static void
delete_stage(struct unit *u)
{
	struct members m = { 0 };

	unit_look_at_parent(u);
	if (u->status == STATUS_OK)
		unit_check_flux(u);
	if (u->status == STATUS_OK && jv_is_valid(u->parent)) {
		members_read(&m, u);
		members_match(&m, u);
		keep_elsewhere(&m, u);
		members_protect(&m);
		members_check_max(&m, u);
		members_delete(&m, u, true);
	}
	if (u->status == STATUS_OK && jv_is_valid(u->parent))
		delete_parent(u, &m);
	/* What it does not own is left to whoever does. */
	unit_skip_rest(u);
	members_release(&m);
}

/* Objects without a stage: those that are there. */
static void
delete_objects(struct unit *u)
{
	struct members m = { 0 };
	size_t i;

	unit_prepare(u);
	for (i = 0; i < u->n; i++)
		u->items[i].plan = PLAN_APPLY;
	if (u->status == STATUS_OK)
		unit_look(u);
	for (i = 0; i < u->n && u->status == STATUS_OK; i++) {
		struct item *item = &u->items[i];

		if (item->finished || !item_is_there(item))
			continue;
		item_wake(item);
		members_add(&m, u, jv_copy(item->live), item->kind);
		m.list[m.n - 1].item = item;
	}
	members_protect(&m);
	members_check_max(&m, u);
	members_delete(&m, u, true);
	unit_skip_rest(u);
	members_release(&m);
}

enum status
apply_delete(
    const struct apply_options *options, struct record *records, long n)
{
	enum status worst = STATUS_OK;
	struct units all;
	size_t i;

	units_init(&all, options, records, n);
	for (i = all.n; i-- > 0;) {
		struct unit *u = &all.units[i];

		if (!options->complete)
			unit_problem(u, STATUS_USAGE,
			    "the stream ends early: nothing is deleted");
		else if (worst != STATUS_OK)
			/* What a stage needs stays until it is gone. */
			unit_skip_rest(u);
		else if (*u->stage)
			delete_stage(u);
		else
			delete_objects(u);
		worst = status_worse(worst, u->status);
	}
	units_release(&all);
	return worst;
}
