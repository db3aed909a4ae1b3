#ifndef POUNDLOCK_LIVE_H
#define POUNDLOCK_LIVE_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

/*
 * A live display on the terminal that is standard error: lines that stay, and
 * below them a frame that shows what is under way (board.h) and is drawn anew
 * when something changed, ten times a second at most, and once a second for
 * its clocks.  A frame is one write(2).  A new size is noticed, and so is a
 * process that was stopped and goes on.
 */
struct live;

/*
 * One at a time.  NULL where there is nothing to draw on, and lines alone are
 * to be written: standard error is no terminal, or not ours to draw on (we run
 * in the background, or in another session), or TERM is missing or "dumb".
 */
struct live *live_open(void);

/* Take the frame off the screen, and free; exit(3) does it too. */
void live_close(struct live *live);

/* An event, as event_write would write it; borrowed. */
void live_event(struct live *live, const jv *event);

/* A line that stays, with its newline. */
void live_line(struct live *live, const char *line, size_t len);

/*
 * Draw if it is time for it.  Returns the milliseconds until the next call is
 * due, -1 when that is only when something happens.
 */
long long live_draw(struct live *live);

#endif
