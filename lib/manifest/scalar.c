/*
 * Plain scalars: which type a word has.  The first character decides what has
 * to be tried, so that nearly all strings cost one look.
 */
#include "manifest/scalar.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* --- words -------------------------------------------------------------- */

struct word {
	const char *text;
	enum scalar_kind kind;
	bool truth;
	bool v2; /* only where words counts */
};

static const struct word words_known[] = {
	{ "true", SCALAR_BOOL, true, false },
	{ "True", SCALAR_BOOL, true, false },
	{ "TRUE", SCALAR_BOOL, true, false },
	{ "false", SCALAR_BOOL, false, false },
	{ "False", SCALAR_BOOL, false, false },
	{ "FALSE", SCALAR_BOOL, false, false },
	{ "~", SCALAR_NULL, false, false },
	{ "null", SCALAR_NULL, false, false },
	{ "Null", SCALAR_NULL, false, false },
	{ "NULL", SCALAR_NULL, false, false },
	{ "y", SCALAR_BOOL, true, true },
	{ "Y", SCALAR_BOOL, true, true },
	{ "yes", SCALAR_BOOL, true, true },
	{ "Yes", SCALAR_BOOL, true, true },
	{ "YES", SCALAR_BOOL, true, true },
	{ "on", SCALAR_BOOL, true, true },
	{ "On", SCALAR_BOOL, true, true },
	{ "ON", SCALAR_BOOL, true, true },
	{ "n", SCALAR_BOOL, false, true },
	{ "N", SCALAR_BOOL, false, true },
	{ "no", SCALAR_BOOL, false, true },
	{ "No", SCALAR_BOOL, false, true },
	{ "NO", SCALAR_BOOL, false, true },
	{ "off", SCALAR_BOOL, false, true },
	{ "Off", SCALAR_BOOL, false, true },
	{ "OFF", SCALAR_BOOL, false, true },
	{ ".inf", SCALAR_INFINITE, false, false },
	{ ".Inf", SCALAR_INFINITE, false, false },
	{ ".INF", SCALAR_INFINITE, false, false },
	{ ".nan", SCALAR_INFINITE, false, false },
	{ ".NaN", SCALAR_INFINITE, false, false },
	{ ".NAN", SCALAR_INFINITE, false, false },
};

#define LONGEST_WORD 5

static bool
resolve_word(const char *s, size_t len, bool words, struct scalar *out)
{
	size_t i;

	if (len > LONGEST_WORD)
		return false;
	for (i = 0; i < COUNT(words_known); i++) {
		const struct word *w = &words_known[i];

		if (*w->text == *s && strlen(w->text) == len &&
		    memcmp(w->text, s, len) == 0 && (words || !w->v2)) {
			out->kind = w->kind;
			out->truth = w->truth;
			return true;
		}
	}
	return false;
}

/* --- times -------------------------------------------------------------- */

struct when {
	int year, month, day, hour, minute, second;
	int offset; /* minutes east of Greenwich */
	const char *fraction;
	size_t fraction_len;
};

/* One or two digits, from min to max, moved over. */
static bool
take_field(const char **s, const char *end, int min, int max, int *out)
{
	const char *p = *s;

	if (p == end || !is_digit(*p))
		return false;
	*out = *p++ - '0';
	if (p < end && is_digit(*p))
		*out = *out * 10 + *p++ - '0';
	*s = p;
	return *out >= min && *out <= max;
}

static bool
take_char(const char **s, const char *end, const char *any)
{
	if (*s == end || !**s || !strchr(any, **s))
		return false;
	++*s;
	return true;
}

static int
days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

static bool
take_clock(const char **s, const char *end, struct when *w)
{
	if (!take_field(s, end, 0, 23, &w->hour) || !take_char(s, end, ":") ||
	    !take_field(s, end, 0, 59, &w->minute) || !take_char(s, end, ":") ||
	    !take_field(s, end, 0, 59, &w->second))
		return false;
	if (end - *s >= 2 && (**s == '.' || **s == ',') && is_digit((*s)[1])) {
		w->fraction = ++*s;
		while (*s < end && is_digit(**s))
			++*s;
		w->fraction_len = (size_t)(*s - w->fraction);
	}
	return true;
}

