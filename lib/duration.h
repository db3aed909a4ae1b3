#ifndef POUNDLOCK_DURATION_H
#define POUNDLOCK_DURATION_H

#include <stdbool.h>

#include "buf.h"

/*
 * Durations as Go spells them: "90s", "1h30m", "1.5h", "300ms", "0".  All are
 * milliseconds here; what is shorter than one counts as 0.
 */

/* Longest duration, so that sums of a few of them can't overflow. */
#define DURATION_MAX_MS (100LL * 365 * 24 * 3600 * 1000)

/* Returns false if s is no duration of zero or more (a bare number is none). */
bool duration_parse(const char *s, long long *ms);

/*
 * The narrower form of Flux's API, ([0-9]+(\.[0-9]+)?(ms|s|m|h))+: no sign, no
 * bare 0, no us or ns.
 */
bool duration_parse_flux(const char *s, long long *ms);

/* Append as a person would say it: "850ms", "4.2s", "1m30s", "2h5m". */
void duration_write(struct buf *out, long long ms);

#endif
