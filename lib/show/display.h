#ifndef POUNDLOCK_DISPLAY_H
#define POUNDLOCK_DISPLAY_H

#include <stddef.h>

#include "buf.h"

/*
 * What a live display looks like, as bytes for a terminal.  Pure: sizes and
 * times come from the caller, and what it does with the bytes is its affair.
 * No colours are used, and the cursor is never hidden, so that nothing has to
 * be put right after a signal.
 */

/* One object that is waited for. */
struct display_item {
	const char *subject; /* Kind/namespace/name */
	const char *state;   /* what it waits for */
	long long ms;	     /* for how long */
};

/* One stage: a row of its own, and below it a row an item. */
struct display_group {
	const char *title;
	long long ms;
	const struct display_item *items;
	size_t n; /* of these; more than there are rows is never looked at */
	size_t total; /* with those that are not given */
};

/*
 * Append a frame: rows of at most columns - 1 columns, each with its newline,
 * and fewer than rows of them, so that the cursor stays below it on the screen.
 * What has no room is counted, "and 12 more".  Returns the number of rows.
 */
size_t display_frame(struct buf *out, const struct display_group *groups,
    size_t n, size_t columns, size_t rows);

/*
 * How many rows a frame takes on a terminal of that width, which may have
 * become narrower since: terminals then wrap what is there already.
 */
size_t display_height(const struct buf *frame, size_t columns);

/*
 * Append what replaces the last frame, up rows high, by the new one, behind the
 * lines of above (each with its newline), which stay.  The cursor is expected
 * below the old frame and left below the new one.
 */
void display_paint(struct buf *out, size_t up, const struct buf *above,
    const struct buf *frame);

/*
 * Append s, cut to so many columns; where something is cut off it ends in "…".
 * What is no UTF-8, or would move the cursor or the direction of the text, is
 * shown as "?".  Returns the number of columns that were used.
 */
size_t display_cut(struct buf *out, const char *s, size_t columns);

#endif
