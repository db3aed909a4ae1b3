/*
 * Gathering evidence: first the Pods and events of all cases at once, then for
 * the Pods that matter the logs and events.  Saying it is in evidencesay.c.
 */
#include "wait/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "health/conditions.h"
#include "json.h"
#include "mem.h"
#include "object.h"
#include "wait/evidenceimpl.h"

#define MAX_PODS 4 /* of a case */
#define MAX_EVENTS 20

/*
 * A controller tells of a Job that failed when its status says so already: the
 * event is looked for so often, after so long.
 */
#define EVENT_TRIES 5
#define EVENT_MS 100

struct gathering {
	struct api *api;
	long long deadline;
};

struct gathered {
	struct gathering *all;
	struct evidence_case *of;
	jv pods;   /* notes about those that matter */
	jv events; /* as they will be written */
};

/* One log that was asked for. */
struct log_question {
	struct gathered *g;
	int pod, container;
};

static long long
time_left(const struct gathering *all)
{
	long long ms = all->deadline - api_now();

	return ms > 1 ? ms : 1;
}

/* --- events ------------------------------------------------------------- */

static void
take_events(void *ctx, const struct api_response *r)
{
	struct gathered *g = ctx;

	if (r->exit == STATUS_OK)
		g->events =
		    jv_array_concat(g->events, evidence_events(r->body));
}

/* A GET that lasts as long as there is time; path is released. */
static void
ask(struct gathered *g, struct buf *path, api_done_fn *done)
{
	struct api_request r = { .method = "GET",
		.path = path->s,
		.done = done,
		.ctx = g,
		.timeout_ms = time_left(g->all) };

	api_send(g->all->api, &r);
	buf_release(path);
}

static void
ask_events(struct gathered *g, const jv *object)
{
	struct buf path = BUF_INIT;

	if (evidence_events_path(&path, object, "Warning") == 0)
		ask(g, &path, take_events);
}

/* --- containers --------------------------------------------------------- */

static void
take_log(void *ctx, const struct api_response *r)
{
	struct log_question *q = ctx;
	jv pod, containers, c;

	if (r->exit == STATUS_OK) {
		pod = json_take_at(&q->g->pods, q->pod);
		containers = json_take(&pod, "containers");
		c = json_take_at(&containers, q->container);
		c = json_set(c, "log", evidence_lines(r->text, r->len));
		containers = jv_array_set(containers, q->container, c);
		pod = json_set(pod, "containers", containers);
		q->g->pods = jv_array_set(q->g->pods, q->pod, pod);
	}
	free(q);
}

static void
ask_log(struct gathered *g, const jv *pod, const char *container, int at,
    bool previous)
{
	struct log_question *q = mem_zero(1, sizeof(*q));
	struct buf path = BUF_INIT;
	struct api_request r = { .method = "GET", .done = take_log };

	q->g = g;
	q->pod = json_len(&g->pods);
	q->container = at;
	evidence_tail_path(&path, pod, container, previous);
	r.path = path.s;
	r.raw = true;
	r.once = true; /* no time for a second try */
	r.ctx = q;
	r.timeout_ms = time_left(g->all);
	api_send(g->all->api, &r);
	buf_release(&path);
}

/* --- Pods --------------------------------------------------------------- */

/* Notes about the containers of a list, whose logs are asked for. */
static jv
note_containers(struct gathered *g, const jv *pod, const char *list, jv notes)
{
	jv statuses = json_path(pod, "status", list, NULL);
	bool init = strncmp(list, "init", 4) == 0, previous, ran;
	int i;

	for (i = 0; i < json_len(&statuses); i++) {
		jv status = json_at(&statuses, i);
		const char *name = json_get_str(&status, "name");
		jv note;

		if (!name || evidence_is_well_container(&status, init)) {
			jv_free(status);
			continue;
		}
		note = evidence_container(&status, init, &previous);
		ran =
		    json_has(&note, "exitCode") || !json_has(&note, "waiting");
		if (ran)
			ask_log(g, pod, name, json_len(&notes), previous);
		notes = jv_array_append(notes, note);
		jv_free(status);
	}
	jv_free(statuses);
	return notes;
}

