#ifndef POUNDLOCK_JOBRUN_H
#define POUNDLOCK_JOBRUN_H

#include <stdbool.h>

#include <jv.h>

#include "judge/judge.h"

/*
 * Whether a Job will run, and why.  A Job runs when it is created, so it is
 * when its manifest changes where it can't be changed in place.  The annotation
 * poundlock/run on the Job says otherwise:
 *
 *   on-change         as above; the default
 *   on-config-change  also when a ConfigMap or Secret of the same chain changes
 *                     that it reads; see jobreads.h
 *   always            it is made anew each time, once the live one has finished
 *   once              it is never made anew as long as it exists
 *
 * Pure.
 */

bool jobrun_is_job(const jv *object);

struct jobrun {
	const jv *desired;
	const jv *live; /* invalid where there is none */
	bool offline;	/* live is an older manifest: nobody knows how that one
			   fared, and it is taken to have finished */
};

/*
 * Change the verdict on a Job accordingly, and return {"runs": bool, "why":
 * text}, the value of diff.run.  Invalid for a refused one.  An annotation of
 * another value is refused: the verdict becomes an error.
 */
jv jobrun_decide(const struct jobrun *j, struct verdict *v);

#endif
