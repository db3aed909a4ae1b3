#ifndef POUNDLOCK_BUF_H
#define POUNDLOCK_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

/*
 * Growable bytes.  s is NULL or ends in a NUL that len does not count; the
 * bytes before it may hold NULs of their own.  A buf that was set to BUF_INIT
 * or zeroed is empty and valid; buf_release frees it and leaves it so.
 *
 * Library functions that can fail take a struct buf *err and append a whole
 * message to it, fit to be printed behind "TOOL: " as it is.
 */
struct buf {
	char *s;
	size_t len, cap;
};

#define BUF_INIT \
	{ \
		NULL, 0, 0 \
	}

void buf_release(struct buf *b);

/* Empty it, but keep the memory. */
void buf_clear(struct buf *b);

/* Cut it to len bytes, which must not be more than there are. */
void buf_truncate(struct buf *b, size_t len);

/* Make room for n bytes more, and return where they would go. */
char *buf_reserve(struct buf *b, size_t n);

static inline void
buf_add(struct buf *b, const void *data, size_t n)
{
	if (b->cap - b->len <= n)
		buf_reserve(b, n);
	if (n)
		memcpy(b->s + b->len, data, n);
	b->len += n;
	b->s[b->len] = '\0';
}

static inline void
buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

static inline void
buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

/* A number in decimal. */
void buf_addi(struct buf *b, long long n);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_addvf(struct buf *b, const char *fmt, va_list ap) PRINTF_LIKE(2, 0);

/*
 * Append text as one line: white space of any kind and length becomes a blank,
 * and what is too long for a message ends in "...".
 */
void buf_add_line(struct buf *b, const char *text);

/* The bytes as a string, "" when empty; borrowed until the next change. */
const char *buf_str(const struct buf *b);

/* The bytes as a string that the caller frees; the buf is empty afterwards. */
char *buf_detach(struct buf *b);

/*
 * Append all that can be read from fd, at most max bytes.  Returns 0, or -1
 * with errno set (EFBIG when there is more).
 */
int buf_read_fd(struct buf *b, int fd, size_t max);

/* The same for a file by name.  Refuses what is not a regular file or pipe. */
int buf_read_file(struct buf *b, const char *path, size_t max);

/* The same for a file that is open, and stays so; refuses pipes, too. */
int buf_read_regular(struct buf *b, int fd, size_t max);

#endif
