#ifndef POUNDLOCK_EXTDIFF_H
#define POUNDLOCK_EXTDIFF_H

#include <jv.h>

#include "buf.h"

/*
 * A diff of YAML files by an external program, as kubectl diff makes it: two
 * temporary directories LIVE-* and MERGED-* with one file an object, given as
 * the last arguments to $KUBECTL_EXTERNAL_DIFF (a command and its arguments,
 * separated by blanks; no shell reads it) or to "diff -u -N".
 */
struct extdiff {
	char *base, *live, *merged; /* directories */
};

/* Make the directories.  Returns 0, or -1 with a message in err. */
int extdiff_open(struct extdiff *x, struct buf *err);

/*
 * Write the two states of an object, invalid for one that does not exist.  What
 * only the server writes (status, managedFields, resourceVersion, ...) is left
 * out, and the data of a Secret is masked.
 */
int extdiff_add(
    struct extdiff *x, const jv *before, const jv *after, struct buf *err);

/* Run the program.  Returns its exit status (0 or 1), or -1. */
int extdiff_run(const struct extdiff *x, struct buf *err);

/* Remove the directories and free what was allocated. */
void extdiff_close(struct extdiff *x);

#endif
