#ifndef POUNDLOCK_MANIFESTMARKS_H
#define POUNDLOCK_MANIFESTMARKS_H

#include <stddef.h>

#include "buf.h"

/*
 * A file may begin with a byte order mark, and so may each document where
 * files were put behind each other, since both kubectl and kustomize split them
 * at the lines that begin with --- before they read.  For the same reason a
 * comment may follow --- without a blank.  libyaml knows neither: returns the
 * text, or a copy in clean without marks and without such comments.  Lines stay
 * what they are; *len becomes the length.
 */
const char *manifest_unmark(const char *text, size_t *len, struct buf *clean);

#endif
