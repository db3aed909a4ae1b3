/* Growable bytes; see buf.h. */
#include "buf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mem.h"

/* As much of a text is shown in a message. */
#define LINE_MAX_BYTES 200

void
buf_release(struct buf *b)
{
	free(b->s);
	*b = (struct buf)BUF_INIT;
}

void
buf_clear(struct buf *b)
{
	buf_truncate(b, 0);
}

void
buf_truncate(struct buf *b, size_t len)
{
	b->len = len;
	if (b->s)
		b->s[len] = '\0';
}

char *
buf_reserve(struct buf *b, size_t n)
{
	size_t want = b->len + n + 1;

	if (want > b->cap) {
		b->cap = b->cap * 2 > want ? b->cap * 2 : want;
		b->s = mem_resize(b->s, b->cap, 1);
		b->s[b->len] = '\0';
	}
	return b->s + b->len;
}

void
buf_addi(struct buf *b, long long n)
{
	unsigned long long rest =
	    n < 0 ? 0 - (unsigned long long)n : (unsigned long long)n;
	char text[24], *p = text + sizeof(text);

	do
		*--p = (char)('0' + rest % 10);
	while (rest /= 10);
	if (n < 0)
		*--p = '-';
	buf_add(b, p, (size_t)(text + sizeof(text) - p));
}

void
buf_addvf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n > 0) {
		vsnprintf(buf_reserve(b, (size_t)n), (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_addvf(b, fmt, ap);
	va_end(ap);
}

void
buf_add_line(struct buf *b, const char *text)
{
	size_t start = b->len;

	for (; *text && b->len - start <= LINE_MAX_BYTES; text++) {
		if (!strchr(" \t\r\n\f\v", *text))
			buf_addc(b, *text);
		else if (b->len > start && b->s[b->len - 1] != ' ')
			buf_addc(b, ' ');
	}
	if (*text) {
		/* Not within a character. */
		while (((unsigned char)b->s[b->len - 1] & 0xc0) == 0x80)
			buf_truncate(b, b->len - 1);
		buf_truncate(b, b->len - 1);
	}
	while (b->len > start && b->s[b->len - 1] == ' ')
		buf_truncate(b, b->len - 1);
	if (*text)
		buf_adds(b, "...");
}

const char *
buf_str(const struct buf *b)
{
	return b->s ? b->s : "";
}

char *
buf_detach(struct buf *b)
{
	char *s = b->s ? b->s : mem_strdup("");

	*b = (struct buf)BUF_INIT;
	return s;
}

int
buf_read_fd(struct buf *b, int fd, size_t max)
{
	size_t start = b->len;
	ssize_t n;

	for (;;) {
		if (b->cap - b->len < 1024)
			buf_reserve(b, 65536);
		n = read(fd, b->s + b->len, b->cap - b->len - 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return (int)n;
		buf_truncate(b, b->len + (size_t)n);
		if (b->len - start > max) {
			errno = EFBIG;
			return -1;
		}
	}
}

/* Read so many bytes at once; false when they did not come so. */
static bool
read_whole(struct buf *b, int fd, size_t n)
{
	ssize_t got = read(fd, buf_reserve(b, n), n);

	if (got > 0)
		buf_truncate(b, b->len + (size_t)got);
	return got > 0 && (size_t)got == n;
}

static int
read_opened(struct buf *b, int fd, size_t max, bool pipes)
{
	struct stat st;
	int rc = fstat(fd, &st);

	if (rc == 0 && S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		rc = -1;
	} else if (rc == 0 && !S_ISREG(st.st_mode) &&
		   !(pipes && S_ISFIFO(st.st_mode))) {
		errno = EINVAL;
		rc = -1;
	}
	if (rc == 0) {
		size_t whole = S_ISREG(st.st_mode) && st.st_size > 0 &&
				       (size_t)st.st_size <= max
				   ? (size_t)st.st_size
				   : 0;

		/* Only what has another size than it says is read on. */
		if (!whole || !read_whole(b, fd, whole))
			rc = buf_read_fd(b, fd, max);
	}
	return rc;
}

int
buf_read_regular(struct buf *b, int fd, size_t max)
{
	return read_opened(b, fd, max, false);
}

int
buf_read_file(struct buf *b, const char *path, size_t max)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc, saved;

	if (fd < 0)
		return -1;
	rc = read_opened(b, fd, max, true);
	saved = errno;
	close(fd);
	errno = saved;
	return rc;
}
