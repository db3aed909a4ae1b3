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
 *   on-change  as above; the default
 *   always     it is made anew each time, once the live one has finished
 *   once       it is never made anew as long as it exists
 *
 * Pure.
 */

bool jobrun_is_job(const jv *object);

/*
 * Change the verdict on a Job accordingly, and return {"runs": bool, "why":
 * text}, the value of diff.run.  Invalid for a refused one.  An annotation of
 * another value is refused: the verdict becomes an error.
 */
jv jobrun_decide(const jv *desired, const jv *live, struct verdict *v);

#endif
