#include <stdlib.h>
#include <string.h>

#include "cel/celfunc.h"
#include "cel/celregex.h"
#include "cel/celutf.h"

/* Functions of strings; places in them are counted in characters. */

static bool
strings(const struct cel_value *a, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (a[i].type != CEL_STRING)
			return false;
	return true;
}

/* Where sub starts in s, in bytes from at on; -1 if nowhere. */
static long
find(const struct cel_value *s, size_t at, const struct cel_value *sub)
{
	size_t n = sub->u.str.n;
	if (!n)
		return (long)at;
	while (at + n <= s->u.str.n) {
		const char *hit = memchr(
		    s->u.str.s + at, sub->u.str.s[0], s->u.str.n - at - n + 1);
		if (!hit)
			return -1;
		at = (size_t)(hit - s->u.str.s);
		if (memcmp(hit, sub->u.str.s, n) == 0)
			return (long)at;
		at++;
	}
	return -1;
}

/* What a search for b in a may cost at worst. */
static bool
pay_search(
    struct cel_run *r, const struct cel_value *a, const struct cel_value *b)
{
	return cel_pay(r, a->u.str.n / 16 * (b->u.str.n / 16 + 1) + 1);
}

struct cel_value
cel_contains(struct cel_run *r, const struct cel_value *a, size_t n)
{
	if (!strings(a, n))
		return cel_no_overload(r, "contains");
	if (!pay_search(r, &a[0], &a[1]))
		return cel_spent();
	return cel_bool(find(&a[0], 0, &a[1]) >= 0);
}

struct cel_value
cel_starts_with(struct cel_run *r, const struct cel_value *a, size_t n)
{
	if (!strings(a, n))
		return cel_no_overload(r, "startsWith");
	return cel_bool(a[1].u.str.n <= a[0].u.str.n &&
			memcmp(a[0].u.str.s, a[1].u.str.s, a[1].u.str.n) == 0);
}

struct cel_value
cel_ends_with(struct cel_run *r, const struct cel_value *a, size_t n)
{
	if (!strings(a, n))
		return cel_no_overload(r, "endsWith");
	size_t all = a[0].u.str.n, end = a[1].u.str.n;
	return cel_bool(end <= all && memcmp(a[0].u.str.s + all - end,
					  a[1].u.str.s, end) == 0);
}

/* With a pattern that is no constant; constant ones are compiled before. */
struct cel_value
cel_matches(struct cel_run *r, const struct cel_value *a, size_t n)
{
	struct buf why = BUF_INIT;
	if (!strings(a, n))
		return cel_no_overload(r, "matches");
	if (!cel_pay(r, a[1].u.str.n * 16 + 1))
		return cel_spent();
	const struct cel_regex *re =
	    cel_regex_compile(&r->arena, a[1].u.str.s, a[1].u.str.n, &why);
	struct cel_value v =
	    re ? cel_regex_match(r, re, a[0].u.str.s, a[0].u.str.n)
	       : cel_error(r, "%s", buf_str(&why));
	buf_release(&why);
	return v;
}

static struct cel_value
out_of_range(struct cel_run *r, int64_t i)
{
	return cel_error(r, "index out of range: %lld", (long long)i);
}

/* The byte where character i starts; false if there are not so many. */
static bool
offset(const struct cel_value *s, int64_t i, size_t *at)
{
	size_t n = cel_utf_count(s->u.str.s, s->u.str.n);
	if (i < 0 || (uint64_t)i > n)
		return false;
	*at = cel_utf_skip(s->u.str.s, s->u.str.n, (size_t)i);
	return true;
}

struct cel_value
cel_char_at(struct cel_run *r, const struct cel_value *a, size_t n)
{
	size_t at;
	(void)n;
	if (a[0].type != CEL_STRING || a[1].type != CEL_INT)
		return cel_no_overload(r, "charAt");
	if (!cel_pay(r, a[0].u.str.n / 16 + 1))
		return cel_spent();
	if (!offset(&a[0], a[1].u.i, &at))
		return out_of_range(r, a[1].u.i);
	const char *s = a[0].u.str.s + at;
	bool end = at == a[0].u.str.n;
	return cel_text(CEL_STRING, s, end ? 0 : cel_utf_width(*s));
}

static bool
search_args(const struct cel_value *a, size_t n)
{
	return strings(a, 2) && (n < 3 || a[2].type == CEL_INT);
}

struct cel_value
cel_index_of(struct cel_run *r, const struct cel_value *a, size_t n)
{
	size_t at;
	if (!search_args(a, n))
		return cel_no_overload(r, "indexOf");
	if (!pay_search(r, &a[0], &a[1]))
		return cel_spent();
	int64_t from = n > 2 ? a[2].u.i : 0;
	if (!a[1].u.str.n)
		return cel_int(from);
	if (from < 0)
		return out_of_range(r, from);
	if (!offset(&a[0], from, &at))
		return cel_int(-1);
	long hit = find(&a[0], at, &a[1]);
	if (hit < 0)
		return cel_int(-1);
	return cel_int((int64_t)cel_utf_count(a[0].u.str.s, (size_t)hit));
}

