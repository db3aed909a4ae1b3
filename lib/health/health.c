/*
 * When an object is healthy: what holds for every kind.  The rules of single
 * kinds are in healthkinds.c.
 */
#include "health/health.h"

#include <string.h>

#include "health/conditions.h"
#include "health/healthrules.h"
#include "json.h"
#include "object.h"
#include "timestamp.h"

const char *
health_status_name(enum health_status status)
{
	static const char *const names[] = {
		[HEALTH_UNKNOWN] = "unknown",
		[HEALTH_NOT_FOUND] = "notFound",
		[HEALTH_IN_PROGRESS] = "inProgress",
		[HEALTH_TERMINATING] = "terminating",
		[HEALTH_FAILED] = "failed",
		[HEALTH_CURRENT] = "current",
	};

	return names[status];
}

void
health_release(struct health *h)
{
	buf_release(&h->reason);
	buf_release(&h->message);
}

void
health_set(struct health *h, enum health_status status, const char *reason,
    const char *fmt, ...)
{
	va_list ap;

	h->status = status;
	buf_clear(&h->reason);
	buf_adds(&h->reason, reason);
	buf_clear(&h->message);
	va_start(ap, fmt);
	buf_addvf(&h->message, fmt, ap);
	va_end(ap);
}

static bool
version_has_status(const jv *version, const char *name)
{
	const char *is = json_get_str(version, "name");
	jv status = json_path(
	    version, "schema", "openAPIV3Schema", "properties", "status", NULL);
	bool has = is && strcmp(is, name) == 0 && jv_is_valid(status);

	jv_free(status);
	return has;
}

bool
health_defines_status(const jv *definition, const jv *object)
{
	const char *group = json_path_str(definition, "spec", "group", NULL);
	const char *kind =
	    json_path_str(definition, "spec", "names", "kind", NULL);
	const char *version = json_get_str(object, "apiVersion");
	bool has = false;
	jv versions;
	int i;

	if (!object_is(definition, "apiextensions.k8s.io",
		"CustomResourceDefinition") ||
	    !group || !kind || !object_is(object, group, kind))
		return false;
	versions = json_path(definition, "spec", "versions", NULL);
	for (i = 0; i < json_len(&versions) && !has; i++) {
		jv v = json_at(&versions, i);

		has = version_has_status(&v, object_version(version));
		jv_free(v);
	}
	jv_free(versions);
	return has;
}

jv
health_value(const struct health *h)
{
	jv v =
	    json_set_str(jv_object(), "status", health_status_name(h->status));

	v = json_set_str(v, "reason", buf_str(&h->reason));
	return json_set_str(v, "message", buf_str(&h->message));
}

static void
malformed(struct health *out, const char *what)
{
	health_set(out, HEALTH_UNKNOWN, "Malformed", "%s is malformed", what);
}

/* Each step of the judgement returns true once out holds the answer. */
static bool
judge_deletion(const jv *object, struct health *out)
{
	jv t = json_path(object, "metadata", "deletionTimestamp", NULL);
	const char *s = json_str(&t);
	bool decided = s ? *s != '\0' : jv_is_valid(t);

	if (s && *s)
		health_set(out, HEALTH_TERMINATING, "Terminating",
		    "being deleted since %s", s);
	else if (decided)
		malformed(out, "metadata.deletionTimestamp");
	jv_free(t);
	return decided;
}

enum number { ABSENT, INTEGER, WRONG };

static enum number
generation(const jv *object, const char *part, const char *key, long long *n)
{
	jv parent = json_get(object, part), v = json_get(&parent, key);
	enum number is = ABSENT;

	if (jv_is_valid(v))
		is = json_int(&v, n) ? INTEGER : WRONG;
	else if (jv_is_valid(parent) && !json_is(&parent, JV_KIND_OBJECT) &&
		 !json_is(&parent, JV_KIND_NULL))
		is = WRONG;
	jv_free(v);
	jv_free(parent);
	return is;
}

static bool
judge_generation(const jv *object, struct health *out)
{
	long long want = 0, seen = 0;
	enum number wanted =
	    generation(object, "metadata", "generation", &want);
	enum number observed;

	if (wanted == ABSENT)
		return false;
	observed = generation(object, "status", "observedGeneration", &seen);
	if (wanted == WRONG)
		malformed(out, "metadata.generation");
	else if (observed == WRONG)
		malformed(out, "status.observedGeneration");
	else if (observed == INTEGER && want != seen)
		health_set(out, HEALTH_IN_PROGRESS,
		    "LatestGenerationNotObserved",
		    "generation %lld is not observed yet, only %lld", want,
		    seen);
	else
		return false;
	return true;
}

static bool
judge_standard_conditions(const struct health_subject *s, struct health *out)
{
	struct condition c;
	enum health_status status;
	int i;

	for (i = 0; condition_at(&s->conditions, i, &c); i++) {
		if (strcmp(c.status, "True") != 0)
			continue;
		if (strcmp(c.type, "Reconciling") == 0)
			status = HEALTH_IN_PROGRESS;
		else if (strcmp(c.type, "Stalled") == 0)
			status = HEALTH_FAILED;
		else
			continue;
		health_set(out, status, c.reason, "%s", c.message);
		return true;
	}
	return false;
}

static bool
judge_ready_condition(const struct health_subject *s, struct health *out)
{
	struct condition c;
	int i;

	for (i = 0; condition_at(&s->conditions, i, &c); i++) {
		if (strcmp(c.type, "Ready") != 0)
			continue;
		if (strcmp(c.status, "True") == 0) {
			health_set(out, HEALTH_CURRENT, c.reason, "ready");
			return true;
		}
		if (strcmp(c.status, "False") == 0 ||
		    strcmp(c.status, "Unknown") == 0) {
			health_set(out, HEALTH_IN_PROGRESS, c.reason, "%s",
			    *c.message ? c.message : "not ready");
			return true;
		}
	}
	return false;
}

/*
 * A custom resource that its controller has not even looked at.  Some have a
 * status that nobody ever writes: that is not waited for for ever.
 */
static bool
judge_missing_status(const struct health_subject *s, struct health *out)
{
	const char *created =
	    json_path_str(s->object, "metadata", "creationTimestamp", NULL);
	long long since;
	jv status;
	bool none;

	if (s->options->strict || !s->options->has_status)
		return false;
	status = json_get(s->object, "status");
	none = json_len(&status) == 0;
	jv_free(status);
	if (!none || (timestamp_parse(created, &since) &&
			 s->options->now - since >= HEALTH_STATUS_WINDOW_MS))
		return false;
	health_set(out, HEALTH_IN_PROGRESS, "NoStatus",
	    "its controller has not written a status yet");
	return true;
}

static void
judge_kind(const struct health_subject *s, struct health *out)
{
	health_rule_fn *rule = health_rule(s->object);

	if (judge_standard_conditions(s, out))
		return;
	if (rule)
		rule(s, out);
	else if (!judge_ready_condition(s, out) &&
		 !judge_missing_status(s, out))
		health_set(out, HEALTH_CURRENT, "", "nothing says otherwise");
}

void
health_judge(
    const jv *object, const struct health_options *options, struct health *out)
{
	struct health_subject s = { .object = object, .options = options };
	bool job = object_is(object, "batch", "Job");

	if (!job &&
	    (judge_deletion(object, out) || judge_generation(object, out)))
		return;
	s.conditions = conditions_of(object);
	if (job)
		health_rule_job(&s, out);
	else if (!jv_is_valid(s.conditions))
		malformed(out, "status.conditions");
	else
		judge_kind(&s, out);
	jv_free(s.conditions);
}
