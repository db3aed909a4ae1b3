#ifndef POUNDLOCK_TIMESTAMP_H
#define POUNDLOCK_TIMESTAMP_H

#include <stdbool.h>

/*
 * Points in time as Kubernetes writes them (RFC 3339): milliseconds since the
 * epoch.  Nothing here reads a clock.
 */

/* Returns false, and *ms untouched, for NULL and what is no such time. */
bool timestamp_parse(const char *s, long long *ms);

#endif
