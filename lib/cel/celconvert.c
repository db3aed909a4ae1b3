#include <stdlib.h>
#include <string.h>

#include "cel/celcompare.h"
#include "cel/celfunc.h"
#include "cel/celnumber.h"
#include "cel/celtime.h"
#include "cel/celutf.h"

/* The fewest digits are found by trying. */
enum { DOUBLE_COST = 50 };

static struct cel_value
no_way(struct cel_run *r, const struct cel_value *v, const char *to)
{
	return cel_error(
	    r, "no such overload: %s(%s)", to, cel_type_name(v->type));
}

/* The text is named, but a long one not whole. */
static struct cel_value
bad_text(struct cel_run *r, const struct cel_value *v, const char *to)
{
	size_t n = cel_utf_skip(v->u.str.s, v->u.str.n, 40);
	return cel_error(r, "'%.*s%s' is no %s", (int)n, v->u.str.s,
	    n < v->u.str.n ? "..." : "", to);
}

static bool
is(const struct cel_value *v, const char *text)
{
	return v->u.str.n == strlen(text) &&
	       memcmp(v->u.str.s, text, v->u.str.n) == 0;
}

struct cel_value
cel_to_bool(struct cel_run *r, const struct cel_value *a, size_t n)
{
	static const char *const words[] = { "1", "t", "T", "true", "TRUE",
		"True", "0", "f", "F", "false", "FALSE", "False" };
	const size_t count = sizeof words / sizeof *words;
	(void)n;
	if (a->type == CEL_BOOL)
		return *a;
	if (a->type != CEL_STRING)
		return no_way(r, a, "bool");
	for (size_t i = 0; i < count; i++)
		if (is(a, words[i]))
			return cel_bool(i < count / 2);
	return bad_text(r, a, "bool");
}

struct cel_value
cel_to_bytes(struct cel_run *r, const struct cel_value *a, size_t n)
{
	(void)n;
	if (a->type == CEL_BYTES)
		return *a;
	if (a->type == CEL_STRING)
		return cel_text(CEL_BYTES, a->u.str.s, a->u.str.n);
	return no_way(r, a, "bytes");
}

struct cel_value
cel_to_double(struct cel_run *r, const struct cel_value *a, size_t n)
{
	double d;
	(void)n;
	switch (a->type) {
	case CEL_DOUBLE:
		return *a;
	case CEL_INT:
		return cel_double((double)a->u.i);
	case CEL_UINT:
		return cel_double((double)a->u.u);
	case CEL_STRING:
		return cel_number_parse(a->u.str.s, a->u.str.n, &d)
			   ? cel_double(d)
			   : bad_text(r, a, "double");
	default:
		return no_way(r, a, "double");
	}
}

struct cel_value
cel_to_duration(struct cel_run *r, const struct cel_value *a, size_t n)
{
	int64_t ns;
	(void)n;
	if (a->type == CEL_DURATION)
		return *a;
	if (a->type != CEL_STRING)
		return no_way(r, a, "duration");
	return cel_duration_parse(a->u.str.s, a->u.str.n, &ns)
		   ? cel_duration(ns)
		   : bad_text(r, a, "duration");
}

struct cel_value
cel_to_dyn(struct cel_run *r, const struct cel_value *a, size_t n)
{
	(void)r;
	(void)n;
	return *a;
}

/* Digits, and a minus or plus before them if they may be signed. */
static bool
whole(const struct cel_value *v, bool may_sign, bool *minus, uint64_t *out)
{
	const char *s = v->u.str.s;
	size_t n = v->u.str.n;
	*minus = may_sign && n && *s == '-';
	if (may_sign && n && (*s == '-' || *s == '+')) {
		s++;
		n--;
	}
	*out = 0;
	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9' ||
		    __builtin_mul_overflow(*out, (uint64_t)10, out) ||
		    __builtin_add_overflow(*out, (uint64_t)(s[i] - '0'), out))
			return false;
	}
	return n > 0;
}

