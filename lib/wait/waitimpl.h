#ifndef POUNDLOCK_WAITIMPL_H
#define POUNDLOCK_WAITIMPL_H

#include "wait/waiter.h"

/* What the files of the waiter share; nobody else includes it. */

struct live;
struct wait_run;
struct wait_pods;
struct wait_log;
struct attempt;

/* The targets of one kind in one namespace. */
struct wait_group {
	struct wait_run *run;
	const struct kind *kind;
	char *namespace; /* "" for a cluster-scoped kind */
	char *field;	 /* the field selector of a single target, or NULL */
	jv names;	 /* name to index in the set */
	bool has_status; /* a custom resource whose kind has a status */
	bool whole;	 /* expressions may ask for any part of its objects */
	bool synced;
	struct api_watch
	    *watch; /* NULL: not allowed, single objects are read */
	struct api_timer *timer; /* the next try, when the last one failed */
	size_t asked;		 /* reads of single objects under way */
	struct wait_pods *pods; /* of these workloads, once one of them rolls */
};

/* A Job that was gone before we looked. */
struct wait_search {
	struct wait_run *run;
	struct wait_target *target;
	struct buf field;
	struct api_watch *watch;
	bool over;
};

struct wait_run {
	struct api *api;
	struct wait_set *set;
	const struct wait_options *options;
	struct wait_group **groups;
	size_t n_groups;
	struct wait_search **searches;
	size_t n_searches;
	struct wait_pods **pods;
	size_t n_pods;
	struct wait_log *logs;
	struct attempt *attempts; /* whose logs were asked for */
	size_t pending;		  /* targets that are not as they should be */
	size_t unsynced;	  /* groups whose first list is not whole yet */
	size_t searching;	  /* searches that are not over */
	struct api_timer *resolve; /* look again for kinds not known */
	long long start;
	long long spoke; /* when a line was written last */
	long long moved; /* when anything changed last */
	struct api_timer *deadline, *heartbeat;
	struct api_timer *drain;
	struct live *live; /* NULL: lines alone */
	struct api_timer *frame;
	struct api_timer *recheck; /* what time alone changes is judged anew */
	bool draining;		   /* only the logs are read to their ends */
	bool resolved; /* the server was asked for the kinds before */
	bool failed;   /* some target has */
	bool ended;
	enum status status;
};

/* --- waiter.c ----------------------------------------------------------- */

/* A target was judged (anew). */
void wait_update(
    struct wait_run *run, struct wait_target *t, const struct health *h);

/* It is over; the first call counts. */
void wait_end(struct wait_run *run, enum status status);

/* What is waited for is reached for this target. */
bool wait_reached(const struct wait_run *run, const struct wait_target *t);

/* Options for judging now. */
struct health_options wait_health_options(
    const struct wait_run *run, const struct wait_group *g);

/* --- waitgroup.c -------------------------------------------------------- */

/*
 * Sort the targets that are in none into groups, and start the watches of new
 * groups; again for those whose kind the server did not know.  Returns 0, or -1
 * when the run has ended with that.
 */
int wait_groups_resolve(struct wait_run *run);
void wait_groups_stop(struct wait_run *run);

/* --- waitsee.c ---------------------------------------------------------- */

/* A target was seen in this state, or its last state before it went. */
void wait_see(
    struct wait_group *g, struct wait_target *t, bool gone, const jv *object);

/* A target is not there. */
void wait_see_none(struct wait_group *g, struct wait_target *t);

void wait_searches_stop(struct wait_run *run);

/* --- waitsay.c ---------------------------------------------------------- */

/* t->health is another one than before. */
void wait_say_change(
    struct wait_run *run, struct wait_target *t, const struct health *before);

/* The display, where there is one, from now until the end of the run. */
void wait_say_start(struct wait_run *run);
void wait_say_stop(struct wait_run *run);

/* What is still waited for, when nothing was said for a while. */
void wait_say_pending(struct wait_run *run);

/* Time is up for t. */
void wait_say_timeout(struct wait_run *run, const struct wait_target *t,
    const char *which, long long ms);

/* --- waitpods.c --------------------------------------------------------- */

/*
 * A workload is rolling out, or the log of a Job is wanted: see to its Pods,
 * and judge those known anew.
 */
void wait_pods_look(
    struct wait_run *run, struct wait_group *g, struct wait_target *t);
void wait_pods_stop(struct wait_run *run);

/* All Pods that are there have been seen. */
bool wait_pods_known(const struct wait_run *run);

/* --- waitattempts.c ----------------------------------------------------- */

/*
 * A Pod in this state: if a container of it failed, and it is of a Job that
 * will be tried again, say so, the first time with the end of its log.
 */
void wait_attempts_see(struct wait_run *run, const jv *pod);
void wait_attempts_stop(struct wait_run *run);

/* --- waittrim.c --------------------------------------------------------- */

/* Of an object all but what is large and tells nothing; consumes it. */
jv wait_trim(jv object);

/* Of a Pod its status matters, and whose it is. */
jv wait_trim_pod(jv pod);

/* Of one that was looked at, which one it was: suspects are kept elsewhere. */
jv wait_keep_pod(jv pod);

/* --- waitlogs.c --------------------------------------------------------- */

/* A Pod of a Job in this state: follow the logs of its containers. */
void wait_logs_see(
    struct wait_run *run, const struct wait_target *t, const jv *pod);

/* Open the logs whose turn it is, or end the run when all are read. */
void wait_logs_next(struct wait_run *run);

/* Read what is left of them, for a few seconds at most. */
void wait_logs_drain(struct wait_run *run);
void wait_logs_stop(struct wait_run *run);

#endif
