#ifndef POUNDLOCK_CELUTF_H
#define POUNDLOCK_CELUTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/* UTF-8 in memory.  What isn't checked by the first must have been before. */

bool cel_utf_valid(const char *s, size_t n);

/* Bytes of the character that starts with this one. */
size_t cel_utf_width(char first);

/* The character at s, of at most n bytes. */
uint32_t cel_utf_at(const char *s, size_t n);

/* Number of characters. */
size_t cel_utf_count(const char *s, size_t n);

/* Bytes that the first k characters take, n if there are not so many. */
size_t cel_utf_skip(const char *s, size_t n, size_t k);

/* Whether c is a character: no surrogate, not beyond U+10FFFF. */
bool cel_utf_is(uint32_t c);

/* Append a character. */
void cel_utf_add(struct buf *out, uint32_t c);

#endif
