/* The rules of Pods and Jobs; see health.h for where they come from. */
#include <string.h>

#include "health/conditions.h"
#include "health/healthrules.h"
#include "json.h"
#include "timestamp.h"

/* A Pod that no node has room for counts as failed after this long. */
#define SCHEDULE_WINDOW_MS 15000

/* 1: this container's status says CrashLoopBackOff; -1: it is malformed. */
static int
crash_looping(const jv *container, struct buf *names)
{
	jv state = json_get(container, "state");
	jv waiting = json_get(&state, "waiting");
	jv reason = json_get(&waiting, "reason");
	const char *name = json_get_str(container, "name");
	int rc = 0;

	if (!json_is(container, JV_KIND_OBJECT))
		rc = -1;
	else if (!json_has(container, "name") || !jv_is_valid(state))
		rc = 0;
	else if (!name || !json_is(&state, JV_KIND_OBJECT))
		rc = -1;
	else if (!jv_is_valid(waiting))
		rc = 0;
	else if (!json_is(&waiting, JV_KIND_OBJECT) ||
		 (jv_is_valid(reason) && !json_str(&reason)))
		rc = -1;
	else if (jv_is_valid(reason))
		rc = strcmp(json_str(&reason), "CrashLoopBackOff") == 0;
	if (rc == 1)
		buf_addf(names, "%s%s", names->len ? ", " : "", name);
	jv_free(reason);
	jv_free(waiting);
	jv_free(state);
	return rc;
}

/* A Pod that runs and is not ready. */
static void
pod_not_ready(const struct health_subject *s, struct health *out)
{
	jv statuses = json_path(s->object, "status", "containerStatuses", NULL);
	bool bad = jv_is_valid(statuses) && !json_is(&statuses, JV_KIND_ARRAY);
	struct buf names = BUF_INIT;
	int i, looping = 0, is;

	for (i = 0; i < json_len(&statuses) && !bad; i++) {
		jv container = json_at(&statuses, i);

		is = crash_looping(&container, &names);
		looping += is;
		bad = is < 0;
		jv_free(container);
	}
	if (bad)
		health_set(out, HEALTH_UNKNOWN, "Malformed",
		    "status.containerStatuses is malformed");
	else if (looping)
		health_set(out, HEALTH_FAILED, "ContainerCrashLooping",
		    "crash loop of container %s", buf_str(&names));
	else
		health_set(out, HEALTH_IN_PROGRESS, "PodRunningNotReady",
		    "running, but not ready");
	buf_release(&names);
	jv_free(statuses);
}

static void
pod_pending(const struct health_subject *s, struct health *out)
{
	const char *created =
	    json_path_str(s->object, "metadata", "creationTimestamp", NULL);
	struct condition c;
	long long since;

	if (!condition_find(&s->conditions, "PodScheduled", "False", &c) ||
	    strcmp(c.reason, "Unschedulable") != 0)
		health_set(out, HEALTH_IN_PROGRESS, "PodPending", "pending");
	else if (timestamp_parse(created, &since) &&
		 s->options->now - SCHEDULE_WINDOW_MS < since)
		health_set(out, HEALTH_IN_PROGRESS, "PodNotScheduled",
		    "not scheduled yet: %s", c.message);
	else
		health_set(out, HEALTH_FAILED, "PodUnschedulable",
		    "no node can take it: %s", c.message);
}

static void
pod_failed(const struct health_subject *s, struct health *out)
{
	const char *reason = json_path_str(s->object, "status", "reason", NULL);
	const char *message =
	    json_path_str(s->object, "status", "message", NULL);

	if (s->options->strict)
		health_set(out, HEALTH_CURRENT, "", "ended, but not well");
	else
		health_set(out, HEALTH_FAILED, reason ? reason : "PodFailed",
		    "%s", message ? message : "a container has failed");
}

void
health_rule_pod(const struct health_subject *s, struct health *out)
{
	const char *phase = json_path_str(s->object, "status", "phase", NULL);
	struct condition c;

	if (!phase || !*phase)
		health_set(
		    out, HEALTH_IN_PROGRESS, "PodNotObserved", "no phase yet");
	else if (strcmp(phase, "Succeeded") == 0)
		health_set(out, HEALTH_CURRENT, "", "succeeded");
	else if (strcmp(phase, "Failed") == 0)
		pod_failed(s, out);
	else if (strcmp(phase, "Pending") == 0)
		pod_pending(s, out);
	else if (strcmp(phase, "Running") != 0)
		health_set(out, HEALTH_UNKNOWN, "UnknownPhase",
		    "unknown phase %s", phase);
	else if (condition_find(&s->conditions, "Ready", "True", &c))
		health_set(out, HEALTH_CURRENT, "", "ready");
	else
		pod_not_ready(s, out);
}

static long long
pods_that(const struct health_subject *s, const char *key)
{
	jv status = json_get(s->object, "status");
	long long n = json_get_int(&status, key, 0);

	jv_free(status);
	return n;
}

/* Neither final condition is there. */
static void
job_running(const struct health_subject *s, struct health *out)
{
	const char *start =
	    json_path_str(s->object, "status", "startTime", NULL);
	struct condition c;

	if (condition_find(&s->conditions, "FailureTarget", "True", &c))
		health_set(out, HEALTH_IN_PROGRESS, "FailureTarget",
		    "failing, its Pods are being ended: %s", c.message);
	else if (condition_find(
		     &s->conditions, "SuccessCriteriaMet", "True", &c))
		health_set(out, HEALTH_IN_PROGRESS, "SuccessCriteriaMet",
		    "succeeded, its Pods are being ended");
	else if (!start || !*start)
		health_set(
		    out, HEALTH_IN_PROGRESS, "JobNotStarted", "not started");
	else
		health_set(out, HEALTH_IN_PROGRESS, "JobInProgress",
		    "running: %lld active, %lld succeeded, %lld failed",
		    pods_that(s, "active"), pods_that(s, "succeeded"),
		    pods_that(s, "failed"));
}

void
health_rule_job(const struct health_subject *s, struct health *out)
{
	jv suspend = json_path(s->object, "spec", "suspend", NULL);
	bool suspended = json_is_true(&suspend);
	struct condition c;
	int i;

	jv_free(suspend);
	if (suspended) {
		health_set(out, HEALTH_CURRENT, "Suspended", "suspended");
		return;
	}
	if (!jv_is_valid(s->conditions)) {
		health_set(out, HEALTH_UNKNOWN, "Malformed",
		    "status.conditions is malformed");
		return;
	}
	for (i = 0; condition_at(&s->conditions, i, &c); i++) {
		if (strcmp(c.status, "True") != 0)
			continue;
		if (strcmp(c.type, "Complete") == 0) {
			health_set(out, HEALTH_CURRENT, "Complete",
			    "complete: %lld succeeded",
			    pods_that(s, "succeeded"));
			return;
		}
		if (strcmp(c.type, "Failed") == 0) {
			health_set(out, HEALTH_FAILED,
			    *c.reason ? c.reason : "JobFailed", "%s",
			    *c.message ? c.message : "the Job has failed");
			return;
		}
	}
	job_running(s, out);
}
