/*
 * One-line messages for people, and the end of standard output.  Nothing else
 * in lib/ prints or exits.
 */
#include "msg.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"

static const char *prog = "poundlock";
static int verbose;
static msg_sink_fn *sink;
static void *sink_ctx;

void
msg_init(char **argv)
{
	char *slash;

	mem_init();
	if (!argv[0])
		return;
	slash = strrchr(argv[0], '/');
	argv[0] = slash ? slash + 1 : argv[0];
	prog = argv[0];
}

const char *
msg_prog(void)
{
	return prog;
}

void
msg_set_verbose(int level)
{
	verbose = level;
}

int
msg_verbose(void)
{
	return verbose;
}

void
msg_set_sink(msg_sink_fn *fn, void *ctx)
{
	sink = fn;
	sink_ctx = ctx;
}

/*
 * In one write(2) as a rule.  Whoever reads the messages may go away; that ends
 * the messages, and not the work half-way through.
 */
static void
write_line(const struct buf *line)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, had;
	size_t done;
	ssize_t n;

	sigaction(SIGPIPE, &ignore, &had);
	for (done = 0; done < line->len; done += (size_t)n) {
		n = write(STDERR_FILENO, line->s + done, line->len - done);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n <= 0)
			break;
	}
	sigaction(SIGPIPE, &had, NULL);
}

static void print_line(const char *fmt, va_list ap) PRINTF_LIKE(1, 0);

static void
print_line(const char *fmt, va_list ap)
{
	struct buf b = BUF_INIT;
	int err = errno;
	size_t len = strlen(fmt), i;

	buf_addf(&b, "%s: ", prog);
	buf_addvf(&b, fmt, ap);
	if (len && fmt[len - 1] == ':')
		buf_addf(&b, " %s", strerror(err));
	for (i = 0; i < b.len; i++)
		if ((unsigned char)b.s[i] < ' ' || b.s[i] == 0x7f)
			b.s[i] = b.s[i] == '\n' || b.s[i] == '\t' ? ' ' : '?';
	buf_addc(&b, '\n');
	if (sink)
		sink(sink_ctx, b.s, b.len);
	else
		write_line(&b);
	buf_release(&b);
	errno = err;
}

void
warning(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line(fmt, ap);
	va_end(ap);
}

void
debug(const char *fmt, ...)
{
	va_list ap;

	if (!verbose)
		return;
	va_start(ap, fmt);
	print_line(fmt, ap);
	va_end(ap);
}

void
die(enum status status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_line(fmt, ap);
	va_end(ap);
	exit((int)status);
}

enum status
status_worse(enum status had, enum status now)
{
	return had != STATUS_OK ? had : now;
}

int
msg_close(enum status status)
{
	int bad = ferror(stdout);

	if (fclose(stdout) != 0 || bad) {
		warning(
		    bad ? "standard output: write error" : "standard output:");
		return status == STATUS_OK ? STATUS_FAILED : (int)status;
	}
	return (int)status;
}
