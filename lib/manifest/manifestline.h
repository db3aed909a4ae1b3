#ifndef POUNDLOCK_MANIFESTLINE_H
#define POUNDLOCK_MANIFESTLINE_H

#include <stdbool.h>

#include "manifest/manifestscalar.h"

/*
 * The part of manifestblock.c that takes scalars from a line which ends at eol.
 * *p is where one begins, and behind it afterwards; false leaves it to libyaml.
 */

static inline const char *
line_skip_spaces(const char *p, const char *end)
{
	while (p < end && *p == ' ')
		p++;
	return p;
}

/* Nothing follows on the line but perhaps a comment. */
bool line_is_over(const char *p, const char *eol);

/* Within quotes, on this line, and without escapes. */
bool line_take_quoted(
    const char **p, const char *eol, struct manifest_scalar *s);

/* A scalar that could be one anywhere: quoted, or of simple characters. */
bool line_take_word(const char **p, const char *eol, struct manifest_scalar *s);

/* A key with its colon; *p is behind that afterwards. */
bool line_take_key(const char **p, const char *eol, struct manifest_scalar *s);

/* Up to a comment or the end of the line. */
bool line_take_plain(
    const char **p, const char *eol, struct manifest_scalar *s);

#endif