/* Z, or a sign with exactly hh:mm. */
static bool
take_zone(const char **s, const char *end, struct when *w)
{
	const char *p = *s;
	int sign, hours, minutes;

	if (take_char(s, end, "Z"))
		return true;
	if (end - p != 6 || (*p != '+' && *p != '-') || p[3] != ':' ||
	    !is_digit(p[2]) || !is_digit(p[5]))
		return false;
	sign = *p++ == '-' ? -1 : 1;
	if (!take_field(&p, end, 0, 23, &hours) || !take_char(&p, end, ":") ||
	    !take_field(&p, end, 0, 59, &minutes))
		return false;
	w->offset = sign * (hours * 60 + minutes);
	*s = p;
	return true;
}

static bool
parse_time(const char *s, size_t len, struct when *w)
{
	const char *end = s + len;
	int i;

	*w = (struct when){ 0 };
	if (len < 8 || s[4] != '-')
		return false;
	for (i = 0; i < 4; i++) {
		if (!is_digit(*s))
			return false;
		w->year = w->year * 10 + *s++ - '0';
	}
	if (!take_char(&s, end, "-") ||
	    !take_field(&s, end, 1, 12, &w->month) ||
	    !take_char(&s, end, "-") ||
	    !take_field(&s, end, 1, days_in(w->year, w->month), &w->day))
		return false;
	if (s == end)
		return true;
	if (take_char(&s, end, " "))
		return take_clock(&s, end, w) && s == end;
	return take_char(&s, end, "Tt") && take_clock(&s, end, w) &&
	       take_zone(&s, end, w) && s == end;
}

bool
scalar_time(const char *s, size_t len, struct buf *out)
{
	struct when w;

	if (!parse_time(s, len, &w))
		return false;
	buf_addf(out, "%04d-%02d-%02dT%02d:%02d:%02d", w.year, w.month, w.day,
	    w.hour, w.minute, w.second);
	if (w.fraction_len > 9)
		w.fraction_len = 9;
	while (w.fraction_len && w.fraction[w.fraction_len - 1] == '0')
		w.fraction_len--;
	if (w.fraction_len) {
		buf_addc(out, '.');
		buf_add(out, w.fraction, w.fraction_len);
	}
	if (w.offset == 0)
		buf_addc(out, 'Z');
	else
		buf_addf(out, "%c%02d:%02d", w.offset < 0 ? '-' : '+',
		    abs(w.offset) / 60, abs(w.offset) % 60);
	return true;
}

/* --- numbers ------------------------------------------------------------ */

static int
digit_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 16;
}

/* The base that the prefix of s names; *s is moved behind it. */
static unsigned
take_base(const char **s)
{
	const char *p = *s;

	if (p[0] != '0' || p[1] == '\0')
		return 10;
	*s = p + 2;
	if (p[1] == 'x' || p[1] == 'X')
		return 16;
	if (p[1] == 'b' || p[1] == 'B')
		return 2;
	if (p[1] == 'o' || p[1] == 'O')
		return 8;
	*s = p + 1;
	return 8;
}

/* To ParseInt, or to ParseUint, which takes no sign. */
static bool
has_64_bits(uint64_t n, bool negative, bool sign)
{
	return n <= INT64_MAX || !sign ||
	       (negative && n == (uint64_t)INT64_MAX + 1);
}