static struct cel_value
text_to_int(struct cel_run *r, const struct cel_value *v)
{
	bool minus;
	uint64_t u;
	if (!whole(v, true, &minus, &u) || u > (uint64_t)INT64_MAX + minus)
		return bad_text(r, v, "int");
	if (u > INT64_MAX)
		return cel_int(INT64_MIN);
	return cel_int(minus ? -(int64_t)u : (int64_t)u);
}

struct cel_value
cel_to_int(struct cel_run *r, const struct cel_value *a, size_t n)
{
	(void)n;
	switch (a->type) {
	case CEL_INT:
		return *a;
	case CEL_UINT:
		return a->u.u > INT64_MAX ? cel_error(r, "integer overflow")
					  : cel_int((int64_t)a->u.u);
	case CEL_DOUBLE:
		/* The lowest int itself is refused as well, as in cel-go. */
		return a->u.d > -CEL_TWO_63 && a->u.d < CEL_TWO_63
			   ? cel_int((int64_t)a->u.d)
			   : cel_error(r, "integer overflow");
	case CEL_STRING:
		return text_to_int(r, a);
	case CEL_TIMESTAMP:
		return cel_int(a->u.time.sec);
	case CEL_DURATION:
		return cel_int(a->u.i);
	default:
		return no_way(r, a, "int");
	}
}

struct cel_value
cel_to_uint(struct cel_run *r, const struct cel_value *a, size_t n)
{
	bool minus;
	uint64_t u;
	(void)n;
	switch (a->type) {
	case CEL_UINT:
		return *a;
	case CEL_INT:
		return a->u.i < 0 ? cel_error(r, "unsigned integer overflow")
				  : cel_uint((uint64_t)a->u.i);
	case CEL_DOUBLE:
		return a->u.d >= 0 && a->u.d < CEL_TWO_64
			   ? cel_uint((uint64_t)a->u.d)
			   : cel_error(r, "unsigned integer overflow");
	case CEL_STRING:
		return whole(a, false, &minus, &u) ? cel_uint(u)
						   : bad_text(r, a, "uint");
	default:
		return no_way(r, a, "uint");
	}
}

struct cel_value
cel_to_string(struct cel_run *r, const struct cel_value *a, size_t n)
{
	struct buf b = BUF_INIT;
	(void)n;
	switch (a->type) {
	case CEL_STRING:
		return *a;
	case CEL_BYTES:
		return cel_utf_valid(a->u.str.s, a->u.str.n)
			   ? cel_text(CEL_STRING, a->u.str.s, a->u.str.n)
			   : cel_error(r, "the bytes are no UTF-8");
	case CEL_BOOL:
		buf_adds(&b, a->u.b ? "true" : "false");
		break;
	case CEL_INT:
		buf_addf(&b, "%lld", (long long)a->u.i);
		break;
	case CEL_UINT:
		buf_addf(&b, "%llu", (unsigned long long)a->u.u);
		break;
	case CEL_DOUBLE:
		cel_pay(r, DOUBLE_COST);
		cel_number_short(&b, a->u.d);
		break;
	case CEL_TIMESTAMP:
		cel_time_write(&b, a, false);
		break;
	case CEL_DURATION:
		cel_pay(r, DOUBLE_COST);
		cel_duration_write(&b, a->u.i);
		break;
	default:
		return no_way(r, a, "string");
	}
	return cel_take(r, &b);
}

struct cel_value
cel_to_timestamp(struct cel_run *r, const struct cel_value *a, size_t n)
{
	struct cel_value out;
	(void)n;
	switch (a->type) {
	case CEL_TIMESTAMP:
		return *a;
	case CEL_INT:
		return a->u.i < CEL_TIME_MIN || a->u.i > CEL_TIME_MAX
			   ? cel_error(r, "timestamp overflow")
			   : cel_time(a->u.i, 0, 0);
	case CEL_STRING:
		return cel_time_parse(a->u.str.s, a->u.str.n, &out)
			   ? out
			   : bad_text(r, a, "timestamp");
	default:
		return no_way(r, a, "timestamp");
	}
}

struct cel_value
cel_to_type(struct cel_run *r, const struct cel_value *a, size_t n)
{
	(void)r;
	(void)n;
	return cel_type_value(cel_type_name(a->type));
}
