#ifndef POUNDLOCK_KUSTOMIZE_PATTERNTEXT_H
#define POUNDLOCK_KUSTOMIZE_PATTERNTEXT_H

#include <stdbool.h>

#include "buf.h"

/*
 * Append a regular expression of Go as one for regcomp(3) with REG_EXTENDED, as
 * far as POSIX has the same.  Returns false for what Go refuses as well
 * (repeating a repetition, counts above 1000, references to groups), and for
 * what would take regcomp too much memory: it writes repetitions out.
 */
bool pattern_translate(const char *text, struct buf *out);

#endif
