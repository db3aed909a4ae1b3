#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "buf.h"
#include "cel/cel.h"
#include "json.h"

/* A Deployment-like object that all tests evaluate over. */
static const char object[] =
    "{\"kind\":\"Widget\",\"type\":\"hidden\","
    "\"metadata\":{\"name\":\"w\",\"generation\":3,"
    "\"labels\":{\"a/b\":\"x\"}},"
    "\"spec\":{\"replicas\":2,\"ratio\":0.5,\"empty\":{},\"none\":null,"
    "\"large\":9223372036854775807,\"larger\":18446744073709551615},"
    "\"status\":{\"observedGeneration\":3,\"ready\":true,\"conditions\":["
    "{\"type\":\"Ready\",\"status\":\"True\"},"
    "{\"type\":\"Stalled\",\"status\":\"False\"}]}}";

/* "true", "false", "refused: ..." or "error: ...", in out. */
static void
run(const char *expr, struct buf *out)
{
	struct buf why = BUF_INIT;
	bool result;
	buf_clear(out);
	struct cel *c = cel_compile(expr, strlen(expr), &why);
	jv vars = json_parse(object, strlen(object), &why);
	if (!c)
		buf_addf(out, "refused: %s", buf_str(&why));
	else if (cel_eval_bool(c, &vars, &result, &why))
		buf_adds(out, result ? "true" : "false");
	else
		buf_addf(out, "error: %s", buf_str(&why));
	jv_free(vars);
	cel_free(c);
	buf_release(&why);
}

static void
check(const char *expr, const char *expected)
{
	struct buf out = BUF_INIT;
	run(expr, &out);
	assert_string_equal(buf_str(&out), expected);
	buf_release(&out);
}

static void
holds(const char *expr)
{
	struct buf out = BUF_INIT;
	run(expr, &out);
	if (strcmp(buf_str(&out), "true") != 0)
		fail_msg("%s: %s", expr, buf_str(&out));
	buf_release(&out);
}

static void
every(const char *const *exprs)
{
	for (; *exprs; exprs++)
		holds(*exprs);
}

#define ALL(...) every((const char *const[]){ __VA_ARGS__, NULL })

static void
test_variables(void **state)
{
	(void)state;
	ALL("status.ready", "spec.replicas == 2", "spec.ratio == 0.5",
	    "type(spec.replicas) == int && type(spec.ratio) == double",
	    "spec.large == 9223372036854775807 && spec.large - 1 < spec.large",
	    "spec.larger == 18446744073709551616.0", "type == 'hidden'",
	    "metadata.labels['a/b'] == 'x'", "spec.none == null",
	    "has(spec.none) && !has(spec.absent)",
	    "status.conditions[1].status == 'False'",
	    "status.conditions.exists(c, c.type == 'Ready' && "
	    "c.status == 'True')",
	    "status.observedGeneration == metadata.generation",
	    "kind in ['Gadget', 'Widget'] && 'name' in metadata");
	check("status.phase == 'x'", "error: 1:7: no such key: phase");
	check("data.x == 1", "error: 1:1: there is no variable data");
	check("metadata.name",
	    "error: 1:1: the expression is of type string, not bool");
}

static void
test_operators(void **state)
{
	(void)state;
	ALL("1 + 2 * 3 - 4 / 2 == 5", "7 % 4 == 3 && -7 % 4 == -3",
	    "7 / -2 == -3", "1 == 1.0 && 1 == 1u && 1.5 > 1 && 2u >= 1",
	    "'1' != 1", "0.1 + 0.2 != 0.3", "1.0 / 0.0 > 1e308",
	    "-9223372036854775808 < 9223372036854775807",
	    "18446744073709551615u > 9223372036854775807",
	    "'a' < 'b' && b'a' < b'b' && false < true",
	    "[1, [2]] == [1.0, [2u]] && {'a': 1} == {'a': 1u}",
	    "[1] + [2] == [1, 2] && b'a' + b'b' == b'ab'", "!false && !!true",
	    "true ? true : 1 / 0 == 0", "- -1 == 1",
	    "2 in {2: 'x'} && 2.0 in {2: 'x'} && !('x' in [1])");
	check("9223372036854775807 + 1 > 0", "error: 1:21: integer overflow");
	check("0u - 1u > 0u", "error: 1:4: unsigned integer overflow");
	check("1 / 0 > 0", "error: 1:3: division by zero");
	check("1 + 1.0 == 2.0", "error: 1:3: no such overload: int + double");
	check("1 < 'a'",
	    "error: 1:3: no such overload: int and string have no order");
}

