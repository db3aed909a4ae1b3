/*
 * What a report says of an object: asked for all targets at once, and written
 * as it comes.  Logs go to their files line by line, so that memory does not
 * grow with them.
 */
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "object.h"
#include "wait/evidenceimpl.h"
#include "wait/reportimpl.h"
#include "wait/waiter.h"

#define MAX_PODS 10	   /* of a target, whose logs are read */
#define MAX_LOGS 8	   /* streams at a time */
#define LOG_LINES "100000" /* the last ones of each log */

struct report_log {
	struct report_folder *folder;
	char *path, *name;
	FILE *file;
	struct report_log *next;
};

static long long
time_left(const struct report *r)
{
	long long ms = r->deadline - api_now();

	return ms > 1 ? ms : 1;
}

static void
note_missing(struct report_folder *f, const char *what, const char *message)
{
	f->missing =
	    jv_array_append(f->missing, jv_string_fmt("%s: %s", what, message));
}

/* --- logs --------------------------------------------------------------- */

static void open_logs(struct report *r);

static bool
take_line(void *ctx, const char *line, size_t len)
{
	struct report_log *l = ctx;
	struct report_folder *f = l->folder;

	if (!l->file)
		l->file =
		    report_create(f->report, f->fd, "logs", l->name, false);
	if (!l->file)
		return false;
	fwrite(line, 1, len, l->file);
	fputc('\n', l->file);
	return !ferror(l->file);
}

static void
log_done(void *ctx, const struct api_response *response)
{
	struct report_log *l = ctx;
	struct report *r = l->folder->report;

	if (l->file)
		report_finish_file(r, l->file, l->name);
	if (response->exit != STATUS_OK)
		note_missing(l->folder, l->name, response->message);
	free(l->path);
	free(l->name);
	free(l);
	r->open--;
	open_logs(r);
}

static void
open_logs(struct report *r)
{
	while (r->first && r->open < MAX_LOGS) {
		struct report_log *l = r->first;
		struct api_request q = { .method = "GET",
			.path = l->path,
			.line = take_line,
			.done = log_done,
			.timeout_ms = time_left(r),
			.ctx = l };

		r->first = l->next;
		r->open++;
		api_send(r->api, &q);
	}
}

static void
queue_log(struct report_folder *f, const jv *pod, const char *container,
    bool previous)
{
	struct report *r = f->report;
	struct report_log *l = mem_zero(1, sizeof(*l));
	struct buf path = BUF_INIT, name = BUF_INIT;

	l->folder = f;
	evidence_log_path(&path, pod, container, previous);
	api_query(&path, "tailLines", LOG_LINES);
	l->path = buf_detach(&path);
	report_log_name(&name, json_path_str(pod, "metadata", "name", NULL),
	    container, previous);
	l->name = buf_detach(&name);
	if (r->first)
		r->last->next = l;
	else
		r->first = l;
	r->last = l;
}

/* It was followed, from the first line to the last. */
static bool
is_streamed(const struct report_folder *f, const jv *pod, const char *container)
{
	struct buf name = BUF_INIT;
	bool is;

	report_log_name(&name, json_path_str(pod, "metadata", "name", NULL),
	    container, false);
	is = json_has(&f->streamed, buf_str(&name));
	buf_release(&name);
	return is;
}

static void
queue_logs(struct report_folder *f, const jv *pod)
{
	static const char *const lists[] = { "initContainerStatuses",
		"containerStatuses", "ephemeralContainerStatuses" };
	size_t i;
	int k;

	for (i = 0; i < 3; i++) {
		jv statuses = json_path(pod, "status", lists[i], NULL);

		for (k = 0; k < json_len(&statuses); k++) {
			jv s = json_at(&statuses, k);
			jv waiting = json_path(&s, "state", "waiting", NULL);
			jv last =
			    json_path(&s, "lastState", "terminated", NULL);
			const char *name = json_get_str(&s, "name");

			if (name && is_streamed(f, pod, name))
				name = NULL;
			/* What has never run has no log. */
			if (name && jv_is_valid(last))
				queue_log(f, pod, name, true);
			if (name && !jv_is_valid(waiting))
				queue_log(f, pod, name, false);
			jv_free(waiting);
			jv_free(last);
			jv_free(s);
		}
		jv_free(statuses);
	}
}

/* --- objects, Pods and events ------------------------------------------- */

static void
take_events(void *ctx, const struct api_response *r)
{
	struct report_folder *f = ctx;

	if (r->exit == STATUS_OK)
		f->events =
		    jv_array_concat(f->events, evidence_events(r->body));
	else
		note_missing(f, "events", r->message);
}

