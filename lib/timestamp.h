#ifndef POUNDLOCK_TIMESTAMP_H
#define POUNDLOCK_TIMESTAMP_H

#include <stdbool.h>

#include "buf.h"

/*
 * Points in time as Kubernetes writes them (RFC 3339): milliseconds since the
 * epoch.  Nothing here reads a clock.
 */

/* Returns false, and *ms untouched, for NULL and what is no such time. */
bool timestamp_parse(const char *s, long long *ms);

/* Append it in UTC: 2000-01-01T00:00:00Z, with_ms 2000-01-01T00:00:00.000Z. */
void timestamp_write(struct buf *out, long long ms, bool with_ms);

#endif