static void
test_errors_absorbed(void **state)
{
	(void)state;
	ALL("1 / 0 == 1 || true", "true || 1 / 0 == 1",
	    "!(1 / 0 == 1 && false)", "!(false && spec.absent)",
	    "[1, 0, 2].exists(x, 4 / x == 2)", "![1, 0, 2].all(x, 4 / x == 2)");
	check("1 / 0 == 1 || false", "error: 1:3: division by zero");
	check("[0, 2].all(x, 4 / x == 2)", "error: 1:17: division by zero");
	check("true && 'x'", "error: 1:6: no such overload: && string");
}

static void
test_macros(void **state)
{
	(void)state;
	ALL("[1, 2, 3].all(x, x > 0)", "[1, 2].exists_one(x, x == 1)",
	    "![1, 1].exists_one(x, x == 1)",
	    "[1, 2, 3].map(x, x * x) == [1, 4, 9]",
	    "[1, 2, 3].map(x, x > 1, x + 1) == [3, 4]",
	    "{'a': 1, 'b': 2}.filter(k, k > 'a') == ['b']",
	    "[1, 2].all(x, [3].all(y, [x].all(x, x < y)))",
	    "[[1, 2], [3]].map(l, l.filter(x, x != 2)) == [[1], [3]]");
	check("[1].map(1, 2) == []",
	    "refused: 1:9: the first argument has to be a simple name");
	check("has(a)", "refused: 1:5: has() needs a field, as in has(a.b)");
	check("1.all(x, true)",
	    "error: 1:3: a int is no list or map to go through");
}

static void
test_strings(void **state)
{
	(void)state;
	ALL("'a\\n\\x41\\u00e9\\101' == \"a\\nA\303\251A\"",
	    "r'\\n' == '\\\\n'", "'''a'b''' == \"a'b\"",
	    "b'\\xff\\303' == b'\\377\\xc3'", "size('\303\251') == 1",
	    "size(b'\303\251') == 2", "'hello'.contains('ll')",
	    "'hello'.startsWith('he') && 'hello'.endsWith('lo')",
	    "'t\303\251st'.charAt(1) == '\303\251'",
	    "'banana'.indexOf('an', 2) == 3 && 'x'.indexOf('y') == -1",
	    "'banana'.lastIndexOf('an') == 3",
	    "'abc'.replace('', '-') == '-a-b-c-'",
	    "'aaa'.replace('a', 'b', 2) == 'bba'",
	    "'a,b,c'.split(',', 2) == ['a', 'b,c']",
	    "'abc'.split('') == ['a', 'b', 'c']",
	    "'abcd'.substring(1, 3) == 'bc'", "' \\t x\\n'.trim() == 'x'",
	    "'aB'.lowerAscii() + 'aB'.upperAscii() == 'abAB'",
	    "['a', 'b'].join('-') == 'a-b'",
	    "'a\303\251'.reverse() == '\303\251a'",
	    "strings.quote('a\"b\\n') == '\"a\\\\\"b\\\\n\"'",
	    "'%s|%d|%.1f|%x|%o|%e'.format(['a', 7, 0.25, 255, 8, 1.0])"
	    " == 'a|7|0.2|ff|10|1.000000e+00'");
	check("'%d'.format(['a']) == ''",
	    "error: 1:6: format: a string can't be written as a number");
	check(
	    "'abc'.substring(2, 9) == ''", "error: 1:7: index out of range: 9");
}

