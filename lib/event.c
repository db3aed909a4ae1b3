/*
 * Progress events; see event.h.  The environment is looked at once, when the
 * first event is about to be made.
 */
#include "event.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "buf.h"
#include "json.h"
#include "mem.h"
#include "msg.h"
#include "timestamp.h"

#ifndef PIPE_BUF
#define PIPE_BUF _POSIX_PIPE_BUF
#endif

/* A string that is cut keeps at least this many bytes. */
#define KEEP 16

enum { UNKNOWN = -2, OFF = -1 };

static int event_fd = UNKNOWN;

static int
open_events(void)
{
	const char *to = getenv("POUNDLOCK_EVENTS");
	char *end;
	long n;
	int fd;

	if (!to || !*to)
		return OFF;
	n = strtol(to, &end, 10);
	if (!*end)
		return n >= 0 && n <= INT_MAX ? (int)n : OFF;
	/* A pipe that nobody reads (any more) is no reason to wait. */
	fd = open(
	    to, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
	if (fd < 0 && errno != ENXIO)
		warning("POUNDLOCK_EVENTS: %s:", to);
	else if (fd < 0)
		debug("POUNDLOCK_EVENTS: %s: nobody reads this pipe", to);
	else
		fcntl(fd, F_SETFL, O_APPEND);
	return fd < 0 ? OFF : fd;
}

bool
event_enabled(void)
{
	if (event_fd == UNKNOWN)
		event_fd = open_events();
	return event_fd != OFF;
}

static jv
timestamp(void)
{
	struct buf text = BUF_INIT;
	struct timespec now;
	jv v;

	clock_gettime(CLOCK_REALTIME, &now);
	timestamp_write(
	    &text, now.tv_sec * 1000LL + now.tv_nsec / 1000000, true);
	v = jv_string(buf_str(&text));
	buf_release(&text);
	return v;
}

/* Cut n bytes, or a few more, off s so that it stays whole UTF-8. */
static jv
cut_string(jv s, size_t n)
{
	size_t len = strlen(jv_string_value(s));
	jv shorter;

	len = n + KEEP < len ? len - n : KEEP;
	while (len && ((unsigned char)jv_string_value(s)[len] & 0xc0) == 0x80)
		len--;
	shorter = jv_string_sized(jv_string_value(s), (int)len);
	jv_free(s);
	return shorter;
}

/* Shorten the longest string by n bytes; false if there is none left to cut. */
static bool
cut_longest(jv *event, size_t n)
{
	size_t best = KEEP;
	char *key = NULL;

	jv_object_foreach (*event, k, v) {
		const char *s = json_str(&v);

		if (s && strlen(s) > best) {
			best = strlen(s);
			free(key);
			key = mem_strdup(jv_string_value(k));
		}
		jv_free(k);
		jv_free(v);
	}
	if (!key)
		return false;
	*event = json_set(*event, key, cut_string(json_take(event, key), n));
	*event = json_set(*event, "cut", jv_true());
	free(key);
	return true;
}

/* Whoever looks on may go away; that ends the events and not the tool. */
static void
write_line(const struct buf *line)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, had;

	sigaction(SIGPIPE, &ignore, &had);
	if (write(event_fd, line->s, line->len) < 0) {
		debug("POUNDLOCK_EVENTS:");
		event_fd = OFF;
	}
	sigaction(SIGPIPE, &had, NULL);
}

void
event_write(const char *event, jv fields)
{
	struct buf line = BUF_INIT;
	jv e;

	if (!event_enabled()) {
		jv_free(fields);
		return;
	}
	e = json_set_str(jv_object(), "event", event);
	e = json_set(e, "time", timestamp());
	e = json_set_str(e, "tool", msg_prog());
	e = json_set(e, "pid", jv_number((double)getpid()));
	e = jv_object_merge(e, fields);
	do {
		buf_clear(&line);
		json_write(&line, &e, 0);
		buf_addc(&line, '\n');
	} while (
	    line.len > PIPE_BUF && cut_longest(&e, line.len - PIPE_BUF + 16));
	if (line.len <= PIPE_BUF)
		write_line(&line);
	buf_release(&line);
	jv_free(e);
}
