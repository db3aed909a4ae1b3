/*
 * Gathering evidence: first the Pods and events of all cases at once, then for
 * the Pods that matter the logs and events.  Saying it is in evidencesay.c.
 */
#include "wait/evidence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "health/conditions.h"
#include "health/labelselector.h"
#include "json.h"
#include "mem.h"
#include "object.h"

#define MAX_PODS 4 /* of a case */
#define MAX_EVENTS 20
#define LOG_LINES "20"
#define LOG_BYTES "65536"

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

/* Copy a member that is there and not null. */
static jv
copy_member(jv to, const char *as, const jv *from, const char *key)
{
	jv v = json_get(from, key);

	if (jv_is_valid(v) && !json_is(&v, JV_KIND_NULL))
		return json_set(to, as, v);
	jv_free(v);
	return to;
}

/* --- events ------------------------------------------------------------- */

static jv
event_note(const jv *event)
{
	const char *kind = json_path_str(event, "involvedObject", "kind", NULL);
	const char *name = json_path_str(event, "involvedObject", "name", NULL);
	jv note = jv_object();

	note = json_set(note, "object",
	    jv_string_fmt("%s/%s", kind ? kind : "", name ? name : ""));
	note = copy_member(note, "reason", event, "reason");
	note = copy_member(note, "message", event, "message");
	note = copy_member(note, "count", event, "count");
	note = copy_member(note, "time", event, "eventTime");
	return copy_member(note, "time", event, "lastTimestamp");
}

static void
take_events(void *ctx, const struct api_response *r)
{
	struct gathered *g = ctx;
	jv items = json_get(r->body, "items");
	int i;

	for (i = 0; r->exit == STATUS_OK && i < json_len(&items); i++) {
		jv event = json_at(&items, i);

		g->events = jv_array_append(g->events, event_note(&event));
		jv_free(event);
	}
	jv_free(items);
}

static void
ask_events(struct gathered *g, const jv *object)
{
	const char *uid = json_path_str(object, "metadata", "uid", NULL);
	const char *ns = json_path_str(object, "metadata", "namespace", NULL);
	struct buf path = BUF_INIT, field = BUF_INIT;
	struct api_request r = { .method = "GET", .done = take_events };

	if (!uid)
		return;
	buf_addf(&field, "involvedObject.uid=%s,type=Warning", uid);
	buf_addf(&path, "/api/v1/namespaces/%s/events", ns ? ns : "default");
	api_query(&path, "fieldSelector", field.s);
	r.path = path.s;
	r.ctx = g;
	r.timeout_ms = time_left(g->all);
	api_send(g->all->api, &r);
	buf_release(&path);
	buf_release(&field);
}

/* --- containers --------------------------------------------------------- */

/*
 * What a container's status says of a failure; invalid if all is well with it.
 * *previous tells that the log to read is that of the run before.
 */
static jv
container_note(const jv *status, bool init, bool *previous)
{
	jv ended = json_path(status, "state", "terminated", NULL);
	jv waiting = json_path(status, "state", "waiting", NULL);
	jv last = json_path(status, "lastState", "terminated", NULL);
	long long code = json_get_int(&ended, "exitCode", 0);
	bool ready = json_get_bool(status, "ready", false);
	jv note = jv_object();

	*previous = !jv_is_valid(ended) && jv_is_valid(last);
	if ((jv_is_valid(ended) && code == 0) ||
	    (ready && !jv_is_valid(waiting)) ||
	    (init && !jv_is_valid(ended) && !jv_is_valid(waiting) &&
		!jv_is_valid(last))) {
		jv_free(note);
		note = jv_invalid();
	} else {
		const jv *end = *previous ? &last : &ended;

		note = copy_member(note, "name", status, "name");
		if (init)
			note = json_set(note, "init", jv_true());
		note = copy_member(note, "exitCode", end, "exitCode");
		note = copy_member(note, "signal", end, "signal");
		note = copy_member(note, "reason", end, "reason");
		note = copy_member(note, "message", end, "message");
		note = copy_member(note, "waiting", &waiting, "reason");
		if (jv_is_valid(waiting) && !json_has(&note, "message"))
			note =
			    copy_member(note, "message", &waiting, "message");
		note = copy_member(note, "restarts", status, "restartCount");
	}
	jv_free(ended);
	jv_free(waiting);
	jv_free(last);
	return note;
}

/* The text of a log as an array of its lines. */
static jv
split_lines(const char *s, size_t len)
{
	jv lines = jv_array();
	const char *end = s + len, *nl;

	for (; s < end; s = nl + 1) {
		nl = memchr(s, '\n', (size_t)(end - s));
		if (!nl)
			nl = end;
		lines =
		    jv_array_append(lines, jv_string_sized(s, (int)(nl - s)));
	}
	return lines;
}

