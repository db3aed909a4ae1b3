#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "json.h"
#include "manifest/manifest.h"
#include "parse.h"

static void
writes(const jv *v, const char *want)
{
	struct buf out = BUF_INIT;

	json_write(&out, v, 0);
	assert_string_equal(buf_str(&out), want);
	buf_release(&out);
}

/* Read and written again. */
static void
same(const char *text, const char *want)
{
	jv v = parse_json(text);

	writes(&v, want);
	jv_free(v);
}

static void
test_none_yet(void **state)
{
	jv a = parse_json("{\"a\":[1,9007199254740992]}"), b = jv_copy(a);

	(void)state;
	assert_true(json_equal(&a, &b));
	jv_free(a);
	jv_free(b);
}

static void
test_read_and_written(void **state)
{
	static const char *const kept[] = {
		"9007199254740991",
		"9007199254740992",
		"9007199254740993",
		"-9007199254740993",
		"9223372036854775807",
		"-9223372036854775808",
		"18446744073709551615",
		"18446744073709551616",
		"100000000000000000001",
		"[9007199254740993]",
		"[9007199254740993,9007199254740993]",
		"{\"a\":{\"b\":[[9007199254740993],{\"c\":9007199254740995}]},"
		"\"d\":\"9007199254740993\",\"9007199254740993\":null}",
		"[[1],[1,2],9007199254740993,[],{},[null,2]]",
		"[\"[nan,1]\",9007199254740993,\"\\\"9007199254740993\"]",
		"[1e-7,9007199254740993,0.5]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++)
		same(kept[i], kept[i]);
	same(" [ 9007199254740993 , 9007199254740993.0 ] ",
	    "[9007199254740993,9007199254740992]");
	/* The last one counts, whichever is large. */
	same("{\"a\":9007199254740993,\"b\":0,\"a\":1}", "{\"a\":1,\"b\":0}");
	same("{\"a\":1,\"b\":0,\"a\":9007199254740993}",
	    "{\"a\":9007199254740993,\"b\":0}");
	/* As Go writes a float64: zeros for what it can't know. */
	same("1152921504606846976.0", "1152921504606847000");
	same("-9223372036854775808e0", "-9223372036854776000");
	same("12345678901234567e0", "12345678901234568");
	same("1e20", "100000000000000000000");
	same("123456789012345678901e0", "123456789012345680000");
}

static void
compare(const char *a, const char *b, bool want)
{
	jv x = parse_json(a), y = parse_json(b);

	if (json_equal(&x, &y) != want || json_equal(&y, &x) != want)
		fail_msg("%s and %s: not %d", a, b, want);
	jv_free(x);
	jv_free(y);
}

static void
test_equality(void **state)
{
	(void)state;
	compare("9007199254740993", "9007199254740993", true);
	compare("9007199254740993", "9007199254740992", false);
	compare("9007199254740993", "9007199254740994", false);
	compare("9007199254740993", "-9007199254740993", false);
	compare("9007199254740993", "\"9007199254740993\"", false);
	compare("9007199254740993", "null", false);
	compare("1000000000000000000", "1e18", true);
	compare("1000000000000000001", "1e18", false);
	compare("[1,9007199254740993]", "[1,9007199254740993]", true);
	compare("[1,9007199254740993]", "[1,9007199254740995]", false);
	compare("[1]", "[1,9007199254740993]", false);
	compare("{\"a\":1,\"b\":[9007199254740993,{}]}",
	    "{\"b\":[9007199254740993,{}],\"a\":1}", true);
	compare("{\"a\":1,\"b\":9007199254740993}",
	    "{\"a\":1,\"c\":9007199254740993}", false);
	compare("{\"a\":9007199254740993}", "{\"a\":9007199254740995}", false);
	compare("{\"a\":true,\"b\":\"c\"}", "{\"a\":true,\"b\":\"c\"}", true);
	compare("{\"a\":true,\"b\":\"c\"}", "{\"a\":false,\"b\":\"c\"}", false);
	compare("{}", "[]", false);
}

static void
test_asked(void **state)
{
	jv v = parse_json("9223372036854775807"), other;
	int64_t n = 0;
	long long small = 0;

	(void)state;
	assert_true(json_is(&v, JV_KIND_NUMBER));
	assert_string_equal(json_digits(&v), "9223372036854775807");
	assert_true(json_double(&v) > 9.2e18);
	assert_false(json_int(&v, &small));
	assert_true(json_int64(&v, &n));
	assert_true(n == INT64_MAX);
	other = json_from_int(INT64_MAX);
	assert_true(json_equal(&v, &other));
	jv_free(v);
	jv_free(other);
	v = json_from_int(INT64_MIN);
	assert_true(json_int64(&v, &n));
	assert_true(n == INT64_MIN);
	jv_free(v);
	v = json_integer("9223372036854775808");
	assert_false(json_int64(&v, &n));
	jv_free(v);
	v = json_from_int(-42);
	assert_null(json_digits(&v));
	assert_true(json_int64(&v, &n));
	assert_int_equal(n, -42);
	jv_free(v);
	v = jv_string("9007199254740993");
	assert_null(json_digits(&v));
	assert_false(json_int64(&v, &n));
	jv_free(v);
}

/* What libjq does with a number it is given leaves it as it is. */
static void
test_libjq_keeps_it(void **state)
{
	jv n = json_integer("9007199254740993"), list = jv_array(), v;
	jv map = json_set(jv_object(), "a", jv_copy(n));

	(void)state;
	for (int i = 0; i < 100; i++)
		list = jv_array_append(list, jv_number(i));
	list = jv_array_set(list, 150, jv_copy(n));
	list = jv_array_slice(list, 150, 151);
	list = jv_array_concat(list, jv_copy(list));
	map = json_set(map, "b", list);
	map = jv_object_merge_recursive(jv_copy(map), map);
	v = jv_getpath(jv_copy(map), parse_json("[\"b\",1]"));
	assert_true(json_equal(&v, &n));
	writes(&map, "{\"a\":9007199254740993,"
		     "\"b\":[9007199254740993,9007199254740993]}");
	jv_free(v);
	jv_free(n);
	jv_free(map);
}

/* Many, so that the list grows, and each of them twice. */
static void
test_many(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	buf_addc(&text, '[');
	for (int i = 0; i < 20000; i++)
		buf_addf(&text, "%s%lld", i ? "," : "",
		    9007199254740993LL + i % 10000);
	buf_addc(&text, ']');
	same(buf_str(&text), buf_str(&text));
	buf_release(&text);
}

static void
yaml(const char *text, const char *want)
{
	struct buf out = BUF_INIT, err = BUF_INIT;
	struct manifest m = { NULL, 0 };

	if (manifest_read(text, strlen(text), &m, &err) < 0)
		fail_msg("%s: %s", text, buf_str(&err));
	assert_int_equal(m.n, 1);
	manifest_write(&out, &m.docs[0].value);
	assert_string_equal(buf_str(&out), want);
	manifest_release(&m);
	buf_release(&out);
	buf_release(&err);
}

/* As go-yaml reads and writes them. */
static void
test_yaml(void **state)
{
	(void)state;
	yaml("9007199254740993", "9007199254740993\n");
	yaml("-9223372036854775808", "-9223372036854775808\n");
	yaml("-9223372036854775809", "-9.223372036854776e+18\n");
	yaml("+9007199254740993", "9007199254740993\n");
	yaml("+18446744073709551615", "1.8446744073709552e+19\n");
	yaml("18446744073709551615", "18446744073709551615\n");
	yaml("18446744073709551616", "1.8446744073709552e+19\n");
	yaml("0xffffffffffffffff", "18446744073709551615\n");
	yaml("0x10000000000000000", "0x10000000000000000\n");
	yaml("-0x8000000000000001", "-0x8000000000000001\n");
	yaml("01777777777777777777777", "18446744073709551615\n");
	yaml("9_007_199_254_740_993", "9007199254740993\n");
	yaml("1152921504606846976", "1152921504606846976\n");
	yaml("1152921504606846976.0", "1152921504606847000\n");
	yaml("1e18", "1000000000000000000\n");
	yaml("!!float 9007199254740993", "9007199254740992\n");
	yaml("!!int 9007199254740993", "9007199254740993\n");
	yaml("'9007199254740993'", "\"9007199254740993\"\n");
	/* In JSON, too, what has more than 64 bits is a float. */
	yaml("{\"a\": 18446744073709551615}", "a: 18446744073709551615\n");
	yaml("{\"a\": 100000000000000000001}", "a: 1e+20\n");
}

int
main(void)
{
	/* The first one counts on being it. */
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none_yet),
		cmocka_unit_test(test_read_and_written),
		cmocka_unit_test(test_equality),
		cmocka_unit_test(test_asked),
		cmocka_unit_test(test_libjq_keeps_it),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_yaml),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
