#include "cel/cel.h"

#include <stdlib.h>

#include "cel/celast.h"
#include "cel/celeval.h"
#include "cel/celutf.h"
#include "mem.h"

static bool
fits(const char *text, size_t n, struct buf *why)
{
	if (!cel_utf_valid(text, n))
		buf_adds(why, "1:1: the expression is no UTF-8");
	else if (cel_utf_count(text, n) > CEL_MAX_TEXT)
		buf_addf(why,
		    "1:1: the expression is longer than %d characters",
		    CEL_MAX_TEXT);
	else
		return true;
	return false;
}

struct cel *
cel_compile(const char *text, size_t n, struct buf *why)
{
	if (!fits(text, n, why))
		return NULL;
	struct cel *c = mem_zero(1, sizeof *c);
	c->text = cel_arena_text(&c->arena, text, n);
	c->n = n;
	if (cel_parse(c, why) && cel_check(c, why))
		return c;
	cel_free(c);
	return NULL;
}

struct cel *
cel_compile_checked(
    const char *text, size_t n, const char *const *names, struct buf *why)
{
	struct cel *c = cel_compile(text, n, why);

	if (!c || cel_check_types(c, names, why))
		return c;
	cel_free(c);
	return NULL;
}

void
cel_free(struct cel *c)
{
	if (!c)
		return;
	cel_arena_free(&c->arena);
	free(c);
}

bool
cel_eval_bool(
    const struct cel *c, const jv *vars, bool *result, struct buf *why)
{
	struct cel_run r;
	struct cel_scope scope = { .object = vars };
	cel_run_begin(&r);
	struct cel_value v = cel_eval(&r, c, &scope);
	if (v.type == CEL_BOOL)
		*result = v.u.b;
	else if (cel_is_error(&v))
		cel_explain(why, c, &v);
	else
		buf_addf(why, "1:1: the expression is of type %s, not bool",
		    cel_type_name(v.type));
	cel_run_end(&r);
	return v.type == CEL_BOOL;
}
