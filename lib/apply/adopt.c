/*
 * Before an object is applied: fields that other tools have left become ours,
 * so that the apply removes those that are no longer wanted, and defaults that
 * nobody owns and that the new object excludes go.
 */
#include "apply/item.h"

#include "apply/takeover.h"
#include "json.h"

static void clear_the_way(struct item *item);
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

/* --- fields of others --------------------------------------------------- */

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

	api_path(&path, item->kind, metadata_str(&item->object, "namespace"),
	    metadata_str(&item->object, "name"));
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
		clear_the_way(item);
	} else if ((r->status == 409 || r->status == 404) &&
		   item->tries++ < TRIES) {
		look_again(item);
	} else {
		item_fail_response(item, r);
	}
}

static void
patch_item(
    struct item *item, const char *type, const jv *patch, api_done_fn *done)
{
	struct api_request req = { 0 };
	struct buf path = BUF_INIT;

	api_path(&path, item->kind, metadata_str(&item->object, "namespace"),
	    metadata_str(&item->object, "name"));
	api_query(&path, "fieldManager", item->unit->options->manager);
	req.method = "PATCH";
	req.path = buf_str(&path);
	req.content_type = type;
	req.accept = LIVE_METADATA;
	req.body = patch;
	req.done = done;
	req.ctx = item;
	api_send(item->unit->options->api, &req);
	buf_release(&path);
}

static void
take_over(struct item *item)
{
	jv patch = jv_invalid();

	if (!item->merge && jv_is_valid(item->live))
		patch =
		    takeover_patch(&item->live, item->unit->options->manager);
	if (jv_is_valid(patch))
		patch_item(
		    item, "application/json-patch+json", &patch, on_taken_over);
	else
		clear_the_way(item);
	jv_free(patch);
}

/* --- defaults in the way ------------------------------------------------ */

static void
on_cleared(void *ctx, const struct api_response *r)
{
	struct item *item = ctx;

	if (r->exit == STATUS_OK) {
		take_answer(item, r->body);
		item_write(item);
	} else {
		item_fail_response(item, r);
	}
}

/*
 * A merge patch that removes one member.  What the manifest says beside it goes
 * along, since the default would come back as long as that is not said
 * (a strategy's type, for its rollingUpdate).
 */
static jv
removal_patch(const jv *desired, const char *pointer)
{
	struct buf key = BUF_INIT;
	const char *rest = pointer;
	jv patch = jv_object(), below;

	if (!json_is(desired, JV_KIND_OBJECT) ||
	    !json_pointer_next(&rest, &key)) {
		buf_release(&key);
		return patch;
	}
	if (*rest) {
		jv inner = json_get(desired, buf_str(&key));

		below = removal_patch(&inner, rest);
		jv_free(inner);
	} else {
		jv_object_foreach (*desired, name, value) {
			jv_kind kind = jv_get_kind(value);

			if (kind == JV_KIND_OBJECT || kind == JV_KIND_ARRAY) {
				jv_free(name);
				jv_free(value);
			} else {
				patch = jv_object_set(patch, name, value);
			}
		}
		below = jv_null();
	}
	patch = json_set(patch, buf_str(&key), below);
	buf_release(&key);
	return patch;
}

static void
clear_the_way(struct item *item)
{
	jv patch = jv_object(), one;
	int i;

	for (i = 0; i < json_len(&item->remove); i++) {
		one = json_at(&item->remove, i);
		if (json_str(&one))
			patch = jv_object_merge_recursive(patch,
			    removal_patch(&item->object, json_str(&one)));
		jv_free(one);
	}
	if (json_len(&patch) > 0)
		patch_item(
		    item, "application/merge-patch+json", &patch, on_cleared);
	else
		item_write(item);
	jv_free(patch);
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
