/*
 * progress: show on the terminal what the tools of a run are at, below the
 * lines that they write.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "json.h"
#include "msg.h"
#include "show/live.h"

static const char usage[] =
    "usage: progress EVENTS\n"
    "       progress --check\n"
    "\n"
    "Copy the lines of standard input to standard error, and on a terminal "
    "show\n"
    "below them what the events in the named pipe EVENTS tell; see\n"
    "POUNDLOCK_EVENTS in poundlock(1).  Ends when standard input does.\n"
    "\n"
    "  --check     exit 0 if there is a terminal to show it on, else 1\n"
    "  -h, --help  --version\n";

static const struct option options[] = {
	{ "check", no_argument, NULL, 'c' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

/* Bytes that wait for the rest of their line. */
struct source {
	int fd;
	struct buf rest;
	void (*line)(struct live *live, const char *line, size_t len);
};

static void
take_message(struct live *live, const char *line, size_t len)
{
	if (live)
		live_line(live, line, len);
	else
		fwrite(line, 1, len, stderr);
}

static void
take_event(struct live *live, const char *line, size_t len)
{
	struct buf err = BUF_INIT;
	jv event;

	if (!live)
		return;
	event = json_parse(line, len, &err);
	if (jv_is_valid(event))
		live_event(live, &event);
	jv_free(event);
	buf_release(&err);
}

/* Returns false at the end of input. */
static bool
take(struct source *s, struct live *live)
{
	char *room = buf_reserve(&s->rest, 65536), *nl;
	ssize_t n = read(s->fd, room, 65536);
	size_t at = 0;

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	s->rest.len += (size_t)n;
	s->rest.s[s->rest.len] = '\0';
	while ((nl = memchr(s->rest.s + at, '\n', s->rest.len - at))) {
		size_t end = (size_t)(nl - s->rest.s) + 1;

		s->line(live, s->rest.s + at, end - at);
		at = end;
	}
	if (n == 0 && at < s->rest.len) {
		buf_addc(&s->rest, '\n');
		s->line(live, s->rest.s + at, s->rest.len - at);
		at = s->rest.len;
	}
	memmove(s->rest.s, s->rest.s + at, s->rest.len - at);
	buf_truncate(&s->rest, s->rest.len - at);
	return n > 0;
}

static void
run(int events)
{
	struct source in = { .fd = STDIN_FILENO, .line = take_message };
	struct source from = { .fd = events, .line = take_event };
	struct pollfd fds[] = { { .fd = in.fd, .events = POLLIN },
		{ .fd = events, .events = POLLIN } };
	struct live *live = live_open();
	bool more = true;

	while (more) {
		long long ms = live ? live_draw(live) : -1;

		if (poll(fds, 2, (int)ms) <= 0)
			continue;
		if (fds[1].revents)
			take(&from, live);
		if (fds[0].revents)
			more = take(&in, live);
	}
	if (live)
		live_close(live);
	buf_release(&in.rest);
	buf_release(&from.rest);
}

/* Opened for writing too, so that there is no end before the last tool's. */
static int
open_events(const char *path)
{
	struct stat st;
	int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		die(STATUS_USAGE, "%s:", path);
	if (fstat(fd, &st) || !S_ISFIFO(st.st_mode))
		die(STATUS_USAGE, "%s: this is no named pipe", path);
	return fd;
}

/* The tools would die of a reader that goes first. */
static void
outlive_signals(void)
{
	static const int signals[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP };
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		signal(signals[i], SIG_IGN);
}

static int
check(void)
{
	struct live *live = live_open();

	if (!live)
		return STATUS_FAILED;
	live_close(live);
	return STATUS_OK;
}

int
main(int argc, char **argv)
{
	int c;

	msg_init(argv);
	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1)
		switch (c) {
		case 'c':
			return check();
		case 'h':
			fputs(usage, stdout);
			return msg_close(STATUS_OK);
		case 'V':
			puts("progress (poundlock) " VERSION);
			return msg_close(STATUS_OK);
		default:
			fputs(usage, stderr);
			return STATUS_USAGE;
		}
	if (optind + 1 != argc) {
		fputs(usage, stderr);
		return STATUS_USAGE;
	}
	outlive_signals();
	run(open_events(argv[optind]));
	return STATUS_OK;
}
