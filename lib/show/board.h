#ifndef POUNDLOCK_BOARD_H
#define POUNDLOCK_BOARD_H

#include <stddef.h>

#include <jv.h>

#include "buf.h"

/*
 * What is under way, as the events of all tools (event.h) tell it: of each
 * stage the objects that are waited for, until the last tool that works on the
 * stage has ended.  Pure: the caller says what time it is.
 */
struct board;

struct board *board_new(void);
void board_free(struct board *board);

/* Take an event; now is in ms on any clock.  What is no event is ignored. */
void board_take(struct board *board, const jv *event, long long now);

/*
 * Append the frame that shows it, see display_frame.  Returns the number of
 * rows, 0 when nothing is under way.
 */
size_t board_frame(const struct board *board, struct buf *out, long long now,
    size_t columns, size_t rows);

#endif
