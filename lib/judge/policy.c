/*
 * What may be done to an object; see policy.h.  The keys and their meaning are
 * Flux's, the guard on kinds that hold data is ours.
 */
#include "judge/policy.h"

#include <string.h>
#include <strings.h>

#include "json.h"
#include "kinds.h"
#include "object.h"

#define PREFIX "kustomize.toolkit.fluxcd.io/"

bool
policy_says(const jv *object, const char *key, const char *value)
{
	struct buf full = BUF_INIT;
	const char *annotation, *label;
	bool says;

	buf_addf(&full, PREFIX "%s", key);
	annotation = object_annotation(object, buf_str(&full));
	label =
	    json_path_str(object, "metadata", "labels", buf_str(&full), NULL);
	says = (annotation && strcasecmp(annotation, value) == 0) ||
	       (label && strcasecmp(label, value) == 0);
	buf_release(&full);
	return says;
}

static bool
is_left_alone(const jv *object)
{
	return policy_says(object, "reconcile", "disabled") ||
	       policy_says(object, "ssa", "Ignore");
}

enum policy_apply
policy_apply(const jv *object, const jv *live)
{
	if (is_left_alone(object) || is_left_alone(live))
		return POLICY_LEAVE;
	if (policy_says(object, "ssa", "IfNotPresent"))
		return POLICY_IF_ABSENT;
	if (policy_says(object, "ssa", "Merge") ||
	    policy_says(live, "ssa", "Merge"))
		return POLICY_MERGE;
	return POLICY_OVERRIDE;
}

static bool
is_any(const jv *object, const char *const (*kinds)[2], size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (object_is(object, kinds[i][0], kinds[i][1]))
			return true;
	return false;
}

#define IS_ANY(object, kinds) \
	is_any(object, kinds, sizeof(kinds) / sizeof(*(kinds)))

static const char *const data_kinds[][2] = {
	{ "", "PersistentVolumeClaim" },
	{ "", "PersistentVolume" },
	{ "", "Namespace" },
	{ "apiextensions.k8s.io", "CustomResourceDefinition" },
};

static bool
holds_data(const jv *object)
{
	return IS_ANY(object, data_kinds);
}

static bool
is_job_that_runs(const jv *object, const char *when)
{
	const char *run = object_annotation(object, POLICY_RUN);

	return run && strcmp(run, when) == 0 &&
	       object_is(object, "batch", "Job");
}

bool
policy_runs_always(const jv *object)
{
	return is_job_that_runs(object, "always");
}

bool
policy_runs_once(const jv *object)
{
	return is_job_that_runs(object, "once");
}

bool
policy_may_recreate(
    const jv *object, const jv *live, bool leave_for_all, struct buf *why)
{
	bool guarded =
	    holds_data(object) || object_is(object, "apps", "StatefulSet");

	if (policy_says(object, "force", "enabled") ||
	    policy_says(live, "force", "enabled"))
		return true;
	if (leave_for_all && !guarded)
		return true;
	/* What is to run each time can only run anew. */
	if (policy_runs_always(object))
		return true;
	buf_adds(why,
	    "to have it deleted and created anew, annotate it with " PREFIX
	    "force: enabled");
	if (!guarded)
		buf_adds(why, ", or set spec.force of its stage or --force");
	return false;
}

bool
policy_may_prune(const jv *live, bool data_too, struct buf *why)
{
	if (policy_says(live, "prune", "disabled") || is_left_alone(live))
		return false;
	if (holds_data(live) && !data_too &&
	    !policy_says(live, "prune", "enabled")) {
		buf_adds(why, "it may hold data; to have it deleted, annotate "
			      "it with " PREFIX "prune: enabled or give "
			      "--prune-data");
		return false;
	}
	return true;
}

static const char *const support_kinds[][2] = {
	{ "", "ServiceAccount" },
	{ "", "ConfigMap" },
	{ "", "Secret" },
	{ "", "Service" },
	{ "", "PersistentVolume" },
	{ "", "PersistentVolumeClaim" },
	{ "", "ResourceQuota" },
	{ "", "LimitRange" },
	{ "rbac.authorization.k8s.io", "ClusterRole" },
	{ "rbac.authorization.k8s.io", "ClusterRoleBinding" },
	{ "rbac.authorization.k8s.io", "Role" },
	{ "rbac.authorization.k8s.io", "RoleBinding" },
	{ "networking.k8s.io", "NetworkPolicy" },
	{ "policy", "PodDisruptionBudget" },
};

/* Also custom kinds such as GatewayClass, as Flux's second stage. */
static bool
is_class(const jv *object)
{
	const char *kind = json_get_str(object, "kind");
	size_t len = kind ? strlen(kind) : 0;

	return len > 5 && strcmp(kind + len - 5, "Class") == 0;
}

enum policy_phase
policy_phase(const jv *object)
{
	const char *version = json_get_str(object, "apiVersion");
	const char *kind = json_get_str(object, "kind");
	size_t group_len = version ? object_group_len(version) : 0;

	if (!version || !kind)
		return PHASE_CUSTOM;
	if (object_is(object, "", "Namespace") ||
	    object_is(
		object, "apiextensions.k8s.io", "CustomResourceDefinition") ||
	    is_class(object))
		return PHASE_DEFINE;
	if (strncmp(version, "admissionregistration.k8s.io/", 29) == 0 ||
	    object_is(object, "apiregistration.k8s.io", "APIService"))
		return PHASE_HOOKS;
	if (IS_ANY(object, support_kinds))
		return PHASE_SUPPORT;
	return kind_find(version, group_len, NULL, kind) ? PHASE_WORK
							 : PHASE_CUSTOM;
}
