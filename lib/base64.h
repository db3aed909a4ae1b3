#ifndef POUNDLOCK_BASE64_H
#define POUNDLOCK_BASE64_H

#include "buf.h"

/* Append bytes in base64 (RFC 4648), padded, on one line. */
void base64_encode(struct buf *out, const void *data, size_t len);

#endif
