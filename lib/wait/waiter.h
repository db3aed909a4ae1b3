#ifndef POUNDLOCK_WAITER_H
#define POUNDLOCK_WAITER_H

#include "api/api.h"
#include "wait/waitset.h"

struct report;

/*
 * Waiting on a cluster: one list and watch a kind and namespace, each object
 * judged whenever it changes, and nothing polled.
 *
 * A Job's result belongs to its UID.  One that is removed after it was seen to
 * be complete has succeeded, after it was seen to fail has failed; one that is
 * gone already is looked for in the server's history, from the resource version
 * that apply left behind, and has failed when nobody knows how it ended.
 */
struct wait_options {
	bool deleted;		/* wait until the objects are gone */
	bool logs;		/* show the logs of Jobs while they run */
	struct report *report;	/* that keeps these logs too; or NULL */
	bool strict;		/* as kstatus; see health.h */
	bool quiet;		/* say nothing of what is on its way */
	long long silence_ms;	/* end when nothing changes so long; 0: no */
	long long heartbeat_ms; /* say what is waited for after so long
				   without a word; 0: no */
	int crashes;		/* restarts from which a crash loop counts */
	long long unschedulable_ms; /* a Pod may wait so long for a node */
};

/*
 * Judge the objects as they are in the stream.  STATUS_OK when all are current,
 * STATUS_UNHEALTHY when one has failed, else STATUS_TIMEOUT.  now is in ms
 * since the epoch.
 */
enum status wait_offline(
    struct wait_set *set, const struct wait_options *options, long long now);

/*
 * Wait until all targets are current at the same time (STATUS_OK), one has
 * failed (STATUS_UNHEALTHY), or time is up (STATUS_TIMEOUT).  Says on standard
 * error what moves, in lines or as a live display (show/live.h), and what ended
 * it.  STATUS_SERVER when the server can't be
 * reached or won't let us.
 */
enum status wait_cluster(
    struct api *api, struct wait_set *set, const struct wait_options *options);

/* Milliseconds since the epoch. */
long long wait_now(void);

/* What the record of a target gets as its key wait. */
jv wait_value(const struct wait_target *t);

/* Append a verdict: "failed: BackoffLimitExceeded: Job has reached ...". */
void wait_describe(const struct health *h, struct buf *out);

#endif
