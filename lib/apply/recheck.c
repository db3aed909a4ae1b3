/*
 * An object that is not in the state in which it was compared.  A status that
 * moved on is no matter; what counts is whether the write would still change
 * exactly what the plan says, or nothing at all since it was done already.
 */
#include "apply/item.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "judge/judge.h"
#include "mem.h"
#include "object.h"

/* The object as it is now, and the item it is wanted for. */
struct recheck {
	struct item *item;
	jv live;
};

static void
end(struct recheck *c)
{
	jv_free(c->live);
	free(c);
}

/* The plan does not say what a Secret held, so nobody knows what it is now. */
static bool
is_masked(const struct item *item, const jv *field)
{
	const char *from = json_get_str(field, "from");

	return from && strcmp(from, "***") == 0 &&
	       object_is_secret(&item->object);
}

/* The plan's fields, but for what was judged about them. */
static bool
is_the_plan(const struct item *item, const jv *fields)
{
	jv planned = json_path(&item->record->value, "diff", "fields", NULL);
	bool same = json_len(&planned) == json_len(fields);
	int i;

	for (i = 0; i < json_len(fields) && same; i++) {
		jv one = json_delete(json_at(&planned, i), "immutable");
		jv now = json_delete(json_at(fields, i), "immutable");

		same = json_equal(&one, &now) && !is_masked(item, &now);
		jv_free(one);
		jv_free(now);
	}
	jv_free(planned);
	return same;
}

static void
refuse(struct item *item, const jv *fields)
{
	struct buf text = BUF_INIT;
	jv first = json_at(fields, 0);
	const char *path = json_get_str(&first, "path");

	if (item->plan == PLAN_CREATE)
		buf_adds(&text, "exists by now, and the plan would create it");
	else
		buf_adds(&text, "changed since the plan was made");
	if (path)
		buf_addf(&text, " (%s differs)", path);
	buf_adds(&text, "; make a new plan");
	item_fail(item, STATUS_REFUSED, "Changed", buf_str(&text), 0);
	jv_free(first);
	buf_release(&text);
}

/* Write over the state that was looked at just now, and over no other. */
static void
go_on(struct item *item, const jv *live)
{
	jv_free(item->lock);
	item->lock = json_set(jv_object(), "resourceVersion",
	    json_path(live, "metadata", "resourceVersion", NULL));
	jv_free(item->live);
	item->live = jv_copy(*live);
	item->moved = false;
	if (item->unit->settling)
		item_rest(item);
	else
		item_adopt(item);
}

/* There is nothing to do, whatever was planned. */
static bool
is_done(const struct item *item, const struct verdict *v)
{
	if (item->plan == PLAN_NONE && policy_runs_once(&item->object))
		return true;
	return strcmp(v->action, "none") == 0 &&
	       (!v->ownership || item->plan == PLAN_NONE);
}

static bool
is_same_state(const jv *a, const jv *b)
{
	return strcmp(metadata_str(a, "resourceVersion"),
		   metadata_str(b, "resourceVersion")) == 0;
}

static void
settle(struct recheck *c, const struct verdict *v)
{
	struct item *item = c->item;

	if (!v->action) {
		item_fail(item, v->error.exit, v->error.reason,
		    v->error.message, v->error.http);
	} else if (is_done(item, v)) {
		item_finish(item, "unchanged", &c->live);
	} else if (!item->suspect && item->plan == PLAN_UPDATE &&
		   (v->ownership || is_the_plan(item, &v->fields))) {
		go_on(item, &c->live);
	} else if (item->tries++ < TRIES &&
		   !is_same_state(&c->live, &item->live)) {
		/* It may have been written to between two answers. */
		jv_free(item->live);
		item->live = jv_copy(c->live);
		item_recheck(item);
	} else {
		refuse(item, &v->fields);
	}
	end(c);
}

static void
on_verdict(void *ctx, struct verdict *v)
{
	settle(ctx, v);
}

static void
judge(struct recheck *c)
{
	struct judge judge = { .api = c->item->unit->options->api };
	struct verdict v;

	judge.kind = c->item->kind;
	judge.desired = &c->item->object;
	judge.live = &c->live;
	judge.done = on_verdict;
	judge.ctx = c;
	if (judge_at_once(&judge, &v)) {
		settle(c, &v);
		verdict_release(&v);
	} else {
		judge_start(&judge);
	}
}

static void
on_live(void *ctx, const struct api_response *r)
{
	struct recheck *c = ctx;

	if (r->exit != STATUS_OK) {
		item_fail_response(c->item, r);
		end(c);
		return;
	}
	item_wake(c->item);
	c->live = jv_copy(*r->body);
	judge(c);
}

void
item_recheck(struct item *item)
{
	struct recheck *c = mem_zero(1, sizeof(*c));
	struct api_request req = { .method = "GET" };
	struct buf path = BUF_INIT;

	c->item = item;
	c->live = jv_invalid();
	api_path(&path, item->kind, item->namespace, item->name);
	req.path = buf_str(&path);
	req.done = on_live;
	req.ctx = c;
	api_send(item->unit->options->api, &req);
	buf_release(&path);
}
