#ifndef POUNDLOCK_MANIFESTJSON_H
#define POUNDLOCK_MANIFESTJSON_H

#include <stdbool.h>
#include <stddef.h>

#include "manifest/manifest.h"

/*
 * The part of manifest.c that reads JSON: objects behind each other, with
 * blanks between them.  Returns false, and leaves nothing in m, for a text that
 * is anything else.
 */
bool manifest_read_json(const char *text, size_t len, struct manifest *m);

#endif
