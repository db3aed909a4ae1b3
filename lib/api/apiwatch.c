/*
 * One collection, listed and then watched for as long as somebody wants to
 * know.  What was told of each object is kept, so that a list after a gap tells
 * the difference and no more.
 */
#include <stdlib.h>
#include <string.h>

#include "api/apiwatchimpl.h"
#include "json.h"
#include "mem.h"

/*
 * A watch that says nothing may have nothing to say, or have lost its server.
 * So it is asked for some seconds at a time, at the end of which the server
 * sends a bookmark; where no end comes, the next one gets a connection of its
 * own.
 */
#define WATCH_S 15
#define SPREAD_S 5
#define SILENCE_MS 5000LL

/*
 * Streams that end so soon without a single event may never bring one, for
 * instance behind a proxy that cuts each off within it.  After so many of them
 * in a row a list tells what there is to know.
 */
#define SOON_MS 10000LL
#define MAX_BARREN 3

/* --- life --------------------------------------------------------------- */

static char *
copy(const char *s)
{
	return s && *s ? mem_strdup(s) : NULL;
}

static void
free_watch(struct api_watch *w)
{
	jv_free(w->known);
	jv_free(w->listed);
	free(w->namespace);
	free(w->labels);
	free(w->fields);
	free(w->version);
	free(w->next);
	free(w);
}

static void
stop_timer(struct api_watch *w)
{
	if (w->timer)
		api_timer_stop(w->api, w->timer);
	w->timer = NULL;
}

static void
end_watch(struct api_watch *w)
{
	struct api_watch **p;

	if (w->ended)
		return;
	w->ended = true;
	for (p = &w->api->watches; *p != w; p = &(*p)->sibling)
		;
	*p = w->sibling;
	stop_timer(w);
	if (w->call)
		api_cancel(w->api, w->call);
	w->call = NULL;
}

void
watch_enter(struct api_watch *w)
{
	w->busy++;
}

void
watch_leave(struct api_watch *w)
{
	if (--w->busy == 0 && w->ended)
		free_watch(w);
}

struct api_watch *
api_watch_start(struct api *api, const struct api_watch_options *options)
{
	struct api_watch *w = mem_zero(1, sizeof(*w));

	w->api = api;
	w->kind = options->kind;
	w->namespace = copy(options->namespace);
	w->labels = copy(options->label_selector);
	w->fields = copy(options->field_selector);
	w->version = copy(options->resource_version);
	w->trim = options->trim;
	w->keep = options->keep;
	w->event = options->event;
	w->polled = options->polled;
	w->failed = options->failed;
	w->ctx = options->ctx;
	w->known = jv_object();
	w->listed = jv_object();
	w->sibling = api->watches;
	api->watches = w;
	if (w->version)
		watch_start_stream(w);
	else
		watch_start_list(w);
	return w;
}

void
api_watch_stop(struct api *api, struct api_watch *w)
{
	(void)api;
	watch_enter(w);
	end_watch(w);
	watch_leave(w);
}

void
watch_fail(struct api_watch *w, const struct api_response *r)
{
	end_watch(w);
	if (w->failed)
		w->failed(w->ctx, r);
}

/* --- watching ----------------------------------------------------------- */

static void
open_again(void *ctx)
{
	struct api_watch *w = ctx;

	w->timer = NULL;
	if (w->relist)
		watch_start_list(w);
	else
		watch_start_stream(w);
}

static void
take_error(struct api_watch *w, const jv *status)
{
	if (json_get_int(status, "code", 0) == 410)
		w->relist = true;
}

static void
take_deleted(struct api_watch *w, const jv *key, const jv *object)
{
	/* Of a collection that was never listed all deletions are news. */
	if (json_has(&w->known, json_str(key)) || !w->counted)
		watch_tell_gone(w, key, object);
}

/* Returns false for what no server would say. */
static bool
take_event(struct api_watch *w, const jv *event)
{
	const char *type = json_get_str(event, "type");
	jv object = json_get(event, "object");
	bool good = type && json_is(&object, JV_KIND_OBJECT);
	jv key;

	if (good && strcmp(type, "ERROR") == 0) {
		take_error(w, &object);
		good = false;
	} else if (good) {
		object = watch_trim(w, object);
		key = watch_key(&object);
		w->fruitful = true;
		if (strcmp(type, "DELETED") == 0)
			take_deleted(w, &key, &object);
		else if (strcmp(type, "BOOKMARK") != 0)
			watch_tell_present(w, &key, &object);
		jv_free(key);
		watch_set_version(w, &object);
	}
	jv_free(object);
	return good;
}

static bool
take_line(void *ctx, const char *line, size_t len)
{
	struct api_watch *w = ctx;
	struct buf err = BUF_INIT;
	jv event;
	bool good;

	if (len == 0)
		return true;
	event = json_parse(line, len, &err);
	watch_enter(w);
	good = jv_is_valid(event) && take_event(w, &event) && !w->ended;
	watch_leave(w);
	jv_free(event);
	buf_release(&err);
	return good;
}

static void
end_silence(void *ctx)
{
	struct api_watch *w = ctx;

	w->timer = NULL;
	api_call_distrust(w->call);
	api_cancel(w->api, w->call);
	w->call = NULL;
	w->lost = true;
	watch_start_stream(w);
}

/* A stream is over.  Returns the pause before what comes next. */
static long long
judge_stream(struct api_watch *w)
{
	if (w->fruitful || api_now() - w->opened > SOON_MS)
		w->barren = 0;
	else
		w->barren++;
	if (w->fruitful) {
		w->failures = 0;
		return 0;
	}
	/* A list that went well in between is no reason to hurry. */
	if (w->failures < w->barren - 1)
		w->failures = w->barren - 1;
	if (w->barren >= MAX_BARREN && w->counted)
		w->relist = true;
	return watch_pause(w);
}

static void
stream_done(void *ctx, const struct api_response *r)
{
	struct api_watch *w = ctx;

	w->call = NULL;
	stop_timer(w);
	watch_enter(w);
	if (r->status == 410)
		w->relist = true;
	if (r->status == 403 || r->status == 404 || r->status == 405) {
		if (!w->polling && w->polled && r->status != 404)
			w->polled(w->ctx, r);
		w->polling = true; /* a list knows what the matter is */
		watch_start_list(w);
	} else if (watch_refused(r) && !w->relist) {
		watch_fail(w, r);
	} else {
		w->timer =
		    api_timer_start(w->api, judge_stream(w), open_again, w);
	}
	watch_leave(w);
}

void
watch_start_stream(struct api_watch *w)
{
	struct buf path = BUF_INIT, seconds = BUF_INIT;
	unsigned length = WATCH_S + api_random(w->api) % SPREAD_S;
	struct api_request r = { .method = "GET",
		.fresh = w->lost,
		.line = take_line,
		.done = stream_done,
		.ctx = w };

	buf_addf(&seconds, "%u", length);
	watch_path(w, &path);
	api_query(&path, "watch", "true");
	api_query(&path, "allowWatchBookmarks", "true");
	api_query(&path, "resourceVersion", w->version);
	api_query(&path, "timeoutSeconds", seconds.s);
	r.path = path.s;
	w->fruitful = w->lost = false;
	w->opened = api_now();
	w->call = api_send(w->api, &r);
	w->timer = api_timer_start(
	    w->api, length * 1000LL + SILENCE_MS, end_silence, w);
	buf_release(&path);
	buf_release(&seconds);
}
