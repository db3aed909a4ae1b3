#ifndef POUNDLOCK_CLEARING_H
#define POUNDLOCK_CLEARING_H

#include <jv.h>

/*
 * A change can be refused only because of a default that the server once wrote
 * and that nobody holds: rollingUpdate beside the strategy Recreate.  An apply
 * can't remove what its manager does not hold, a merge patch can.
 */

/*
 * Fields of the spec that a refusal names (causes, as JSON pointers), that live
 * has, that desired has not, and that no manager but ours holds.
 */
jv clearable_fields(
    const jv *desired, const jv *live, const jv *causes, const char *manager);

/* The merge patch that removes them and brings desired along. */
jv clearing_patch(const jv *desired, const jv *pointers);

#endif
