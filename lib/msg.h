#ifndef POUNDLOCK_MSG_H
#define POUNDLOCK_MSG_H

#include <stdnoreturn.h>

#include "buf.h"

/* Exit statuses shared by every tool; poundlock(7) promises them. */
enum status {
	STATUS_OK = 0,
	STATUS_DIFFERS = 1, /* diff-immutable: there are differences */
	STATUS_FAILED = 1,  /* others: failed for a reason not listed below */
	STATUS_USAGE = 2,   /* wrong usage, or input that can't be right */
	STATUS_SERVER = 3, /* the API server can't be reached or won't let us */
	STATUS_REFUSED = 4,   /* the server refused a change */
	STATUS_UNHEALTHY = 5, /* a Job or a rollout failed */
	STATUS_TIMEOUT = 6,   /* out of time */
};

/*
 * Make the name that prefixes every message of argv[0], and what every tool
 * needs before its first line: memory that ends the process when it runs out.
 * argv[0] becomes that name, which getopt's messages begin with.  Called first
 * in main().
 */
void msg_init(char **argv);

/* The name of argv[0], without its directory. */
const char *msg_prog(void);

/* -v given this many times; debug() prints when it is at least 1. */
void msg_set_verbose(int level);
int msg_verbose(void);

/*
 * Print "PROG: MESSAGE" as one line on standard error, in one write(2) so that
 * the lines of several processes don't mix.  If fmt ends in ':' the text of
 * errno is appended.  Control characters in the message, which may come from
 * the network, are shown as '?'.
 */
void warning(const char *fmt, ...) PRINTF_LIKE(1, 2);
void debug(const char *fmt, ...) PRINTF_LIKE(1, 2);

/*
 * Give each line, with its newline, to fn in place of standard error; with fn
 * NULL it goes there again.
 */
typedef void msg_sink_fn(void *ctx, const char *line, size_t len);
void msg_set_sink(msg_sink_fn *fn, void *ctx);

/* Like warning(), then exit. */
noreturn void die(enum status status, const char *fmt, ...) PRINTF_LIKE(2, 3);

/*
 * The worse of two statuses: what a run is remembered by.  Of two that are not
 * zero the first one stays, since what came later may be its consequence.
 */
enum status status_worse(enum status had, enum status now);

/*
 * Check and close standard output, and return the exit status: a write error
 * is never lost.  The last call of every main().
 */
int msg_close(enum status status);

#endif
