/*
 * The server refused to change an object that no diff-immutable has looked at.
 * The same judge is asked what that means: the object must be made anew, a
 * default stands in the way, or it is wrong.
 */
#include "apply/item.h"

#include <string.h>

#include "diff/jobrun.h"
#include "json.h"
#include "judge/judge.h"

/* The names of the fields that can't be changed. */
static void
add_fields(const jv *fields, struct buf *out)
{
	jv one;
	int i;

	for (i = 0; i < json_len(fields); i++) {
		one = json_at(fields, i);
		if (json_get_bool(&one, "immutable", false) &&
		    json_get_str(&one, "path"))
			buf_addf(out, "%s%s", out->len ? ", " : "",
			    json_get_str(&one, "path"));
		jv_free(one);
	}
}

static void
recreate(struct item *item, const struct verdict *v)
{
	struct buf fields = BUF_INIT;

	add_fields(&v->fields, &fields);
	if (item_may_recreate(item, buf_str(&fields))) {
		item->plan = PLAN_RECREATE;
		item_make_room(item);
	}
	buf_release(&fields);
}

static void
on_verdict(void *ctx, struct verdict *v)
{
	struct item *item = ctx;

	if (jobrun_is_job(&item->object))
		jv_free(jobrun_decide(
		    &(struct jobrun){ &item->object, &item->live, false }, v));
	if (!v->action) {
		item_fail(item, v->error.exit, v->error.reason,
		    v->error.message, v->error.http);
	} else if (strcmp(v->action, "recreate") == 0) {
		recreate(item, v);
	} else if (strcmp(v->action, "none") == 0) {
		/* A Job that is to run but once. */
		item_finish(item, "skipped", &item->live);
	} else {
		jv_free(item->remove);
		item->remove = jv_copy(v->remove);
		item_adopt(item);
	}
}

static void
on_live(void *ctx, const struct api_response *r)
{
	struct item *item = ctx;
	struct judge judge = { 0 };

	if (r->exit != STATUS_OK && r->status != 404) {
		item_fail_response(item, r);
		return;
	}
	judge.api = item->unit->options->api;
	judge.kind = item->kind;
	judge.desired = &item->object;
	judge.live = r->exit == STATUS_OK ? r->body : NULL;
	judge.done = on_verdict;
	judge.ctx = item;
	judge_start(&judge);
}

void
item_judge(struct item *item)
{
	struct api_request req = { 0 };
	struct buf path = BUF_INIT;

	item->judged = true;
	api_path(&path, item->kind, item->namespace, item->name);
	req.method = "GET";
	req.path = buf_str(&path);
	req.done = on_live;
	req.ctx = item;
	api_send(item->unit->options->api, &req);
	buf_release(&path);
}
