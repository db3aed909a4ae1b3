#ifndef POUNDLOCK_DRAW_H
#define POUNDLOCK_DRAW_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "graph/chain.h"

/*
 * The stages of a chain as rules for make, as a picture or as text: what is
 * shown of them, in which order, and what comes right before each.
 */
struct drawing {
	const struct chain *chain;
	const bool *shown; /* for each stage, and the objects without one */
	const struct graph_index *before;
	bool reverse; /* what depends on others comes first */
};

/* Find the stage at a place of that order.  True if it is to be shown. */
bool drawing_at(
    const struct drawing *d, size_t place, const struct chain_stage **stage);

/* The objects without a stage, NULL where there are none to show. */
const struct chain_stage *drawing_bare(const struct drawing *d);

/*
 * Append the whole drawing to out.  Return 0, or -1 with a message: make has no
 * rule for objects without a stage.
 */
typedef int draw_fn(const struct drawing *d, struct buf *out, struct buf *err);

draw_fn draw_make, draw_dot, draw_text;

#endif
