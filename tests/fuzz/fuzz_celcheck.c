/*
 * An expression as readyExpr has them.  It is refused with a reason or has a
 * result, twice the same; and what passes the check of types is a bool.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cel/cel.h"
#include "fuzz.h"
#include "json.h"

static const char object[] =
    "{\"self\":{\"n\":1,\"d\":0.5,\"s\":\"t\303\251xt\",\"b\":true,"
    "\"l\":[1,\"a\",null],\"m\":{\"k\":\"v\"}},"
    "\"dep\":{\"status\":{\"conditions\":[{\"type\":\"Ready\","
    "\"status\":\"True\"}],\"time\":\"2024-02-29T12:00:00Z\"}}}";

/* 1 for true, 0 for false, -1 for an error. */
static int
evaluate(const struct cel *c, const jv *vars, struct buf *why)
{
	bool result = false;
	bool ok = cel_eval_bool(c, vars, &result, why);

	fuzz_check(ok == (why->len == 0));
	return ok ? result : -1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "self", "dep", NULL };
	static const char not_bool[] = "1:1: the expression is of type ";
	struct buf err = BUF_INIT, first = BUF_INIT, second = BUF_INIT;
	jv vars = json_parse(object, strlen(object), &err);
	struct cel *c = cel_compile((const char *)data, size, &err);
	struct cel *checked;

	fuzz_check((c == NULL) == (err.len > 0));
	buf_clear(&err);
	checked = cel_compile_checked((const char *)data, size, names, &err);
	fuzz_check((checked == NULL) == (err.len > 0));
	fuzz_check(c || !checked);
	if (c) {
		int result = evaluate(c, &vars, &first);

		fuzz_check(evaluate(c, &vars, &second) == result);
		fuzz_check(strcmp(buf_str(&first), buf_str(&second)) == 0);
		fuzz_check(!checked || strncmp(buf_str(&first), not_bool,
					   strlen(not_bool)) != 0);
	}
	cel_free(c);
	cel_free(checked);
	jv_free(vars);
	buf_release(&err);
	buf_release(&first);
	buf_release(&second);
	return 0;
}