static void
take_log(void *ctx, const struct api_response *r)
{
	struct log_question *q = ctx;
	jv pod, containers, c;

	if (r->exit == STATUS_OK) {
		pod = json_take_at(&q->g->pods, q->pod);
		containers = json_take(&pod, "containers");
		c = json_take_at(&containers, q->container);
		c = json_set(c, "log", split_lines(r->text, r->len));
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
	const char *ns = json_path_str(pod, "metadata", "namespace", NULL);
	const char *name = json_path_str(pod, "metadata", "name", NULL);
	struct log_question *q = mem_zero(1, sizeof(*q));
	struct buf path = BUF_INIT;
	struct api_request r = { .method = "GET", .done = take_log };

	q->g = g;
	q->pod = json_len(&g->pods);
	q->container = at;
	buf_addf(&path, "/api/v1/namespaces/%s/pods/%s/log", ns, name);
	api_query(&path, "container", container);
	api_query(&path, "tailLines", LOG_LINES);
	api_query(&path, "limitBytes", LOG_BYTES);
	if (previous)
		api_query(&path, "previous", "true");
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
		jv note = container_note(&status, init, &previous);
		const char *name = json_get_str(&note, "name");

		if (!jv_is_valid(note) || !name) {
			jv_free(note);
			jv_free(status);
			continue;
		}
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

/* A Pod that is as it should be. */
static bool
is_well(const jv *pod)
{
	const char *phase = json_path_str(pod, "status", "phase", NULL);
	jv conditions = conditions_of(pod);
	struct condition c;
	bool ready = condition_find(&conditions, "Ready", "True", &c);

	jv_free(conditions);
	return phase && (strcmp(phase, "Succeeded") == 0 ||
			    (strcmp(phase, "Running") == 0 && ready));
}

static void
note_pod(struct gathered *g, const jv *pod)
{
	const char *name = json_path_str(pod, "metadata", "name", NULL);
	jv status = json_get(pod, "status"), conditions, note;
	struct condition c;

	if (!name || json_len(&g->pods) >= MAX_PODS || is_well(pod)) {
		jv_free(status);
		return;
	}
	note = json_set_str(jv_object(), "name", name);
	note = copy_member(note, "phase", &status, "phase");
	note = copy_member(note, "reason", &status, "reason");
	note = copy_member(note, "message", &status, "message");
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
static int
compare_age(const void *a, const void *b)
{
	const char *x =
	    json_path_str((const jv *)a, "metadata", "creationTimestamp", NULL);
	const char *y =
	    json_path_str((const jv *)b, "metadata", "creationTimestamp", NULL);

	return -strcmp(x ? x : "", y ? y : "");
}

static void
take_pods(void *ctx, const struct api_response *r)
{
	struct gathered *g = ctx;
	jv items = json_get(r->body, "items"), *pods;
	int n = json_len(&items), i;

	pods = mem_alloc((size_t)(n + 1) * sizeof(*pods));
	for (i = 0; i < n; i++)
		pods[i] = json_at(&items, i);
	qsort(pods, (size_t)n, sizeof(*pods), compare_age);
	for (i = 0; i < n; i++) {
		if (r->exit == STATUS_OK)
			note_pod(g, &pods[i]);
		jv_free(pods[i]);
	}
	free(pods);
	jv_free(items);
}

static int
pods_selector(const jv *object, struct buf *out)
{
	jv selector;
	int rc;

	if (object_is(object, "batch", "Job")) {
		const char *uid =
		    json_path_str(object, "metadata", "uid", NULL);

		buf_addf(out, "batch.kubernetes.io/controller-uid=%s",
		    uid ? uid : "");
		return uid ? 0 : -1;
	}
	if (!object_is(object, "apps", "Deployment") &&
	    !object_is(object, "apps", "StatefulSet") &&
	    !object_is(object, "apps", "DaemonSet") &&
	    !object_is(object, "apps", "ReplicaSet"))
		return -1;
	selector = json_path(object, "spec", "selector", NULL);
	rc = label_selector_write(&selector, out);
	jv_free(selector);
	return rc;
}

static void
ask_pods(struct gathered *g, const jv *object)
{
	const char *ns = json_path_str(object, "metadata", "namespace", NULL);
	struct buf path = BUF_INIT, selector = BUF_INIT;
	struct api_request r = { .method = "GET", .done = take_pods };

	if (object_is(object, "", "Pod")) {
		note_pod(g, object);
	} else if (ns && pods_selector(object, &selector) == 0) {
		buf_addf(&path, "/api/v1/namespaces/%s/pods", ns);
		api_query(&path, "labelSelector", selector.s);
		r.path = path.s;
		r.ctx = g;
		r.timeout_ms = time_left(g->all);
		api_send(g->all->api, &r);
	}
	buf_release(&path);
	buf_release(&selector);
}

/* --- the whole ---------------------------------------------------------- */

static const char *
event_time(const jv *event)
{
	const char *s = json_get_str(event, "time");

	return s ? s : "";
}

static int
compare_events(const void *a, const void *b)
{
	return strcmp(event_time(a), event_time(b));
}

/* The newest ones, and of those the newest last. */
static jv
sort_events(jv events)
{
	int n = json_len(&events), i,
	    first = n > MAX_EVENTS ? n - MAX_EVENTS : 0;
	jv *list = mem_alloc((size_t)(n + 1) * sizeof(*list));
	jv sorted = jv_array();

	for (i = 0; i < n; i++)
		list[i] = json_at(&events, i);
	qsort(list, (size_t)n, sizeof(*list), compare_events);
	for (i = 0; i < n; i++)
		if (i >= first)
			sorted = jv_array_append(sorted, list[i]);
		else
			jv_free(list[i]);
	free(list);
	jv_free(events);
	return sorted;
}

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
	for (i = 0; i < n; i++) {
		jv e = jv_object();

		e = put(e, "conditions", copy_conditions(cases[i].object));
		e = put(e, "pods", g[i].pods);
		cases[i].evidence = put(e, "events", sort_events(g[i].events));
	}
	free(g);
}
