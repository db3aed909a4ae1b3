#ifndef POUNDLOCK_PODSTUCK_H
#define POUNDLOCK_PODSTUCK_H

#include <stdbool.h>

#include "health/health.h"

/*
 * Pods that will never start by themselves.  The kubelet goes on trying, and so
 * do the controllers until a deadline of minutes, but what is missing will not
 * come without somebody's doing:
 *
 *   an image that can't be pulled (from ImagePullBackOff on, so not at the
 *   first failure), has an invalid name or may not be pulled;
 *   a ConfigMap, Secret or other configuration that is not there;
 *   a container that crashed `crashes` times and is waiting to be restarted;
 *   no node for `unschedulable_ms`.
 *
 * Pure.  A Pod that is being deleted is never stuck.
 */
struct pod_limits {
	int crashes;		    /* 0: crashes don't count */
	long long unschedulable_ms; /* 0: any time will do */
	long long now;		    /* ms since the epoch */
};

/*
 * True, and out says failed and why, if pod is stuck.  If it will be at some
 * time as it is, *due is that time; else it is not changed.
 */
bool pod_stuck(const jv *pod, const struct pod_limits *limits,
    struct health *out, long long *due);

#endif
