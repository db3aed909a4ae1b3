/*
 * Integers that a double can't hold.  Each is kept once, by its digits; the
 * number that stands for it is a quiet NaN whose payload is its place in the
 * list, from 1.  libjq only copies a number that it is given, and so the
 * payload stays; equal integers have the same bits.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "jsonint.h"
#include "mem.h"

/* The bits of a quiet NaN, and those that are left for the payload. */
#define NAN_BITS 0x7ff8000000000000u
#define PAYLOAD 0x0007ffffffffffffu

#define EXACT_DIGITS "9007199254740992" /* of JSON_EXACT */

static struct {
	jv places; /* the number that stands for them, by digits */
	const char **digits;
	size_t n, cap;
} kept;

bool
jsonint_any(void)
{
	return kept.n > 0;
}

/* A place in the list, from 1; 0 for any other number. */
static size_t
place_of(double d)
{
	uint64_t bits;

	memcpy(&bits, &d, sizeof(bits));
	if ((bits & ~PAYLOAD) != NAN_BITS || (bits & PAYLOAD) > kept.n)
		return 0;
	return (size_t)(bits & PAYLOAD);
}

jv
jsonint_at(size_t place)
{
	uint64_t bits = NAN_BITS | place;
	double d;

	if (place == 0 || place > kept.n)
		return jv_invalid();
	memcpy(&d, &bits, sizeof(d));
	return jv_number(d);
}

size_t
jsonint_place(const jv *v)
{
	return json_is(v, JV_KIND_NUMBER) ? place_of(jv_number_value(*v)) : 0;
}

/* As an object has libjq's index, and keeps the texts alive. */
static jv
keep(const char *digits)
{
	jv key = jv_string(digits), v;

	if (kept.n == 0)
		kept.places = jv_object();
	v = jv_object_get(jv_copy(kept.places), jv_copy(key));
	if (jv_is_valid(v)) {
		jv_free(key);
		return v;
	}
	jv_free(v);
	kept.digits =
	    mem_grow(kept.digits, kept.n, &kept.cap, sizeof(*kept.digits));
	kept.digits[kept.n++] = jv_string_value(key);
	v = jsonint_at(kept.n);
	kept.places = jv_object_set(kept.places, key, jv_copy(v));
	return v;
}

jv
json_integer(const char *digits)
{
	double d = strtod(digits, NULL);

	/* No integer beyond this is read as one below it. */
	if (strlen(digits) < 16 || fabs(d) < JSON_EXACT ||
	    strcmp(digits + (*digits == '-'), EXACT_DIGITS) == 0)
		return jv_number(d);
	return keep(digits);
}

jv
json_from_int(int64_t n)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRId64, n);
	return json_integer(digits);
}

const char *
json_digits(const jv *v)
{
	size_t place = jsonint_place(v);

	return place ? kept.digits[place - 1] : NULL;
}

double
json_double(const jv *v)
{
	const char *digits = json_digits(v);

	return digits ? strtod(digits, NULL) : jv_number_value(*v);
}

bool
json_int64(const jv *v, int64_t *out)
{
	const char *digits = json_digits(v);
	long long n;

	if (digits) {
		errno = 0;
		n = strtoll(digits, NULL, 10);
		*out = n;
		return errno == 0;
	}
	if (!json_int(v, &n))
		return false;
	*out = n;
	return true;
}

int64_t
json_get_int64(const jv *v, const char *key, int64_t otherwise)
{
	jv x = json_get(v, key);
	int64_t n;
	bool ok = json_int64(&x, &n);

	jv_free(x);
	return ok ? n : otherwise;
}

/* --- changing ----------------------------------------------------------- */

static jv
round_deep(jv v)
{
	if (json_digits(&v))
		return jv_number(json_double(&v));
	return json_each(v, round_deep);
}

jv
json_round(jv v)
{
	return jsonint_any() ? round_deep(v) : v;
}

/* --- equality ----------------------------------------------------------- */

/* 1e18 was read as a double, and equals the integer that it is written as. */
static bool
is_written_as(double d, const char *digits)
{
	struct buf text = BUF_INIT;
	bool same;

	json_write_number(&text, d);
	same = strcmp(buf_str(&text), digits) == 0;
	buf_release(&text);
	return same;
}

static bool
equal_numbers(const jv *a, const jv *b)
{
	const char *x = json_digits(a), *y = json_digits(b);

	if (x && y)
		return x == y;
	if (x)
		return is_written_as(jv_number_value(*b), x);
	if (y)
		return is_written_as(jv_number_value(*a), y);
	return jv_number_value(*a) == jv_number_value(*b);
}

static bool
equal_arrays(const jv *a, const jv *b)
{
	int n = json_len(a);
	bool equal = json_len(b) == n;

	for (int i = 0; i < n && equal; i++) {
		jv x = json_at(a, i), y = json_at(b, i);

		equal = jsonint_equal(&x, &y);
		jv_free(x);
		jv_free(y);
	}
	return equal;
}

static bool
equal_objects(const jv *a, const jv *b)
{
	bool equal = json_len(a) == json_len(b);

	for (int i = jv_object_iter(*a); equal && jv_object_iter_valid(*a, i);
	     i = jv_object_iter_next(*a, i)) {
		jv x = jv_object_iter_value(*a, i);
		jv y = jv_object_get(jv_copy(*b), jv_object_iter_key(*a, i));

		equal = jsonint_equal(&x, &y);
		jv_free(x);
		jv_free(y);
	}
	return equal;
}

/* Recursion is as deep as the values, which the readers cap at JSON_DEPTH. */
bool
jsonint_equal(const jv *a, const jv *b)
{
	jv_kind kind = jv_get_kind(*a);

	if (kind != jv_get_kind(*b))
		return false;
	if (kind == JV_KIND_NUMBER)
		return equal_numbers(a, b);
	if (kind != JV_KIND_ARRAY && kind != JV_KIND_OBJECT)
		return jv_equal(jv_copy(*a), jv_copy(*b));
	if (jv_identical(jv_copy(*a), jv_copy(*b)))
		return true;
	return kind == JV_KIND_ARRAY ? equal_arrays(a, b) : equal_objects(a, b);
}