static void
test_conversions(void **state)
{
	(void)state;
	ALL("int('-42') == -42 && int(2.9) == 2 && int(3u) == 3",
	    "uint('7') == 7u && double('1e3') == 1000.0",
	    "string(1e6) == '1e+06' && string(0.25) == '0.25'",
	    "string(b'x') == 'x' && bytes('x') == b'x'",
	    "bool('true') && !bool('F')", "string(true) == 'true'",
	    "type(null) == null_type && type(duration('1s')) == "
	    "google.protobuf.Duration",
	    "dyn(1) == 1u");
	check("int('1.0') == 1", "refused: 1:1: '1.0' is no int");
	check("int(1e19) == 1", "refused: 1:1: integer overflow");
	check("uint(-1) == 1u", "refused: 1:1: unsigned integer overflow");
}

static void
test_times(void **state)
{
	(void)state;
	ALL("timestamp('2024-02-29T23:59:60Z'.replace('60', '59'))"
	    ".getDayOfYear() == 59",
	    "timestamp('2024-03-01T00:30:00+01:00').getDate() == 29",
	    "timestamp('2024-03-01T00:30:00+01:00').getDate('+01:00') == 1",
	    "timestamp('2023-01-01T00:00:00Z').getDayOfWeek() == 0",
	    "timestamp('2023-01-01T00:00:00.125Z').getMilliseconds() == 125",
	    "timestamp('2023-01-02T00:00:00Z') - "
	    "timestamp('2023-01-01T00:00:00Z') == duration('24h')",
	    "timestamp(0) + duration('1.5s') == "
	    "timestamp('1970-01-01T00:00:01.5Z')",
	    "string(timestamp('2023-01-02T03:04:05+02:00')) == "
	    "'2023-01-02T03:04:05+02:00'",
	    "duration('1h30m').getMinutes() == 90",
	    "string(duration('90m')) == '5400s'",
	    "duration('-1.5h') < duration('0')");
	check("timestamp('2023-02-29T00:00:00Z') == timestamp(0)",
	    "refused: 1:1: '2023-02-29T00:00:00Z' is no timestamp");
	check("timestamp(0).getHours('No/Where') == 1",
	    "error: 1:14: unknown time zone No/Where");
	check("duration('300y') == duration('1s')",
	    "refused: 1:1: '300y' is no duration");
}

static void
test_patterns(void **state)
{
	(void)state;
	ALL("'v1.2.3'.matches('^v\\\\d+(\\\\.\\\\d+){2}$')",
	    "'ABC'.matches('(?i)abc') && !'ABC'.matches('abc')",
	    "'a\\nb'.matches('(?m)^b$') && !'a\\nb'.matches('a.b')",
	    "'\303\251'.matches('^.$')", "matches('x', '[^[:digit:]]')",
	    "'aaab'.matches('a{3}b') && !'aab'.matches('a{3}b')",
	    "'foo bar'.matches('\\\\bbar\\\\b')",
	    "!'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'.matches('(a*)*b')");
	check("'a'.matches('(')", "refused: 1:13: the regular expression (: "
				  "a parenthesis is not closed");
	check("'a'.matches('\\\\1')",
	    "refused: 1:13: the regular expression \\1: an escape that does "
	    "not exist");
}

