#ifndef POUNDLOCK_LEFTOVER_H
#define POUNDLOCK_LEFTOVER_H

#include <jv.h>

/*
 * What an apply would remove from the live object because kubectl or Flux have
 * left it (see takeover.h) and desired does not have it: an array of JSON
 * pointers into live, which nobody else holds.  Invalid if there is nothing to
 * take over at all (the annotation of kubectl's client-side apply and the
 * checksums of Flux are taken over, too, but count for no field); then the
 * apply alone tells what would happen.
 */
jv leftover_fields(const jv *desired, const jv *live, const char *manager);

#endif
