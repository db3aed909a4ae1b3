/*
 * Compiling an expression, with and without a check of its types, and
 * evaluating it: each ends with a value or a reason, and the second time as the
 * first.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cel/cel.h"
#include "fuzz.h"
#include "json.h"

static const char variables[] =
    "{\"metadata\":{\"name\":\"web\",\"generation\":2,\"labels\":{\"a\":\"b\"}}"
    ","
    "\"status\":{\"observedGeneration\":2,\"phase\":\"Running\",\"conditions\":"
    "["
    "{\"type\":\"Ready\",\"status\":\"True\",\"reason\":\"h\\u00e9llo\"},"
    "{\"type\":\"Stalled\",\"status\":\"False\"}]},"
    "\"l\":[1,2,3],\"names\":[\"a\",\"bc\",\"\"],\"m\":{\"a\":{\"b\":[null]}},"
    "\"s\":\"2021-06-07T08:09:10Z\",\"d\":0.5,\"i\":-3,\"b\":true,\"n\":null}";

static void
check_eval(const struct cel *c)
{
	static jv vars;
	static bool parsed;
	bool result[2] = { false, false }, ok[2];

	if (!parsed)
		vars = jv_parse(variables);
	parsed = true;
	for (int i = 0; i < 2; i++) {
		struct buf why = BUF_INIT;

		ok[i] = cel_eval_bool(c, &vars, &result[i], &why);
		fuzz_check(ok[i] == (why.len == 0));
		buf_release(&why);
	}
	fuzz_check(ok[0] == ok[1] && result[0] == result[1]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "metadata", "status", "l", "names",
		"m", "s", "d", "i", "b", "n", NULL };
	const char *text = (const char *)data;
	struct buf why = BUF_INIT;
	struct cel *c = cel_compile(text, size, &why), *checked;

	fuzz_check((c != NULL) == (why.len == 0));
	buf_clear(&why);
	checked = cel_compile_checked(text, size, names, &why);
	fuzz_check((checked != NULL) == (why.len == 0));
	fuzz_check(c || !checked);
	if (c)
		check_eval(c);
	cel_free(checked);
	cel_free(c);
	buf_release(&why);
	return 0;
}
