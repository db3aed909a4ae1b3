/*
 * Deleting an object and watching it go; see removal.h.  The watch begins with
 * a list, after the server has accepted the deletion, so its end can't be
 * missed.
 */
#include "apply/removal.h"

#include <stdlib.h>
#include <string.h>

#include "duration.h"
#include "json.h"
#include "mem.h"

struct removal {
	struct api *api;
	struct removal_request request;
	char *namespace, *name, *uid;
	struct api_watch *watch;
	struct api_timer *timer;
	jv last;   /* the object as last seen, invalid if it was not */
	bool seen; /* it was in the list that the watch began with */
};

static void
finish(struct removal *r, const struct removal_result *result)
{
	struct removal_request request = r->request;

	if (r->watch)
		api_watch_stop(r->api, r->watch);
	if (r->timer)
		api_timer_stop(r->api, r->timer);
	request.done(request.ctx, result);
	jv_free(r->last);
	free(r->namespace);
	free(r->name);
	free(r->uid);
	free(r);
}

static void
gone(struct removal *r)
{
	struct removal_result ok = { STATUS_OK, "", "", 0 };

	finish(r, &ok);
}

/* Who still holds the object: its finalizers, as far as they are known. */
static void
add_holders(struct buf *out, const jv *object)
{
	jv list = json_path(object, "metadata", "finalizers", NULL), one;
	int i;

	for (i = 0; i < json_len(&list); i++) {
		one = json_at(&list, i);
		if (json_str(&one) &&
		    strcmp(json_str(&one), "foregroundDeletion") == 0)
			buf_addf(
			    out, "%swhat it owns is not gone", i ? ", " : ": ");
		else if (json_str(&one))
			buf_addf(out, "%sheld by finalizer %s", i ? ", " : ": ",
			    json_str(&one));
		jv_free(one);
	}
	jv_free(list);
}

static void
on_timeout(void *ctx)
{
	struct removal *r = ctx;
	struct buf text = BUF_INIT;
	struct removal_result result = { STATUS_TIMEOUT, "Timeout", NULL, 0 };

	r->timer = NULL;
	buf_adds(&text, "still being deleted after ");
	duration_write(&text, r->request.timeout_ms);
	add_holders(&text, &r->last);
	result.message = buf_str(&text);
	finish(r, &result);
	buf_release(&text);
}

static bool
is_the_object(const struct removal *r, const jv *object)
{
	const char *uid = json_path_str(object, "metadata", "uid", NULL);

	return uid && strcmp(uid, r->uid) == 0;
}

static void
on_event(void *ctx, const char *type, const jv *object)
{
	struct removal *r = ctx;

	if (strcmp(type, "SYNCED") == 0) {
		if (!r->seen)
			gone(r);
		return;
	}
	if (!is_the_object(r, object)) {
		/* Of that name, but another: ours went before it came. */
		if (r->seen)
			gone(r);
		return;
	}
	if (strcmp(type, "DELETED") == 0) {
		gone(r);
		return;
	}
	r->seen = true;
	jv_free(r->last);
	r->last = jv_copy(*object);
}

static void
fail(struct removal *r, const struct api_response *response)
{
	struct removal_result result = { response->exit, response->reason,
		response->message, response->status };

	if (response->status == 409) {
		result.reason = "Changed";
		result.message = "it was replaced by another of that name "
				 "meanwhile";
	}
	finish(r, &result);
}

static void
on_watch_failed(void *ctx, const struct api_response *response)
{
	struct removal *r = ctx;

	r->watch = NULL;
	fail(r, response);
}

static void
watch(struct removal *r)
{
	struct buf selector = BUF_INIT;
	struct api_watch_options options = { 0 };

	buf_addf(&selector, "metadata.name=%s", r->name);
	options.kind = r->request.kind;
	options.namespace = r->namespace;
	options.field_selector = buf_str(&selector);
	options.event = on_event;
	options.failed = on_watch_failed;
	options.ctx = r;
	r->watch = api_watch_start(r->api, &options);
	r->timer =
	    api_timer_start(r->api, r->request.timeout_ms, on_timeout, r);
	buf_release(&selector);
}

static void
on_deleted(void *ctx, const struct api_response *response)
{
	struct removal *r = ctx;

	if (response->exit != STATUS_OK && response->status != 404)
		fail(r, response);
	else if (response->status == 404 || r->request.dry_run)
		gone(r);
	else
		watch(r);
}

static jv
delete_options(const struct removal *r)
{
	jv options = json_set_str(jv_object(), "apiVersion", "v1");

	options = json_set_str(options, "kind", "DeleteOptions");
	/* With a body the server does not look at the query. */
	if (r->request.dry_run)
		options = json_set(options, "dryRun",
		    jv_array_append(jv_array(), jv_string("All")));
	options = json_set_str(options, "propagationPolicy",
	    r->request.background ? "Background" : "Foreground");
	return json_set(
	    options, "preconditions", json_set_str(jv_object(), "uid", r->uid));
}

static void
send_delete(struct removal *r)
{
	struct api_request req = { 0 };
	struct buf path = BUF_INIT;
	jv options = delete_options(r);

	api_path(&path, r->request.kind, r->namespace, r->name);
	req.method = "DELETE";
	req.path = buf_str(&path);
	req.body = &options;
	req.timeout_ms = r->request.timeout_ms;
	req.done = on_deleted;
	req.ctx = r;
	api_send(r->api, &req);
	buf_release(&path);
	jv_free(options);
}

void
removal_start(struct api *api, const struct removal_request *request)
{
	struct removal *r = mem_zero(1, sizeof(*r));

	r->api = api;
	r->request = *request;
	r->namespace = mem_strdup(request->namespace);
	r->name = mem_strdup(request->name);
	r->uid = mem_strdup(request->uid);
	r->last = jv_invalid();
	if (request->already)
		watch(r);
	else
		send_delete(r);
}
