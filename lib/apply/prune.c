/*
 * Pruning: what a stage's inventory owns and the stream no longer holds is
 * deleted, when the stage is whole and healthy.  Whatever is not certain keeps
 * everything.
 */
#include "apply/members.h"

#include <string.h>

#include "json.h"
#include "object.h"

/* --- what is held ------------------------------------------------------- */

static jv
hold(jv held, const struct object_id *id, const char *namespace)
{
	struct object_id with = *id;
	struct buf key = BUF_INIT;

	with.namespace = namespace;
	object_id_key(&with, &key);
	held = json_set(held, buf_str(&key), jv_true());
	buf_release(&key);
	return held;
}

/*
 * An object that names no namespace is held with and without the stage's, so
 * that its kind's scope need not be known.
 */
static jv
hold_record(jv held, const struct record *r, const char *namespace)
{
	jv object = record_object(r);
	struct buf err = BUF_INIT;
	struct object_id id;

	if (object_id(&object, &id, &err) == 0) {
		/* Which of those that were made by it is the one, nobody says
		 * here. */
		if (!*id.name)
			id.name = metadata_str(&object, "generateName");
		held = hold(held, &id, id.namespace);
		held = hold(held, &id, "");
		if (!*id.namespace)
			held = hold(held, &id, namespace);
	}
	buf_release(&err);
	jv_free(object);
	return held;
}

/* What diff-immutable lists as to be deleted is not wanted. */
static bool
is_wanted(const struct record *r)
{
	const char *action = json_path_str(&r->value, "diff", "action", NULL);

	return !action || strcmp(action, "delete") != 0;
}

/* The keys of all that any stage of the stream has, or knows elsewhere. */
static jv
held_by_stream(const struct units *all)
{
	jv held = jv_object();
	struct buf namespace = BUF_INIT;
	size_t i, k;

	for (i = 0; i < all->n; i++) {
		const struct unit *u = &all->units[i];

		buf_clear(&namespace);
		unit_namespace(u, &namespace);
		for (k = 0; k < u->n; k++)
			if (is_wanted(u->items[k].record))
				held = hold_record(held, u->items[k].record,
				    buf_str(&namespace));
		held = members_elsewhere(held, u);
	}
	buf_release(&namespace);
	return held;
}

/* --- whether to prune at all -------------------------------------------- */

/* Whether an object speaks against it, and what it says. */
static bool
is_unsettled(const struct item *item, struct buf *why)
{
	const jv *value = &item->record->value;
	const char *status = json_path_str(value, "wait", "status", NULL);
	const char *action = json_path_str(value, "apply", "action", NULL);
	bool skipped = action && strcmp(action, "skipped") == 0;
	bool failed = record_has_error(item->record);
	jv object;

	if (!failed && (!status || skipped || strcmp(status, "current") == 0))
		return false;
	object = record_object(item->record);
	object_subject(&object, why);
	if (failed)
		buf_adds(why, " failed");
	else
		buf_addf(why, " is %s", status);
	jv_free(object);
	return true;
}

static void
check_settled(struct unit *u)
{
	struct buf why = BUF_INIT;
	bool bad = false;
	size_t i;

	if (!u->options->complete) {
		unit_problem(u, STATUS_USAGE,
		    "the stream ends early: nothing is deleted");
		return;
	}
	/* A failure is why others have not been waited for. */
	for (i = 0; i < u->n && !bad; i++)
		bad = record_has_error(u->items[i].record) &&
		      is_unsettled(&u->items[i], &why);
	for (i = 0; i < u->n && !bad; i++)
		bad = is_unsettled(&u->items[i], &why);
	if (bad) {
		buf_adds(&why, ": nothing is deleted");
		unit_problem(u, STATUS_REFUSED, buf_str(&why));
	}
	buf_release(&why);
}

/* --- pruning ------------------------------------------------------------ */

