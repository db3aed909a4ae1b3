#ifndef POUNDLOCK_CELREGEX_H
#define POUNDLOCK_CELREGEX_H

#include <stddef.h>

#include "buf.h"
#include "cel/celarena.h"
#include "cel/celvalue.h"

/*
 * Regular expressions as RE2 reads them (github.com/google/re2/wiki/Syntax),
 * asked only whether they match somewhere.  All ways are followed at once, so
 * the time is at most the product of both lengths, whatever the expression.
 *
 * Refused: Unicode classes (\p{...}), and characters beyond ASCII where letters
 * of both cases are wanted ((?i)), for want of tables.  What RE2 has no linear
 * way for, such as back references, does not exist here either.
 */
struct cel_regex;

/* In the arena; NULL, with the reason in why, if it is wrong. */
const struct cel_regex *cel_regex_compile(
    struct cel_arena *a, const char *s, size_t n, struct buf *why);

/* Whether text has a match: a bool, or the error of a cost that is too high. */
struct cel_value cel_regex_match(
    struct cel_run *r, const struct cel_regex *re, const char *s, size_t n);

#endif
