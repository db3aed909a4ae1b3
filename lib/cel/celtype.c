#include "cel/celtype.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

const struct celtype *
celtype_plain(enum celtype_kind kind)
{
	static const struct celtype plain[] = {
		{ .kind = CELTYPE_DYN },
		{ .kind = CELTYPE_NULL },
		{ .kind = CELTYPE_BOOL },
		{ .kind = CELTYPE_INT },
		{ .kind = CELTYPE_UINT },
		{ .kind = CELTYPE_DOUBLE },
		{ .kind = CELTYPE_STRING },
		{ .kind = CELTYPE_BYTES },
		{ .kind = CELTYPE_TIMESTAMP },
		{ .kind = CELTYPE_DURATION },
		{ .kind = CELTYPE_TYPE },
	};

	return &plain[kind];
}

const struct celtype *
celtype_of(struct celtype_scope *s, enum celtype_kind kind,
    const struct celtype *a, const struct celtype *b)
{
	struct celtype *t = cel_arena_get(s->arena, sizeof(*t));

	t->kind = kind;
	t->a = a;
	t->b = b;
	return t;
}

const struct celtype *
celtype_param(struct celtype_scope *s)
{
	struct celtype *t = cel_arena_get(s->arena, sizeof(*t));

	s->params =
	    mem_grow(s->params, s->n, &s->cap, sizeof(const struct celtype *));
	t->kind = CELTYPE_PARAM;
	t->param = s->n;
	s->params[s->n++] = NULL;
	return t;
}

void
celtype_scope_release(struct celtype_scope *s)
{
	free(s->params);
	*s = (struct celtype_scope){ 0 };
}

/* A parameter that is known is what it is known to be. */
static const struct celtype *
known(const struct celtype_scope *s, const struct celtype *t)
{
	while (t->kind == CELTYPE_PARAM) {
		const struct celtype *found = s->params[t->param];

		if (!found)
			break;
		t = found;
	}
	return t;
}

const struct celtype *
celtype_now(struct celtype_scope *s, const struct celtype *t, bool final)
{
	const struct celtype *a, *b;

	t = known(s, t);
	if (t->kind == CELTYPE_PARAM)
		return final ? celtype_plain(CELTYPE_DYN) : t;
	if (!t->a)
		return t;
	a = celtype_now(s, t->a, final);
	b = t->b ? celtype_now(s, t->b, final) : NULL;
	return a == t->a && b == t->b ? t : celtype_of(s, t->kind, a, b);
}

/* A parameter in its own type would never end. */
static bool
holds(const struct celtype_scope *s, const struct celtype *t, size_t param)
{
	t = known(s, t);
	if (t->kind == CELTYPE_PARAM)
		return t->param == param;
	return (t->a && holds(s, t->a, param)) ||
	       (t->b && holds(s, t->b, param));
}

static bool
bind(struct celtype_scope *s, const struct celtype *param,
    const struct celtype *t)
{
	if (t->kind == CELTYPE_PARAM && t->param == param->param)
		return true;
	if (holds(s, t, param->param))
		return false;
	s->params[param->param] = t;
	return true;
}

/* Whether a says no more than b does. */
static bool
is_general(const struct celtype_scope *s, const struct celtype *a,
    const struct celtype *b)
{
	a = known(s, a);
	b = known(s, b);
	if (a->kind == CELTYPE_DYN || a->kind == CELTYPE_PARAM)
		return true;
	if (a->kind != b->kind)
		return false;
	return !a->a || !b->a ||
	       (is_general(s, a->a, b->a) &&
		   (!a->b || is_general(s, a->b, b->b)));
}

/* A parameter that was found to be more than t is becomes t, which fits it. */
static void
widen(struct celtype_scope *s, const struct celtype *param,
    const struct celtype *t)
{
	const struct celtype *last = NULL;

	t = known(s, t);
	while (param->kind == CELTYPE_PARAM && s->params[param->param]) {
		last = param;
		param = s->params[param->param];
	}
	if (last && t != param && is_general(s, t, param) &&
	    !holds(s, t, last->param))
		s->params[last->param] = t;
}

