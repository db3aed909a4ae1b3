#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "json.h"

static void
refuses(const char *text, const char *why)
{
	struct buf err = BUF_INIT;
	jv v = json_parse(text, strlen(text), &err);

	if (jv_is_valid(v))
		fail_msg("%s: was taken", text);
	if (!strstr(buf_str(&err), why))
		fail_msg("%s: said '%s', not '%s'", text, buf_str(&err), why);
	jv_free(v);
	buf_release(&err);
}

static void
same(const char *text, const char *want, unsigned style)
{
	struct buf err = BUF_INIT, out = BUF_INIT;
	jv v = json_parse(text, strlen(text), &err);

	if (!jv_is_valid(v))
		fail_msg("%s: %s", text, buf_str(&err));
	json_write(&out, &v, style);
	assert_string_equal(buf_str(&out), want);
	jv_free(v);
	buf_release(&err);
	buf_release(&out);
}

static void
test_refused(void **state)
{
	struct buf deep = BUF_INIT;
	int i;

	(void)state;
	refuses("", "not a JSON value");
	refuses("{\"a\":", "not JSON");
	refuses("{} {}", "more than one");
	refuses("nan", "a word other than");
	refuses("[NaN,1]", "a word other than");
	refuses("-Infinity", "not a JSON number");
	refuses("[Infinity]", "a word other than");
	refuses("inf", "a word other than");
	refuses("truefalse", "not JSON");
	refuses("[nul]", "a word other than");
	refuses("[01]", "not a JSON number");
	refuses("[5.]", "not a JSON number");
	refuses("[\"a\"\"b\"]", "no separator");
	refuses("{\"a\": 1\"b\": 2}", "no separator");
	refuses("\"a\" \"b\"", "more than one");
	refuses("{}\x1e", "a control character");
	refuses("[\"a\tb\"]", "a control character");
	refuses("{\"a\\u0000b\" : 1}", "a NUL in a key");
	refuses("[1e9999999999999999]", "out of range");
	refuses("[1e400]", "out of range");
	refuses("[-1.5e309]", "out of range");
	refuses("[9007199254740993x]", "not JSON");
	refuses("{9007199254740993:1}", "not JSON");
	refuses("[9007199254740993", "not JSON");
	refuses("9007199254740993 9007199254740993", "more than one");
	for (i = 0; i < JSON_DEPTH + 1; i++)
		buf_addc(&deep, '[');
	refuses(buf_str(&deep), "nested deeper");
	buf_release(&deep);
}

static void
test_no_secret_in_message(void **state)
{
	struct buf err = BUF_INIT;
	const char *text = "{\"data\":\"hunter2\" x}";
	jv v = json_parse(text, strlen(text), &err);

	(void)state;
	assert_false(jv_is_valid(v));
	assert_null(strstr(buf_str(&err), "hunter2"));
	jv_free(v);
	buf_release(&err);
}

static void
test_written(void **state)
{
	(void)state;
	same("{\"b\":1,\"a\":[true,false,null]}",
	    "{\"b\":1,\"a\":[true,false,null]}", 0);
	same("{\"b\":1,\"a\":2}", "{\"a\":2,\"b\":1}", JSON_SORTED);
	same("[1.5,-0,1e3,0.000001,1e-7,1e21,123456789.5]",
	    "[1.5,0,1000,0.000001,1e-7,1e+21,123456789.5]", 0);
	same("[9007199254740992]", "[9007199254740992]", 0);
	same("[1e16,-1e20]", "[10000000000000000,-100000000000000000000]", 0);
	same("[10000000000000000,-100000000000000000000]",
	    "[10000000000000000,-100000000000000000000]", 0);
	same("\"a\\u0001\\n\\\"<&\"", "\"a\\u0001\\n\\\"<&\"", 0);
	same("\"<\\u2028\\b\"", "\"\\u003c\\u2028\\b\"", JSON_GO_ESCAPE);
}

static void
test_pointer(void **state)
{
	struct buf err = BUF_INIT;
	const char *text = "{\"a/b\":[{\"~\":7}]}";
	jv v = json_parse(text, strlen(text), &err);
	jv x = json_pointer_get(&v, "/a~1b/0/~0");
	long long n = 0;

	(void)state;
	assert_true(json_int(&x, &n));
	assert_int_equal(n, 7);
	jv_free(x);
	x = json_pointer_get(&v, "/a~1b/00");
	assert_false(jv_is_valid(x));
	jv_free(x);
	jv_free(v);
	buf_release(&err);
}

static void
test_fits(void **state)
{
	struct buf err = BUF_INIT;
	const char *text = "{\"a\":[1,{\"b\":\"x\"}]}";
	jv v = json_parse(text, strlen(text), &err), shared;
	size_t room = 7;

	(void)state;
	assert_true(json_fits(&v, 3, &room));
	assert_int_equal(room, 0);
	room = 6;
	assert_false(json_fits(&v, 3, &room));
	room = 7;
	assert_false(json_fits(&v, 2, &room));
	/* What is shared counts each time: 2 to the power of 60 nodes. */
	shared = v;
	for (int i = 0; i < 60; i++)
		shared = jv_array_append(
		    jv_array_append(jv_array(), jv_copy(shared)), shared);
	room = 100000;
	assert_false(json_fits(&shared, 100, &room));
	jv_free(shared);
	v = jv_string("0123456789012345678901234567890123456789"
		      "0123456789012345678901234567890123456789");
	room = 2;
	assert_true(json_fits(&v, 0, &room));
	assert_int_equal(room, 0);
	jv_free(v);
}

/* As people write it. */
static void
test_pointer_said(void **state)
{
	static const char *const pairs[][2] = { { "", "" }, { "/a", "a" },
		{ "/a/0/b", "a[0].b" }, { "/a/b.c~1d/e", "a[b.c/d].e" },
		{ "/x.y", "x.y" }, { "/1/a", "[1].a" } };

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		struct buf out = BUF_INIT;

		json_pointer_say(pairs[i][0], &out);
		assert_string_equal(buf_str(&out), pairs[i][1]);
		buf_release(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest t[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_secret_in_message),
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_pointer),
		cmocka_unit_test(test_pointer_said),
		cmocka_unit_test(test_fits),
	};

	return cmocka_run_group_tests(t, NULL, NULL);
}
