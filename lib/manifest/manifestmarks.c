/* Byte order marks; see manifestmarks.h. */
#include "manifest/manifestmarks.h"

#include <stdbool.h>
#include <string.h>

#define MARK "\xef\xbb\xbf"
#define MARK_LEN (sizeof(MARK) - 1)

static bool
starts(const char *p, const char *end, const char *with)
{
	size_t n = strlen(with);

	return (size_t)(end - p) >= n && memcmp(p, with, n) == 0;
}

static const char *
line_end(const char *p, const char *end)
{
	const char *eol = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;

	return eol ? eol + 1 : end;
}

/* Where the next line that begins with --- does, if there is one. */
static const char *
next_separator(const char *p, const char *end)
{
	while ((p = line_end(p, end)) < end)
		if (starts(p, end, "---"))
			return p;
	return end;
}

static bool
is_marked(const char *p, const char *end)
{
	bool found = starts(p, end, MARK);

	while (!found && (p = next_separator(p, end)) < end)
		found = starts(p, end, "---#") ||
			starts(line_end(p, end), end, MARK);
	return found;
}

const char *
manifest_unmark(const char *text, size_t *len, struct buf *clean)
{
	const char *p = text, *end = text + *len, *q;

	if (!is_marked(text, end))
		return text;
	while (p < end) {
		p += starts(p, end, MARK) ? MARK_LEN : 0;
		q = next_separator(p, end);
		buf_add(clean, p, (size_t)(q - p));
		if (q == end)
			break;
		p = line_end(q, end);
		if (starts(q, end, "---#"))
			buf_adds(clean, "---\n");
		else
			buf_add(clean, q, (size_t)(p - q));
	}
	*len = clean->len;
	return buf_str(clean);
}
