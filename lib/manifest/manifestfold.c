/*
 * What go-yaml makes of a folded block when it writes it and reads it again;
 * see manifest_refold.  The writer means to put an empty line between two lines
 * that would else be joined, but to know whether the next one is indented it
 * looks at the first line of all.
 */
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "buf.h"
#include "json.h"
#include "manifest/manifest.h"
#include "manifest/manifeststyle.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t
count_breaks(const char *s)
{
	size_t n = 0;

	while (s[n] == '\n')
		n++;
	return n;
}

/*
 * What is read where a line ends in n breaks and written as so many: between
 * two lines that are not indented, one is a blank and of more one is lost.  At
 * the end, one is all that is kept, or every one is.
 */
static void
add_breaks(
    struct buf *out, size_t n, size_t written, bool indented, const char *next)
{
	bool folds = *next && !indented && !is_blank(*next);

	if (!*next && n == 1)
		written = 1;
	if (folds && written == 1)
		buf_addc(out, ' ');
	for (written -= folds; written > 0; written--)
		buf_addc(out, '\n');
}

static void
refold(struct buf *out, const char *s)
{
	size_t n = count_breaks(s);
	bool wrong = s[n] != '\0' && !is_blank(s[n]), indented;

	buf_add(out, s, n);
	for (s += n; *s; s += n) {
		indented = is_blank(*s);
		for (; *s && *s != '\n'; s++)
			buf_addc(out, *s);
		n = count_breaks(s);
		if (n > 0)
			add_breaks(
			    out, n, n + (wrong && !indented), indented, s + n);
	}
}

/* Unlike the writer of the end, this one takes a tab in a block. */
static bool
may_be_folded(const char *s, size_t len)
{
	struct buf copy = BUF_INIT;
	struct style style;

	buf_add(&copy, s, len);
	for (size_t i = 0; i < len; i++)
		if (copy.s[i] == '\t')
			copy.s[i] = 'x';
	style = style_of(copy.s, len);
	buf_release(&copy);
	return style.block && style.lines;
}

jv
manifest_refold(jv v)
{
	struct buf out = BUF_INIT;
	const char *s = json_str(&v);
	size_t len = s ? (size_t)jv_string_length_bytes(jv_copy(v)) : 0;

	if (len > 0 && !memchr(s, '\0', len) && !memchr(s, '\r', len) &&
	    may_be_folded(s, len)) {
		refold(&out, s);
		jv_free(v);
		v = jv_string_sized(buf_str(&out), (int)out.len);
	}
	buf_release(&out);
	return v;
}
