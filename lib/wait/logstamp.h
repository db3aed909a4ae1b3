#ifndef POUNDLOCK_LOGSTAMP_H
#define POUNDLOCK_LOGSTAMP_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/*
 * The time stamps before the lines of a container's log: RFC 3339, with as many
 * digits behind the point as they need, in the time zone of the node.
 */

/* Negative, 0 or positive: a is before, the same as, or after b. */
int logstamp_compare(const char *a, size_t a_len, const char *b, size_t b_len);

/*
 * Append the whole second that it lies in, which is all that the server's
 * sinceTime looks at.  Returns false, and appends nothing, for what is no time
 * stamp.
 */
bool logstamp_second(struct buf *out, const char *s, size_t len);

#endif
