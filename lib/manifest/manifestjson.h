#ifndef POUNDLOCK_MANIFESTJSON_H
#define POUNDLOCK_MANIFESTJSON_H

#include <stdbool.h>
#include <stddef.h>

#include "manifest/manifest.h"

/*
 * The part of manifest.c that reads JSON: objects behind each other, with
 * blanks between them.  Returns false, and leaves nothing in m, for a text that
 * is anything else, and unless last_counts for one that has a key twice.
 */
bool manifest_read_json(
    const char *text, size_t len, bool last_counts, struct manifest *m);

#endif
