#ifndef POUNDLOCK_EVIDENCE_H
#define POUNDLOCK_EVIDENCE_H

#include <stddef.h>

#include <jv.h>

#include "api/api.h"

/*
 * Why an object is not healthy: what its conditions say, its Pods' containers
 * that failed or wait, with exit code, reason, termination message and last log
 * lines, and the Warning events of the object and its Pods.
 *
 *   {"conditions":[{type,status,reason,message}],
 *    "pods":[{"name","phase","reason","message",
 *       "containers":[{"name","init","exitCode","signal","reason","message",
 *                      "restarts","log":["line",...]}]}],
 *    "events":[{"object":"Kind/name","type","reason","message","count","time"}]}
 *
 * What does not apply is left out.  Events are sorted, the newest last.
 */
struct evidence_case {
	const jv *object; /* as it was seen last */
	jv evidence;	  /* the answer, owned by the caller */
};

/*
 * Gather the evidence for n cases, side by side, in ms milliseconds at most;
 * what can't be had by then, or is forbidden, is missing from it.  Runs the
 * loop; the caller has ended all its watches before.
 */
void evidence_gather(
    struct api *api, struct evidence_case *cases, size_t n, long long ms);

/*
 * Say it on standard error, one line each, with subject before it; the logs
 * only if they have not been shown already.  Words that are in the verdict, or
 * were said of a container, are not said again of a container or event.
 */
void evidence_say(
    const char *subject, const char *verdict, const jv *evidence, bool logs);

/* Append the same lines, with the logs, to out. */
void evidence_write(struct buf *out, const char *subject, const char *verdict,
    const jv *evidence);

#endif
