#include "cel/celast.h"

#include <string.h>

#include "cel/celfunc.h"
#include "cel/cellex.h"
#include "cel/celregex.h"

/* The walk over a tree: what is bound where it stands. */
struct walk {
	struct cel *c;
	const char *locals[CEL_DEPTH];
	unsigned n;
	struct buf *why;
};

static bool check(struct walk *w, struct cel_node *node);

static bool
refuse(struct walk *w, const struct cel_node *node)
{
	struct buf place = BUF_INIT;
	cel_lex_place(&place, w->c->text, node->at);
	/* The reason is there already: the place goes before it. */
	buf_add(&place, buf_str(w->why), w->why->len);
	buf_clear(w->why);
	buf_add(w->why, place.s, place.len);
	buf_release(&place);
	return false;
}

/* The local that a name means, or -1: the innermost one counts. */
static int
local(const struct walk *w, const struct cel_node *node)
{
	for (unsigned i = w->n; i > 0 && !node->rooted; i--)
		if (strcmp(w->locals[i - 1], node->name) == 0)
			return (int)i - 1;
	return -1;
}

static char *
with_dot(struct walk *w, const char *a, const char *b)
{
	struct buf text = BUF_INIT;
	buf_addf(&text, "%s.%s", a, b);
	char *s = cel_arena_text(&w->c->arena, buf_str(&text), text.len);
	buf_release(&text);
	return s;
}

static bool
check_name(struct walk *w, struct cel_node *node)
{
	node->local = local(w, node);
	if (node->local < 0)
		node->dotted = node->name;
	return true;
}

static bool
check_select(struct walk *w, struct cel_node *node)
{
	if (!check(w, node->kids[0]))
		return false;
	if (node->kids[0]->dotted && node->op == CEL_O_SELECT &&
	    !node->optional)
		node->dotted = with_dot(w, node->kids[0]->dotted, node->name);
	return true;
}

/* A call such as sets.contains(...) parses as a method of a variable sets. */
static void
without_namespace(struct walk *w, struct cel_node *node)
{
	if (!node->method || node->kids[0]->op != CEL_O_NAME)
		return;
	const char *full = with_dot(w, node->kids[0]->name, node->name);
	if (!cel_function(full, false) &&
	    (local(w, node->kids[0]) >= 0 ||
		!cel_function_namespace(node->kids[0]->name)))
		return;
	if (!cel_function(full, false) && cel_function(node->name, true))
		return;
	node->name = full;
	node->method = false;
	node->kids++;
	node->n--;
}

static bool
check_arity(struct walk *w, const struct cel_node *node)
{
	const struct cel_function *fn = node->fn;
	size_t self = fn->method, n = node->n - self;
	if (node->n >= fn->min && node->n <= fn->max)
		return true;
	buf_addf(w->why, "%s takes ", node->name);
	if (fn->min == fn->max)
		buf_addf(w->why, "%zu", fn->max - self);
	else
		buf_addf(w->why, "%zu to %zu", fn->min - self, fn->max - self);
	buf_addf(w->why, " argument%s, not %zu",
	    fn->max - self == 1 && fn->min == fn->max ? "" : "s", n);
	return refuse(w, node);
}

static bool
check_pattern(struct walk *w, struct cel_node *node)
{
	const struct cel_node *p = node->kids[1];
	if (node->fn->call != cel_matches || p->op != CEL_O_LITERAL ||
	    p->literal.type != CEL_STRING)
		return true;
	node->regex = cel_regex_compile(
	    &w->c->arena, p->literal.u.str.s, p->literal.u.str.n, w->why);
	return node->regex || refuse(w, p);
}

static bool
check_kids(struct walk *w, struct cel_node *node)
{
	for (size_t i = 0; i < node->n; i++)
		if (!check(w, node->kids[i]))
			return false;
	return true;
}

static void
no_function(struct walk *w, const struct cel_node *node)
{
	const struct cel_node *self = node->method ? node->kids[0] : NULL;
	buf_adds(w->why, "there is no function ");
	if (self && self->op == CEL_O_NAME && local(w, self) < 0)
		buf_addf(w->why, "%s.", self->name);
	buf_adds(w->why, node->name);
	if (!self && cel_function(node->name, true))
		buf_addf(w->why, "(), but x.%s()", node->name);
}

static bool
check_call(struct walk *w, struct cel_node *node)
{
	without_namespace(w, node);
	node->fn = cel_function(node->name, node->method);
	if (!node->fn) {
		no_function(w, node);
		return refuse(w, node);
	}
	if (!check_arity(w, node) || !check_kids(w, node) ||
	    !check_pattern(w, node))
		return false;
	return cel_fold(node, w->why) || refuse(w, node);
}

static bool
check_macro(struct walk *w, struct cel_node *node)
{
	if (!check(w, node->kids[0]))
		return false;
	node->local = (int)w->n;
	w->locals[w->n++] = node->name;
	if (w->n > w->c->locals)
		w->c->locals = w->n;
	for (size_t i = 1; i < node->n; i++)
		if (!check(w, node->kids[i]))
			return false;
	w->n--;
	return true;
}

static bool
check(struct walk *w, struct cel_node *node)
{
	switch (node->op) {
	case CEL_O_NAME:
		return check_name(w, node);
	case CEL_O_SELECT:
	case CEL_O_HAS:
		return check_select(w, node);
	case CEL_O_CALL:
		return check_call(w, node);
	default:
		return node->op >= CEL_O_ALL ? check_macro(w, node)
					     : check_kids(w, node);
	}
}

bool
cel_check(struct cel *c, struct buf *why)
{
	struct walk w = { .c = c };
	struct buf reason = BUF_INIT;
	w.why = &reason;
	bool ok = check(&w, c->root);
	buf_add(why, buf_str(&reason), reason.len);
	buf_release(&reason);
	return ok;
}
