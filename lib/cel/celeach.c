#include "cel/celeval.h"

/*
 * The macros.  Each binds one variable, which the check numbered, and evaluates
 * what stands behind it for each element of a list or key of a map.
 */

struct range {
	const struct cel_value *v;
	size_t n;
};

static struct cel_value *
variable(struct cel_run *r, const struct cel_node *node)
{
	return &r->locals[node->local];
}

/* The predicate for the element that is bound: a bool or an error. */
static struct cel_value
test(struct cel_run *r, const struct cel_node *node)
{
	struct cel_value v = cel_eval_node(r, node->kids[1]);
	if (v.type == CEL_BOOL || cel_is_error(&v))
		return v;
	return cel_error(r, "no such overload: a condition of type %s",
	    cel_type_name(v.type));
}

/* all and exists are && and || over the elements. */
static struct cel_value
each_until(struct cel_run *r, const struct cel_node *node, struct range in)
{
	bool decides = node->op == CEL_O_EXISTS;
	struct cel_value result = cel_bool(!decides);
	for (size_t i = 0; i < in.n && !r->spent; i++) {
		*variable(r, node) = in.v[i];
		struct cel_value v = test(r, node);
		if (v.type == CEL_BOOL && v.u.b == decides)
			return v;
		if (cel_is_error(&v) && !cel_is_error(&result))
			result = v;
	}
	return result;
}

static struct cel_value
exactly_one(struct cel_run *r, const struct cel_node *node, struct range in)
{
	size_t count = 0;
	for (size_t i = 0; i < in.n; i++) {
		*variable(r, node) = in.v[i];
		struct cel_value v = test(r, node);
		if (cel_is_error(&v))
			return v;
		count += v.u.b;
	}
	return cel_bool(count == 1);
}

static struct cel_value
each_into(struct cel_run *r, const struct cel_node *node, struct range in)
{
	bool filters = node->op == CEL_O_FILTER || node->n == 3;
	const struct cel_node *transform =
	    node->op == CEL_O_FILTER ? NULL : node->kids[node->n - 1];
	if (!cel_pay(r, in.n * 4))
		return cel_spent();
	struct cel_value *out = cel_arena_get(&r->arena, in.n * sizeof *out);
	size_t n = 0;
	for (size_t i = 0; i < in.n; i++) {
		*variable(r, node) = in.v[i];
		struct cel_value v = filters ? test(r, node) : cel_bool(true);
		if (cel_is_error(&v))
			return v;
		if (!v.u.b)
			continue;
		v = transform ? cel_eval_node(r, transform) : in.v[i];
		if (cel_is_error(&v))
			return v;
		out[n++] = v;
	}
	return cel_list(out, n);
}

/* What cel-go makes of a result, which passes through Go's own types there. */
static struct cel_value
through_go(const struct cel_value *v)
{
	if (v->type == CEL_TYPE)
		return cel_text(CEL_STRING, v->u.str.s, v->u.str.n);
	if (v->type == CEL_OPTIONAL)
		return v->u.some ? *v->u.some : cel_null();
	return *v;
}

static struct cel_value
over_optional(struct cel_run *r, const struct cel_node *node,
    const struct cel_value *from)
{
	if (from->type != CEL_OPTIONAL)
		return cel_error(r, "no such overload: %s of type %s",
		    node->op == CEL_O_OPT_MAP ? "optMap" : "optFlatMap",
		    cel_type_name(from->type));
	if (!from->u.some)
		return *from;
	*variable(r, node) = *from->u.some;
	struct cel_value v = cel_eval_node(r, node->kids[1]);
	if (cel_is_error(&v) || node->op == CEL_O_OPT_FLAT_MAP)
		return v;
	v = through_go(&v);
	return cel_optional(r, &v);
}

struct cel_value
cel_eval_macro(struct cel_run *r, const struct cel_node *node)
{
	struct cel_value from = cel_eval_node(r, node->kids[0]);
	if (cel_is_error(&from))
		return from;
	if (node->op == CEL_O_OPT_MAP || node->op == CEL_O_OPT_FLAT_MAP)
		return over_optional(r, node, &from);
	struct range in;
	if (from.type == CEL_LIST)
		in = (struct range){ from.u.list.v, from.u.list.n };
	else if (from.type == CEL_MAP)
		in = (struct range){ from.u.map->keys, from.u.map->n };
	else
		return cel_error(r, "a %s is no list or map to go through",
		    cel_type_name(from.type));
	if (node->op == CEL_O_ALL || node->op == CEL_O_EXISTS)
		return each_until(r, node, in);
	if (node->op == CEL_O_EXISTS_ONE)
		return exactly_one(r, node, in);
	return each_into(r, node, in);
}
