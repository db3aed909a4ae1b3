/*
 * One object on its way: what is in the way is removed, what others left is
 * taken over, then it is applied.  Each step follows from what the cluster
 * says, so a run that was killed between two of them is gone on with by the
 * next one.
 */
#include "apply/item.h"

#include <string.h>

#include "apply/removal.h"
#include "fields/takeover.h"
#include "json.h"
#include "object.h"

void
item_patch(const struct item *item, bool dry_run, bool force, struct buf *path,
    struct api_request *req)
{
	api_path(path, item->kind, item->namespace, item->name);
	api_query(path, "fieldManager", item->unit->options->manager);
	if (force)
		api_query(path, "force", "true");
	if (dry_run)
		api_query(path, "dryRun", "All");
	*req = (struct api_request){ .method = "PATCH" };
	req->path = buf_str(path);
	req->content_type = "application/apply-patch+yaml";
}

/* --- the answer --------------------------------------------------------- */

/* Ten seconds, at the pace of UNSERVED_PAUSE_MS. */
#define UNSERVED_TRIES 100

static bool
has_generation(const jv *object)
{
	jv n = json_path(object, "metadata", "generation", NULL);
	bool has = json_is(&n, JV_KIND_NUMBER);

	jv_free(n);
	return has;
}

/*
 * resourceVersion says it, but a controller may have written the status
 * meanwhile: then the generation, what metadata holds, and when our fields were
 * written last.  A dry run does not count resourceVersion up at all.
 */
static bool
is_unchanged(const struct item *item, const jv *answer)
{
	bool same = strcmp(metadata_str(&item->live, "resourceVersion"),
			metadata_str(answer, "resourceVersion")) == 0;

	if (!jv_is_valid(item->live))
		return false;
	if (same && !item->unit->options->dry_run)
		return true;
	if (!same && !has_generation(answer))
		return false;
	return takeover_same(
	    &item->object, &item->live, answer, item->unit->options->manager);
}

static void
written(struct item *item, const struct api_response *r)
{
	jv lost;

	if (item->plan == PLAN_RECREATE) {
		item_finish(item, "recreated", r->body);
		return;
	}
	if (r->status == 201 || item->plan == PLAN_CREATE) {
		item_finish(item, "created", r->body);
		return;
	}
	if (item->same || is_unchanged(item, r->body)) {
		item_finish(item, "unchanged", r->body);
		return;
	}
	lost =
	    takeover_lost(&item->live, r->body, item->unit->options->manager);
	if (json_len(&lost) > 0)
		item->took = lost;
	else
		jv_free(lost);
	item_finish(item, "configured", r->body);
}

static void
fail_conflicts(struct item *item, const struct api_response *r)
{
	struct buf text = BUF_INIT;

	if (conflict_list(item, r->body, &text))
		item_fail(item, STATUS_REFUSED, "FieldManagerConflict",
		    buf_str(&text), r->status);
	else
		item_fail_response(item, r);
	buf_release(&text);
}

/* The kind is one that the stage's own CRDs define. */
static bool
is_own_kind(const struct item *item)
{
	const struct unit *u = item->unit;

	return u->n_crds && item->kind >= u->crds &&
	       item->kind < u->crds + u->n_crds;
}

/*
 * A 404 for a write is about the namespace or the kind.  What the stage itself
 * brings is not there in a dry run; for real, a server may need a moment until
 * it serves a kind that it has already called established.
 */
static void
not_found(struct item *item, const struct api_response *r)
{
	struct buf text = BUF_INIT;
	bool own = is_own_kind(item);

	if (item->unit->options->dry_run &&
	    (own || unit_brings_namespace(item->unit, item->namespace))) {
		item_finish(item, "created", NULL);
		return;
	}
	if (own && item->tries++ < UNSERVED_TRIES) {
		item->again = true;
		item_close(item);
		return;
	}
	buf_adds(&text, r->message);
	if (strstr(r->message, "namespaces \""))
		buf_adds(&text, ": create it first, or bring it as an object "
				"of the stage");
	item_fail(item, r->exit, "NotFound", buf_str(&text), r->status);
	buf_release(&text);
}

