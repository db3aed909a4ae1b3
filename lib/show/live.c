/* The terminal; see live.h. */
#include "show/live.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "mem.h"
#include "show/board.h"
#include "show/display.h"

#define FRAME_MS 100
#define CLOCK_MS 1000

struct live {
	struct board *board;
	struct buf above; /* lines that wait for the next frame */
	struct buf frame; /* what is on the screen */
	size_t columns, rows;
	bool changed;
	long long drawn; /* when */
};

static volatile sig_atomic_t resized, resumed;

static void
on_resize(int sig)
{
	(void)sig;
	resized = 1;
}

/* What is on the screen now is not ours. */
static void
on_resume(int sig)
{
	(void)sig;
	resumed = 1;
}

static long long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
read_size(struct live *l)
{
	struct winsize w = { 0 };

	resized = 0;
	l->columns = 80;
	l->rows = 24;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0) {
		if (w.ws_col)
			l->columns = w.ws_col;
		if (w.ws_row)
			l->rows = w.ws_row;
	}
}

static void
handle(int sig, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler,
		.sa_flags = SA_RESTART };

	sigemptyset(&action.sa_mask);
	sigaction(sig, &action, NULL);
}

/* A job in the background must not draw; it may be fetched back. */
static bool
is_in_foreground(void)
{
	return tcgetpgrp(STDERR_FILENO) == getpgrp();
}

static bool
is_ours(void)
{
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) && term && *term &&
	       strcmp(term, "dumb") != 0 && is_in_foreground();
}

/* The one that is open, for whoever exits in the middle of it. */
static struct live *open_one;

static void
close_at_exit(void)
{
	if (open_one)
		live_close(open_one);
}

struct live *
live_open(void)
{
	static bool registered;
	struct live *l;

	if (open_one || !is_ours())
		return NULL;
	if (!registered)
		atexit(close_at_exit);
	registered = true;
	l = open_one = mem_zero(1, sizeof(*l));
	l->board = board_new();
	read_size(l);
	handle(SIGWINCH, on_resize);
	handle(SIGCONT, on_resume);
	return l;
}

/* A terminal that has gone is no reason to stop. */
static void
write_all(const struct buf *b)
{
	size_t done = 0;
	ssize_t n;

	while (done < b->len) {
		n = write(STDERR_FILENO, b->s + done, b->len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		done += (size_t)n;
	}
}

/* Put frame in the place of what is on the screen. */
static void
paint(struct live *l, struct buf *frame)
{
	struct buf bytes = BUF_INIT, had;
	size_t up;

	if (resumed)
		buf_clear(&l->frame);
	resumed = 0;
	if (resized)
		read_size(l);
	up = display_height(&l->frame, l->columns);
	if (up >= l->rows)
		up = l->rows - 1;
	display_paint(&bytes, up, &l->above, frame);
	write_all(&bytes);
	buf_release(&bytes);
	buf_clear(&l->above);
	had = l->frame;
	l->frame = *frame;
	*frame = had;
	l->drawn = now_ms();
	l->changed = false;
}

void
live_close(struct live *l)
{
	struct buf nothing = BUF_INIT;

	open_one = NULL;
	if (l->frame.len || l->above.len)
		paint(l, &nothing);
	buf_release(&nothing);
	handle(SIGWINCH, SIG_DFL);
	handle(SIGCONT, SIG_DFL);
	buf_release(&l->above);
	buf_release(&l->frame);
	board_free(l->board);
	free(l);
}

void
live_event(struct live *l, const jv *event)
{
	board_take(l->board, event, now_ms());
	l->changed = true;
}

void
live_line(struct live *l, const char *line, size_t len)
{
	buf_add(&l->above, line, len);
	l->changed = true;
}

static void
draw(struct live *l)
{
	struct buf frame = BUF_INIT;

	if (resized)
		read_size(l);
	if (is_in_foreground())
		board_frame(l->board, &frame, now_ms(), l->columns, l->rows);
	else
		resumed = 1; /* there is no frame to replace */
	paint(l, &frame);
	buf_release(&frame);
}

long long
live_draw(struct live *l)
{
	long long now = now_ms(), due = l->drawn + FRAME_MS;

	if (resized || resumed)
		l->changed = true;
	if (!l->changed && !l->frame.len)
		return -1;
	if (!l->changed)
		due = l->drawn + CLOCK_MS;
	if (due > now)
		return due - now;
	draw(l);
	return l->frame.len ? CLOCK_MS : -1;
}
