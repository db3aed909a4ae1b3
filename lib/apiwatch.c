/*
 * One collection, listed and then watched for as long as somebody wants to
 * know.  What was told of each object is kept, so that a list after a gap tells
 * the difference and no more.
 */
#include <stdlib.h>
#include <string.h>

#include "apiimpl.h"
#include "json.h"
#include "mem.h"

/* Bookmarks come about once a minute; without any the watch is taken anew. */
#define SILENCE_MS 150000LL
#define POLL_MS 2000LL
#define LONGEST_PAUSE_MS 10000LL
#define PAGE "500"

struct api_watch {
	struct api *api;
	const struct kind *kind;
	char *namespace, *labels, *fields;
	api_event_fn *event;
	api_failed_fn *failed;
	void *ctx;
	jv known;	 /* what was told: "NAMESPACE/NAME" to object */
	jv listed;	 /* the keys of the list under way */
	char *version;	 /* the resourceVersion to watch from */
	char *next;	 /* the next page of the list, NULL: the first */
	bool counted;	 /* known is all there was at some time */
	bool polling;	 /* we may list, but not watch */
	bool relist;	 /* the server has forgotten our version */
	bool ended;	 /* stopped or failed, freed when no longer busy */
	int busy;	 /* depth of callbacks */
	int failures;	 /* in a row */
	bool fruitful;	 /* the stream under way brought something */
	long long heard; /* when the last line came */
	struct api_call *call;
	struct api_timer *timer;
};

static void start_list(struct api_watch *w);
static void start_stream(struct api_watch *w);

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
	if (w->ended)
		return;
	w->ended = true;
	w->api->watches--;
	stop_timer(w);
	if (w->call)
		api_cancel(w->api, w->call);
	w->call = NULL;
}

/* Callbacks come between these two; after leave, w may be gone. */
static void
enter(struct api_watch *w)
{
	w->busy++;
}

static void
leave(struct api_watch *w)
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
	w->event = options->event;
	w->failed = options->failed;
	w->ctx = options->ctx;
	w->known = jv_object();
	w->listed = jv_object();
	api->watches++;
	if (w->version)
		start_stream(w);
	else
		start_list(w);
	return w;
}

void
api_watch_stop(struct api *api, struct api_watch *w)
{
	(void)api;
	enter(w);
	end_watch(w);
	leave(w);
}

static void
fail(struct api_watch *w, const struct api_response *r)
{
	end_watch(w);
	if (w->failed)
		w->failed(w->ctx, r);
}

/* --- telling ------------------------------------------------------------ */

static jv
key_of(const jv *object)
{
	const char *ns = json_path_str(object, "metadata", "namespace", NULL);
	const char *name = json_path_str(object, "metadata", "name", NULL);

	return jv_string_fmt("%s/%s", ns ? ns : "", name ? name : "");
}

static bool
same_member(const jv *a, const jv *b, const char *key)
{
	const char *x = json_path_str(a, "metadata", key, NULL);
	const char *y = json_path_str(b, "metadata", key, NULL);

	return x && y && strcmp(x, y) == 0;
}

static void
tell(struct api_watch *w, const char *type, const jv *object)
{
	if (!w->ended)
		w->event(w->ctx, type, object);
}

static void
tell_gone(struct api_watch *w, const jv *key, const jv *object)
{
	w->known = jv_object_delete(w->known, jv_copy(*key));
	tell(w, "DELETED", object);
}

/* An object is there in this state. */
static void
tell_present(struct api_watch *w, const jv *key, const jv *object)
{
	jv had = jv_object_get(jv_copy(w->known), jv_copy(*key));
	const char *type = "ADDED";

	if (jv_is_valid(had) && !same_member(&had, object, "uid"))
		tell_gone(w, key, &had);
	else if (jv_is_valid(had))
		type = same_member(&had, object, "resourceVersion")
			   ? NULL
			   : "MODIFIED";
	jv_free(had);
	if (!type)
		return;
	w->known = jv_object_set(w->known, jv_copy(*key), jv_copy(*object));
	tell(w, type, object);
}

