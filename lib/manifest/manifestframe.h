#ifndef POUNDLOCK_MANIFESTFRAME_H
#define POUNDLOCK_MANIFESTFRAME_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

#include "buf.h"

/*
 * The part of manifest.c that says where in a document reading is: in the last
 * of the containers that are open, depth of them.
 */
struct manifest_frame {
	jv container; /* the array or object so far */
	jv key;	      /* of the member that comes next; invalid: a key does */
	jv merges;    /* what << gave, in order; invalid: nothing */
	bool key_merges; /* the pending key is << */
	bool flow;	 /* inside of braces or brackets */
	char *anchor;	 /* NULL: none */
	size_t nodes;	 /* count when it began */
	size_t notes;	 /* their length then */
	int height;
};

/* The next thing must be a key. */
bool manifest_wants_key(const struct manifest_frame *frames, int depth);

/*
 * The pointer of the value that comes next.  What << brings goes into the
 * mapping itself, be it one mapping or each of a sequence.
 */
void manifest_point(
    const struct manifest_frame *frames, int depth, struct buf *pointer);

/* A mapping that comes next is what << brings. */
bool manifest_in_merge(const struct manifest_frame *frames, int depth);

/* What comes next ends up inside of braces or brackets. */
bool manifest_in_flow(const struct manifest_frame *frames, int depth);

#endif
