/* Where fields stand in files; see place.h. */
#include "kustomize/place.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "manifest/manifest.h"

const char *
place_go_to(const char *text, int line)
{
	const char *p = text;

	for (int i = 1; i < line && p; i++) {
		p = strchr(p, '\n');
		p = p ? p + 1 : NULL;
	}
	return p;
}

/* What begins at the end of the line is text as it stands. */
static bool
begins_block(const char *p)
{
	const char *bar = p ? strpbrk(p, "|\n") : NULL;
	size_t n;

	if (!bar || *bar != '|')
		return false;
	n = strcspn(bar + 1, "#\n");
	return bar[1 + n] && strspn(bar + 1, "-+0123456789 \t\r") == n;
}

int
place_in_text(const struct buf *text, const char *pointer, int n)
{
	int line = 1, column;

	manifest_locate(buf_str(text), text->len, 0, pointer, &line, &column);
	return n > 0 && begins_block(place_go_to(buf_str(text), line))
		   ? line + n
		   : line;
}

/*
 * The line of a field of the document that begins in a line.  What is before
 * that is cut off, which is quicker than to pass over it.
 */
static int
find(const struct buf *text, int line, const char *at, const char *pointer)
{
	const char *from = place_go_to(buf_str(text), line);
	struct buf full = BUF_INIT;
	int below = 1, column;

	if (!from)
		return line;
	buf_addf(&full, "%s%s", at ? at : "", pointer ? pointer : "");
	manifest_locate(from, text->len - (size_t)(from - buf_str(text)), 0,
	    buf_str(&full), &below, &column);
	buf_release(&full);
	return line - 1 + below;
}

static int
open_file(const char *confine, const char *path)
{
	const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
	struct buf full = BUF_INIT;
	int fd = -1;

	if (confine && *path != '/') {
		buf_addf(&full, "%s/%s", confine, path);
		fd = open(full.s, flags);
		buf_release(&full);
	}
	return fd < 0 ? open(path, flags) : fd;
}

static int
read_file(const char *confine, const char *path, struct buf *text)
{
	int fd = open_file(confine, path), rc;

	if (fd < 0)
		return -1;
	rc = buf_read_regular(text, fd, MANIFEST_TEXT);
	close(fd);
	return rc;
}

int
place_line(const char *confine, const char *path, int line, const char *at,
    const char *pointer, int n)
{
	struct buf text = BUF_INIT;

	if ((at || pointer) && read_file(confine, path, &text) == 0) {
		line = find(&text, line, at, pointer);
		line += n > 0 && begins_block(place_go_to(buf_str(&text), line))
			    ? n
			    : 0;
	}
	buf_release(&text);
	return line;
}

bool
place_text(const char *confine, const char *path, int line, struct buf *text)
{
	const char *from = NULL;
	struct buf cut = BUF_INIT;

	if (read_file(confine, path, text) == 0)
		from = place_go_to(buf_str(text), line);
	if (from)
		buf_adds(&cut, from);
	buf_release(text);
	*text = cut;
	return from;
}

int
place_line_inline(const char *confine, const char *path, int line,
    const char *at, const char *pointer)
{
	struct buf text = BUF_INIT;
	int first;

	if (read_file(confine, path, &text)) {
		buf_release(&text);
		return line;
	}
	first = place_in_text(&text, at, 0);
	line = place_in_text(&text, at, line);
	if (line > first)
		line = find(&text, line, NULL, pointer);
	buf_release(&text);
	return line;
}