static void
set_version(struct api_watch *w, const jv *from)
{
	const char *v =
	    json_path_str(from, "metadata", "resourceVersion", NULL);

	if (!v || !*v)
		return;
	free(w->version);
	w->version = mem_strdup(v);
}

/* --- listing ------------------------------------------------------------ */

static void
make_path(const struct api_watch *w, struct buf *path)
{
	api_path(path, w->kind, w->namespace, NULL);
	if (w->labels)
		api_query(path, "labelSelector", w->labels);
	if (w->fields)
		api_query(path, "fieldSelector", w->fields);
}

/* Items of a list leave out what the list says for all of them. */
static jv
complete_item(const struct api_watch *w, jv item)
{
	struct buf version = BUF_INIT;

	if (!json_has(&item, "kind"))
		item = json_set_str(item, "kind", w->kind->kind);
	if (!json_has(&item, "apiVersion")) {
		buf_addf(&version, "%s%s%s", w->kind->group,
		    w->kind->group[0] ? "/" : "", w->kind->version);
		item = json_set_str(item, "apiVersion", version.s);
		buf_release(&version);
	}
	return item;
}

static void
take_items(struct api_watch *w, const jv *list)
{
	jv items = json_get(list, "items");
	int i;

	for (i = 0; i < json_len(&items) && !w->ended; i++) {
		jv item = complete_item(w, json_at(&items, i));
		jv key = key_of(&item);

		w->listed = jv_object_set(w->listed, jv_copy(key), jv_true());
		tell_present(w, &key, &item);
		jv_free(key);
		jv_free(item);
	}
	jv_free(items);
}

/* What was told and is not in the list has vanished meanwhile. */
static void
tell_vanished(struct api_watch *w)
{
	jv keys = jv_keys(jv_copy(w->known));
	int i;

	for (i = 0; i < json_len(&keys) && !w->ended; i++) {
		jv key = json_at(&keys, i);
		jv object = jv_object_get(jv_copy(w->known), jv_copy(key));

		if (jv_is_valid(object) &&
		    !json_has(&w->listed, json_str(&key)))
			tell_gone(w, &key, &object);
		jv_free(object);
		jv_free(key);
	}
	jv_free(keys);
}

static void
begin_anew(struct api_watch *w)
{
	jv_free(w->listed);
	w->listed = jv_object();
	free(w->next);
	w->next = NULL;
}

static void
poll_again(void *ctx)
{
	struct api_watch *w = ctx;

	w->timer = NULL;
	start_list(w);
}

static void
end_list(struct api_watch *w, const jv *list)
{
	jv nothing = jv_invalid();

	tell_vanished(w);
	begin_anew(w);
	w->relist = false;
	w->failures = 0;
	set_version(w, list);
	if (!w->counted && !w->ended) {
		w->counted = true;
		tell(w, "SYNCED", &nothing);
	}
	if (w->ended)
		return;
	if (w->polling)
		w->timer = api_timer_start(w->api, POLL_MS, poll_again, w);
	else
		start_stream(w);
}

static long long
pause_length(struct api_watch *w)
{
	int doublings = w->failures < 8 ? w->failures : 7;
	long long ms = 100LL << doublings;

	w->failures++;
	if (ms > LONGEST_PAUSE_MS)
		ms = LONGEST_PAUSE_MS;
	return ms / 2 + (long long)api_random(w->api) % (ms / 2 + 1);
}

static void
take_page(struct api_watch *w, const struct api_response *r)
{
	const char *next;

	take_items(w, r->body);
	if (w->ended)
		return;
	next = json_path_str(r->body, "metadata", "continue", NULL);
	if (next && *next) {
		free(w->next);
		w->next = mem_strdup(next);
		start_list(w);
	} else {
		end_list(w, r->body);
	}
}

