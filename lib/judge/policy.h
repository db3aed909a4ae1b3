#ifndef POUNDLOCK_POLICY_H
#define POUNDLOCK_POLICY_H

#include <stdbool.h>

#include <jv.h>

#include "buf.h"

/*
 * What may be done to an object, by what it says itself and by its kind.  Pure.
 *
 * An object says it by a label or annotation kustomize.toolkit.fluxcd.io/KEY,
 * as for Flux; the value's case does not matter.
 */

/* The object carries that key with that value. */
bool policy_says(const jv *object, const char *key, const char *value);

/*
 * When a Job is to run: on-change, on-config-change, always or once; see
 * jobrun.h.
 */
#define POLICY_RUN "poundlock/run"
#define POLICY_RUN_CONFIG "on-config-change"

/* A Job that is to be made anew each time, which gives leave to do so. */
bool policy_runs_always(const jv *object);

/* A Job that is never to be made anew. */
bool policy_runs_once(const jv *object);

/* How an object is to be applied. */
enum policy_apply {
	POLICY_OVERRIDE,  /* as usual */
	POLICY_MERGE,	  /* ssa: Merge: leave other people's fields be */
	POLICY_IF_ABSENT, /* ssa: IfNotPresent: only create it */
	POLICY_LEAVE,	  /* ssa: Ignore, reconcile: disabled: not at all */
};

/* live is the object in the cluster, invalid where there is none. */
enum policy_apply policy_apply(const jv *object, const jv *live);

/*
 * Deleting an object may lose what can't be made again: it holds data if it is
 * a PersistentVolumeClaim, PersistentVolume, Namespace,
 * CustomResourceDefinition or, for recreating, a StatefulSet.
 */

/*
 * The object may be deleted and created anew: "force: enabled" on it or on the
 * live one always allows it; leave for all (the stage's spec.force or --force)
 * does for kinds that hold no data.  Where it may not, the reason and the way
 * out are appended to why.
 */
bool policy_may_recreate(
    const jv *object, const jv *live, bool leave_for_all, struct buf *why);

/*
 * The live object may be deleted as no longer wanted.  Not with "prune:
 * disabled", "reconcile: disabled" or "ssa: Ignore" on it; where it holds data,
 * only with "prune: enabled" on it or data_too, and why says so.
 */
bool policy_may_prune(const jv *live, bool data_too, struct buf *why);

/*
 * Objects of a phase are written when those of the phase before it are there,
 * and deleted before they are.
 */
enum policy_phase {
	PHASE_DEFINE,  /* Namespaces, CRDs, classes: what others refer to */
	PHASE_SUPPORT, /* accounts, rights, configuration, Services, volumes */
	PHASE_WORK,    /* what runs Pods, and the rest of the built-in kinds */
	PHASE_CUSTOM,  /* objects of custom kinds */
	PHASE_HOOKS,   /* admission webhooks and policies, API services */
	N_PHASES
};

enum policy_phase policy_phase(const jv *object);

#endif
