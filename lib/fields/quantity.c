/*
 * Quantities in 63-bit integers.  What does not fit is not judged: the caller
 * then asks the server.
 */
#include "fields/quantity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

enum format { DECIMAL, BINARY, EXPONENT };

struct quantity {
	long long value; /* times 10^scale, and times 2^shift */
	int scale;
	int shift;
	enum format format;
};

static const struct {
	char suffix[3];
	enum format format;
	int power; /* of 10 or of 2 */
} suffixes[] = {
	{ "n", DECIMAL, -9 },
	{ "u", DECIMAL, -6 },
	{ "m", DECIMAL, -3 },
	{ "", DECIMAL, 0 },
	{ "k", DECIMAL, 3 },
	{ "M", DECIMAL, 6 },
	{ "G", DECIMAL, 9 },
	{ "T", DECIMAL, 12 },
	{ "P", DECIMAL, 15 },
	{ "E", DECIMAL, 18 },
	{ "Ki", BINARY, 10 },
	{ "Mi", BINARY, 20 },
	{ "Gi", BINARY, 30 },
	{ "Ti", BINARY, 40 },
	{ "Pi", BINARY, 50 },
	{ "Ei", BINARY, 60 },
};

#define N_SUFFIXES (sizeof(suffixes) / sizeof(suffixes[0]))

static const char *
suffix_of(enum format format, int power)
{
	for (size_t i = 0; i < N_SUFFIXES; i++)
		if (suffixes[i].format == format && suffixes[i].power == power)
			return suffixes[i].suffix;
	return NULL;
}

/* e or E and a number of at most three digits. */
static bool
read_exponent(const char *s, struct quantity *q)
{
	int sign = 1, n = 0, digits = 0;

	if (*s != 'e' && *s != 'E')
		return false;
	s++;
	if (*s == '+' || *s == '-')
		sign = *s++ == '-' ? -1 : 1;
	for (; *s >= '0' && *s <= '9' && digits < 4; s++, digits++)
		n = 10 * n + (*s - '0');
	if (*s || digits == 0 || digits == 4)
		return false;
	q->scale += sign * n;
	q->format = EXPONENT;
	return true;
}

static bool
read_suffix(const char *s, struct quantity *q)
{
	for (size_t i = 0; i < N_SUFFIXES; i++) {
		if (strcmp(s, suffixes[i].suffix) != 0)
			continue;
		q->format = suffixes[i].format;
		if (q->format == BINARY)
			q->shift = suffixes[i].power;
		else
			q->scale += suffixes[i].power;
		return true;
	}
	return read_exponent(s, q);
}

static bool
read_quantity(const char *s, struct quantity *q)
{
	bool negative = *s == '-', point = false;
	int digits = 0;

	*q = (struct quantity){ 0 };
	if (*s == '+' || *s == '-')
		s++;
	for (; (*s >= '0' && *s <= '9') || (*s == '.' && !point); s++) {
		if (*s == '.') {
			point = true;
			continue;
		}
		if (__builtin_mul_overflow(q->value, 10, &q->value) ||
		    __builtin_add_overflow(q->value, *s - '0', &q->value))
			return false;
		q->scale -= point;
		digits++;
	}
	if (negative)
		q->value = -q->value;
	return digits > 0 && read_suffix(s, q);
}

/* Turn a binary quantity into an integer, if it is one. */
static bool
flatten(struct quantity *q)
{
	if (__builtin_mul_overflow(q->value, 1LL << q->shift, &q->value))
		return false;
	q->shift = 0;
	for (; q->scale < 0; q->scale++) {
		if (q->value % 10 != 0)
			return false;
		q->value /= 10;
	}
	return true;
}

static bool
write_decimal(struct quantity *q, struct buf *out)
{
	while (q->value % 10 == 0) {
		q->value /= 10;
		q->scale++;
	}
	if (q->scale < -9)
		return false;
	for (; q->scale % 3 != 0; q->scale--)
		if (__builtin_mul_overflow(q->value, 10, &q->value))
			return false;
	const char *suffix = suffix_of(DECIMAL, q->scale);
	if (q->format == EXPONENT && q->scale != 0) {
		buf_addf(out, "%llde%d", q->value, q->scale);
		return true;
	}
	if (!suffix)
		return false;
	buf_addf(out, "%lld%s", q->value, suffix);
	return true;
}

bool
quantity_canonical(const char *s, struct buf *out)
{
	struct quantity q;
	int power = 0;

	if (!read_quantity(s, &q))
		return false;
	if (q.value == 0) {
		buf_addc(out, '0');
		return true;
	}
	if (q.format != BINARY)
		return write_decimal(&q, out);
	if (!flatten(&q))
		return false;
	if (q.value > -1024 && q.value < 1024)
		return write_decimal(&q, out);
	for (; q.value % 1024 == 0; power += 10)
		q.value /= 1024;
	buf_addf(out, "%lld%s", q.value, power ? suffix_of(BINARY, power) : "");
	return true;
}

/*
 * Rounded in the same way for the same quantity, however it is spelled: without
 * zeros at the end, and with a power of ten that is above 1, and then exact.
 */
static long double
rounded(struct quantity q)
{
	long double ten = 1, value;

	for (; q.value && q.value % 10 == 0; q.scale++)
		q.value /= 10;
	for (int i = 0; i < abs(q.scale); i++)
		ten *= 10;
	value = ldexpl((long double)q.value, q.shift);
	return q.scale < 0 ? value / ten : value * ten;
}

int
quantity_compare(const char *a, const char *b)
{
	struct quantity x, y;

	if (!read_quantity(a, &x) || !read_quantity(b, &y))
		return 0;
	long double p = rounded(x), q = rounded(y);
	return (p > q) - (p < q);
}

bool
quantity_equal(const jv *want, const jv *have)
{
	struct buf text = BUF_INIT, canonical = BUF_INIT;
	const char *stored = json_str(have);
	bool equal = false;

	if (json_is(want, JV_KIND_NUMBER))
		json_write(&text, want, 0);
	else if (json_str(want))
		buf_adds(&text, json_str(want));
	if (stored && text.len > 0 &&
	    quantity_canonical(buf_str(&text), &canonical))
		equal = strcmp(buf_str(&canonical), stored) == 0;
	buf_release(&text);
	buf_release(&canonical);
	return equal;
}
