#include "cel/celcompare.h"
#include "cel/celfunc.h"
#include "cel/celutf.h"

struct cel_value
cel_size(struct cel_run *r, const struct cel_value *a, size_t n)
{
	(void)n;
	switch (a->type) {
	case CEL_STRING:
		if (!cel_pay(r, a->u.str.n / 16 + 1))
			return cel_spent();
		return cel_int((int64_t)cel_utf_count(a->u.str.s, a->u.str.n));
	case CEL_BYTES:
		return cel_int((int64_t)a->u.str.n);
	case CEL_LIST:
		return cel_int((int64_t)a->u.list.n);
	case CEL_MAP:
		return cel_int((int64_t)a->u.map->n);
	default:
		return cel_error(r, "no such overload: size of a %s",
		    cel_type_name(a->type));
	}
}

struct cel_value
cel_first(struct cel_run *r, const struct cel_value *a, size_t n)
{
	(void)n;
	if (a->type != CEL_LIST)
		return cel_no_overload(r, "first");
	return cel_optional(r, a->u.list.n ? &a->u.list.v[0] : NULL);
}

struct cel_value
cel_last(struct cel_run *r, const struct cel_value *a, size_t n)
{
	(void)n;
	if (a->type != CEL_LIST)
		return cel_no_overload(r, "last");
	size_t len = a->u.list.n;
	return cel_optional(r, len ? &a->u.list.v[len - 1] : NULL);
}

struct cel_value
cel_unwrap(struct cel_run *r, const struct cel_value *a, size_t n)
{
	(void)n;
	if (a->type != CEL_LIST)
		return cel_no_overload(r, "unwrap");
	if (!cel_pay(r, a->u.list.n * 4))
		return cel_spent();
	struct cel_value *v = cel_arena_get(&r->arena, a->u.list.n * sizeof *v);
	size_t count = 0;
	for (size_t i = 0; i < a->u.list.n; i++) {
		const struct cel_value *item = &a->u.list.v[i];
		if (item->type != CEL_OPTIONAL)
			return cel_error(r, "unwrap: an item of type %s",
			    cel_type_name(item->type));
		if (item->u.some)
			v[count++] = *item->u.some;
	}
	return cel_list(v, count);
}

static bool
lists(const struct cel_value *a)
{
	return a[0].type == CEL_LIST && a[1].type == CEL_LIST;
}

/* A list has every item of another. */
static struct cel_value
has_all(struct cel_run *r, const struct cel_value *list,
    const struct cel_value *items)
{
	for (size_t i = 0; i < items->u.list.n; i++) {
		struct cel_value v = cel_in(r, &items->u.list.v[i], list);
		if (cel_is_error(&v) || !v.u.b)
			return v;
	}
	return cel_bool(true);
}

struct cel_value
cel_sets_contains(struct cel_run *r, const struct cel_value *a, size_t n)
{
	(void)n;
	return lists(a) ? has_all(r, &a[0], &a[1])
			: cel_no_overload(r, "sets.contains");
}

struct cel_value
cel_sets_equivalent(struct cel_run *r, const struct cel_value *a, size_t n)
{
	(void)n;
	if (!lists(a))
		return cel_no_overload(r, "sets.equivalent");
	struct cel_value v = has_all(r, &a[0], &a[1]);
	return cel_is_error(&v) || !v.u.b ? v : has_all(r, &a[1], &a[0]);
}

struct cel_value
cel_sets_intersects(struct cel_run *r, const struct cel_value *a, size_t n)
{
	(void)n;
	if (!lists(a))
		return cel_no_overload(r, "sets.intersects");
	for (size_t i = 0; i < a[0].u.list.n; i++) {
		struct cel_value v = cel_in(r, &a[0].u.list.v[i], &a[1]);
		if (cel_is_error(&v) || v.u.b)
			return v;
	}
	return cel_bool(false);
}

struct cel_value
cel_optional_of(struct cel_run *r, const struct cel_value *a, size_t n)
{
	(void)n;
	return cel_optional(r, a);
}

struct cel_value
cel_optional_none(struct cel_run *r, const struct cel_value *a, size_t n)
{
	(void)a;
	(void)n;
	return cel_optional(r, NULL);
}

struct cel_value
cel_optional_nonzero(struct cel_run *r, const struct cel_value *a, size_t n)
{
	(void)n;
	return cel_optional(r, cel_is_zero(a) ? NULL : a);
}

struct cel_value
cel_get_value(struct cel_run *r, const struct cel_value *a, size_t n)
{
	(void)n;
	if (a->type != CEL_OPTIONAL)
		return cel_no_overload(r, "value");
	return a->u.some ? *a->u.some
			 : cel_error(r, "optional.none() has no value");
}

struct cel_value
cel_has_value(struct cel_run *r, const struct cel_value *a, size_t n)
{
	(void)n;
	return a->type == CEL_OPTIONAL ? cel_bool(a->u.some)
				       : cel_no_overload(r, "hasValue");
}
