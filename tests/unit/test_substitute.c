/* Flux's ${variables}; what is expected is what Flux 2.7 makes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flux/substitute.h"
#include "json.h"
#include "mem.h"

#define VARS \
	"{\"a\":\"hello/World.txt\",\"b\":\"\",\"c\":\"aXbXc\"," \
	"\"f\":\"dir/x.tar.gz\",\"n\":\"5\"}"

static const struct {
	const char *text, *want; /* NULL: refused */
} table[] = {
	{ "", "" },
	{ "plain $HOME $(a) $ {a} ${", NULL },
	{ "plain $HOME $(a) $", "plain $HOME $(a) $" },
	{ "${a}${b}${n}", "hello/World.txt5" },
	{ "$$ $${a} $$a $$$${a}", "$ ${a} $a $${a}" },
	{ "${u}", NULL },
	{ "${u:-d}${u:=d}${u=d}${u:?d}${u:+d}", "ddddd" },
	{ "${b:-d}${n:-d}${n:+d}${n:?d}", "d555" },
	{ "${u:-}${u:-x y}", "x y" },
	{ "${u:-${n}}${u:-a${n}b${n}c}", "5a5b5c" },
	{ "${n:-${u}}", NULL },
	{ "${n-d}", NULL },
	{ "${a:6}|${a:6:5}|${a:-3}|${a:99}|${a:0:99}",
	    "World.txt|World|hello/World.txt||hello/World.txt" },
	{ "${c: -3}|${c:x}|${c:1:x}", "aXbXc|aXbXc|aXbXc" },
	{ "${c:1:-1}", NULL },
	{ "${c:}", NULL },
	{ "${c/X/-}|${c//X/-}|${c/X/}|${c//X/}", "a-bXc|a-b-c|abXc|abc" },
	{ "${c/#a/-}|${c/#X/-}|${c/%c/-}|${c/%X/-}",
	    "-XbXc|aXbXc|aXbX-|aXbXc" },
	{ "${a/\\//_}|${c//X/${n}}", "hello_World.txt|a5b5c" },
	{ "${a#*/}|${a##*o}|${a%.*}|${f%%.*}|${f%.*}",
	    "World.txt|rld.txt|hello/World|dir/x|dir/x.tar" },
	{ "${a#h?l}|${a#[a-h]}|${a#[^a-h]}|${a#x}",
	    "lo/World.txt|ello/World.txt|hello/World.txt|hello/World.txt" },
	{ "${a#}", NULL },
	{ "${a^}|${a^^}|${c,}|${c,,}",
	    "Hello/World.txt|HELLO/WORLD.TXT|aXbXc|axbxc" },
	{ "${#a}${#b}", "150" },
	{ "${#u}", NULL },
	{ "${}", NULL },
	{ "${ a }", NULL },
	{ "${a.b}", NULL },
	{ "${a[@]}", NULL },
	{ "${a", NULL },
	{ "${u:-", NULL },
	{ "${a/x", NULL },
};

static void
test_forms(void **state)
{
	struct buf err = BUF_INIT;
	jv vars = json_parse(VARS, strlen(VARS), &err);
	size_t i, offset;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct buf out = BUF_INIT;
		const char *text = table[i].text, *want = table[i].want;
		int rc =
		    substitute(text, strlen(text), &vars, &out, &offset, &err);

		if (want && (rc || strcmp(buf_str(&out), want) != 0))
			fail_msg("%s\nwant %s\n got %s (%s)", text, want,
			    buf_str(&out), buf_str(&err));
		if (!want && (rc == 0 || err.len == 0))
			fail_msg("%s was taken", text);
		assert_int_equal(err.len > 0, rc != 0);
		if (rc)
			assert_true(offset <= strlen(text));
		buf_clear(&err);
		buf_release(&out);
	}
	jv_free(vars);
	buf_release(&err);
}

static void
test_depth(void **state)
{
	struct buf text = BUF_INIT, out = BUF_INIT, err = BUF_INIT;
	jv vars = jv_object();
	size_t offset;
	int i;

	(void)state;
	for (i = 0; i < 100000; i++)
		buf_adds(&text, "${u:-");
	assert_int_equal(
	    substitute(text.s, text.len, &vars, &out, &offset, &err), -1);
	assert_string_equal(buf_str(&err), "${...} nested too deep");
	jv_free(vars);
	buf_release(&text);
	buf_release(&out);
	buf_release(&err);
}

static void
test_match(void **state)
{
	static const struct {
		const char *pattern, *s;
		bool match;
	} matches[] = {
		{ "", "", true },
		{ "", "a", false },
		{ "*", "", true },
		{ "*", "a/b", true },
		{ "a*b*c", "axxbyyc", true },
		{ "a*b*c", "axxbyy", false },
		{ "*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		    false },
		{ "?", "\xc3\xa9", true },
		{ "??", "\xc3\xa9", false },
		{ "[a-c]x", "bx", true },
		{ "[^a-c]x", "bx", false },
		{ "[\\]]", "]", true },
		{ "[\xc3\xa0-\xc3\xaf]", "\xc3\xa9", true },
		{ "\\*", "*", true },
		{ "\\*", "a", false },
		{ "[a", "a", false },
		{ "[]", "]", false },
		{ "a\\", "a", false },
		{ "[a-", "a", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(matches) / sizeof(*matches); i++)
		if (substitute_match(matches[i].pattern,
			strlen(matches[i].pattern), matches[i].s,
			strlen(matches[i].s)) != matches[i].match)
			fail_msg("%s and %s", matches[i].pattern, matches[i].s);
}

static void
test_names(void **state)
{
	(void)state;
	assert_true(substitute_name_ok("_a1"));
	assert_true(substitute_name_ok("A"));
	assert_false(substitute_name_ok(""));
	assert_false(substitute_name_ok("1a"));
	assert_false(substitute_name_ok("a-b"));
	assert_false(substitute_name_ok("a.b"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_names),
	};

	mem_init();
	return cmocka_run_group_tests_name("substitute", tests, NULL, NULL);
}
