/* Writing YAML as kustomize does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "json.h"
#include "manifest/manifest.h"
#include "mem.h"
#include "repeat.h"

/* What a JSON value looks like when kustomize writes it. */
static const char *const writing[][2] = {
	{ "{\"b\":1,\"a\":{},\"c\":[],\"d\":null,\"e\":\"\"}",
	    "a: {}\nb: 1\nc: []\nd: null\ne: \"\"\n" },
	{ "{\"a\":[1,[2,[3]],{\"x\":1,\"y\":[{\"z\":2}]}]}",
	    "a:\n- 1\n- - 2\n  - - 3\n- x: 1\n  \"y\":\n  - z: 2\n" },
	{ "{\"a10\":1,\"a2\":1,\"a02\":1,\"B\":1,\"a-1\":1,\"a_1\":1}",
	    "B: 1\na-1: 1\na_1: 1\na2: 1\na02: 1\na10: 1\n" },
	{ "[\"yes\",\"n\",\"1\",\"0x1\",\"1:30\",\"~\",\"2024-01-02\",\".5\"]",
	    "- \"yes\"\n- \"n\"\n- \"1\"\n- \"0x1\"\n- \"1:30\"\n- \"~\"\n"
	    "- \"2024-01-02\"\n- \".5\"\n" },
	{ "[\"a b\",\"a: b\",\"a #b\",\"a#b\",\"- a\",\"-a\",\"#a\",\"a:\"]",
	    "- a b\n- 'a: b'\n- 'a #b'\n- a#b\n- '- a'\n- -a\n- '#a'\n- "
	    "'a:'\n" },
	{ "[\" a\",\"a \",\"it's\",\"'x'\",\"say \\\"x\\\"\",\"\\ta\"]",
	    "- ' a'\n- 'a '\n- it's\n- '''x'''\n- say \"x\"\n- \"\\ta\"\n" },
	{ "{\"a\":\"x\\ny\\n\",\"b\":\"x\\ny\",\"c\":\"x\\n\\n\"}",
	    "a: |\n  x\n  y\nb: |-\n  x\n  y\nc: |+\n  x\n\n" },
	{ "{\"a\":\" x\\n\",\"b\":\"x \\ny\",\"c\":\"x\\r\\ny\"}",
	    "a: |2\n   x\nb: \"x \\ny\"\nc: \"x\\r\\ny\"\n" },
	{ "{\"a\":\"x\\ny\\u2028\",\"b\":\"x\\ny\\u2029\\n\",\"c\":\"\\n\"}",
	    "a: |\n  x\n  y\xe2\x80\xa8"
	    "b: |+\n  x\n  y\xe2\x80\xa9\nc: |2+\n\n" },
	{ "[\"\\u0000\\u001b\\u00a0\\u0085\",\"\\ud83d\\ude00\",\"\\u00e9\"]",
	    "- \"\\0\\e\xc2\xa0\\N\"\n- \"\\U0001F600\"\n- \xc3\xa9\n" },
	{ "[1.5,1e6,1000000.5,0.0001,0.00001,1e20,-0.0,123456789.5]",
	    "- 1.5\n- 1000000\n- 1.0000005e+06\n- 0.0001\n- 1e-05\n- 1e+20\n"
	    "- 0\n- 1.234567895e+08\n" },
	{ "{\"<<\":\"<<\"}", "\"<<\": <<\n" },
	{ "{\"true\":true,\"y\":false,\"a: b\":1,\"\":2}",
	    "\"\": 2\n'a: b': 1\n\"true\": true\n\"y\": false\n" },
};

static void
test_writing(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(writing) / sizeof(*writing); i++) {
		struct buf out = BUF_INIT, err = BUF_INIT;
		jv v = json_parse(writing[i][0], strlen(writing[i][0]), &err);

		assert_true(jv_is_valid(v));
		manifest_write(&out, &v);
		assert_string_equal(buf_str(&out), writing[i][1]);
		jv_free(v);
		buf_release(&out);
	}
}

static void
write_repeated(struct buf *out, const char *word, int n, const char *end)
{
	struct buf s = BUF_INIT;
	jv v;

	repeat(&s, word, n);
	buf_adds(&s, end);
	v = json_set(jv_object(), "k", jv_string(buf_str(&s)));
	manifest_write(out, &v);
	jv_free(v);
	buf_release(&s);
}

/* A line goes on until a single blank behind column 80. */
static void
test_folding(void **state)
{
	struct buf out = BUF_INIT, want = BUF_INIT;

	(void)state;
	write_repeated(&out, "abcdefghi ", 12, "z");
	buf_adds(&want, "k: ");
	repeat(&want, "abcdefghi ", 7);
	buf_adds(&want, "abcdefghi\n  ");
	repeat(&want, "abcdefghi ", 4);
	buf_adds(&want, "z\n");
	assert_string_equal(buf_str(&out), buf_str(&want));

	buf_clear(&out);
	buf_clear(&want);
	write_repeated(&out, "abcdefgh: ", 9, "z");
	buf_adds(&want, "k: '");
	repeat(&want, "abcdefgh: ", 7);
	buf_adds(&want, "abcdefgh:\n  abcdefgh: z'\n");
	assert_string_equal(buf_str(&out), buf_str(&want));

	buf_clear(&out);
	buf_clear(&want);
	write_repeated(&out, "abcdefgh\a  ", 9, "z");
	buf_adds(&want, "k: \"");
	repeat(&want, "abcdefgh\\a  ", 6);
	buf_adds(&want, "abcdefgh\\a\n  \\ abcdefgh\\a  abcdefgh\\a  z\"\n");
	assert_string_equal(buf_str(&out), buf_str(&want));
	buf_release(&out);
	buf_release(&want);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_writing),
		cmocka_unit_test(test_folding),
	};

	mem_init();
	return cmocka_run_group_tests_name("manifestwrite", tests, NULL, NULL);
}
