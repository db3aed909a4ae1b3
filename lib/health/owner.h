#ifndef POUNDLOCK_OWNER_H
#define POUNDLOCK_OWNER_H

#include <stdbool.h>

#include <jv.h>

/*
 * Which object controls another: the one of its metadata.ownerReferences that
 * says controller.
 */

/* That reference (owned), invalid if there is none. */
jv owner_controller(const jv *object);

/* The controller of object is by, as their uids say. */
bool owner_is(const jv *object, const jv *by);

#endif
