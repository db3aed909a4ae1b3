/*
 * What to do with each object, settled before the first write: by its own
 * annotations, by what diff-immutable found, and by what is there now.
 */
#include "apply/unit.h"

#include <string.h>

#include "json.h"
#include "mem.h"
#include "object.h"

static enum item_plan
plan_of(const struct record *r)
{
	static const struct {
		const char *action;
		enum item_plan plan;
	} plans[] = {
		{ "none", PLAN_NONE },
		{ "create", PLAN_CREATE },
		{ "update", PLAN_UPDATE },
		{ "recreate", PLAN_RECREATE },
		/* For apply --prune, when the stage is healthy. */
		{ "delete", PLAN_SKIP },
	};
	const char *action = json_path_str(&r->value, "diff", "action", NULL);
	size_t i;

	for (i = 0; action && i < sizeof(plans) / sizeof(*plans); i++)
		if (strcmp(action, plans[i].action) == 0)
			return plans[i].plan;
	return PLAN_APPLY;
}

/*
 * Its content is as it should be, but fields that vanish from the manifest
 * later would stay, since they are not ours yet.
 */
static bool
gains_ownership(const struct record *r)
{
	jv diff = json_get(&r->value, "diff");
	bool gains = json_get_bool(&diff, "ownership", false);

	jv_free(diff);
	return gains;
}

/* The kind, from the stage's own CRDs or from the server. */
static const struct kind *
resolve(struct item *item, const jv *object)
{
	struct unit *u = item->unit;
	const char *version = json_get_str(object, "apiVersion");
	const char *name = json_get_str(object, "kind");
	const struct kind *kind = crds_find(u, version, name);
	struct buf err = BUF_INIT;
	enum status status = STATUS_OK;

	if (!kind)
		kind =
		    api_resource(u->options->api, version, name, &status, &err);
	if (!kind && status == STATUS_SERVER)
		unit_problem(u, status, buf_str(&err));
	else if (!kind)
		item_fail(item, status, "UnknownKind", buf_str(&err), 0);
	buf_release(&err);
	return kind;
}

/* Returns false when the server can't be asked, so nothing else can be. */
static bool
prepare_item(struct item *item)
{
	jv object = record_object(item->record), none = jv_invalid();

	item->plan = plan_of(item->record);
	item->remove = json_path(&item->record->value, "diff", "remove", NULL);
	if (item->plan == PLAN_NONE && gains_ownership(item->record)) {
		item->plan = PLAN_UPDATE;
		item->same = true;
	}
	item->phase = policy_phase(&object);
	if (policy_apply(&object, &none) == POLICY_LEAVE)
		item->plan = PLAN_SKIP;
	item->kind = resolve(item, &object);
	jv_free(object);
	if (!item->kind)
		return item->finished;
	item_wake(item);
	item->namespace = mem_strdup(metadata_str(&item->object, "namespace"));
	item->name = mem_strdup(metadata_str(&item->object, "name"));
	inventory_add(&item->unit->inventory, &item->object);
	item_rest(item);
	return true;
}

void
unit_prepare(struct unit *u)
{
	bool reached = true;
	size_t i;

	if (!u->options->complete) {
		unit_problem(u, STATUS_USAGE,
		    "the stream ends early: nothing is written");
		return;
	}
	if (*u->stage)
		inventory_id(u->stage, &u->part_of);
	unit_namespace(u, &u->namespace);
	crds_note(u);
	for (i = 0; i < u->n && reached; i++) {
		if (record_has_error(u->items[i].record)) {
			/* Already said, where it was met. */
			item_pass(&u->items[i]);
			u->status = status_worse(u->status, STATUS_REFUSED);
			continue;
		}
		reached = prepare_item(&u->items[i]);
	}
}

bool
unit_has_work(const struct unit *u)
{
	size_t i;

	for (i = 0; i < u->n; i++)
		if (!u->items[i].finished && u->items[i].plan > PLAN_SKIP)
			return true;
	return false;
}

bool
item_is_terminating(const struct item *item)
{
	return json_path_str(
		   &item->live, "metadata", "deletionTimestamp", NULL) != NULL;
}

/* The paths of the fields that diff-immutable found immutable. */
static void
immutable_fields(const struct record *r, struct buf *out)
{
	jv list = json_path(&r->value, "diff", "fields", NULL), one;
	const char *path;
	int i;

	for (i = 0; i < json_len(&list); i++) {
		one = json_at(&list, i);
		path = json_get_str(&one, "path");
		if (path && json_get_bool(&one, "immutable", false))
			buf_addf(out, "%s%s", out->len ? ", " : "", path);
		jv_free(one);
	}
	jv_free(list);
}

