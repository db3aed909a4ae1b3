#include "cel/celnumber.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A finite number as digits d.ddd and an exponent of ten. */
struct decimal {
	bool minus;
	char digits[20];
	int n;
	int exponent;
};

static struct decimal
decimal(double d)
{
	struct decimal out = { 0 };
	char text[40];
	for (int precision = 0; precision < 17; precision++) {
		snprintf(text, sizeof text, "%.*e", precision, d);
		double back = strtod(text, NULL);
		if (back == d)
			break;
	}
	const char *s = text;
	out.minus = *s == '-';
	for (s += out.minus; *s != 'e'; s++)
		if (*s != '.')
			out.digits[out.n++] = *s;
	out.exponent = (int)strtol(s + 1, NULL, 10);
	return out;
}

static bool
special(struct buf *out, double d)
{
	if (isnan(d))
		buf_adds(out, "NaN");
	else if (isinf(d))
		buf_adds(out, d < 0 ? "-Inf" : "+Inf");
	else
		return false;
	return true;
}

void
cel_number_plain(struct buf *out, double d)
{
	if (special(out, d))
		return;
	struct decimal n = decimal(d);
	if (n.minus)
		buf_addc(out, '-');
	if (n.exponent < 0) {
		buf_adds(out, "0.");
		for (int i = -1; i > n.exponent; i--)
			buf_addc(out, '0');
		buf_add(out, n.digits, (size_t)n.n);
		return;
	}
	for (int i = 0; i <= n.exponent || i < n.n; i++) {
		if (i == n.exponent + 1)
			buf_addc(out, '.');
		buf_addc(out, i < n.n ? n.digits[i] : '0');
	}
}

void
cel_number_short(struct buf *out, double d)
{
	if (special(out, d))
		return;
	struct decimal n = decimal(d);
	if (n.exponent >= -4 && n.exponent < 6) {
		cel_number_plain(out, d);
		return;
	}
	if (n.minus)
		buf_addc(out, '-');
	buf_addc(out, n.digits[0]);
	if (n.n > 1)
		buf_addc(out, '.');
	buf_add(out, n.digits + 1, (size_t)n.n - 1);
	buf_addf(out, "e%c%02d", n.exponent < 0 ? '-' : '+', abs(n.exponent));
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_word(const char *s, const char *word)
{
	for (; *word; s++, word++)
		if ((*s | 0x20) != *word)
			return false;
	return !*s;
}

static bool
is_hex(char c)
{
	return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static const char *
skip(const char *s, bool hex, size_t *n)
{
	for (; hex ? is_hex(*s) : is_digit(*s); s++)
		++*n;
	return s;
}

/* Digits with a point and an exponent, which hexadecimal ones need. */
static bool
is_number(const char *s)
{
	size_t n = 0, e = 0;
	bool hex = s[0] == '0' && (s[1] | 0x20) == 'x';
	s = skip(s + (hex ? 2 : 0), hex, &n);
	if (*s == '.')
		s = skip(s + 1, hex, &n);
	if (!n)
		return false;
	if ((*s | 0x20) != (hex ? 'p' : 'e'))
		return !hex && !*s;
	s++;
	s = skip(s + (*s == '+' || *s == '-'), false, &e);
	return e && !*s;
}

/* Go lets an underscore stand between two digits, or after 0x; take them out.
 */
static bool
without_underscores(struct buf *b)
{
	char *to = b->s;
	bool hex = false;
	for (const char *s = b->s; *s; s++) {
		hex = hex || (*s | 0x20) == 'x';
		if (*s != '_')
			*to++ = *s;
		else if (s == b->s ||
			 !(is_digit(s[-1]) ||
			     (hex &&
				 (is_hex(s[-1]) || (s[-1] | 0x20) == 'x'))) ||
			 !(is_digit(s[1]) || (hex && is_hex(s[1]))))
			return false;
	}
	*to = 0;
	return true;
}

bool
cel_number_parse(const char *s, size_t n, double *out)
{
	struct buf b = BUF_INIT;
	buf_add(&b, s, n);
	bool apart = !b.len || without_underscores(&b);
	const char *text = buf_str(&b);
	bool signed_ = *text == '-' || *text == '+';
	bool minus = *text == '-';
	const char *rest = text + signed_;
	bool ok = true;
	if (!apart || memchr(s, 0, n))
		ok = false;
	else if (is_word(rest, "inf") || is_word(rest, "infinity"))
		*out = minus ? -INFINITY : INFINITY;
	else if (!signed_ && is_word(text, "nan"))
		*out = NAN;
	else if (is_number(rest))
		*out = strtod(text, NULL), ok = !isinf(*out);
	else
		ok = false;
	buf_release(&b);
	return ok;
}
