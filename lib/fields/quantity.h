#ifndef POUNDLOCK_QUANTITY_H
#define POUNDLOCK_QUANTITY_H

#include <stdbool.h>

#include <jv.h>

#include "buf.h"

/*
 * Kubernetes quantities ("500m", "1Gi", "1e3"): what the API server stores for
 * a spelling.  It keeps the family of the suffix and nothing else, so 1024Mi
 * becomes 1Gi, while 1073741824 stays as it is.
 */

/*
 * Append the canonical spelling of s, as resource.Quantity writes it.  Returns
 * false, with nothing appended, for what is no quantity, for one finer than
 * nano and for one whose digits don't fit 63 bits (the server rounds those).
 */
bool quantity_canonical(const char *s, struct buf *out);

/*
 * Whether the server would store want, a string or a number, as the string
 * have.
 */
bool quantity_equal(const jv *want, const jv *have);

/* Less than, equal to or greater than 0, as a is to b; 0 for what is none. */
int quantity_compare(const char *a, const char *b);

#endif
