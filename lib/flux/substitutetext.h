#ifndef POUNDLOCK_SUBSTITUTETEXT_H
#define POUNDLOCK_SUBSTITUTETEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/* What the forms of substitute.h do to a value; each appends to out. */

/* how: NUL for the first, '/' all, '#' in front, '%' at the end. */
void substitute_replace(struct buf *out, const char *s, size_t len, char how,
    const struct buf *from, const struct buf *to);

/* side: '#' in front, '%' at the end. */
void substitute_remove(struct buf *out, const char *s, size_t len, char side,
    bool longest, const struct buf *pattern);

void substitute_case(
    struct buf *out, const char *s, size_t len, bool upper, bool all);

#endif