static void
refused(struct item *item, const struct api_response *r)
{
	if (r->status == 409 && jv_is_valid(item->lock) &&
	    item->tries++ < TRIES)
		item_recheck(item);
	else if (r->status == 409)
		fail_conflicts(item, r);
	else if (r->status == 404)
		not_found(item, r);
	else if (item->plan == PLAN_APPLY && jv_is_valid(item->live) &&
		 !item->judged)
		item_judge(item);
	else
		item_fail_response(item, r);
}

static void
on_written(void *ctx, const struct api_response *r)
{
	struct item *item = ctx;

	if (r->exit == STATUS_OK)
		written(item, r);
	else
		refused(item, r);
}

/* --- writing ------------------------------------------------------------ */

static jv
locked_body(const struct item *item)
{
	jv body = jv_copy(item->object), metadata;

	if (jv_is_valid(item->lock)) {
		metadata = json_take(&body, "metadata");
		metadata = jv_object_merge(metadata, jv_copy(item->lock));
		body = json_set(body, "metadata", metadata);
	}
	return body;
}

/* A name made by the server: a new object each time. */
static void
create(struct item *item, struct buf *path, struct api_request *req)
{
	api_path(path, item->kind, item->namespace, NULL);
	api_query(path, "fieldManager", item->unit->options->manager);
	if (item->unit->options->dry_run)
		api_query(path, "dryRun", "All");
	*req = (struct api_request){ .method = "POST", .once = true };
	req->path = buf_str(path);
}

/* The tools downstream have to know it by the name it was given. */
static void
on_created(void *ctx, const struct api_response *r)
{
	struct item *item = ctx;
	jv object, metadata;

	if (r->exit == STATUS_OK && !item->unit->options->dry_run) {
		object = record_object(item->record);
		metadata = json_take(&object, "metadata");
		metadata = json_set_str(
		    metadata, "name", metadata_str(r->body, "name"));
		object = json_set(object, "metadata", metadata);
		record_set(item->record, "object", object);
	}
	on_written(ctx, r);
}

void
item_write(struct item *item)
{
	const struct apply_options *o = item->unit->options;
	struct buf path = BUF_INIT;
	struct api_request req;
	jv body = locked_body(item);

	if (*item->name) {
		item_patch(item, o->dry_run, !o->fail_conflicts, &path, &req);
		req.done = on_written;
	} else {
		create(item, &path, &req);
		req.done = on_created;
	}
	req.body = &body;
	req.accept = LIVE_METADATA;
	req.ctx = item;
	api_send(o->api, &req);
	buf_release(&path);
	jv_free(body);
}

/* --- recreating --------------------------------------------------------- */

static void
on_gone(void *ctx, const struct removal_result *result)
{
	struct item *item = ctx;

	if (result->status != STATUS_OK) {
		item_fail(item, result->status, result->reason, result->message,
		    result->http);
		return;
	}
	/* A dry run can't create what is still there. */
	if (item->unit->options->dry_run) {
		item_finish(item, "recreated", NULL);
		return;
	}
	jv_free(item->live);
	jv_free(item->lock);
	item->live = item->lock = jv_invalid();
	item_write(item);
}

void
item_make_room(struct item *item)
{
	struct removal_request request = { 0 };

	request.kind = item->kind;
	request.namespace = item->namespace;
	request.name = item->name;
	request.uid = metadata_str(&item->live, "uid");
	request.already = item_is_terminating(item);
	request.dry_run = item->unit->options->dry_run;
	request.timeout_ms = item->unit->timeout_ms;
	request.done = on_gone;
	request.ctx = item;
	removal_start(item->unit->options->api, &request);
}

void
item_start(struct item *item)
{
	item_wake(item);
	if (item->suspect || item->moved)
		item_recheck(item);
	else if (item_is_terminating(item) || item->plan == PLAN_RECREATE)
		item_make_room(item);
	else
		item_adopt(item);
}