static bool
fits_now(struct celtype_scope *s, const struct celtype *t,
    const struct celtype *wanted)
{
	const struct celtype *x = known(s, t), *y = known(s, wanted);

	if (y->kind == CELTYPE_PARAM)
		return bind(s, y, x);
	if (x->kind == CELTYPE_PARAM)
		return bind(s, x, y);
	if (x->kind == CELTYPE_DYN || y->kind == CELTYPE_DYN) {
		return true;
	}
	if (x->kind == CELTYPE_NULL || y->kind == CELTYPE_NULL) {
		enum celtype_kind other =
		    x->kind == CELTYPE_NULL ? y->kind : x->kind;

		return other == CELTYPE_NULL || other == CELTYPE_TIMESTAMP ||
		       other == CELTYPE_DURATION || other == CELTYPE_OPTIONAL;
	}
	if (x->kind != y->kind)
		return false;
	if (!x->a || !y->a)
		return true;
	return celtype_fits(s, x->a, y->a) &&
	       (!x->b || !y->b || celtype_fits(s, x->b, y->b));
}

bool
celtype_fits(struct celtype_scope *s, const struct celtype *t,
    const struct celtype *wanted)
{
	if (!fits_now(s, t, wanted))
		return false;
	widen(s, wanted, t);
	return true;
}

bool
celtype_equal(const struct celtype *a, const struct celtype *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == CELTYPE_PARAM)
		return a->param == b->param;
	if (!a->a || !b->a)
		return true;
	return celtype_equal(a->a, b->a) &&
	       (!a->b || !b->b || celtype_equal(a->b, b->b));
}

/* --- signatures --------------------------------------------------------- */

struct reader {
	struct celtype_scope *s;
	const char *at;
	const struct celtype *letters[2]; /* A and B */
};

static const struct celtype *
read_type(struct reader *r)
{
	static const char plain[] = "*NbiudsytDT";
	char c = *r->at++;
	const char *p = strchr(plain, c);
	const struct celtype *a;

	if (c == 'A' || c == 'B') {
		const struct celtype **letter = &r->letters[c - 'A'];

		if (!*letter)
			*letter = celtype_param(r->s);
		return *letter;
	}
	if (p && c)
		return celtype_plain((enum celtype_kind)(p - plain));
	a = read_type(r);
	if (c == '{')
		return celtype_of(r->s, CELTYPE_MAP, a, read_type(r));
	return celtype_of(
	    r->s, c == '[' ? CELTYPE_LIST : CELTYPE_OPTIONAL, a, NULL);
}

/* The result of one form, which r->at is moved behind; NULL if it is none. */
static const struct celtype *
read_form(struct reader *r, const struct celtype *const *args, size_t n)
{
	bool fits = true;
	size_t i;

	r->letters[0] = r->letters[1] = NULL;
	for (i = 0; *r->at != ':'; i++) {
		const struct celtype *wanted = read_type(r);

		fits = fits && i < n && celtype_fits(r->s, args[i], wanted);
	}
	r->at++;
	fits = fits && i == n;
	if (fits)
		return read_type(r);
	r->at += strcspn(r->at, "|");
	return NULL;
}

/* Copy what n parameters were found to be. */
static void
copy_params(
    const struct celtype **to, const struct celtype *const *from, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		to[i] = from[i];
}

const struct celtype *
celtype_call(struct celtype_scope *s, const char *signature,
    const struct celtype *const *args, size_t n)
{
	struct reader r = { .s = s, .at = signature };
	const struct celtype *result = NULL;

	for (;; r.at++) {
		size_t known_before = s->n;
		const struct celtype **before = mem_alloc(
		    (known_before + 1) * sizeof(const struct celtype *));
		const struct celtype *form;

		copy_params(before, s->params, known_before);
		form = read_form(&r, args, n);
		if (!form)
			copy_params(s->params, before, known_before);
		free(before);
		if (form && !result)
			result = celtype_now(s, form, false);
		else if (form &&
			 !celtype_equal(result, celtype_now(s, form, false)))
			result = celtype_plain(CELTYPE_DYN);
		if (*r.at != '|')
			return result;
	}
}

void
celtype_write(struct buf *out, const struct celtype *t)
{
	static const char *const names[] = { "dyn", "null", "bool", "int",
		"uint", "double", "string", "bytes", "timestamp", "duration",
		"type", "list", "map", "optional", "dyn" };

	buf_adds(out, names[t->kind]);
	if (!t->a)
		return;
	buf_addc(out, '(');
	celtype_write(out, t->a);
	if (t->b) {
		buf_adds(out, ", ");
		celtype_write(out, t->b);
	}
	buf_addc(out, ')');
}
