/* The order of kinds within a stage, as data; see rank.h. */
#include "graph/rank.h"

#include <stdbool.h>
#include <string.h>

#include "json.h"
#include "kinds.h"
#include "object.h"

enum {
	RANK_CLASS = 2,
	RANK_BUILTIN = 14, /* what the table doesn't name */
	RANK_CUSTOM = 15,
};

static const struct {
	int rank;
	const char *group, *kind;
} ranks[] = {
	{ 0, "", "Namespace" },
	{ 1, "apiextensions.k8s.io", "CustomResourceDefinition" },
	/* 2: any kind of any group whose name ends in Class */
	{ 3, "", "ResourceQuota" },
	{ 3, "", "LimitRange" },
	{ 4, "", "ServiceAccount" },
	{ 5, "rbac.authorization.k8s.io", "ClusterRole" },
	{ 5, "rbac.authorization.k8s.io", "Role" },
	{ 6, "rbac.authorization.k8s.io", "ClusterRoleBinding" },
	{ 6, "rbac.authorization.k8s.io", "RoleBinding" },
	{ 7, "", "ConfigMap" },
	{ 7, "", "Secret" },
	{ 8, "", "PersistentVolume" },
	{ 9, "", "PersistentVolumeClaim" },
	{ 10, "networking.k8s.io", "NetworkPolicy" },
	{ 10, "policy", "PodDisruptionBudget" },
	{ 11, "", "Service" },
	{ 11, "", "Endpoints" },
	{ 11, "discovery.k8s.io", "EndpointSlice" },
	{ 12, "apps", "Deployment" },
	{ 12, "apps", "StatefulSet" },
	{ 12, "apps", "DaemonSet" },
	{ 12, "apps", "ReplicaSet" },
	{ 12, "", "ReplicationController" },
	{ 12, "", "Pod" },
	{ 13, "batch", "CronJob" },
	{ 13, "batch", "Job" },
	{ 16, "apiregistration.k8s.io", "APIService" },
	{ 17, "admissionregistration.k8s.io", "MutatingAdmissionPolicy" },
	{ 17, "admissionregistration.k8s.io", "ValidatingAdmissionPolicy" },
	{ 18, "admissionregistration.k8s.io",
	    "MutatingAdmissionPolicyBinding" },
	{ 18, "admissionregistration.k8s.io",
	    "ValidatingAdmissionPolicyBinding" },
	{ 19, "admissionregistration.k8s.io", "MutatingWebhookConfiguration" },
	{ 19, "admissionregistration.k8s.io",
	    "ValidatingWebhookConfiguration" },
};

static bool
ends_in_class(const char *kind)
{
	size_t len = strlen(kind);

	return len >= 5 && strcmp(kind + len - 5, "Class") == 0;
}

int
rank_of(const jv *object)
{
	const char *api_version = json_get_str(object, "apiVersion");
	const char *kind = json_get_str(object, "kind");
	size_t len, i;

	if (!api_version || !kind)
		return RANK_CUSTOM;
	if (ends_in_class(kind))
		return RANK_CLASS;
	len = object_group_len(api_version);
	for (i = 0; i < sizeof(ranks) / sizeof(*ranks); i++)
		if (strcmp(ranks[i].kind, kind) == 0 &&
		    strlen(ranks[i].group) == len &&
		    memcmp(ranks[i].group, api_version, len) == 0)
			return ranks[i].rank;
	return kind_find(api_version, len, NULL, kind) ? RANK_BUILTIN
						       : RANK_CUSTOM;
}
