#ifndef POUNDLOCK_WAITSET_H
#define POUNDLOCK_WAITSET_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

#include "health/health.h"
#include "health/healthexprs.h"
#include "record.h"

/*
 * What there is to wait for in a stream.  As in Flux: the objects of a stage
 * with spec.wait, all of them; of any other stage, those that its
 * spec.healthChecks names, which may be missing from the stream; those of no
 * stage, or whose stage's record is not in the stream, all.  Not waited for is
 * what carries an error, or what apply skipped or deleted.
 */

struct wait_target {
	struct record *record; /* NULL: a health check that is not in it */
	jv object;	       /* as in the stream, or just its id */
	struct buf stage;      /* "" if it belongs to none */
	struct buf subject;    /* Kind/namespace/name */
	struct buf namespace;  /* where it is if it is namespaced */
	const char *api_version, *kind, *name; /* borrowed from object */
	const char *uid; /* that apply or the server gave it; NULL: any */
	const char *resource_version; /* that apply left behind; or NULL */
	long long timeout_ms;
	const char *timeout_from;	  /* who set it: "--timeout", ... */
	const struct health_exprs *exprs; /* of its stage; or NULL */

	/* Where the waiting stands. */
	struct health health;
	jv live;	   /* as it was seen last; invalid if never */
	long long since;   /* when health.status changed last, ms */
	long long changed; /* when anything of it changed last, ms */
	long long said;	   /* when a line was written about it last, ms */
	double seconds;	   /* how long it was waited for, in the end */
	bool final;	   /* what comes now can't change the verdict */
	jv failures;	   /* ids of a Job's containers that failed, as a set */
	jv evidence;	   /* of a failure; else invalid */
	void *group;	   /* the waiter's own */
};

struct wait_set {
	struct wait_target *targets;
	size_t n;
	struct health_exprs **exprs; /* of the stages that have some */
	size_t n_exprs;
	size_t errors;	/* records that carry an error */
	jv first_error; /* that key of the first of them; else invalid */
};

struct wait_set_options {
	bool deleted;	       /* wait until they are gone */
	bool all;	       /* every object, whatever its stage says */
	long long timeout_ms;  /* for all; -1: the stage's, else 5 minutes */
	const char *namespace; /* of objects that name none */
};

/*
 * Find what to wait for in n records, which must outlive the set.  Returns 0,
 * or -1 with a message: a stage whose spec is no good.
 */
int wait_set_make(struct wait_set *set, struct record *records, long n,
    const struct wait_set_options *options, struct buf *err);
/*
 * Judge a target in this state: by the expressions of its stage where they are
 * for its kind, which is when it returns true, else as health_judge does.
 */
bool wait_target_judge(const struct wait_target *t, const jv *object,
    const struct health_options *options, struct health *out);

/* Name a target again once it is known whether its kind has namespaces. */
void wait_target_name(struct wait_target *t, bool namespaced);

void wait_set_release(struct wait_set *set);

#endif