bool
item_may_recreate(struct item *item, const char *fields)
{
	struct unit *u = item->unit;
	struct buf why = BUF_INIT, text = BUF_INIT;
	bool may = policy_may_recreate(&item->object, &item->live,
	    u->options->force || unit_spec_flag(u, "force"), &why);

	if (!may) {
		buf_addf(&text, "can't be changed in place%s%s; %s",
		    *fields ? ": " : "", fields, buf_str(&why));
		item_fail(item, STATUS_REFUSED, "Immutable", buf_str(&text), 0);
	}
	buf_release(&why);
	buf_release(&text);
	return may;
}

static void
changed(struct item *item, const char *what)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "changed since the plan was made: %s", what);
	item_fail(item, STATUS_REFUSED, "Changed", buf_str(&text), 0);
	buf_release(&text);
}

/* The object that was compared is the one that is there. */
static bool
is_as_planned(const struct item *item)
{
	const char *planned =
	    json_path_str(&item->record->value, "diff", "uid", NULL);
	const char *live = json_path_str(&item->live, "metadata", "uid", NULL);

	return !planned || (live && strcmp(planned, live) == 0);
}

/* Nor has it been written to since. */
static bool
is_same_version(const struct item *item)
{
	const char *planned = json_path_str(
	    &item->record->value, "diff", "resourceVersion", NULL);

	return !planned || strcmp(planned, metadata_str(&item->live,
					       "resourceVersion")) == 0;
}

/* What was compared is what is written over. */
static void
lock_update(struct item *item)
{
	jv diff = json_get(&item->record->value, "diff");
	const char *uid = json_get_str(&diff, "uid");
	const char *version = json_get_str(&diff, "resourceVersion");

	if (uid && version) {
		item->lock = json_set_str(jv_object(), "uid", uid);
		item->lock =
		    json_set_str(item->lock, "resourceVersion", version);
	}
	/* Where something is done before the write, it must be known now. */
	item->moved = !is_same_version(item);
	jv_free(diff);
}

bool
item_is_compared(const struct item *item)
{
	if (item->plan == PLAN_NONE && item->unit->options->fresh)
		return false;
	return item->plan != PLAN_SKIP &&
	       json_path_str(&item->record->value, "diff", "uid", NULL);
}

/* What needed nothing must still be there, and still need nothing. */
static void
check_none(struct item *item, enum policy_apply how)
{
	if (!jv_is_valid(item->live))
		changed(item, "it is gone");
	else if (item_is_terminating(item))
		changed(item, "it is being deleted");
	else if (how == POLICY_OVERRIDE || how == POLICY_MERGE)
		item->moved = !is_same_version(item);
}

static void
check_recreate(struct item *item)
{
	struct buf fields = BUF_INIT;

	immutable_fields(item->record, &fields);
	item_may_recreate(item, buf_str(&fields));
	buf_release(&fields);
}

/* Whether the live object is a member of a set other than its stage's. */
static bool
is_of_another_set(const struct item *item)
{
	const char *live = json_path_str(
	    &item->live, "metadata", "labels", INVENTORY_LABEL, NULL);
	const char *ours = json_path_str(
	    &item->object, "metadata", "labels", INVENTORY_LABEL, NULL);

	return live && ours && strcmp(live, ours) != 0;
}

static void
check_item(struct item *item)
{
	enum policy_apply how = policy_apply(&item->object, &item->live);
	bool there = jv_is_valid(item->live);

	if (item->plan == PLAN_NONE) {
		check_none(item, how);
		return;
	}
	if (how == POLICY_LEAVE || (how == POLICY_IF_ABSENT && there)) {
		item->plan = PLAN_SKIP;
		return;
	}
	item->merge = how == POLICY_MERGE;
	item->handed = is_of_another_set(item);
	/* What is going away is waited for, and is then no more. */
	if (item_is_terminating(item))
		return;
	switch (item->plan) {
	case PLAN_CREATE:
		item->suspect = there;
		break;
	case PLAN_UPDATE:
	case PLAN_RECREATE:
		if (!there)
			changed(item, "it is gone");
		else if (!is_as_planned(item))
			item->suspect = true;
		else if (item->plan == PLAN_RECREATE)
			check_recreate(item);
		else
			lock_update(item);
		break;
	default:
		break;
	}
}

void
unit_check(struct unit *u)
{
	size_t i;

	for (i = 0; i < u->n; i++) {
		struct item *item = &u->items[i];

		if (item->finished ||
		    (item->plan <= PLAN_SKIP && !item_is_compared(item)))
			continue;
		item_wake(item);
		check_item(item);
		item_rest(item);
	}
}
