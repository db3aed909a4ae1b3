#ifndef POUNDLOCK_CELNUMBER_H
#define POUNDLOCK_CELNUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/* Doubles as text: the fewest digits that read back the same. */

/* Without exponent: 1500000, 0.25, as Go's 'f' with the precision -1. */
void cel_number_plain(struct buf *out, double d);

/* With one where it is below -4 or above 5, as Go's %g: 1e+06. */
void cel_number_short(struct buf *out, double d);

/* What Go's strconv.ParseFloat reads; false for what it refuses. */
bool cel_number_parse(const char *s, size_t n, double *out);

#endif
