/* Where evidence is found and how it is read; see evidenceimpl.h. */
#include "wait/evidenceimpl.h"

#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "health/conditions.h"
#include "health/labelselector.h"
#include "json.h"
#include "mem.h"
#include "object.h"

/* Of a log, what is shown. */
#define LOG_LINES "20"
#define LOG_BYTES "65536"

jv
evidence_copy(jv to, const char *as, const jv *from, const char *key)
{
	jv v = json_get(from, key);

	if (jv_is_valid(v) && !json_is(&v, JV_KIND_NULL))
		return json_set(to, as, v);
	jv_free(v);
	return to;
}

/* The items of a list, sorted; those before the last max are left out. */
static jv
sort(jv items, int (*compare)(const void *a, const void *b), int max)
{
	int n = json_len(&items), i, first = max >= 0 && n > max ? n - max : 0;
	jv *list = mem_alloc((size_t)(n + 1) * sizeof(*list));
	jv sorted = jv_array();

	for (i = 0; i < n; i++)
		list[i] = json_at(&items, i);
	qsort(list, (size_t)n, sizeof(*list), compare);
	for (i = 0; i < n; i++)
		if (i >= first)
			sorted = jv_array_append(sorted, list[i]);
		else
			jv_free(list[i]);
	free(list);
	jv_free(items);
	return sorted;
}

/* --- Pods --------------------------------------------------------------- */

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

int
evidence_pods_path(struct buf *path, const jv *object)
{
	const char *ns = json_path_str(object, "metadata", "namespace", NULL);
	struct buf selector = BUF_INIT;
	int rc = ns ? pods_selector(object, &selector) : -1;

	if (rc == 0) {
		buf_addf(path, "/api/v1/namespaces/%s/pods", ns);
		api_query(path, "labelSelector", buf_str(&selector));
	}
	buf_release(&selector);
	return rc;
}

static int
compare_age(const void *a, const void *b)
{
	const char *x =
	    json_path_str((const jv *)a, "metadata", "creationTimestamp", NULL);
	const char *y =
	    json_path_str((const jv *)b, "metadata", "creationTimestamp", NULL);

	return -strcmp(x ? x : "", y ? y : "");
}

jv
evidence_sort_pods(const jv *list)
{
	return sort(json_get(list, "items"), compare_age, -1);
}

bool
evidence_is_well(const jv *pod)
{
	const char *phase = json_path_str(pod, "status", "phase", NULL);
	jv conditions = conditions_of(pod);
	struct condition c;
	bool ready = condition_find(&conditions, "Ready", "True", &c);

	jv_free(conditions);
	return phase && (strcmp(phase, "Succeeded") == 0 ||
			    (strcmp(phase, "Running") == 0 && ready));
}

/* --- containers --------------------------------------------------------- */

/* It waits for init containers, which have a note of their own. */
static bool
is_held_up(const jv *waiting)
{
	const char *reason = json_get_str(waiting, "reason");

	return reason && strcmp(reason, "PodInitializing") == 0;
}

bool
evidence_is_well_container(const jv *status, bool init)
{
	jv ended = json_path(status, "state", "terminated", NULL);
	jv waiting = json_path(status, "state", "waiting", NULL);
	jv last = json_path(status, "lastState", "terminated", NULL);
	bool is_ended = jv_is_valid(ended), waits = jv_is_valid(waiting);
	bool well = (is_ended && json_get_int(&ended, "exitCode", 0) == 0) ||
		    is_held_up(&waiting) ||
		    (json_get_bool(status, "ready", false) && !waits) ||
		    (init && !is_ended && !waits && !jv_is_valid(last));

	jv_free(ended);
	jv_free(waiting);
	jv_free(last);
	return well;
}

jv
evidence_container(const jv *status, bool init, bool *previous)
{
	jv ended = json_path(status, "state", "terminated", NULL);
	jv waiting = json_path(status, "state", "waiting", NULL);
	jv last = json_path(status, "lastState", "terminated", NULL);
	jv note = evidence_copy(jv_object(), "name", status, "name");
	const jv *end;

	*previous = !jv_is_valid(ended) && jv_is_valid(last);
	end = *previous ? &last : &ended;
	if (init)
		note = json_set(note, "init", jv_true());
	note = evidence_copy(note, "exitCode", end, "exitCode");
	note = evidence_copy(note, "signal", end, "signal");
	note = evidence_copy(note, "reason", end, "reason");
	note = evidence_copy(note, "message", end, "message");
	note = evidence_copy(note, "waiting", &waiting, "reason");
	if (jv_is_valid(waiting) && !json_has(&note, "message"))
		note = evidence_copy(note, "message", &waiting, "message");
	note = evidence_copy(note, "restarts", status, "restartCount");
	jv_free(ended);
	jv_free(waiting);
	jv_free(last);
	return note;
}

/* --- logs --------------------------------------------------------------- */

void
evidence_log_path(
    struct buf *path, const jv *pod, const char *container, bool previous)
{
	const char *ns = json_path_str(pod, "metadata", "namespace", NULL);
	const char *name = json_path_str(pod, "metadata", "name", NULL);

	buf_addf(path, "/api/v1/namespaces/%s/pods/%s/log", ns ? ns : "default",
	    name ? name : "");
	api_query(path, "container", container);
	if (previous)
		api_query(path, "previous", "true");
}

void
evidence_tail_path(
    struct buf *path, const jv *pod, const char *container, bool previous)
{
	evidence_log_path(path, pod, container, previous);
	api_query(path, "tailLines", LOG_LINES);
	api_query(path, "limitBytes", LOG_BYTES);
}

jv
evidence_lines(const char *s, size_t len)
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

/* --- events ------------------------------------------------------------- */

int
evidence_events_path(struct buf *path, const jv *object, const char *type)
{
	const char *uid = json_path_str(object, "metadata", "uid", NULL);
	const char *ns = json_path_str(object, "metadata", "namespace", NULL);
	struct buf field = BUF_INIT;

	if (!uid)
		return -1;
	buf_addf(&field, "involvedObject.uid=%s", uid);
	if (type)
		buf_addf(&field, ",type=%s", type);
	buf_addf(path, "/api/v1/namespaces/%s/events", ns ? ns : "default");
	api_query(path, "fieldSelector", field.s);
	buf_release(&field);
	return 0;
}

static jv
event_note(const jv *event)
{
	const char *kind = json_path_str(event, "involvedObject", "kind", NULL);
	const char *name = json_path_str(event, "involvedObject", "name", NULL);
	jv note = jv_object();

	note = json_set(note, "object",
	    jv_string_fmt("%s/%s", kind ? kind : "", name ? name : ""));
	note = evidence_copy(note, "type", event, "type");
	note = evidence_copy(note, "reason", event, "reason");
	note = evidence_copy(note, "message", event, "message");
	note = evidence_copy(note, "count", event, "count");
	note = evidence_copy(note, "time", event, "eventTime");
	return evidence_copy(note, "time", event, "lastTimestamp");
}

jv
evidence_events(const jv *list)
{
	jv items = json_get(list, "items"), notes = jv_array();
	int i;

	for (i = 0; i < json_len(&items); i++) {
		jv event = json_at(&items, i);

		notes = jv_array_append(notes, event_note(&event));
		jv_free(event);
	}
	jv_free(items);
	return notes;
}

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

jv
evidence_sort_events(jv events, int max)
{
	return sort(events, compare_events, max);
}
