#include <string.h>

#include "cel/celfunc.h"
#include "cel/celutf.h"

/* Taking strings apart, and putting them together. */

/*
 * The next place of sub in s from at on: where it starts, or the end.  An empty
 * one is found between any two characters.
 */
static size_t
next_place(const struct cel_value *s, size_t at, const struct cel_value *sub)
{
	size_t all = s->u.str.n, n = sub->u.str.n;
	if (!n)
		return at < all ? at + cel_utf_width(s->u.str.s[at]) : all;
	for (; at + n <= all; at++) {
		const char *hit =
		    memchr(s->u.str.s + at, sub->u.str.s[0], all - at - n + 1);
		if (!hit)
			return all;
		at = (size_t)(hit - s->u.str.s);
		if (memcmp(hit, sub->u.str.s, n) == 0)
			return at;
	}
	return all;
}

/* Whether what next_place answered is a place rather than the end. */
static bool
is_place(const struct cel_value *s, size_t at, const struct cel_value *sub)
{
	size_t all = s->u.str.n, n = sub->u.str.n;
	return n ? at + n <= all &&
		       memcmp(s->u.str.s + at, sub->u.str.s, n) == 0
		 : at < all;
}

static bool
pay_search(
    struct cel_run *r, const struct cel_value *a, const struct cel_value *b)
{
	return cel_pay(r, a->u.str.n / 16 * (b->u.str.n / 16 + 1) + 1);
}

struct cel_value
cel_replace(struct cel_run *r, const struct cel_value *a, size_t n)
{
	if (a[0].type != CEL_STRING || a[1].type != CEL_STRING ||
	    a[2].type != CEL_STRING || (n > 3 && a[3].type != CEL_INT))
		return cel_no_overload(r, "replace");
	if (!pay_search(r, &a[0], &a[1]))
		return cel_spent();
	const char *s = a[0].u.str.s;
	size_t all = a[0].u.str.n, from = 0, skip = a[1].u.str.n;
	uint64_t left =
	    n > 3 && a[3].u.i >= 0 ? (uint64_t)a[3].u.i : UINT64_MAX;
	struct buf b = BUF_INIT;
	if (!skip && left) {
		/* An empty one is found before the first character, too. */
		buf_add(&b, a[2].u.str.s, a[2].u.str.n);
		left--;
	}
	while (left && from < all) {
		size_t at = next_place(&a[0], from, &a[1]);
		bool place = !skip || is_place(&a[0], at, &a[1]);
		if (!place)
			break;
		if (!cel_pay(r, (at - from + a[2].u.str.n) / 8 + 1)) {
			buf_release(&b);
			return cel_spent();
		}
		buf_add(&b, s + from, at - from);
		buf_add(&b, a[2].u.str.s, a[2].u.str.n);
		from = at + skip;
		left--;
	}
	buf_add(&b, s + from, all - from);
	return cel_take(r, &b);
}

struct cel_value
cel_split(struct cel_run *r, const struct cel_value *a, size_t n)
{
	if (a[0].type != CEL_STRING || a[1].type != CEL_STRING ||
	    (n > 2 && a[2].type != CEL_INT))
		return cel_no_overload(r, "split");
	if (!pay_search(r, &a[0], &a[1]))
		return cel_spent();
	int64_t max = n > 2 ? a[2].u.i : -1;
	size_t parts = 1, all = a[0].u.str.n, skip = a[1].u.str.n;
	if (max == 0 || (!skip && !all))
		return cel_list(NULL, 0);
	for (size_t at = 0;
	     (at = next_place(&a[0], at, &a[1])), is_place(&a[0], at, &a[1]);
	     at += skip)
		parts++;
	if (max > 0 && (uint64_t)max < parts)
		parts = (size_t)max;
	if (!cel_pay(r, parts * 4))
		return cel_spent();
	struct cel_value *v = cel_arena_get(&r->arena, parts * sizeof *v);
	size_t from = 0;
	for (size_t i = 0; i < parts; i++) {
		size_t to =
		    i + 1 < parts ? next_place(&a[0], from, &a[1]) : all;
		v[i] = cel_text(CEL_STRING, a[0].u.str.s + from, to - from);
		from = to + skip;
	}
	return cel_list(v, parts);
}

struct cel_value
cel_join(struct cel_run *r, const struct cel_value *a, size_t n)
{
	if (a[0].type != CEL_LIST || (n > 1 && a[1].type != CEL_STRING))
		return cel_no_overload(r, "join");
	struct buf b = BUF_INIT;
	for (size_t i = 0; i < a[0].u.list.n; i++) {
		const struct cel_value *v = &a[0].u.list.v[i];
		if (v->type != CEL_STRING) {
			buf_release(&b);
			return cel_error(r, "join: an item of type %s",
			    cel_type_name(v->type));
		}
		if (i && n > 1)
			buf_add(&b, a[1].u.str.s, a[1].u.str.n);
		buf_add(&b, v->u.str.s, v->u.str.n);
		if (!cel_pay(r,
			v->u.str.n / 8 + 1 + (n > 1 ? a[1].u.str.n / 8 : 0))) {
			buf_release(&b);
			return cel_spent();
		}
	}
	return cel_take(r, &b);
}
