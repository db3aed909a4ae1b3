#ifndef POUNDLOCK_SHA256_H
#define POUNDLOCK_SHA256_H

#include <stddef.h>

/*
 * SHA-256 (FIPS 180-4), for names that are made of content; nothing secret
 * depends on it.  To load OpenSSL for this takes longer than to build a small
 * stage.
 */
#define SHA256_BYTES 32

void sha256(const void *data, size_t len, unsigned char digest[SHA256_BYTES]);

#endif
