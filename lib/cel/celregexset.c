#include "cel/celregeximpl.h"

#include <string.h>

#include "cel/celutf.h"

/* Sets of characters in regular expressions. */

static const char bad_escape[] = "an escape that does not exist";

static void
add(struct cel_arena *a, struct re_set *set, uint32_t from, uint32_t to)
{
	/* A power of two is full: make room for as many again. */
	if ((set->n & (set->n - 1)) == 0) {
		size_t cap = set->n ? set->n * 2 : 1;
		struct re_range *more =
		    cel_arena_get(a, cap * sizeof(struct re_range));
		if (set->n)
			memcpy(more, set->ranges, set->n * sizeof *more);
		set->ranges = more;
	}
	set->ranges[set->n++] = (struct re_range){ from, to };
}

static void
add_letters(struct cel_arena *a, struct re_set *set, uint32_t from, uint32_t to,
    char first)
{
	uint32_t low = (uint32_t)first, high = low + 25;
	if (from > low)
		low = from;
	if (to < high)
		high = to;
	if (low <= high)
		add(a, set, low ^ 0x20, high ^ 0x20);
}

const char *
cel_regex_range(struct cel_arena *a, struct re_set *set, uint32_t from,
    uint32_t to, bool fold)
{
	add(a, set, from, to);
	if (!fold)
		return NULL;
	if (to >= 0x80)
		return "characters beyond ASCII are not supported with (?i)";
	add_letters(a, set, from, to, 'a');
	add_letters(a, set, from, to, 'A');
	/* The Kelvin sign and the long s fold to ASCII letters. */
	if ((from <= 'k' && to >= 'k') || (from <= 'K' && to >= 'K'))
		add(a, set, 0x212a, 0x212a);
	if ((from <= 's' && to >= 's') || (from <= 'S' && to >= 'S'))
		add(a, set, 0x17f, 0x17f);
	return NULL;
}

static int
digit(char c, int base)
{
	int d = c >= '0' && c <= '9'   ? c - '0'
		: c >= 'a' && c <= 'f' ? c - 'a' + 10
		: c >= 'A' && c <= 'F' ? c - 'A' + 10
				       : 99;
	return d < base ? d : -1;
}

/* \x41 or \x{41}, behind the x. */
static const char *
hex_escape(const char *s, size_t n, size_t *at, uint32_t *c)
{
	bool braces = *at < n && s[*at] == '{';
	size_t digits = 0;
	*c = 0;
	*at += braces;
	for (; *at < n && digit(s[*at], 16) >= 0; ++*at, digits++) {
		if (!braces && digits == 2)
			break;
		*c = *c * 16 + (uint32_t)digit(s[*at], 16);
		if (*c > 0x10ffff)
			return bad_escape;
	}
	if (!digits || (!braces && digits < 2))
		return bad_escape;
	if (braces && (*at >= n || s[(*at)++] != '}'))
		return bad_escape;
	return NULL;
}

/* A character that is escaped, at its backslash. */
static const char *
escape(const char *s, size_t n, size_t *at, uint32_t *c)
{
	static const char from[] = "afnrtv", to[] = "\a\f\n\r\t\v";
	++*at;
	if (*at >= n)
		return "a backslash at the end";
	char e = s[(*at)++];
	const char *known = strchr(from, e);
	if (known && e) {
		*c = (uint32_t)to[known - from];
		return NULL;
	}
	if (e == 'x')
		return hex_escape(s, n, at, c);
	if (e == '0' ||
	    (e >= '1' && e <= '7' && *at < n && digit(s[*at], 8) >= 0)) {
		*c = (uint32_t)(e - '0');
		for (int i = 0; i < 2 && *at < n && digit(s[*at], 8) >= 0; i++)
			*c = *c * 8 + (uint32_t)digit(s[(*at)++], 8);
		return NULL;
	}
	bool word = (e >= '0' && e <= '9') || (e >= 'a' && e <= 'z') ||
		    (e >= 'A' && e <= 'Z');
	if (word || (unsigned char)e >= 0x80)
		return e == 'p' || e == 'P'
			   ? "Unicode classes are not supported"
			   : bad_escape;
	*c = (unsigned char)e;
	return NULL;
}

/* Add pairs of ASCII characters, or all that is in none of them. */
static void
add_pairs(
    struct cel_arena *a, struct re_set *set, const char *pairs, bool negated)
{
	uint32_t next = 0;
	for (; *pairs; pairs += 2) {
		uint32_t from = (unsigned char)pairs[0];
		uint32_t to = (unsigned char)pairs[1];
		if (!negated)
			add(a, set, from, to);
		else if (from > next)
			add(a, set, next, from - 1);
		next = to + 1;
	}
	if (negated)
		add(a, set, next, 0x10ffff);
}

