#ifndef POUNDLOCK_MANIFESTEDIT_H
#define POUNDLOCK_MANIFESTEDIT_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

#include "buf.h"

/* Which new texts stand without quotes, so that they say what they are. */
enum manifest_bare {
	MANIFEST_BARE_NONE,
	MANIFEST_BARE_NEW, /* where nothing was */
	MANIFEST_BARE_ALL, /* in the place of maps and lists as well */
};

/*
 * Change values in a YAML text and leave the rest as it was written, as go-yaml
 * v3 does when it reads nodes and writes them again: the order of keys, quotes,
 * block and flow style, anchors and tags stay; indents become two blanks.
 *
 * was is what the text's first document says (manifest_read), now the same with
 * changes: fields that have other values, new ones behind the others.  A text
 * in the place of a scalar is put there as it is; where it doesn't fit the
 * type, that is spelled out: !!int 1.5.
 *
 * Comments come along.  The text goes to out (empty before), without the last
 * line's end.  Returns false if that can't be, as for a first document that is
 * empty.
 */
bool manifest_edit(const char *text, size_t len, const jv *was, const jv *now,
    enum manifest_bare bare, struct buf *out);

#endif
