#ifndef POUNDLOCK_HEALTH_H
#define POUNDLOCK_HEALTH_H

#include <stdbool.h>

#include <jv.h>

#include "buf.h"

/*
 * When an object is healthy: the rules of kstatus (sigs.k8s.io/cli-utils, as
 * Flux 2 uses it, github.com/fluxcd/cli-utils), and for Jobs Flux's own rule
 * (github.com/fluxcd/pkg/runtime/statusreaders).  Pure: what is judged is the
 * object as given, and nothing else.
 *
 * For all kinds, the first that matches:
 *   1. metadata.deletionTimestamp: terminating
 *   2. status.observedGeneration is there and is not metadata.generation: in
 *      progress
 *   3. condition Reconciling: in progress; Stalled: failed
 *   4. the rule of its kind: Deployment, StatefulSet, DaemonSet, ReplicaSet,
 *      Pod, PersistentVolumeClaim, Service, PodDisruptionBudget, Secret,
 *      ConfigMap, CronJob, CustomResourceDefinition
 *   5. condition Ready: current if True, else in progress
 *   6. current
 * A Job is judged by its conditions Complete and Failed alone; a suspended one
 * is current.
 *
 * Fields of a wrong type are treated as kstatus treats them: a count counts as
 * missing, a malformed condition makes the status unknown.
 */
enum health_status {
	HEALTH_UNKNOWN,
	HEALTH_NOT_FOUND,
	HEALTH_IN_PROGRESS,
	HEALTH_TERMINATING,
	HEALTH_FAILED,
	HEALTH_CURRENT,
};

/* kstatus's names as the stream spells them: "inProgress", "notFound", ... */
const char *health_status_name(enum health_status status);

struct health {
	enum health_status status;
	struct buf reason;  /* one word, CamelCase; may be empty */
	struct buf message; /* one sentence for people */
};

#define HEALTH_INIT \
	{ \
		HEALTH_UNKNOWN, BUF_INIT, BUF_INIT \
	}

void health_release(struct health *h);
void health_set(struct health *h, enum health_status status, const char *reason,
    const char *fmt, ...) PRINTF_LIKE(4, 5);

struct health_options {
	/*
	 * As kstatus does also where it misleads.  Without it:
	 *   a Pod in phase Failed has failed (kstatus: current);
	 *   a custom resource whose kind is known to have a status, but that
	 *   has none yet, is in progress (kstatus: current), for as long as
	 *   it is younger than HEALTH_STATUS_WINDOW_MS.
	 */
	bool strict;
	bool has_status; /* the kind of this custom resource has a status */
	long long now; /* ms since the epoch: a Pod has 15 s to be scheduled */
};

/* How long a controller has to write the first status of an object. */
#define HEALTH_STATUS_WINDOW_MS 30000

/*
 * True if definition is a CustomResourceDefinition of object's kind whose
 * version has a status: what has_status wants to know.
 */
bool health_defines_status(const jv *definition, const jv *object);

/* Judge an object; out is overwritten. */
void health_judge(
    const jv *object, const struct health_options *options, struct health *out);

/* {"status":...,"reason":...,"message":...} */
jv health_value(const struct health *h);

#endif
