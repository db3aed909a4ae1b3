/* Replacing, trimming and changing case; see substitutetext.h. */
#include "flux/substitutetext.h"

#include <stdlib.h>
#include <string.h>

#include "flux/substitute.h"
#include "mem.h"

#define NOWHERE ((size_t)-1)

/* Where it is, else NOWHERE. */
static size_t
find(const char *s, size_t len, const struct buf *what)
{
	size_t i;

	for (i = 0; i + what->len <= len; i++)
		if (memcmp(s + i, buf_str(what), what->len) == 0)
			return i;
	return NOWHERE;
}

static bool
begins(const char *s, size_t len, const struct buf *with)
{
	return len >= with->len && memcmp(s, buf_str(with), with->len) == 0;
}

static bool
ends(const char *s, size_t len, const struct buf *with)
{
	return len >= with->len &&
	       memcmp(s + len - with->len, buf_str(with), with->len) == 0;
}

/* Bytes of the UTF-8 character at s, never more than there are. */
static size_t
width(const char *s, size_t len)
{
	unsigned char c = (unsigned char)*s;
	size_t n = c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

	return n < len ? n : len;
}

/* Nothing is found in front of each character and at the end. */
static void
interleave(struct buf *out, const char *s, size_t len, const struct buf *to)
{
	size_t i = 0, n;

	for (; i < len; i += n) {
		n = width(s + i, len - i);
		buf_add(out, buf_str(to), to->len);
		buf_add(out, s + i, n);
	}
	buf_add(out, buf_str(to), to->len);
}

void
substitute_replace(struct buf *out, const char *s, size_t len, char how,
    const struct buf *from, const struct buf *to)
{
	const char *end = s + len;
	size_t at;

	if (how == '%') {
		bool match = ends(s, len, from);

		buf_add(out, s, match ? len - from->len : len);
		buf_add(out, buf_str(to), match ? to->len : 0);
		return;
	}
	if (how == '#' && !begins(s, len, from)) {
		buf_add(out, s, len);
		return;
	}
	if (how == '/' && from->len == 0) {
		interleave(out, s, len, to);
		return;
	}
	do {
		at = find(s, (size_t)(end - s), from);
		if (at == NOWHERE)
			break;
		buf_add(out, s, at);
		buf_add(out, buf_str(to), to->len);
		s += at + from->len;
	} while (how == '/');
	buf_add(out, s, (size_t)(end - s));
}

/* --- patterns ----------------------------------------------------------- */

/* Compare characters as their code points would. */
static int
compare(const char *a, size_t na, const char *b, size_t nb)
{
	int order = memcmp(a, b, na < nb ? na : nb);

	return order ? order : (na > nb) - (na < nb);
}

/*
 * The class "[...]" at p: its length, 0 if it is broken.  *in tells whether the
 * character at s, of n bytes, is one of it.
 */
static size_t
match_class(const char *p, size_t len, const char *s, size_t n, bool *in)
{
	bool negated = len > 1 && p[1] == '^', found = false, first = true;
	size_t i = negated ? 2 : 1;

	for (; i < len && (p[i] != ']' || first); first = false) {
		const char *low, *high;
		size_t n_low, n_high;

		if (p[i] == '-' || p[i] == ']')
			return 0;
		i += p[i] == '\\';
		if (i >= len)
			return 0;
		low = high = p + i;
		n_low = n_high = width(low, len - i);
		i += n_low;
		if (i < len && p[i] == '-') {
			if (++i >= len || p[i] == '-' || p[i] == ']')
				return 0;
			i += p[i] == '\\';
			if (i >= len)
				return 0;
			high = p + i;
			n_high = width(high, len - i);
			i += n_high;
		}
		if (compare(low, n_low, s, n) <= 0 &&
		    compare(s, n, high, n_high) <= 0)
			found = true;
	}
	*in = found != negated;
	return i < len ? i + 1 : 0;
}

/*
 * Match one element of a pattern other than *; returns its length, 0 if it
 * doesn't match, and the length of what it matched in *n.
 */
static size_t
match_one(const char *p, size_t len, const char *s, size_t left, size_t *n)
{
	bool in = false;
	size_t used;

	if (left == 0)
		return 0;
	*n = width(s, left);
	if (*p == '?')
		return 1;
	if (*p == '[') {
		used = match_class(p, len, s, *n, &in);
		return in ? used : 0;
	}
	*n = 1;
	used = *p == '\\' ? 2 : 1;
	return used <= len && p[used - 1] == *s ? used : 0;
}

bool
substitute_match(
    const char *pattern, size_t pattern_len, const char *s, size_t len)
{
	size_t p = 0, i = 0, n, used;
	size_t star = pattern_len, again = 0; /* where to go on after a miss */

	while (i < len || p < pattern_len) {
		if (p < pattern_len && pattern[p] == '*') {
			star = ++p;
			again = i;
			if (p == pattern_len)
				return true;
			continue;
		}
		used = p < pattern_len ? match_one(pattern + p, pattern_len - p,
					     s + i, len - i, &n)
				       : 0;
		if (used) {
			p += used;
			i += n;
			continue;
		}
		if (again >= len || star == pattern_len)
			return false;
		p = star;
		i = ++again;
	}
	return true;
}

/* The characters in reverse, as a string that the caller frees. */
static char *
reversed(const char *s, size_t len)
{
	char *out = mem_alloc(len + 1);
	size_t i = 0, n;

	while (i < len) {
		n = width(s + i, len - i);
		memcpy(out + len - i - n, s + i, n);
		i += n;
	}
	out[len] = '\0';
	return out;
}

/* The length of the part in front that matches, at least 1; 0 for none. */
static size_t
match_front(const char *pattern, size_t pattern_len, const char *s, size_t len,
    bool longest)
{
	size_t n;

	for (n = 1; n <= len; n++) {
		size_t part = longest ? len + 1 - n : n;

		if (substitute_match(pattern, pattern_len, s, part))
			return part;
	}
	return 0;
}

/*
 * At the end, value and pattern are both turned round, as Flux does it: a class
 * in such a pattern is broken then and matches nothing.
 */
void
substitute_remove(struct buf *out, const char *s, size_t len, char side,
    bool longest, const struct buf *pattern)
{
	char *turned, *turned_pattern;
	size_t n;

	if (side == '#') {
		n = match_front(
		    buf_str(pattern), pattern->len, s, len, longest);
		buf_add(out, s + n, len - n);
		return;
	}
	turned = reversed(s, len);
	turned_pattern = reversed(buf_str(pattern), pattern->len);
	n = match_front(turned_pattern, pattern->len, turned, len, longest);
	buf_add(out, s, len - n);
	free(turned_pattern);
	free(turned);
}

void
substitute_case(
    struct buf *out, const char *s, size_t len, bool upper, bool all)
{
	size_t i;

	for (i = 0; i < len; i++) {
		char c = s[i];

		if ((all || i == 0) && upper && c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		else if ((all || i == 0) && !upper && c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		buf_addc(out, c);
	}
}
