#ifndef POUNDLOCK_KUSTOMIZE_HELMIMPL_H
#define POUNDLOCK_KUSTOMIZE_HELMIMPL_H

#include "kustomize/build.h"

/* What the parts of helm share; nobody else includes it. */

/* A member that is a string, "" for none. */
const char *helm_text(const jv *v, const char *key);

/* A path as seen from a directory, cleaned. */
char *helm_join(const char *dir, const char *path);

/*
 * The values for a chart: valuesFile, else the chart's own, with valuesInline
 * over or under them or in their place.  Returns -1 with a whole message.
 */
int helm_values(const struct where *w, const jv *chart, const char *chart_dir,
    struct buf *values);

#endif