/* \d, \s, \w and their opposites; false for other escapes. */
static bool
perl_set(struct cel_arena *a, const char *s, size_t n, size_t *at,
    struct re_set *set)
{
	if (*at + 1 >= n)
		return false;
	char e = s[*at + 1];
	switch (e | 0x20) {
	case 'd':
		add_pairs(a, set, "09", e == 'D');
		break;
	case 's':
		add_pairs(a, set, "\t\n\f\r  ", e == 'S');
		break;
	case 'w':
		add_pairs(a, set, "09AZ__az", e == 'W');
		break;
	default:
		return false;
	}
	*at += 2;
	return true;
}

/* Whether there is a class here: something between [: and the next :]. */
static bool
is_posix(const char *s, size_t n, size_t at)
{
	if (n - at < 4 || s[at] != '[' || s[at + 1] != ':')
		return false;
	for (at += 2; at + 1 < n; at++)
		if (s[at] == ':' && s[at + 1] == ']')
			return true;
	return false;
}

/* [:alpha:] and the like, or [:^alpha:]. */
static const char *
posix_set(struct cel_arena *a, const char *s, size_t n, size_t *at,
    struct re_set *set)
{
	static const struct {
		const char *name, *pairs;
	} classes[] = {
		{ "alnum", "09AZaz" },
		{ "alpha", "AZaz" },
		{ "ascii", "\001\177" },
		{ "blank", "\t\t  " },
		{ "cntrl", "\001\037\177\177" },
		{ "digit", "09" },
		{ "graph", "!~" },
		{ "lower", "az" },
		{ "print", " ~" },
		{ "punct", "!/:@[`{~" },
		{ "space", "\t\r  " },
		{ "upper", "AZ" },
		{ "word", "09AZ__az" },
		{ "xdigit", "09AFaf" },
	};
	size_t p = *at + 2;
	bool negated = p < n && s[p] == '^';
	p += negated;
	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
		size_t len = strlen(classes[i].name);
		if (n - p < len + 2 ||
		    memcmp(s + p, classes[i].name, len) != 0 ||
		    memcmp(s + p + len, ":]", 2) != 0)
			continue;
		bool nul = i == 2 || i == 4;
		struct re_set one = { 0 };
		add_pairs(a, &one, classes[i].pairs, negated);
		if (nul && !negated)
			add(a, &one, 0, 0);
		for (size_t k = 0; k < one.n; k++)
			if (!nul || !negated || one.ranges[k].to != 0)
				add(a, set, one.ranges[k].from,
				    one.ranges[k].to);
		*at = p + len + 2;
		return NULL;
	}
	return "a class of characters that does not exist";
}

static const char *
one_of(const char *s, size_t n, size_t *at, uint32_t *c)
{
	if (*at >= n)
		return "a bracket is not closed";
	if (s[*at] == '\\')
		return escape(s, n, at, c);
	*c = cel_utf_at(s + *at, n - *at);
	*at += cel_utf_width(s[*at]);
	return NULL;
}

/* A character, or two with a dash between them. */
static const char *
span(struct cel_arena *a, const char *s, size_t n, size_t *at, bool fold,
    struct re_set *set)
{
	uint32_t from, to;
	const char *bad = one_of(s, n, at, &from);
	if (bad)
		return bad;
	to = from;
	if (*at + 1 < n && s[*at] == '-' && s[*at + 1] != ']') {
		++*at;
		bad = one_of(s, n, at, &to);
		if (bad)
			return bad;
		if (to < from)
			return "a range of characters that ends before it "
			       "starts";
	}
	return cel_regex_range(a, set, from, to, fold);
}

static const char *
bracket(struct cel_arena *a, const char *s, size_t n, size_t *at, bool fold,
    struct re_set *set)
{
	++*at;
	if (*at < n && s[*at] == '^') {
		set->negated = true;
		++*at;
	}
	for (bool first = true;; first = false) {
		const char *bad = NULL;
		if (*at >= n)
			return "a bracket is not closed";
		if (s[*at] == ']' && !first)
			break;
		if (is_posix(s, n, *at))
			bad = posix_set(a, s, n, at, set);
		else if (s[*at] != '\\' || !perl_set(a, s, n, at, set))
			bad = span(a, s, n, at, fold, set);
		if (bad)
			return bad;
	}
	++*at;
	return NULL;
}

const char *
cel_regex_set(struct cel_arena *a, const char *s, size_t n, size_t *at,
    bool fold, struct re_set *set)
{
	uint32_t c;
	if (s[*at] == '[')
		return bracket(a, s, n, at, fold, set);
	if (perl_set(a, s, n, at, set))
		return NULL;
	const char *bad = escape(s, n, at, &c);
	return bad ? bad : cel_regex_range(a, set, c, c, fold);
}
