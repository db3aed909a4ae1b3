#ifndef POUNDLOCK_KUSTOMIZE_PLACE_H
#define POUNDLOCK_KUSTOMIZE_PLACE_H

#include <stdbool.h>

#include "buf.h"

/*
 * Where fields stand in files, for messages and for how they are spelled: found
 * after the fact, in files that are read once more, so that no other build pays
 * for it.
 */

/* A line of a text, from 1; NULL where it is shorter. */
const char *place_go_to(const char *text, int line);

/*
 * The text of a file, which messages name as path, from a line on.  Returns
 * false where it can't be read any more.
 */
bool place_text(
    const char *confine, const char *path, int line, struct buf *text);

/*
 * The line of what a JSON pointer leads to in a text, or if that is a block of
 * text, the n-th line of it, from 1; 0: the line itself.
 */
int place_in_text(const struct buf *text, const char *pointer, int n);

/*
 * The line of a field of an object, or if that is a block of text, the n-th
 * line of it, as above.  In the document that begins in a line of the file, the
 * object is what at, a JSON pointer, leads to; NULL: all of it.  Where the
 * field is not there, what holds it, or would; where the file can't be read any
 * more, line.
 *
 * confine is the directory that path is relative to, NULL: the current one.
 */
int place_line(const char *confine, const char *path, int line, const char *at,
    const char *pointer, int n);

/*
 * The same for an object that is a line of the text that the pointer at leads
 * to in the file, as a plugin may be in a kustomization.
 */
int place_line_inline(const char *confine, const char *path, int line,
    const char *at, const char *pointer);

#endif