struct cel_value
cel_last_index_of(struct cel_run *r, const struct cel_value *a, size_t n)
{
	if (!search_args(a, n))
		return cel_no_overload(r, "lastIndexOf");
	if (!pay_search(r, &a[0], &a[1]))
		return cel_spent();
	const char *s = a[0].u.str.s;
	size_t all = a[0].u.str.n, len = a[1].u.str.n;
	int64_t count = (int64_t)cel_utf_count(s, all);
	if (!len)
		return cel_int(n > 2 ? a[2].u.i : count);
	int64_t from = n > 2 ? a[2].u.i : count - 1;
	if (from < 0 && n > 2)
		return out_of_range(r, from);
	if (from >= count || len > all)
		return cel_int(-1);
	size_t at = cel_utf_skip(s, all, (size_t)from);
	if (at > all - len)
		at = all - len;
	for (;; at--) {
		if (memcmp(s + at, a[1].u.str.s, len) == 0)
			return cel_int((int64_t)cel_utf_count(s, at));
		if (!at)
			return cel_int(-1);
	}
}

static struct cel_value
in_case(struct cel_run *r, const struct cel_value *v, char first)
{
	if (!cel_pay(r, v->u.str.n / 8 + 1))
		return cel_spent();
	char *s = cel_arena_text(&r->arena, v->u.str.s, v->u.str.n);
	for (size_t i = 0; i < v->u.str.n; i++)
		if (s[i] >= first && s[i] <= first + 25)
			s[i] = (char)(s[i] ^ 0x20);
	return cel_text(CEL_STRING, s, v->u.str.n);
}

struct cel_value
cel_lower(struct cel_run *r, const struct cel_value *a, size_t n)
{
	return strings(a, n) ? in_case(r, a, 'A')
			     : cel_no_overload(r, "lowerAscii");
}

struct cel_value
cel_upper(struct cel_run *r, const struct cel_value *a, size_t n)
{
	return strings(a, n) ? in_case(r, a, 'a')
			     : cel_no_overload(r, "upperAscii");
}

struct cel_value
cel_substring(struct cel_run *r, const struct cel_value *a, size_t n)
{
	size_t from, to = a[0].u.str.n;
	if (a[0].type != CEL_STRING || a[1].type != CEL_INT ||
	    (n > 2 && a[2].type != CEL_INT))
		return cel_no_overload(r, "substring");
	if (!cel_pay(r, a[0].u.str.n / 16 + 1))
		return cel_spent();
	if (n > 2 && a[1].u.i > a[2].u.i)
		return cel_error(r,
		    "invalid substring range. start: %lld, "
		    "end: %lld",
		    (long long)a[1].u.i, (long long)a[2].u.i);
	if (!offset(&a[0], a[1].u.i, &from))
		return out_of_range(r, a[1].u.i);
	if (n > 2 && !offset(&a[0], a[2].u.i, &to))
		return out_of_range(r, a[2].u.i);
	return cel_text(CEL_STRING, a[0].u.str.s + from, to - from);
}

/* White space by Unicode's property. */
static bool
is_space(uint32_t c)
{
	return (c >= 0x9 && c <= 0xd) || c == 0x20 || c == 0x85 || c == 0xa0 ||
	       c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 ||
	       c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000;
}

struct cel_value
cel_trim(struct cel_run *r, const struct cel_value *a, size_t n)
{
	if (!strings(a, n))
		return cel_no_overload(r, "trim");
	if (!cel_pay(r, a->u.str.n / 16 + 1))
		return cel_spent();
	const char *s = a->u.str.s;
	size_t from = 0, to = a->u.str.n;
	while (from < to && is_space(cel_utf_at(s + from, to - from)))
		from += cel_utf_width(s[from]);
	while (to > from) {
		size_t last = to - 1;
		while (last > from && ((unsigned char)s[last] & 0xc0) == 0x80)
			last--;
		if (!is_space(cel_utf_at(s + last, to - last)))
			break;
		to = last;
	}
	return cel_text(CEL_STRING, s + from, to - from);
}

struct cel_value
cel_reverse(struct cel_run *r, const struct cel_value *a, size_t n)
{
	if (!strings(a, n))
		return cel_no_overload(r, "reverse");
	if (!cel_pay(r, a->u.str.n / 8 + 1))
		return cel_spent();
	size_t len = a->u.str.n, width;
	char *out = cel_arena_get(&r->arena, len + 1);
	for (size_t at = 0; at < len; at += width) {
		width = cel_utf_width(a->u.str.s[at]);
		memcpy(out + len - at - width, a->u.str.s + at, width);
	}
	return cel_text(CEL_STRING, out, len);
}

struct cel_value
cel_quote(struct cel_run *r, const struct cel_value *a, size_t n)
{
	static const char from[] = "\a\b\f\n\r\t\v\\\"";
	static const char to[] = "abfnrtv\\\"";
	struct buf b = BUF_INIT;
	if (!strings(a, n))
		return cel_no_overload(r, "strings.quote");
	if (!cel_pay(r, a->u.str.n / 4 + 1))
		return cel_spent();
	buf_addc(&b, '"');
	for (size_t i = 0; i < a->u.str.n; i++) {
		char c = a->u.str.s[i];
		const char *known = c ? strchr(from, c) : NULL;
		if (known)
			buf_addc(&b, '\\');
		buf_addc(&b, known ? to[known - from] : c);
	}
	buf_addc(&b, '"');
	return cel_take(r, &b);
}
