#ifndef POUNDLOCK_MANIFESTBLOCK_H
#define POUNDLOCK_MANIFESTBLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "manifest/manifest.h"

/*
 * The part of manifest.c that reads what manifests are mostly made of: ASCII in
 * block style, with scalars and flow collections of one line each, literal
 * blocks, comments and "---".  That is a fifth of libyaml's work.
 *
 * It never guesses: where a text has anything else in it, right or wrong, this
 * returns false and leaves nothing in m, and libyaml reads it from the start.
 * So what it takes, it takes as libyaml would.
 */
bool manifest_read_block(enum manifest_dialect dialect, const char *text,
    size_t len, struct manifest *m);

#endif
