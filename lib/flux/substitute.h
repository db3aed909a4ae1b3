#ifndef POUNDLOCK_SUBSTITUTE_H
#define POUNDLOCK_SUBSTITUTE_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

#include "buf.h"

/*
 * ${variables} in a text, as Flux's post-build substitution takes them (a
 * relative of drone/envsubst, in its strict mode):
 *
 *	${v}                     the value
 *	${v:=d} ${v:-d} ${v=d} ${v:?d} ${v:+d}
 *	                         the value, or d if it is unset or empty: all
 *five mean the same there
 *	${v:offset} ${v:offset:length}
 *	                         bytes; a negative offset counts from the end
 *	${v/a/b} ${v//a/b} ${v/#a/b} ${v/%a/b}
 *	                         a text replaced: first, all, in front, at the
 *end
 *	${v#p} ${v##p} ${v%p} ${v%%p}
 *	                         without the pattern p in front or at the end
 *	${v^} ${v^^} ${v,} ${v,,}
 *	                         first letter or all, upper or lower case
 *(ASCII)
 *	${#v}                    length in bytes
 *	$$                       one $
 *
 * d, a, b and p may hold ${...} again.  A $ before anything else is itself.
 *
 * vars is an object of strings.  Returns 0, or -1 with a message (no value is
 * in it) and, in *offset, where in the text it went wrong: a variable that is
 * not set, or no such form.
 */
int substitute(const char *text, size_t len, const jv *vars, struct buf *out,
    size_t *offset, struct buf *err);

/* [_A-Za-z][_A-Za-z0-9]* */
bool substitute_name_ok(const char *name);

/*
 * The whole of s matches a pattern of * (any bytes), ? (one character), [a-z],
 * [^a-z] and \c.  A broken pattern matches nothing.
 */
bool substitute_match(
    const char *pattern, size_t pattern_len, const char *s, size_t len);

#endif