static void
list_done(void *ctx, const struct api_response *r)
{
	struct api_watch *w = ctx;

	w->call = NULL;
	enter(w);
	if (r->exit == STATUS_OK) {
		take_page(w, r);
	} else if (r->status == 410 && w->next) {
		begin_anew(w); /* the pages expired */
		start_list(w);
	} else if (!w->counted ||
		   (r->status >= 400 && r->status < 500 && r->status != 429)) {
		fail(w, r);
	} else {
		begin_anew(w);
		w->timer =
		    api_timer_start(w->api, pause_length(w), poll_again, w);
	}
	leave(w);
}

static void
start_list(struct api_watch *w)
{
	struct buf path = BUF_INIT;
	struct api_request r = { .method = "GET", .done = list_done, .ctx = w };

	make_path(w, &path);
	api_query(&path, "limit", PAGE);
	if (w->next)
		api_query(&path, "continue", w->next);
	r.path = path.s;
	w->call = api_send(w->api, &r);
	buf_release(&path);
}

/* --- watching ----------------------------------------------------------- */

static void
open_again(void *ctx)
{
	struct api_watch *w = ctx;

	w->timer = NULL;
	if (w->relist)
		start_list(w);
	else
		start_stream(w);
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
		tell_gone(w, key, object);
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
		key = key_of(&object);
		w->fruitful = true;
		if (strcmp(type, "DELETED") == 0)
			take_deleted(w, &key, &object);
		else if (strcmp(type, "BOOKMARK") != 0)
			tell_present(w, &key, &object);
		jv_free(key);
		set_version(w, &object);
	}
	jv_free(object);
	return good;
}

static bool
take_line(void *ctx, const char *line, size_t len)
{
	struct api_watch *w = ctx;
	struct buf err = BUF_INIT;
	jv event = api_decode(line, len, &err);
	bool good;

	w->heard = api_now();
	enter(w);
	good = jv_is_valid(event) && take_event(w, &event) && !w->ended;
	leave(w);
	jv_free(event);
	buf_release(&err);
	return good;
}

static void
check_silence(void *ctx)
{
	struct api_watch *w = ctx;
	long long left = w->heard + SILENCE_MS - api_now();

	w->timer = NULL;
	if (left > 0) {
		w->timer = api_timer_start(w->api, left, check_silence, w);
		return;
	}
	api_cancel(w->api, w->call);
	w->call = NULL;
	start_stream(w);
}

static bool
is_final(const struct api_response *r)
{
	return r->status >= 400 && r->status < 500 && r->status != 429;
}

static void
stream_done(void *ctx, const struct api_response *r)
{
	struct api_watch *w = ctx;
	long long pause = 0;

	w->call = NULL;
	stop_timer(w);
	enter(w);
	if (r->status == 410)
		w->relist = true;
	if (r->status == 403 || r->status == 405) {
		w->polling = true;
		start_list(w);
	} else if (r->status == 404) {
		start_list(w); /* which knows whether it is gone */
	} else if (is_final(r) && !w->relist) {
		fail(w, r);
	} else {
		if (w->fruitful)
			w->failures = 0;
		else
			pause = pause_length(w);
		w->timer = api_timer_start(w->api, pause, open_again, w);
	}
	leave(w);
}

static void
start_stream(struct api_watch *w)
{
	struct buf path = BUF_INIT, seconds = BUF_INIT;
	struct api_request r = { .method = "GET",
		.line = take_line,
		.done = stream_done,
		.ctx = w };

	buf_addf(&seconds, "%u", 300 + api_random(w->api) % 300);
	make_path(w, &path);
	api_query(&path, "watch", "true");
	api_query(&path, "allowWatchBookmarks", "true");
	api_query(&path, "resourceVersion", w->version);
	api_query(&path, "timeoutSeconds", seconds.s);
	r.path = path.s;
	w->fruitful = false;
	w->heard = api_now();
	w->call = api_send(w->api, &r);
	w->timer = api_timer_start(w->api, SILENCE_MS, check_silence, w);
	buf_release(&path);
	buf_release(&seconds);
}
