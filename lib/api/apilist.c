/*
 * The list half of a watch: pages, and the difference between what is there
 * and what was told.
 */
#include <stdlib.h>
#include <string.h>

#include "api/apiwatchimpl.h"
#include "json.h"
#include "mem.h"

#define LONGEST_PAUSE_MS 10000LL
#define PAGE "500"

/* --- telling ------------------------------------------------------------ */

jv
watch_trim(const struct api_watch *w, jv object)
{
	return w->trim ? w->trim(object) : object;
}

jv
watch_key(const jv *object)
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

void
watch_tell_gone(struct api_watch *w, const jv *key, const jv *object)
{
	w->known = jv_object_delete(w->known, jv_copy(*key));
	tell(w, "DELETED", object);
}

/* An object is there in this state. */
void
watch_tell_present(struct api_watch *w, const jv *key, const jv *object)
{
	jv had = jv_object_get(jv_copy(w->known), jv_copy(*key)), kept;
	const char *type = "ADDED";

	if (jv_is_valid(had) && !same_member(&had, object, "uid"))
		watch_tell_gone(w, key, &had);
	else if (jv_is_valid(had))
		type = same_member(&had, object, "resourceVersion")
			   ? NULL
			   : "MODIFIED";
	jv_free(had);
	if (!type)
		return;
	kept = jv_copy(*object);
	if (w->keep)
		kept = w->keep(kept);
	w->known = jv_object_set(w->known, jv_copy(*key), kept);
	tell(w, type, object);
}

void
watch_set_version(struct api_watch *w, const jv *from)
{
	const char *v =
	    json_path_str(from, "metadata", "resourceVersion", NULL);

	if (!v || !*v)
		return;
	free(w->version);
	w->version = mem_strdup(v);
}

bool
watch_refused(const struct api_response *r)
{
	return r->status >= 400 && r->status < 500 && r->status != 429;
}

/* --- listing ------------------------------------------------------------ */

void
watch_path(const struct api_watch *w, struct buf *path)
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
		jv key;

		key = watch_key(&item);
		w->listed = jv_object_set(w->listed, jv_copy(key), jv_true());
		watch_tell_present(w, &key, &item);
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
			watch_tell_gone(w, &key, &object);
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
	watch_start_list(w);
}

static void
end_list(struct api_watch *w, const jv *list)
{
	jv nothing = jv_invalid();

	tell_vanished(w);
	begin_anew(w);
	w->relist = false;
	w->failures = 0;
	watch_set_version(w, list);
	if (!w->counted && !w->ended) {
		w->counted = true;
		tell(w, "SYNCED", &nothing);
	}
	if (w->ended)
		return;
	if (w->polling || !w->version)
		w->timer = api_timer_start(w->api, API_POLL_MS, poll_again, w);
	else
		watch_start_stream(w);
}

long long
watch_pause(struct api_watch *w)
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
		watch_start_list(w);
	} else {
		end_list(w, r->body);
	}
}

static void
list_done(void *ctx, const struct api_response *r)
{
	struct api_watch *w = ctx;

	w->call = NULL;
	watch_enter(w);
	if (r->exit == STATUS_OK) {
		take_page(w, r);
	} else if (r->status == 410 && w->next) {
		begin_anew(w); /* the pages expired */
		watch_start_list(w);
	} else if (!w->counted || watch_refused(r)) {
		watch_fail(w, r);
	} else {
		begin_anew(w);
		w->timer =
		    api_timer_start(w->api, watch_pause(w), poll_again, w);
	}
	watch_leave(w);
}

void
watch_start_list(struct api_watch *w)
{
	struct buf path = BUF_INIT;
	struct api_request r = {
		.method = "GET", .trim = w->trim, .done = list_done, .ctx = w
	};

	watch_path(w, &path);
	api_query(&path, "limit", PAGE);
	if (w->next)
		api_query(&path, "continue", w->next);
	r.path = path.s;
	w->call = api_send(w->api, &r);
	buf_release(&path);
}
