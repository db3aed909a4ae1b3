#ifndef POUNDLOCK_VERDICT_H
#define POUNDLOCK_VERDICT_H

#include "judge/judge.h"

/* What only the judge needs of a verdict; see judge.h for what it is. */

/* An empty one of that action (NULL: refused). */
struct verdict verdict_of(const char *action);

/*
 * Fill in fields and merged without the server's answer: desired laid over
 * live, without what our manager held and desired has no longer.
 */
void verdict_foresee(struct verdict *v, const jv *desired, const jv *live);

/*
 * Mark the fields that are immutable: by the table, else by the causes (JSON
 * pointers) that the server's refusal named, else all of them.
 */
void verdict_mark(
    struct verdict *v, const jv *desired, const jv *live, const jv *causes);

#endif
