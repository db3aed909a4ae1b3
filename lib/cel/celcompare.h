#ifndef POUNDLOCK_CELCOMPARE_H
#define POUNDLOCK_CELCOMPARE_H

#include "cel/celvalue.h"

/* Doubles just beyond the largest int and uint. */
#define CEL_TWO_63 9223372036854775808.0
#define CEL_TWO_64 18446744073709551616.0

/*
 * Whether two values are equal: values of different types never are, but
 * numbers by what they stand for.  Walks lists and maps at the run's cost.
 */
bool cel_equal(
    struct cel_run *r, const struct cel_value *a, const struct cel_value *b);

/* The same for what may be a map's key. */
bool cel_same_key(const struct cel_value *a, const struct cel_value *b);

/*
 * Order two values: *cmp is below, at or above zero.  False if they have no
 * order, with the error in *bad.
 */
bool cel_order(struct cel_run *r, const struct cel_value *a,
    const struct cel_value *b, int *cmp, struct cel_value *bad);

/* Whether list, or the keys of map, has item: a bool, or an error. */
struct cel_value cel_in(struct cel_run *r, const struct cel_value *item,
    const struct cel_value *container);

/* The integer that a number is exactly; false for others and fractions. */
bool cel_exact_int(const struct cel_value *v, int64_t *i);

#endif
