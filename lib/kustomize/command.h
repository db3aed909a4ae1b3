#ifndef POUNDLOCK_KUSTOMIZE_COMMAND_H
#define POUNDLOCK_KUSTOMIZE_COMMAND_H

#include <stddef.h>

#include "buf.h"

/*
 * Running a program that the user named, and taking what it prints.  There is
 * no shell between, its standard input is empty, its working directory is ours.
 */

/*
 * Run argv (NULL at the end; found on PATH unless it has a /) with our
 * environment and what env ("NAME=VALUE", NULL at the end) sets in it.  What it
 * prints is appended to out, at most max bytes.  Returns 0 when it ended with
 * status 0; else -1, with why and its standard error, on one line, in err.
 */
int command_run(char *const *argv, const char *const *env, struct buf *out,
    size_t max, struct buf *err);

#endif
