/* Which styles of YAML a string can have; see manifeststyle.h. */
#include "manifest/manifeststyle.h"

#include <string.h>

size_t
utf8_width(const char *s)
{
	unsigned char c = (unsigned char)*s;

	return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

unsigned
utf8_decode(const char *s)
{
	static const unsigned char mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	size_t n = utf8_width(s), i;
	unsigned c = (unsigned char)*s & mask[n];

	for (i = 1; i < n; i++)
		c = c << 6 | ((unsigned char)s[i] & 0x3f);
	return c;
}

bool
style_is_break(unsigned c)
{
	return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 ||
	       c == 0x2029;
}

/* go-yaml takes nothing beyond the first plane for printable. */
bool
style_is_printable(unsigned c)
{
	return c == '\n' || (c >= 0x20 && c <= 0x7e) ||
	       (c >= 0xa0 && c < 0xfffe && c != 0xfeff);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\0';
}

static bool
begins_like_syntax(const char *s, size_t len)
{
	bool blank = len < 2 || is_blank(s[1]);

	if (strchr("#,[]{}&*!|>'\"%@`", *s))
		return true;
	return strchr("?:-", *s) && blank;
}

/* "---" and "..." could end a document; ": " and " #" end a plain scalar. */
static bool
reads_as_syntax(const char *s, size_t len)
{
	size_t i;

	if (len >= 3 && (memcmp(s, "---", 3) == 0 || memcmp(s, "...", 3) == 0))
		return true;
	if (begins_like_syntax(s, len))
		return true;
	for (i = 1; i < len; i++) {
		if (s[i] == ':' && (i + 1 == len || is_blank(s[i + 1])))
			return true;
		if (s[i] == '#' && (is_blank(s[i - 1]) || s[i - 1] == '\r' ||
				       s[i - 1] == '\n'))
			return true;
	}
	return false;
}

/*
 * Letters, digits, and what means nothing in YAML behind one of them: most
 * strings, which need no further look.
 */
static bool
is_word(const char *s, size_t len)
{
	size_t i;

	if (len == 0 || *s == '-' || *s == '.')
		return false;
	for (i = 0; i < len; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') ||
			(s[i] >= '-' && s[i] <= '9') ||
			(s[i] >= 'A' && s[i] <= 'Z') || s[i] == '_'))
			return false;
	return true;
}

/* Printable ASCII on one line: what nearly all others are. */
static bool
is_simple(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len && s[i] >= ' ' && s[i] <= '~'; i++)
		;
	return i == len && len > 0;
}

static struct style
style_of_simple(const char *s, size_t len)
{
	bool block = s[len - 1] != ' ';

	return (struct style){
		.plain = *s != ' ' && block && !reads_as_syntax(s, len),
		.single = true,
		.block = block,
		.ascii = true,
	};
}

struct style
style_of(const char *s, size_t len)
{
	struct style a = { true, true, true, false, true };
	bool special = false, break_space = false, space_break = false;
	bool after_space = false, after_break = false, edge_break;
	unsigned c = 0, first = utf8_decode(s);
	size_t i;

	if (is_word(s, len))
		return a;
	if (is_simple(s, len))
		return style_of_simple(s, len);
	a.ascii = false;
	for (i = 0; i < len; i += utf8_width(s + i)) {
		c = utf8_decode(s + i);
		special = special || !style_is_printable(c);
		a.lines = a.lines || style_is_break(c);
		break_space = break_space || (c == ' ' && after_break);
		space_break = space_break || (style_is_break(c) && after_space);
		after_space = c == ' ';
		after_break = style_is_break(c);
	}
	edge_break = style_is_break(first) || style_is_break(c);
	if (first == ' ' || c == ' ' || edge_break || a.lines || break_space ||
	    reads_as_syntax(s, len))
		a.plain = false;
	if (c == ' ')
		a.block = false;
	if (break_space)
		a.single = false;
	if (space_break || special)
		a.plain = a.single = a.block = false;
	return a;
}
