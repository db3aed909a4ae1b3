/* Pods that will never start; see podstuck.h. */
#include "health/podstuck.h"

#include <string.h>

#include "health/conditions.h"
#include "json.h"
#include "timestamp.h"

static bool
is_hopeless(const char *reason)
{
	static const char *const reasons[] = { "ImagePullBackOff",
		"InvalidImageName", "ErrImageNeverPull",
		"CreateContainerConfigError" };
	size_t i;

	for (i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (strcmp(reasons[i], reason) == 0)
			return true;
	return false;
}

static bool
container_stuck(
    const jv *container, const struct pod_limits *limits, struct health *out)
{
	const char *reason =
	    json_path_str(container, "state", "waiting", "reason", NULL);
	const char *message =
	    json_path_str(container, "state", "waiting", "message", NULL);
	const char *name = json_get_str(container, "name");
	long long restarts = json_get_int(container, "restartCount", 0);
	bool crashes;

	if (!reason)
		return false;
	crashes = limits->crashes > 0 && restarts >= limits->crashes &&
		  strcmp(reason, "CrashLoopBackOff") == 0;
	if (crashes)
		health_set(out, HEALTH_FAILED, reason,
		    "container %s crashed %lld times", name ? name : "?",
		    restarts);
	else if (is_hopeless(reason))
		health_set(out, HEALTH_FAILED, reason, "container %s: %s",
		    name ? name : "?", message ? message : reason);
	else
		return false;
	return true;
}

static bool
containers_stuck(const jv *pod, const char *list,
    const struct pod_limits *limits, struct health *out)
{
	jv statuses = json_path(pod, "status", list, NULL);
	bool stuck = false;
	int i;

	for (i = 0; i < json_len(&statuses) && !stuck; i++) {
		jv container = json_at(&statuses, i);

		stuck = container_stuck(&container, limits, out);
		jv_free(container);
	}
	jv_free(statuses);
	return stuck;
}

/* When the condition came to be what it is. */
static long long
condition_since(const jv *pod, const jv *conditions)
{
	const char *created =
	    json_path_str(pod, "metadata", "creationTimestamp", NULL);
	long long ms = 0;
	int i;

	timestamp_parse(created, &ms);
	for (i = 0; i < json_len(conditions); i++) {
		jv c = json_at(conditions, i);
		const char *type = json_get_str(&c, "type");

		if (type && strcmp(type, "PodScheduled") == 0)
			timestamp_parse(
			    json_get_str(&c, "lastTransitionTime"), &ms);
		jv_free(c);
	}
	return ms;
}

static bool
is_unschedulable(const jv *pod, const struct pod_limits *limits,
    struct health *out, long long *due)
{
	jv conditions = conditions_of(pod);
	struct condition c;
	bool stuck = false;
	long long at;

	if (condition_find(&conditions, "PodScheduled", "False", &c) &&
	    strcmp(c.reason, "Unschedulable") == 0) {
		at = condition_since(pod, &conditions) +
		     limits->unschedulable_ms;
		stuck = limits->now >= at;
		if (stuck)
			health_set(out, HEALTH_FAILED, c.reason,
			    "no node can take it: %s", c.message);
		else
			*due = at;
	}
	jv_free(conditions);
	return stuck;
}

bool
pod_stuck(const jv *pod, const struct pod_limits *limits, struct health *out,
    long long *due)
{
	if (json_path_str(pod, "metadata", "deletionTimestamp", NULL))
		return false;
	return containers_stuck(pod, "initContainerStatuses", limits, out) ||
	       containers_stuck(pod, "containerStatuses", limits, out) ||
	       is_unschedulable(pod, limits, out, due);
}