/* A GET that lasts as long as there is time; path is released. */
static void
ask(struct report_folder *f, struct buf *path, api_done_fn *done)
{
	struct api_request q = { .method = "GET",
		.path = path->s,
		.done = done,
		.timeout_ms = time_left(f->report),
		.ctx = f };

	api_send(f->report->api, &q);
	buf_release(path);
}

static void
ask_events(struct report_folder *f, const jv *object)
{
	struct buf path = BUF_INIT;

	if (evidence_events_path(&path, object, NULL) == 0)
		ask(f, &path, take_events);
}

static void
take_pod(struct report_folder *f, const jv *pod)
{
	struct buf name = BUF_INIT;
	const char *s = json_path_str(pod, "metadata", "name", NULL);

	if (!s || evidence_is_well(pod) || f->pods >= MAX_PODS)
		return;
	f->pods++;
	report_safe_name(&name, s);
	buf_adds(&name, ".yaml");
	report_write_yaml(f->report, f->fd, "pods", buf_str(&name), pod);
	buf_release(&name);
	ask_events(f, pod);
	queue_logs(f, pod);
	open_logs(f->report);
}

/* Those of the list that are not well, the newest first. */
static void
take_pods(void *ctx, const struct api_response *r)
{
	struct report_folder *f = ctx;
	jv pods = evidence_sort_pods(r->body);
	int i;

	if (r->exit != STATUS_OK)
		note_missing(f, "pods", r->message);
	for (i = 0; r->exit == STATUS_OK && i < json_len(&pods); i++) {
		jv pod = json_at(&pods, i);

		pod = json_set_str(pod, "apiVersion", "v1");
		pod = json_set_str(pod, "kind", "Pod");
		take_pod(f, &pod);
		jv_free(pod);
	}
	jv_free(pods);
}

/* Somebody may have put another one in its place. */
static bool
is_same(const jv *had, const jv *now)
{
	const char *a = json_path_str(had, "metadata", "uid", NULL);
	const char *b = json_path_str(now, "metadata", "uid", NULL);

	return a && b && strcmp(a, b) == 0;
}

static void
take_object(void *ctx, const struct api_response *r)
{
	struct report_folder *f = ctx;

	if (r->exit != STATUS_OK) {
		note_missing(f, "object.yaml in full", r->message);
		return;
	}
	if (is_same(&f->object, r->body)) {
		jv_free(f->object);
		f->object = jv_copy(*r->body);
	}
}

/* What was watched has been trimmed. */
static void
ask_object(struct report_folder *f)
{
	const struct wait_target *t = f->target;
	struct buf path = BUF_INIT, err = BUF_INIT;
	enum status status;
	const struct kind *kind = api_resource(
	    f->report->api, t->api_version, t->kind, &status, &err);

	if (kind) {
		api_path(&path, kind,
		    kind->namespaced ? buf_str(&t->namespace) : "", t->name);
		ask(f, &path, take_object);
	}
	buf_release(&err);
}

static void
ask_all(struct report_folder *f)
{
	const jv *live = &f->object;
	struct buf path = BUF_INIT;

	ask_events(f, live);
	ask_object(f);
	if (object_is(live, "", "Pod"))
		take_pod(f, live);
	else if (evidence_pods_path(&path, live) == 0)
		ask(f, &path, take_pods);
}

/* --- the whole ---------------------------------------------------------- */

static void
write_folder(struct report *r, struct report_folder *f)
{
	jv evidence = wait_value(f->target);
	jv events = evidence_sort_events(jv_copy(f->events), -1);

	if (json_len(&f->missing))
		evidence = json_set(evidence, "missing", jv_copy(f->missing));
	if (jv_is_valid(f->object))
		report_write_yaml(r, f->fd, NULL, "object.yaml", &f->object);
	report_write_json(r, f->fd, "evidence.json", &evidence);
	report_write_json(r, f->fd, "events.json", &events);
	jv_free(evidence);
	jv_free(events);
	report_folder_close(f);
}

void
report_gather(struct report *r, struct api *api,
    struct wait_target *const *targets, size_t n, long long ms)
{
	struct report_folder **folders = mem_zero(n + 1, sizeof(*folders));
	size_t i;

	r->api = api;
	r->deadline = api_now() + ms;
	for (i = 0; i < n; i++) {
		folders[i] = report_folder(r, targets[i]);
		jv_free(folders[i]->object);
		folders[i]->object = jv_copy(targets[i]->live);
	}
	for (i = 0; i < n && api; i++)
		ask_all(folders[i]);
	if (api)
		api_run(api);
	for (i = 0; i < n; i++)
		write_folder(r, folders[i]);
	free(folders);
}
