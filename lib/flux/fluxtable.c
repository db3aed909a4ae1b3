/* Which fields a Flux Kustomization has; see fluxtable.h. */
#include "flux/fluxtable.h"

static const struct flux_field common_metadata[] = {
	{ "annotations", .type = TYPE_MAP },
	{ "labels", .type = TYPE_MAP },
	{ 0 },
};

static const struct flux_field secret_ref[] = {
	{ "name", .type = TYPE_NAME, .required = true },
	{ 0 },
};

static const struct flux_field decryption[] = {
	{ "provider", .type = TYPE_STRING, .required = true,
	    .values = " sops " },
	{ "secretRef", .type = TYPE_OBJECT, .fields = secret_ref },
	{ "serviceAccountName", .type = TYPE_STRING },
	{ 0 },
};

static const struct flux_field depends_on[] = {
	{ "name", .type = TYPE_NAME, .required = true },
	{ "namespace", .type = TYPE_NAMESPACE },
	{ "readyExpr", .type = TYPE_READY },
	{ 0 },
};

static const struct flux_field health_check[] = {
	{ "apiVersion", .type = TYPE_STRING },
	{ "kind", .type = TYPE_STRING, .required = true },
	{ "name", .type = TYPE_STRING, .required = true },
	{ "namespace", .type = TYPE_STRING },
	{ 0 },
};

static const struct flux_field health_check_exprs[] = {
	{ "apiVersion", .type = TYPE_STRING, .required = true, .filled = true },
	{ "kind", .type = TYPE_STRING },
	{ "current", .type = TYPE_EXPR, .required = true, .filled = true },
	{ "failed", .type = TYPE_EXPR },
	{ "inProgress", .type = TYPE_EXPR },
	{ 0 },
};

static const struct flux_field image[] = {
	{ "name", .type = TYPE_STRING, .required = true },
	{ "newName", .type = TYPE_STRING },
	{ "newTag", .type = TYPE_STRING },
	{ "digest", .type = TYPE_STRING },
	{ 0 },
};

static const struct flux_field target[] = {
	{ "group", .type = TYPE_STRING },
	{ "version", .type = TYPE_STRING },
	{ "kind", .type = TYPE_STRING },
	{ "name", .type = TYPE_STRING },
	{ "namespace", .type = TYPE_STRING },
	{ "labelSelector", .type = TYPE_STRING },
	{ "annotationSelector", .type = TYPE_STRING },
	{ 0 },
};

static const struct flux_field patch[] = {
	{ "patch", .type = TYPE_STRING, .required = true },
	{ "target", .type = TYPE_OBJECT, .fields = target },
	{ 0 },
};

static const struct flux_field substitute_from[] = {
	{ "kind", .type = TYPE_STRING, .required = true,
	    .values = " ConfigMap Secret " },
	{ "name", .type = TYPE_NAME, .required = true },
	{ "optional", .type = TYPE_BOOL },
	{ 0 },
};

static const struct flux_field post_build[] = {
	{ "substitute", .type = TYPE_MAP },
	{ "substituteFrom", .type = TYPE_OBJECTS, .fields = substitute_from },
	{ "substituteStrategy", .type = TYPE_STRING,
	    .values = " WithVariables Always " },
	{ 0 },
};

static const struct flux_field source_ref[] = {
	{ "apiVersion", .type = TYPE_STRING },
	{ "kind", .type = TYPE_STRING, .required = true,
	    .values = " GitRepository OCIRepository Bucket ExternalArtifact " },
	{ "name", .type = TYPE_NAME, .required = true },
	{ "namespace", .type = TYPE_NAMESPACE },
	{ 0 },
};

static const struct flux_field spec_fields[] = {
	{ "buildMetadata", .type = TYPE_STRINGS,
	    .values = " originAnnotations transformerAnnotations "
		      "managedByLabel " },
	{ "commonMetadata", .type = TYPE_OBJECT, .fields = common_metadata },
	{ "components", .type = TYPE_STRINGS },
	{ "decryption", .type = TYPE_OBJECT, .fields = decryption },
	{ "deletionPolicy", .type = TYPE_STRING,
	    .values = " MirrorPrune Delete WaitForTermination Orphan " },
	{ "dependsOn", .type = TYPE_OBJECTS, .fields = depends_on },
	{ "force", .type = TYPE_BOOL },
	{ "healthCheckExprs", .type = TYPE_OBJECTS,
	    .fields = health_check_exprs, .kinds = true },
	{ "healthChecks", .type = TYPE_OBJECTS, .fields = health_check },
	{ "ignore", .refused = "rules for ignoring drift are not supported" },
	{ "ignoreMissingComponents", .type = TYPE_BOOL },
	{ "images", .type = TYPE_OBJECTS, .fields = image },
	{ "interval", .type = TYPE_DURATION, .required = true },
	{ "kubeConfig", .refused = "other clusters are not supported; use "
				   "--kubeconfig" },
	{ "namePrefix", .type = TYPE_STRING, .max = 200 },
	{ "nameSuffix", .type = TYPE_STRING, .max = 200 },
	{ "patches", .type = TYPE_OBJECTS, .fields = patch },
	{ "patchesJson6902", .beta = true, .refused = "use spec.patches" },
	{ "patchesStrategicMerge", .beta = true,
	    .refused = "use spec.patches" },
	{ "path", .type = TYPE_STRING },
	{ "postBuild", .type = TYPE_OBJECT, .fields = post_build },
	{ "prune", .type = TYPE_BOOL, .required = true },
	{ "retryInterval", .type = TYPE_DURATION },
	{ "serviceAccountName", .type = TYPE_NAME },
	{ "sourceRef", .type = TYPE_OBJECT, .required = true,
	    .fields = source_ref },
	{ "suspend", .type = TYPE_BOOL },
	{ "targetNamespace", .type = TYPE_NAMESPACE },
	{ "timeout", .type = TYPE_DURATION },
	{ "validation", .type = TYPE_STRING, .beta = true,
	    .values = " none client server " },
	{ "wait", .type = TYPE_BOOL },
	{ 0 },
};

static const struct flux_field metadata[] = {
	{ "name", .type = TYPE_NAME, .required = true },
	{ "namespace", .type = TYPE_NAMESPACE },
	{ "labels", .type = TYPE_MAP },
	{ "annotations", .type = TYPE_MAP },
	/* What a server adds, in an object that was read from one. */
	{ "creationTimestamp", .type = TYPE_ANY },
	{ "deletionGracePeriodSeconds", .type = TYPE_ANY },
	{ "deletionTimestamp", .type = TYPE_ANY },
	{ "finalizers", .type = TYPE_ANY },
	{ "generation", .type = TYPE_ANY },
	{ "managedFields", .type = TYPE_ANY },
	{ "ownerReferences", .type = TYPE_ANY },
	{ "resourceVersion", .type = TYPE_ANY },
	{ "uid", .type = TYPE_ANY },
	{ 0 },
};

const struct flux_field flux_fields[] = {
	{ "apiVersion", .type = TYPE_ANY },
	{ "kind", .type = TYPE_ANY },
	{ "metadata", .type = TYPE_OBJECT, .required = true,
	    .fields = metadata },
	{ "spec", .type = TYPE_OBJECT, .required = true,
	    .fields = spec_fields },
	{ "status", .type = TYPE_ANY },
	{ 0 },
};
