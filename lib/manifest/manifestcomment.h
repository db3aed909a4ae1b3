#ifndef POUNDLOCK_MANIFESTCOMMENT_H
#define POUNDLOCK_MANIFESTCOMMENT_H

#include <stddef.h>

#include "buf.h"

/* A scalar or alias that no scalar or alias of the source became. */
#define MANIFEST_NEW ((size_t)-1)

/*
 * Put the comments of a YAML text (its first document's) into yaml, which was
 * written from it without them, where go-yaml v3 would: behind their lines, or
 * above what they stand above.  from has for each of the n scalars and aliases
 * of yaml which one of the text it was, from 0, or MANIFEST_NEW.
 */
void manifest_comments(const char *text, size_t len, const size_t *from,
    size_t n, struct buf *yaml);

#endif
