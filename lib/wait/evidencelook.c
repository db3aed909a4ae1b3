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