/* An integer as Go's strconv.ParseInt and ParseUint read one in base 0. */
static bool
resolve_int(const char *s, struct scalar *out)
{
	const char *begin = s;
	bool negative = *s == '-', sign = negative || *s == '+';
	uint64_t n = 0;
	unsigned base;

	s += sign;
	base = take_base(&s);
	/* go-yaml cuts "0b" off by itself, and lets a sign stand behind it. */
	if (base == 2 && s[-1] == 'b' && s - begin == 2 &&
	    (*s == '-' || *s == '+')) {
		sign = true;
		negative = *s++ == '-';
	}
	if (*s == '\0')
		return false;
	for (; *s; s++) {
		unsigned digit = (unsigned)digit_value(*s);

		if (digit >= base || n > (UINT64_MAX - digit) / base)
			return false;
		n = n * base + digit;
	}
	if (!has_64_bits(n, negative, sign))
		return false;
	out->kind = SCALAR_INT;
	out->negative = negative;
	out->size = n;
	return true;
}

/* [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? */
static bool
looks_like_float(const char *s)
{
	size_t before, after = 0;

	s += *s == '-' || *s == '+';
	before = strspn(s, "0123456789");
	s += before;
	if (*s == '.') {
		after = strspn(++s, "0123456789");
		s += after;
	}
	if (before + after == 0)
		return false;
	if (*s == 'e' || *s == 'E') {
		s++;
		s += *s == '-' || *s == '+';
		if (!is_digit(*s))
			return false;
		s += strspn(s, "0123456789");
	}
	return *s == '\0';
}

static bool
resolve_float(const char *s, struct scalar *out)
{
	if (!looks_like_float(s))
		return false;
	out->kind = SCALAR_FLOAT;
	out->number = strtod(s, NULL);
	return !isinf(out->number);
}

static bool
resolve_number(const char *s, size_t len, struct scalar *out)
{
	char small[64];
	char *text = len < sizeof(small) ? small : mem_alloc(len + 1);
	size_t i, n = 0;
	bool found, point = *s == '.';

	for (i = 0; i < len; i++)
		if (s[i] != '_' || point)
			text[n++] = s[i];
	text[n] = '\0';
	found = strlen(text) == n && ((!point && resolve_int(text, out)) ||
					 resolve_float(text, out));
	if (text != small)
		free(text);
	return found;
}

struct scalar
scalar_resolve(const char *s, size_t len, bool words)
{
	struct scalar out = { .kind = SCALAR_STRING };
	struct when when;

	if (len == 0) {
		out.kind = SCALAR_NULL;
	} else if (is_digit(*s) || *s == '+' || *s == '-') {
		if (parse_time(s, len, &when))
			out.kind = SCALAR_TIME;
		else if (len > 1 && s[1] == '.' && !is_digit(*s) &&
			 resolve_word(s + 1, len - 1, false, &out) &&
			 (s[2] == 'i' || s[2] == 'I'))
			out.kind = SCALAR_INFINITE;
		else if (!resolve_number(s, len, &out))
			out.kind = SCALAR_STRING;
	} else if (*s == '.') {
		if (!resolve_word(s, len, words, &out) &&
		    !resolve_number(s, len, &out))
			out.kind = SCALAR_STRING;
	} else if (len <= LONGEST_WORD && strchr("yYnNtTfFoO~", *s) && *s) {
		resolve_word(s, len, words, &out);
	}
	return out;
}

/* [-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?: not read, but still quoted. */
static bool
is_base60(const char *s, size_t len)
{
	const char *end = s + len;
	int groups = 0;

	s += len && (*s == '-' || *s == '+');
	if (s == end || !is_digit(*s))
		return false;
	while (s < end && (is_digit(*s) || *s == '_'))
		s++;
	for (; s < end && *s == ':'; groups++) {
		int n;

		s++;
		if (!take_field(&s, end, 0, 59, &n))
			return false;
	}
	if (s < end && *s == '.')
		for (s++; s < end && (is_digit(*s) || *s == '_');)
			s++;
	return groups > 0 && s == end;
}

bool
scalar_needs_quotes(const char *s, size_t len)
{
	return scalar_resolve(s, len, true).kind != SCALAR_STRING ||
	       is_base60(s, len);
}
