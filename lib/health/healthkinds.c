/* The rules of single kinds; see health.h for where they come from. */
#include <string.h>

#include "health/conditions.h"
#include "health/healthrules.h"
#include "json.h"
#include "object.h"

/* progressDeadlineSeconds that stands for "none". */
#define NO_DEADLINE 2147483647

static long long
count(const jv *object, const char *part, const char *key, long long otherwise)
{
	jv parent = json_get(object, part);
	long long n = json_get_int(&parent, key, otherwise);

	jv_free(parent);
	return n;
}

static long long
spec_count(const struct health_subject *s, const char *key, long long otherwise)
{
	return count(s->object, "spec", key, otherwise);
}

static long long
status_count(const struct health_subject *s, const char *key)
{
	return count(s->object, "status", key, 0);
}

static void
current(struct health *out, const char *message)
{
	health_set(out, HEALTH_CURRENT, "", "%s", message);
}

/* "3 replicas are ready", as they should be. */
static void
enough(struct health *out, long long have, const char *what, const char *state)
{
	health_set(out, HEALTH_CURRENT, "", "%lld %s%s %s", have, what,
	    have == 1 ? " is" : "s are", state);
}

/* "1 of 3 replicas are ready": in progress, unless there are enough. */
static bool
too_few(struct health *out, long long have, long long want, const char *reason,
    const char *what)
{
	if (have >= want)
		return false;
	health_set(out, HEALTH_IN_PROGRESS, reason, "%lld of %lld %s", have,
	    want, what);
	return true;
}

static bool
too_many(struct health *out, long long have, long long want)
{
	if (have <= want)
		return false;
	health_set(out, HEALTH_IN_PROGRESS, "ExtraPods",
	    "%lld old replica%s still there", have - want,
	    have - want == 1 ? " is" : "s are");
	return true;
}

/* What the Deployment's conditions say. */
struct rollout {
	bool progressed, available;
};

/* Returns true, and out holds the answer, when the deadline has passed. */
static bool
read_rollout(
    const struct health_subject *s, struct rollout *r, struct health *out)
{
	struct condition c;
	int i;

	r->progressed = spec_count(s, "progressDeadlineSeconds", NO_DEADLINE) ==
			NO_DEADLINE;
	r->available = false;
	for (i = 0; condition_at(&s->conditions, i, &c); i++) {
		bool yes = strcmp(c.status, "True") == 0;

		if (strcmp(c.type, "Available") == 0 && yes)
			r->available = true;
		if (strcmp(c.type, "Progressing") != 0)
			continue;
		if (strcmp(c.reason, "ProgressDeadlineExceeded") == 0) {
			health_set(out, HEALTH_FAILED, c.reason, "%s",
			    *c.message ? c.message
				       : "progress deadline exceeded");
			return true;
		}
		if (yes && strcmp(c.reason, "NewReplicaSetAvailable") == 0)
			r->progressed = true;
	}
	return false;
}

static bool
is_paused(const struct health_subject *s)
{
	jv spec = json_get(s->object, "spec");
	bool paused = json_get_bool(&spec, "paused", false);

	jv_free(spec);
	return paused;
}

static void
deployment(const struct health_subject *s, struct health *out)
{
	long long want = spec_count(s, "replicas", 1);
	long long all = status_count(s, "replicas");
	long long updated = status_count(s, "updatedReplicas");
	struct rollout r;

	if (read_rollout(s, &r, out) ||
	    too_few(out, all, want, "LessReplicas", "replicas exist") ||
	    too_few(
		out, updated, want, "LessUpdated", "replicas are updated") ||
	    too_many(out, all, want) ||
	    too_few(out, status_count(s, "availableReplicas"), updated,
		"LessAvailable", "replicas are available") ||
	    too_few(out, status_count(s, "readyReplicas"), want, "LessReady",
		"replicas are ready"))
		return;
	if (!r.progressed)
		health_set(out, HEALTH_IN_PROGRESS, "ReplicaSetNotAvailable",
		    is_paused(s) ? "the rollout is paused"
				 : "the new ReplicaSet is not available yet");
	else if (!r.available)
		health_set(out, HEALTH_IN_PROGRESS, "DeploymentNotAvailable",
		    "condition Available is not True");
	else
		enough(out, all, "replica", "available");
}

/* The Pods below the partition stay as they are, by the user's own wish. */
static void
partitioned(const struct health_subject *s, long long want, struct health *out)
{
	if (!too_few(out, status_count(s, "updatedReplicas"), want,
		"PartitionRollout", "replicas are updated"))
		current(out, "updated up to its partition");
}

static void
stateful_set(const struct health_subject *s, struct health *out)
{
	long long want = spec_count(s, "replicas", 1), partition;
	long long all = status_count(s, "replicas");
	const char *strategy =
	    json_path_str(s->object, "spec", "updateStrategy", "type", NULL);
	const char *is =
	    json_path_str(s->object, "status", "currentRevision", NULL);
	const char *will_be =
	    json_path_str(s->object, "status", "updateRevision", NULL);
	jv rolling = json_path(
	    s->object, "spec", "updateStrategy", "rollingUpdate", NULL);

	partition = json_get_int(&rolling, "partition", -1);
	jv_free(rolling);
	if (strategy && strcmp(strategy, "OnDelete") == 0) {
		current(out, "its Pods are updated when the user deletes them");
		return;
	}
	if (too_few(out, all, want, "LessReplicas", "replicas exist") ||
	    too_few(out, status_count(s, "readyReplicas"), want, "LessReady",
		"replicas are ready") ||
	    too_many(out, all, want))
		return;
	if (partition != -1) {
		partitioned(s, want - partition, out);
		return;
	}
	if (too_few(out, status_count(s, "currentReplicas"), want,
		"LessCurrent", "replicas are of the current revision"))
		return;
	if (strcmp(is ? is : "", will_be ? will_be : "") != 0)
		health_set(out, HEALTH_IN_PROGRESS, "RevisionMismatch",
		    "the update to revision %s is not finished",
		    will_be ? will_be : "?");
	else
		enough(out, all, "replica", "ready");
}

