#include "cel/celeval.h"

#include <string.h>

#include "cel/celtime.h"

static struct cel_value
no_form(struct cel_run *r, enum cel_op op, const struct cel_value *a,
    const struct cel_value *b)
{
	return cel_error(r, "no such overload: %s %s %s",
	    cel_type_name(a->type), cel_op_name(op), cel_type_name(b->type));
}

static struct cel_value
int_overflow(struct cel_run *r)
{
	return cel_error(r, "integer overflow");
}

static struct cel_value
by_zero(struct cel_run *r, enum cel_op op)
{
	return cel_error(
	    r, "%s by zero", op == CEL_O_DIV ? "division" : "modulus");
}

static struct cel_value
ints(struct cel_run *r, enum cel_op op, int64_t a, int64_t b)
{
	int64_t out = 0;
	bool over = false;
	if ((op == CEL_O_DIV || op == CEL_O_MOD) && b == 0)
		return by_zero(r, op);
	switch (op) {
	case CEL_O_ADD:
		over = __builtin_add_overflow(a, b, &out);
		break;
	case CEL_O_SUB:
		over = __builtin_sub_overflow(a, b, &out);
		break;
	case CEL_O_MUL:
		over = __builtin_mul_overflow(a, b, &out);
		break;
	default:
		over = a == INT64_MIN && b == -1;
		if (!over)
			out = op == CEL_O_DIV ? a / b : a % b;
	}
	return over ? int_overflow(r) : cel_int(out);
}

static struct cel_value
uints(struct cel_run *r, enum cel_op op, uint64_t a, uint64_t b)
{
	uint64_t out = 0;
	bool over = false;
	if ((op == CEL_O_DIV || op == CEL_O_MOD) && b == 0)
		return by_zero(r, op);
	switch (op) {
	case CEL_O_ADD:
		over = __builtin_add_overflow(a, b, &out);
		break;
	case CEL_O_SUB:
		over = __builtin_sub_overflow(a, b, &out);
		break;
	case CEL_O_MUL:
		over = __builtin_mul_overflow(a, b, &out);
		break;
	default:
		out = op == CEL_O_DIV ? a / b : a % b;
	}
	return over ? cel_error(r, "unsigned integer overflow") : cel_uint(out);
}

static struct cel_value
doubles(struct cel_run *r, enum cel_op op, const struct cel_value *a,
    const struct cel_value *b)
{
	switch (op) {
	case CEL_O_ADD:
		return cel_double(a->u.d + b->u.d);
	case CEL_O_SUB:
		return cel_double(a->u.d - b->u.d);
	case CEL_O_MUL:
		return cel_double(a->u.d * b->u.d);
	case CEL_O_DIV:
		return cel_double(a->u.d / b->u.d);
	default:
		return no_form(r, op, a, b);
	}
}

static struct cel_value
join_text(
    struct cel_run *r, const struct cel_value *a, const struct cel_value *b)
{
	size_t n = a->u.str.n + b->u.str.n;
	if (!cel_pay(r, n / 8 + 1))
		return cel_spent();
	char *s = cel_arena_get(&r->arena, n + 1);
	if (a->u.str.n)
		memcpy(s, a->u.str.s, a->u.str.n);
	if (b->u.str.n)
		memcpy(s + a->u.str.n, b->u.str.s, b->u.str.n);
	return cel_text(a->type, s, n);
}

static struct cel_value
join_lists(
    struct cel_run *r, const struct cel_value *a, const struct cel_value *b)
{
	size_t n = a->u.list.n + b->u.list.n;
	if (!cel_pay(r, n * 4))
		return cel_spent();
	struct cel_value *v = cel_arena_get(&r->arena, n * sizeof *v);
	if (a->u.list.n)
		memcpy(v, a->u.list.v, a->u.list.n * sizeof *v);
	if (b->u.list.n)
		memcpy(v + a->u.list.n, b->u.list.v, b->u.list.n * sizeof *v);
	return cel_list(v, n);
}

struct cel_value
cel_arith(struct cel_run *r, enum cel_op op, const struct cel_value *a,
    const struct cel_value *b)
{
	bool adds = op == CEL_O_ADD;
	if (a->type == CEL_TIMESTAMP || a->type == CEL_DURATION) {
		struct cel_value out = cel_time_arith(r, adds, a, b);
		if (!adds && op != CEL_O_SUB)
			return no_form(r, op, a, b);
		return out.type == CEL_NULL ? no_form(r, op, a, b) : out;
	}
	if (a->type != b->type)
		return no_form(r, op, a, b);
	switch (a->type) {
	case CEL_INT:
		return ints(r, op, a->u.i, b->u.i);
	case CEL_UINT:
		return uints(r, op, a->u.u, b->u.u);
	case CEL_DOUBLE:
		return doubles(r, op, a, b);
	case CEL_STRING:
	case CEL_BYTES:
		return adds ? join_text(r, a, b) : no_form(r, op, a, b);
	case CEL_LIST:
		return adds ? join_lists(r, a, b) : no_form(r, op, a, b);
	default:
		return no_form(r, op, a, b);
	}
}

struct cel_value
cel_minus(struct cel_run *r, const struct cel_value *v)
{
	switch (v->type) {
	case CEL_DOUBLE:
		return cel_double(-v->u.d);
	case CEL_INT:
		return v->u.i == INT64_MIN ? int_overflow(r) : cel_int(-v->u.i);
	case CEL_DURATION:
		return v->u.i == INT64_MIN ? cel_error(r, "duration overflow")
					   : cel_duration(-v->u.i);
	default:
		return cel_error(
		    r, "no such overload: -%s", cel_type_name(v->type));
	}
}
