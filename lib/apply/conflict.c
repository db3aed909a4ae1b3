/*
 * Conflicts of field managers: every one of a stage is found, by a dry run,
 * before its first object is written.
 */
#include "apply/item.h"

#include <string.h>

#include "fields/takeover.h"
#include "json.h"

/* The manager that a cause names: conflict with "NAME" using VERSION. */
static bool
is_taken_over(const struct item *item, const char *message)
{
	const char *begin = strchr(message, '"'), *end;
	struct buf name = BUF_INIT;
	bool taken;

	end = begin ? strchr(begin + 1, '"') : NULL;
	if (!end || item->merge)
		return false;
	buf_add(&name, begin + 1, (size_t)(end - begin - 1));
	taken = takeover_takes(buf_str(&name), item->unit->options->manager);
	buf_release(&name);
	return taken;
}

bool
conflict_list(const struct item *item, const jv *status, struct buf *out)
{
	jv causes = json_path(status, "details", "causes", NULL), one;
	const char *reason, *message, *field;
	bool any = false;
	int i;

	for (i = 0; i < json_len(&causes); i++) {
		one = json_at(&causes, i);
		reason = json_get_str(&one, "reason");
		message = json_get_str(&one, "message");
		field = json_get_str(&one, "field");
		if (reason && message &&
		    strcmp(reason, "FieldManagerConflict") == 0 &&
		    !is_taken_over(item, message)) {
			buf_addf(out, "%s%s: %s", any ? "; " : "",
			    field ? field : "", message);
			any = true;
		}
		jv_free(one);
	}
	jv_free(causes);
	return any;
}

/* Other refusals come again, and are dealt with, when it is written. */
static void
on_tried(void *ctx, const struct api_response *r)
{
	struct item *item = ctx;
	struct buf text = BUF_INIT;

	if (r->status == 409 && conflict_list(item, r->body, &text))
		item_fail(item, STATUS_REFUSED, "FieldManagerConflict",
		    buf_str(&text), r->status);
	buf_release(&text);
}

void
unit_try_conflicts(struct unit *u)
{
	struct api_request req = { 0 };
	struct buf path = BUF_INIT;
	size_t i;

	for (i = 0; i < u->n; i++) {
		struct item *item = &u->items[i];

		if (item->finished || item->plan <= PLAN_SKIP ||
		    item->plan == PLAN_RECREATE || !item_is_there(item))
			continue;
		item_wake(item);
		buf_clear(&path);
		item_patch(item, true, false, &path, &req);
		req.body = &item->object;
		req.accept = LIVE_METADATA;
		req.done = on_tried;
		req.ctx = item;
		api_send(u->options->api, &req);
		item_rest(item);
	}
	api_run(u->options->api);
	buf_release(&path);
}
