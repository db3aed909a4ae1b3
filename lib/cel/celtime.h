#ifndef POUNDLOCK_CELTIME_H
#define POUNDLOCK_CELTIME_H

#include "cel/celvalue.h"

/*
 * Timestamps from the year 1 to 9999 in nanoseconds, and durations of 64 bits
 * of nanoseconds, which are Go's and so some 292 years either way.
 */

#define CEL_TIME_MIN INT64_C(-62135596800)
#define CEL_TIME_MAX INT64_C(253402300799)

/* RFC 3339, as Go's time.Parse reads it. */
bool cel_time_parse(const char *s, size_t n, struct cel_value *out);

/* With the zone that it was read with, or in UTC; no needless zeros. */
void cel_time_write(struct buf *out, const struct cel_value *v, bool utc);

/* As Go's time.ParseDuration: "1h30m", "-1.5h", "300ms", "0". */
bool cel_duration_parse(const char *s, size_t n, int64_t *nanoseconds);

/* In seconds: "5400s", "0.3s". */
void cel_duration_write(struct buf *out, int64_t nanoseconds);

/* a + b or a - b where one of them is a time; null if there is no such form. */
struct cel_value cel_time_arith(struct cel_run *r, bool adds,
    const struct cel_value *a, const struct cel_value *b);

/* The parts of a time, counted as in the language: months and days from 0. */
enum cel_part {
	CEL_P_YEAR,
	CEL_P_MONTH,
	CEL_P_DAY_OF_YEAR,
	CEL_P_DAY_OF_MONTH,
	CEL_P_DATE, /* the day of the month from 1 */
	CEL_P_DAY_OF_WEEK,
	CEL_P_HOURS,
	CEL_P_MINUTES,
	CEL_P_SECONDS,
	CEL_P_MILLISECONDS,
};

/*
 * A part of a timestamp, in the zone that is named (NULL: UTC), or hours to
 * milliseconds of a duration.
 */
struct cel_value cel_time_part(struct cel_run *r, enum cel_part part,
    const struct cel_value *v, const struct cel_value *zone);

#endif
