#ifndef POUNDLOCK_CELZONE_H
#define POUNDLOCK_CELZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/*
 * Time zones: "UTC", an offset such as "-08:00", or a name such as
 * "Europe/Oslo" of the system's zone files (RFC 9636), which are read anew each
 * time: expressions with them are rare.
 *
 * Finds how many seconds east of UTC a zone is at a time.  False, and the
 * reason in why, for a zone that is unknown or whose file can't be read.
 */
bool cel_zone_east(
    const char *zone, size_t n, int64_t at, int32_t *east, struct buf *why);

/* The same from the bytes of a zone file. */
bool cel_zone_file_east(const struct buf *file, int64_t at, int32_t *east);

/* Days from the epoch to a date, months from 1, of the Gregorian calendar. */
int64_t cel_days(int64_t year, int month, int day);

/* And back. */
void cel_date(int64_t days, int64_t *year, int *month, int *day);

#endif
