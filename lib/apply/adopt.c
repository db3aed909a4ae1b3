/*
 * Before an object is applied: fields that other tools have left become ours,
 * so that the apply removes those that are no longer wanted, and defaults that
 * nobody owns and that the new object excludes go.
 */
#include "apply/item.h"

#include "fields/takeover.h"
#include "json.h"

static void take_over(struct item *item);

/*
 * Go on from the object as the answer has it.  From our first write on only
 * the UID has to stay: what else changes is of our own making.
 */
static void
take_answer(struct item *item, const jv *live)
{
	if (jv_is_valid(item->lock))
		item->lock = json_delete(item->lock, "resourceVersion");
	jv_free(item->live);
	item->live = jv_copy(*live);
}

static void
on_metadata(void *ctx, const struct api_response *r)
{
	struct item *item = ctx;

	if (r->status == 404) {
		/* Gone meanwhile: nothing is left to take over. */
		jv_free(item->live);
		item->live = jv_invalid();
		item_write(item);
	} else if (r->exit != STATUS_OK) {
		item_fail_response(item, r);
	} else {
		jv_free(item->live);
		item->live = jv_copy(*r->body);
		take_over(item);
	}
}

static void
look_again(struct item *item)
{
	struct api_request req = { 0 };
	struct buf path = BUF_INIT;

	api_path(&path, item->kind, item->namespace, item->name);
	req.method = "GET";
	req.path = buf_str(&path);
	req.accept = LIVE_METADATA;
	req.done = on_metadata;
	req.ctx = item;
	api_send(item->unit->options->api, &req);
	buf_release(&path);
}

static void
on_taken_over(void *ctx, const struct api_response *r)
{
	struct item *item = ctx;

	if (r->exit == STATUS_OK) {
		take_answer(item, r->body);
		item_write(item);
	} else if ((r->status == 409 || r->status == 404) &&
		   item->tries++ < TRIES) {
		look_again(item);
	} else {
		item_fail_response(item, r);
	}
}

static void
send_patch(struct item *item, const jv *patch)
{
	struct api_request req = { 0 };
	struct buf path = BUF_INIT;

	api_path(&path, item->kind, item->namespace, item->name);
	api_query(&path, "fieldManager", item->unit->options->manager);
	req.method = "PATCH";
	req.path = buf_str(&path);
	req.content_type = "application/json-patch+json";
	req.accept = LIVE_METADATA;
	req.body = patch;
	req.done = on_taken_over;
	req.ctx = item;
	api_send(item->unit->options->api, &req);
	buf_release(&path);
}

/*
 * Make ours what others have left, and defaults that stand in the way and that
 * nobody holds: the apply that follows removes what it does not want of it.
 */
static void
take_over(struct item *item)
{
	const char *manager = item->unit->options->manager;
	jv patch = jv_invalid(), live = jv_copy(item->live);

	if (jv_is_valid(live) && json_len(&item->remove) > 0)
		live = takeover_claim(live, manager,
		    json_get_str(&item->object, "apiVersion"), &item->remove);
	if (jv_is_valid(live))
		patch = takeover_patch(&live, manager, !item->merge);
	if (jv_is_valid(patch))
		send_patch(item, &patch);
	else
		item_write(item);
	jv_free(patch);
	jv_free(live);
}

void
item_adopt(struct item *item)
{
	/* What is not written can't be tried on top of it either. */
	if (item->unit->options->dry_run)
		item_write(item);
	else
		take_over(item);
}