/* Until its controller has looked at it, all its counts are 0. */
static bool
daemon_set_unseen(const struct health_subject *s, struct health *out)
{
	jv metadata = json_get(s->object, "metadata");
	jv status = json_get(s->object, "status");
	bool unseen = true;

	if (!json_has(&metadata, "generation"))
		health_set(out, HEALTH_IN_PROGRESS, "NoGeneration",
		    "metadata.generation is missing");
	else if (!json_has(&status, "observedGeneration"))
		health_set(out, HEALTH_IN_PROGRESS, "NoObservedGeneration",
		    "its controller has not seen it yet");
	else
		unseen = false;
	jv_free(metadata);
	jv_free(status);
	return unseen;
}

static void
daemon_set(const struct health_subject *s, struct health *out)
{
	long long want =
	    count(s->object, "status", "desiredNumberScheduled", -1);

	if (daemon_set_unseen(s, out))
		return;
	if (want == -1)
		health_set(out, HEALTH_IN_PROGRESS, "NoDesiredNumber",
		    "the number of nodes to run on is not known yet");
	else if (!too_few(out, status_count(s, "currentNumberScheduled"), want,
		     "LessCurrent", "nodes run a Pod of it") &&
		 !too_few(out, status_count(s, "updatedNumberScheduled"), want,
		     "LessUpdated", "Pods are updated") &&
		 !too_few(out, status_count(s, "numberAvailable"), want,
		     "LessAvailable", "Pods are available") &&
		 !too_few(out, status_count(s, "numberReady"), want,
		     "LessReady", "Pods are ready"))
		enough(out, want, "Pod", "ready");
}

static void
replica_set(const struct health_subject *s, struct health *out)
{
	long long want = spec_count(s, "replicas", 1);
	struct condition c;

	if (condition_find(&s->conditions, "ReplicaFailure", "True", &c)) {
		health_set(out, HEALTH_IN_PROGRESS, "ReplicaFailure",
		    "a Pod can't be created: %s", c.message);
		return;
	}
	if (!too_few(out, status_count(s, "fullyLabeledReplicas"), want,
		"LessLabelled", "replicas have all labels") &&
	    !too_few(out, status_count(s, "availableReplicas"), want,
		"LessAvailable", "replicas are available") &&
	    !too_few(out, status_count(s, "readyReplicas"), want, "LessReady",
		"replicas are ready") &&
	    !too_many(out, status_count(s, "replicas"), want))
		enough(out, want, "replica", "available");
}

static void
claim(const struct health_subject *s, struct health *out)
{
	const char *phase = json_path_str(s->object, "status", "phase", NULL);

	if (phase && strcmp(phase, "Bound") == 0)
		current(out, "bound");
	else
		health_set(out, HEALTH_IN_PROGRESS, "NotBound",
		    "not bound, phase %s", phase ? phase : "unknown");
}

static void
service(const struct health_subject *s, struct health *out)
{
	const char *type = json_path_str(s->object, "spec", "type", NULL);
	const char *ip = json_path_str(s->object, "spec", "clusterIP", NULL);

	if (type && strcmp(type, "LoadBalancer") == 0 && (!ip || !*ip))
		health_set(out, HEALTH_IN_PROGRESS, "NoIPAssigned",
		    "no cluster IP yet");
	else
		current(out, "needs no waiting");
}

static void
definition(const struct health_subject *s, struct health *out)
{
	struct condition c;
	int i;

	for (i = 0; condition_at(&s->conditions, i, &c); i++) {
		bool no = strcmp(c.status, "False") == 0;
		bool established = strcmp(c.type, "Established") == 0;

		if (no &&
		    (strcmp(c.type, "NamesAccepted") == 0 ||
			(established && strcmp(c.reason, "Installing") != 0))) {
			health_set(
			    out, HEALTH_FAILED, c.reason, "%s", c.message);
			return;
		}
		if (established && strcmp(c.status, "True") == 0) {
			current(out, "established");
			return;
		}
	}
	health_set(out, HEALTH_IN_PROGRESS, "Installing", "being installed");
}

static void
always(const struct health_subject *s, struct health *out)
{
	(void)s;
	current(out, "needs no waiting");
}

health_rule_fn *
health_rule(const jv *object)
{
	static const struct {
		const char *group, *kind;
		health_rule_fn *rule;
	} rules[] = {
		{ "", "Service", service },
		{ "", "Pod", health_rule_pod },
		{ "", "Secret", always },
		{ "", "ConfigMap", always },
		{ "", "PersistentVolumeClaim", claim },
		{ "apps", "Deployment", deployment },
		{ "extensions", "Deployment", deployment },
		{ "apps", "StatefulSet", stateful_set },
		{ "apps", "DaemonSet", daemon_set },
		{ "extensions", "DaemonSet", daemon_set },
		{ "apps", "ReplicaSet", replica_set },
		{ "extensions", "ReplicaSet", replica_set },
		{ "batch", "CronJob", always },
		{ "policy", "PodDisruptionBudget", always },
		{ "apiextensions.k8s.io", "CustomResourceDefinition",
		    definition },
	};
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (object_is(object, rules[i].group, rules[i].kind))
			return rules[i].rule;
	return NULL;
}
