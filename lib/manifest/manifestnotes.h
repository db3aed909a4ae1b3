#ifndef POUNDLOCK_MANIFESTNOTES_H
#define POUNDLOCK_MANIFESTNOTES_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

#include "buf.h"

/* Writing the notes of a document; manifest.h says what they are. */

/* What was noted of a node: a part of the notes, and how it is pointed to. */
struct manifest_noted {
	size_t from, to;
	size_t pointer; /* length of the node's pointer */
};

void manifest_note(struct buf *notes, char what, const char *pointer);

/* A string that manifest_refold changes. */
bool manifest_refolds(const jv *s);

/* Where an alias puts a node. */
struct manifest_place {
	const char *pointer;
	bool flow;   /* inside of braces or brackets */
	bool merges; /* by way of <<: the node's members are put there */
};

/*
 * Note of a place what was noted of the node that an alias puts there.  Returns
 * false if the notes become longer than MANIFEST_TEXT.
 */
bool manifest_note_again(struct buf *notes, const struct manifest_noted *noted,
    const struct manifest_place *to);

#endif