static void
note_pod(struct gathered *g, const jv *pod)
{
	const char *name = json_path_str(pod, "metadata", "name", NULL);
	jv status = json_get(pod, "status"), conditions, note;
	struct condition c;

	if (!name || json_len(&g->pods) >= MAX_PODS || evidence_is_well(pod)) {
		jv_free(status);
		return;
	}
	note = json_set_str(jv_object(), "name", name);
	note = evidence_copy(note, "phase", &status, "phase");
	note = evidence_copy(note, "reason", &status, "reason");
	note = evidence_copy(note, "message", &status, "message");
	conditions = conditions_of(pod);
	if (!json_has(&note, "message") &&
	    condition_find(&conditions, "PodScheduled", "False", &c)) {
		note = json_set_str(note, "reason", c.reason);
		note = json_set_str(note, "message", c.message);
	}
	jv_free(conditions);
	note = json_set(note, "containers",
	    note_containers(g, pod, "containerStatuses",
		note_containers(g, pod, "initContainerStatuses", jv_array())));
	g->pods = jv_array_append(g->pods, note);
	ask_events(g, pod);
	jv_free(status);
}

/* The newest first: they are the ones that the verdict is about. */
static void
take_pods(void *ctx, const struct api_response *r)
{
	struct gathered *g = ctx;
	jv pods = evidence_sort_pods(r->body), pod;
	int i;

	for (i = 0; r->exit == STATUS_OK && i < json_len(&pods); i++) {
		pod = json_at(&pods, i);
		note_pod(g, &pod);
		jv_free(pod);
	}
	jv_free(pods);
}

static void
ask_pods(struct gathered *g, const jv *object)
{
	struct buf path = BUF_INIT;

	if (object_is(object, "", "Pod"))
		note_pod(g, object);
	else if (evidence_pods_path(&path, object) == 0)
		ask(g, &path, take_pods);
}

/* --- the whole ---------------------------------------------------------- */

static jv
copy_conditions(const jv *object)
{
	jv list = conditions_of(object), copy = jv_array(), note;
	struct condition c;
	int i;

	for (i = 0; condition_at(&list, i, &c); i++) {
		note = json_set_str(jv_object(), "type", c.type);
		note = json_set_str(note, "status", c.status);
		note = json_set_str(note, "reason", c.reason);
		note = json_set_str(note, "message", c.message);
		copy = jv_array_append(copy, note);
	}
	jv_free(list);
	return copy;
}

/* Put what is not empty into the evidence; consumes list. */
static jv
put(jv evidence, const char *key, jv list)
{
	if (json_len(&list))
		return json_set(evidence, key, list);
	jv_free(list);
	return evidence;
}

/* Its controller has something to say of it that has not come yet. */
static bool
awaits_event(const struct gathered *g)
{
	jv conditions = conditions_of(g->of->object);
	struct condition c;
	bool is = object_is(g->of->object, "batch", "Job") &&
		  condition_find(&conditions, "Failed", "True", &c);
	int i;

	for (i = 0; is && i < json_len(&g->events); i++) {
		jv e = json_at(&g->events, i);
		const char *object = json_get_str(&e, "object");

		is = !object || strncmp(object, "Job/", 4) != 0;
		jv_free(e);
	}
	jv_free(conditions);
	return is;
}

static void
end_pause(void *ctx)
{
	api_stop(ctx);
}

static void
await_events(struct gathering *all, struct gathered *g, size_t n)
{
	size_t i, missing = n;
	int tries;

	for (tries = 0; tries < EVENT_TRIES && missing; tries++) {
		missing = 0;
		for (i = 0; i < n; i++)
			missing += awaits_event(&g[i]);
		if (!missing || time_left(all) <= EVENT_MS)
			return;
		api_timer_start(all->api, EVENT_MS, end_pause, all->api);
		api_hold(all->api);
		api_run(all->api);
		api_release(all->api);
		for (i = 0; i < n; i++)
			if (awaits_event(&g[i]))
				ask_events(&g[i], g[i].of->object);
		api_run(all->api);
	}
}

void
evidence_gather(
    struct api *api, struct evidence_case *cases, size_t n, long long ms)
{
	struct gathering all = { .api = api, .deadline = api_now() + ms };
	struct gathered *g = mem_zero(n + 1, sizeof(*g));
	size_t i;

	for (i = 0; i < n; i++) {
		g[i] = (struct gathered){ .all = &all,
			.of = &cases[i],
			.pods = jv_array(),
			.events = jv_array() };
		ask_events(&g[i], cases[i].object);
		ask_pods(&g[i], cases[i].object);
	}
	api_run(api);
	await_events(&all, g, n);
	for (i = 0; i < n; i++) {
		jv e = jv_object();

		e = put(e, "conditions", copy_conditions(cases[i].object));
		e = put(e, "pods", g[i].pods);
		cases[i].evidence = put(
		    e, "events", evidence_sort_events(g[i].events, MAX_EVENTS));
	}
	free(g);
}