static bool
is_held(const struct member *member, const jv *held)
{
	const char *prefix = metadata_str(&member->live, "generateName");
	struct buf key = BUF_INIT;
	bool is;

	member_key(member, &key);
	is = json_has(held, buf_str(&key));
	if (!is && *prefix && !member->unit->options->dry_run) {
		buf_truncate(&key,
		    key.len - strlen(metadata_str(&member->live, "name")));
		buf_adds(&key, prefix);
		is = json_has(held, buf_str(&key));
	}
	buf_release(&key);
	return is;
}

/*
 * What is wanted stays; how many are not?  Some objects are there in more than
 * one group: what one of them keeps stays under its other names too.
 */
static size_t
choose(struct members *m, struct unit *u, const jv *held)
{
	jv uids = jv_object();
	size_t i, n = 0;

	members_match(m, u);
	for (i = 0; i < m->n; i++) {
		struct member *member = &m->list[i];

		member->keep = is_held(member, held);
		if (member->keep)
			uids = json_set(uids,
			    metadata_str(&member->live, "uid"), jv_true());
	}
	for (i = 0; i < m->n; i++) {
		struct member *member = &m->list[i];

		if (json_has(&uids, metadata_str(&member->live, "uid")))
			member->keep = true;
		n += !member->keep;
	}
	jv_free(uids);
	return n;
}

/* The inventory shrinks to where objects still are, or are wanted. */
static void
narrow(struct unit *u, const struct members *m)
{
	struct buf namespace = BUF_INIT, err = BUF_INIT;
	enum status status;
	bool taken = u->inventory.taken;
	size_t i;

	inventory_release(&u->inventory);
	inventory_init(&u->inventory);
	u->inventory.taken = taken;
	unit_namespace(u, &namespace);
	for (i = 0; i < u->n; i++) {
		jv object = record_object(u->items[i].record);

		if (is_wanted(u->items[i].record)) {
			inventory_add(&u->inventory, &object);
			inventory_add_namespace(
			    &u->inventory, buf_str(&namespace));
		}
		jv_free(object);
	}
	for (i = 0; i < m->n; i++)
		if (!m->list[i].gone)
			inventory_add(&u->inventory, &m->list[i].live);
	status = parent_write(u, &err);
	if (status != STATUS_OK)
		unit_problem(u, status, buf_str(&err));
	buf_release(&namespace);
	buf_release(&err);
}

static void
prune_members(struct unit *u, const jv *held)
{
	struct members m = { 0 };
	size_t n;

	members_read(&m, u);
	n = choose(&m, u, held);
	if (u->status == STATUS_OK && n > 0 && u->n == 0 &&
	    !u->options->allow_empty)
		unit_problem(u, STATUS_REFUSED,
		    "the stage holds no object any more: nothing is deleted "
		    "without --allow-empty");
	if (u->status == STATUS_OK) {
		members_protect(&m);
		members_check_max(&m, u);
	}
	members_delete(&m, u, false);
	if (u->status == STATUS_OK && !u->options->dry_run)
		narrow(u, &m);
	members_release(&m);
}

static void
prune_unit(struct unit *u, const jv *held)
{
	check_settled(u);
	if (u->status == STATUS_OK)
		unit_look_at_parent(u);
	if (u->status == STATUS_OK)
		unit_check_flux(u);
	if (u->status == STATUS_OK && jv_is_valid(u->parent))
		prune_members(u, held);
}

enum status
apply_prune(const struct apply_options *options, struct record *records, long n)
{
	enum status worst = STATUS_OK;
	struct units all;
	size_t i;
	jv held;

	units_init(&all, options, records, n);
	held = held_by_stream(&all);
	for (i = all.n; i-- > 0;) {
		struct unit *u = &all.units[i];

		if (*u->stage && unit_spec_flag(u, "prune") &&
		    worst != STATUS_SERVER)
			prune_unit(u, &held);
		worst = status_worse(worst, u->status);
	}
	jv_free(held);
	units_release(&all);
	return worst;
}
