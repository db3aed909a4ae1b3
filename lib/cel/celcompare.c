#include "cel/celcompare.h"

#include <math.h>
#include <string.h>

static int
sign(bool below, bool above)
{
	return above - below;
}

static int
text_order(const struct cel_value *a, const struct cel_value *b)
{
	size_t n = a->u.str.n < b->u.str.n ? a->u.str.n : b->u.str.n;
	int c = n ? memcmp(a->u.str.s, b->u.str.s, n) : 0;
	return c ? c : sign(a->u.str.n<b->u.str.n, a->u.str.n> b->u.str.n);
}

static int
double_order(double a, double b)
{
	return sign(a<b, a> b);
}

/* As cel-go does it: beyond the range by sign, within it as doubles. */
static int
double_int(double d, int64_t i)
{
	if (d < -CEL_TWO_63)
		return -1;
	return d > CEL_TWO_63 ? 1 : double_order(d, (double)i);
}

static int
double_uint(double d, uint64_t u)
{
	if (d < 0)
		return -1;
	return d > CEL_TWO_64 ? 1 : double_order(d, (double)u);
}

static int
int_uint(int64_t i, uint64_t u)
{
	if (i < 0)
		return -1;
	return sign((uint64_t)i<u, (uint64_t)i> u);
}

static int
to_double(const struct cel_value *a, double d)
{
	if (a->type == CEL_DOUBLE)
		return double_order(a->u.d, d);
	return a->type == CEL_INT ? -double_int(d, a->u.i)
				  : -double_uint(d, a->u.u);
}

/* Two numbers, neither of them NaN. */
static int
number_order(const struct cel_value *a, const struct cel_value *b)
{
	if (b->type == CEL_DOUBLE)
		return to_double(a, b->u.d);
	if (a->type == CEL_DOUBLE)
		return -to_double(b, a->u.d);
	if (a->type == CEL_INT)
		return b->type == CEL_INT ? sign(a->u.i<b->u.i, a->u.i> b->u.i)
					  : int_uint(a->u.i, b->u.u);
	return b->type == CEL_UINT ? sign(a->u.u<b->u.u, a->u.u> b->u.u)
				   : -int_uint(b->u.i, a->u.u);
}

static bool
is_number(const struct cel_value *v)
{
	return v->type == CEL_INT || v->type == CEL_UINT ||
	       v->type == CEL_DOUBLE;
}

static bool
is_nan(const struct cel_value *v)
{
	return v->type == CEL_DOUBLE && isnan(v->u.d);
}

static int
time_order(const struct cel_value *a, const struct cel_value *b)
{
	int c = sign(a->u.time.sec<b->u.time.sec, a->u.time.sec> b->u.time.sec);
	return c ? c
		 : sign(a->u.time.nsec<b->u.time.nsec, a->u.time.nsec> b->u.time
			    .nsec);
}

bool
cel_same_key(const struct cel_value *a, const struct cel_value *b)
{
	if (is_number(a) && is_number(b))
		return !is_nan(a) && !is_nan(b) && number_order(a, b) == 0;
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case CEL_NULL:
		return true;
	case CEL_BOOL:
		return a->u.b == b->u.b;
	case CEL_STRING:
	case CEL_BYTES:
	case CEL_TYPE:
		return text_order(a, b) == 0;
	case CEL_TIMESTAMP:
		return time_order(a, b) == 0;
	case CEL_DURATION:
		return a->u.i == b->u.i;
	default:
		return false;
	}
}

static bool
lists_equal(
    struct cel_run *r, const struct cel_value *a, const struct cel_value *b)
{
	if (a->u.list.n != b->u.list.n)
		return false;
	for (size_t i = 0; i < a->u.list.n; i++)
		if (!cel_equal(r, &a->u.list.v[i], &b->u.list.v[i]))
			return false;
	return true;
}

static bool
maps_equal(struct cel_run *r, const struct cel_map *a, const struct cel_map *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		const struct cel_value *v = cel_map_find(b, &a->keys[i]);
		if (!v || !cel_equal(r, &a->values[i], v))
			return false;
	}
	return true;
}

bool
cel_equal(
    struct cel_run *r, const struct cel_value *a, const struct cel_value *b)
{
	size_t cost = a->type == CEL_STRING || a->type == CEL_BYTES
			  ? a->u.str.n / 64 + 1
			  : 1;
	if (!cel_pay(r, cost))
		return false;
	if (a->type != b->type)
		return cel_same_key(a, b);
	switch (a->type) {
	case CEL_LIST:
		return lists_equal(r, a, b);
	case CEL_MAP:
		return maps_equal(r, a->u.map, b->u.map);
	case CEL_OPTIONAL:
		if (!a->u.some || !b->u.some)
			return !a->u.some && !b->u.some;
		return cel_equal(r, a->u.some, b->u.some);
	default:
		return cel_same_key(a, b);
	}
}

bool
cel_order(struct cel_run *r, const struct cel_value *a,
    const struct cel_value *b, int *cmp, struct cel_value *bad)
{
	if (is_number(a) && is_number(b)) {
		if (is_nan(a) || is_nan(b)) {
			*bad = cel_error(r, "NaN values cannot be ordered");
			return false;
		}
		*cmp = number_order(a, b);
		return true;
	}
	if (a->type != b->type) {
		*bad = cel_error(r, "no such overload: %s and %s have no order",
		    cel_type_name(a->type), cel_type_name(b->type));
		return false;
	}
	switch (a->type) {
	case CEL_BOOL:
		*cmp = sign(!a->u.b && b->u.b, a->u.b && !b->u.b);
		return true;
	case CEL_STRING:
	case CEL_BYTES:
		*cmp = text_order(a, b);
		return true;
	case CEL_TIMESTAMP:
		*cmp = time_order(a, b);
		return true;
	case CEL_DURATION:
		*cmp = sign(a->u.i<b->u.i, a->u.i> b->u.i);
		return true;
	default:
		*bad = cel_error(r, "no such overload: %ss have no order",
		    cel_type_name(a->type));
		return false;
	}
}

struct cel_value
cel_in(struct cel_run *r, const struct cel_value *item,
    const struct cel_value *container)
{
	if (container->type == CEL_MAP)
		return cel_bool(cel_map_find(container->u.map, item));
	if (container->type != CEL_LIST)
		return cel_error(r, "no such overload: in %s",
		    cel_type_name(container->type));
	for (size_t i = 0; i < container->u.list.n; i++)
		if (cel_equal(r, item, &container->u.list.v[i]))
			return cel_bool(true);
	return r->spent ? cel_spent() : cel_bool(false);
}

bool
cel_exact_int(const struct cel_value *v, int64_t *i)
{
	if (v->type == CEL_INT)
		*i = v->u.i;
	else if (v->type == CEL_UINT && v->u.u <= INT64_MAX)
		*i = (int64_t)v->u.u;
	else if (v->type == CEL_DOUBLE && v->u.d >= -CEL_TWO_63 &&
		 v->u.d < CEL_TWO_63 && trunc(v->u.d) == v->u.d)
		*i = (int64_t)v->u.d;
	else
		return false;
	return true;
}