static void
test_optionals(void **state)
{
	(void)state;
	ALL("spec.?absent.orValue('x') == 'x'",
	    "spec.?absent.deep.?er == optional.none()",
	    "spec.?replicas.value() == 2",
	    "status.conditions[?0].type.orValue('') == 'Ready'",
	    "!status.conditions[?9].hasValue()",
	    "optional.of(1).or(optional.of(1 / 0)).value() == 1",
	    "optional.ofNonZeroValue('') == optional.none()",
	    "spec.?replicas.optMap(r, r + 1).orValue(0) == 3",
	    "spec.?replicas.optFlatMap(r, optional.none()) == "
	    "optional.none()",
	    "[?spec.?absent, ?spec.?replicas] == [2]",
	    "{?'a': spec.?absent, 'b': 1} == {'b': 1}",
	    "[1, 2].first().value() + [1, 2].last().value() == 3",
	    "[optional.of(1), optional.none()].unwrapOpt() == [1]");
	check("optional.none().value() == 1",
	    "error: 1:17: optional.none() has no value");
}

static void
test_extensions(void **state)
{
	(void)state;
	ALL("sets.contains([1, 2], [2u])", "sets.equivalent([1], [1, 1])",
	    "!sets.intersects([1], [2])",
	    "base64.encode(b'hello') == 'aGVsbG8='",
	    "base64.decode('aGVsbG8') == b'hello'");
	check("base64.decode('a') == b''",
	    "error: 1:8: base64.decode: what is no base64");
}

static void
test_refused(void **state)
{
	(void)state;
	check("1 +", "refused: 1:4: the expression ends where a value is "
		     "wanted");
	check("a b", "refused: 1:3: 'b' stands where the end is wanted");
	check("true &&\n  nope(1)", "refused: 2:3: there is no function nope");
	check("size(1, 2) == 1", "refused: 1:1: size takes 1 argument, not 2");
	check("'a'.split() == []",
	    "refused: 1:5: split takes 1 to 2 arguments, not 0");
	check("math.least(1, 2) == 1",
	    "refused: 1:6: there is no function math.least");
	check("Foo{a: 1} == 1",
	    "refused: 1:1: protocol buffer messages are not supported");
	check("'abc", "refused: 1:1: a string is not closed");
	check("'\\q' == ''", "refused: 1:2: an escape that does not exist");
	check("for == 1", "refused: 1:1: a reserved word is used as a name");
	check("9223372036854775808 > 0", "refused: 1:1: a number out of range");
	check("\377", "refused: 1:1: the expression is no UTF-8");
	check("1 # 2", "refused: 1:3: a character that means nothing here");
}

/* What repeats a piece of text many times. */
static void
repeat(struct buf *b, const char *text, int n)
{
	while (n--)
		buf_adds(b, text);
}

static void
test_limits(void **state)
{
	struct buf deep = BUF_INIT, long_ = BUF_INIT;
	(void)state;
	repeat(&deep, "(", 100000);
	check(buf_str(&deep), "refused: 1:251: the expression is nested too "
			      "deep");
	buf_clear(&deep);
	repeat(&deep, "!", 5000);
	buf_adds(&deep, "true");
	holds(buf_str(&deep));
	repeat(&long_, "true && ", 5000);
	buf_adds(&long_, "true");
	holds(buf_str(&long_));
	/* Each step doubles: only the cost can end it. */
	buf_clear(&long_);
	buf_adds(&long_, "[1, 2]");
	repeat(&long_, ".map(x, [x, x])", 60);
	buf_adds(&long_, ".map(x, x == x) == [true]");
	check(buf_str(&long_),
	    "error: 1:923: the expression costs too much to evaluate");
	check("'0123456789'.split('').map(a, '0123456789'.split('').map(b, "
	      "'0123456789'.split('').map(c, '0123456789'.split('').map(d, "
	      "'0123456789'.split('').map(e, '0123456789'.split('').map(f, "
	      "'0123456789'.split(''))))))) == [] || true",
	    "error: 1:216: the expression costs too much to evaluate");
	buf_release(&deep);
	buf_release(&long_);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_variables),
		cmocka_unit_test(test_operators),
		cmocka_unit_test(test_errors_absorbed),
		cmocka_unit_test(test_macros),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_conversions),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_optionals),
		cmocka_unit_test(test_extensions),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
