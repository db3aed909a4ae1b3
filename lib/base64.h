#ifndef POUNDLOCK_BASE64_H
#define POUNDLOCK_BASE64_H

#include <stdbool.h>

#include "buf.h"

/* Append bytes in base64 (RFC 4648), padded, on one line. */
void base64_encode(struct buf *out, const void *data, size_t len);

/*
 * Append what text decodes to, white space in it passed over; false, and
 * nothing, where it is no base64.
 */
bool base64_decode(struct buf *out, const char *text);

#endif
