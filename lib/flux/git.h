#ifndef POUNDLOCK_GIT_H
#define POUNDLOCK_GIT_H

#include "buf.h"

/*
 * What a Git work tree says of itself, read from its files: git is not run.
 */

/*
 * Append the top of the work tree that holds path (a file or a directory), as
 * an absolute path without symbolic links.  Returns 0, or -1 if there is none.
 */
int git_top(const char *path, struct buf *out);

/*
 * Append what is checked out at such a top, as Flux spells it:
 * "main@sha1:HEX", or "sha1:HEX" for a commit without a branch.  Returns 0, or
 * -1 with nothing appended when there is no commit or it can't be read.
 */
int git_revision(const char *top, struct buf *out);

#endif
