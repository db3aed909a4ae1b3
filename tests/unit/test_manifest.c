/* Reading YAML as kustomize and as Kubernetes do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "json.h"
#include "manifest/manifest.h"
#include "manifest/manifestquote.h"
#include "mem.h"
#include "repeat.h"

/* All documents as JSON lines, or "ERR MESSAGE". */
static char *
read_as(enum manifest_dialect dialect, const char *text, size_t len)
{
	struct buf out = BUF_INIT, err = BUF_INIT;
	struct manifest m;
	size_t i;

	if (manifest_read_as(dialect, text, len, &m, &err)) {
		assert_int_equal(m.n, 0);
		buf_addf(&out, "ERR %s", buf_str(&err));
	} else {
		assert_int_equal(err.len, 0);
		for (i = 0; i < m.n; i++) {
			buf_adds(&out, i ? "\n" : "");
			json_write(&out, &m.docs[i].value, JSON_SORTED);
		}
		manifest_release(&m);
	}
	buf_release(&err);
	buf_adds(&out, "");
	return out.s ? buf_detach(&out) : mem_strdup("");
}

struct reading {
	const char *yaml;
	const char *kubernetes;
	const char *kustomize; /* NULL: the same */
};

static const struct reading scalars[] = {
	{ "k: True", "{\"k\":true}", NULL },
	{ "k: falsE", "{\"k\":\"falsE\"}", NULL },
	{ "k: yes", "{\"k\":true}", "{\"k\":\"yes\"}" },
	{ "k: [N, off, y, oFF]", "{\"k\":[false,false,true,\"oFF\"]}",
	    "{\"k\":[\"N\",\"off\",\"y\",\"oFF\"]}" },
	{ "k: [~, Null, , nUll]", "ERR", NULL },
	{ "k: [~, Null, nUll]", "{\"k\":[null,null,\"nUll\"]}", NULL },
	{ "k:", "{\"k\":null}", NULL },
	{ "k: [0x_ff, -0x1f, 0XAb]", "{\"k\":[255,-31,171]}", NULL },
	{ "k: [017, 0o17, -0O17, 0o18]", "{\"k\":[15,15,-15,\"0o18\"]}", NULL },
	{ "k: [0b11, -0b11, 0b2, 0b-1]", "{\"k\":[3,-3,\"0b2\",-1]}", NULL },
	{ "k: [089, 1_2_3, _1, 1_]", "{\"k\":[89,123,\"_1\",1]}", NULL },
	{ "k: [1.50, 2., .25, -.5, +7]", "{\"k\":[1.5,2,0.25,-0.5,7]}", NULL },
	{ "k: [1e2, 1E-2, 1e, 2e999]", "{\"k\":[100,0.01,\"1e\",\"2e999\"]}",
	    NULL },
	{ "k: [1:20, 10:20:30, 1.2.3]",
	    "{\"k\":[\"1:20\",\"10:20:30\",\"1.2.3\"]}", NULL },
	{ "k: 2024-2-30", "{\"k\":\"2024-2-30\"}", NULL },
	{ "k: 2024-2-29", "{\"k\":\"2024-2-29\"}",
	    "{\"k\":\"2024-02-29T00:00:00Z\"}" },
	{ "k: 2024-02-29t1:2:3.4500+01:30",
	    "{\"k\":\"2024-02-29t1:2:3.4500+01:30\"}",
	    "{\"k\":\"2024-02-29T01:02:03.45+01:30\"}" },
	{ "k: 2024-02-29 11:12:13", "{\"k\":\"2024-02-29 11:12:13\"}",
	    "{\"k\":\"2024-02-29T11:12:13Z\"}" },
	{ "k: '2024-02-29'", "{\"k\":\"2024-02-29\"}", NULL },
	{ "k: [\"1\", 'yes', !!str 1, !x 1]",
	    "{\"k\":[\"1\",\"yes\",\"1\",\"1\"]}", NULL },
	{ "k: [!!int '8', !!float 3, !!bool \"true\"]", "{\"k\":[8,3,true]}",
	    NULL },
	{ "k: !!int 1.5", "ERR", NULL },
	{ "k: !!binary Zm9vYmE=", "{\"k\":\"fooba\"}", NULL },
	{ "k: !!binary Zm9vYg==", "{\"k\":\"foob\"}", NULL },
	{ "k: !!binary Zm9v", "{\"k\":\"foo\"}", NULL },
	{ "k: !!binary Zm9vY", "ERR", NULL },
	{ "k: !!binary Zm9v Zm9v", "ERR", NULL },
	{ "k: !!binary /////w==", "ERR", NULL },
	{ "k: .inf", "ERR", NULL },
	{ "k: -.INF", "ERR", NULL },
	{ "k: .NaN", "ERR", NULL },
	{ "k: 9007199254740992", "{\"k\":9007199254740992}", NULL },
	{ "k: 9007199254740993", "{\"k\":9007199254740993}", NULL },
	{ "k: -99999999999999999999", "{\"k\":-100000000000000000000}", NULL },
	{ "k: |\n  a\n   b\n", "{\"k\":\"a\\n b\\n\"}", NULL },
	{ "k: >-\n  a\n  b\n", "{\"k\":\"a b\"}", NULL },
	{ "k: \"\\x41\\u00e9\"", "{\"k\":\"A\xc3\xa9\"}", NULL },
};

static const struct reading shapes[] = {
	{ "0x10: a", "{\"16\":\"a\"}", "{\"0x10\":\"a\"}" },
	{ "on: a", "{\"on\":\"a\"}", NULL },
	{ "True: a", "{\"true\":\"a\"}", "{\"True\":\"a\"}" },
	{ "1.50: a", "{\"1.5\":\"a\"}", "{\"1.50\":\"a\"}" },
	{ "~: a", "ERR", NULL },
	{ ": a", "ERR", NULL },
	{ "? [a]\n: b", "ERR", NULL },
	{ "? {a: b}\n: c", "ERR", NULL },
	{ "? &x a\n: *x", "ERR", NULL },
	{ "a: 1\nb: 2\na: 3", "ERR", NULL },
	{ "a: 1\n'a': 3", "ERR", NULL },
	{ "{a: {b: 1, b: 2}}", "ERR", NULL },
	{ "a: &x {b: 1}\nc: *x", "{\"a\":{\"b\":1},\"c\":{\"b\":1}}", NULL },
	{ "a: &x 7\nb: &x 8\nc: *x", "{\"a\":7,\"b\":8,\"c\":8}", NULL },
	{ "a: &x [*x]", "ERR", NULL },
	{ "a: *x", "ERR", NULL },
	{ "a: &x 1\n---\nb: *x", "ERR", NULL },
	{ "<<: {a: 1, b: 2}\na: 3", "{\"a\":3,\"b\":2}", NULL },
	{ "a: 3\n<<: {a: 1, b: 2}", "{\"a\":3,\"b\":2}", NULL },
	{ "<<: [{a: 1}, {a: 2, b: 2}]", "{\"a\":1,\"b\":2}", NULL },
	{ "<<: [1]", "ERR", NULL },
	{ "<<: x", "ERR", NULL },
	{ "'<<': x", "{\"<<\":\"x\"}", NULL },
	{ "<<: {a: 1}\n<<: {b: 1}", "ERR", NULL },
	{ "", "", NULL },
	{ "# nothing\n---\n---\n# more\n", "", NULL },
	{ "a: 1\n---\n---\nb: 2\n...\n", "{\"a\":1}\n{\"b\":2}", NULL },
	{ "- 1\n- [2, {}]", "[1,[2,{}]]", NULL },
	{ "\xef\xbb\xbf"
	  "a: 1",
	    "{\"a\":1}", NULL },
	{ "{\"a\": \"\\ud83d\\ude00\"} {\"b\": 1}",
	    "{\"a\":\"\xf0\x9f\x98\x80\"}\n{\"b\":1}", NULL },
	{ "{a: b}", "{\"a\":\"b\"}", NULL },
	{ "{\"a\": 1}\n---\n{\"a\": 2}\n", "{\"a\":1}\n{\"a\":2}", NULL },
	{ "{\"a\": 9007199254740993}", "{\"a\":9007199254740993}", NULL },
	{ "a: b: c", "ERR", NULL },
	{ "a: [1, 2", "ERR", NULL },
	{ "\ta: 1", "ERR", NULL },
	{ "a: \x7f", "ERR", NULL },
	{ "a: \xff", "ERR", NULL },
};

static void
check(const char *yaml, enum manifest_dialect dialect, const char *want)
{
	char *got = read_as(dialect, yaml, strlen(yaml));

	if (strcmp(want, "ERR") == 0 ? strncmp(got, "ERR ", 4) != 0
				     : strcmp(got, want) != 0)
		fail_msg("%s\nwant %s\n got %s", yaml, want, got);
	free(got);
}

static void
check_all(const struct reading *table, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const struct reading *r = &table[i];

		check(r->yaml, MANIFEST_KUBERNETES, r->kubernetes);
		check(r->yaml, MANIFEST_KUSTOMIZE,
		    r->kustomize ? r->kustomize : r->kubernetes);
	}
}

static void
test_scalars(void **state)
{
	(void)state;
	check_all(scalars, sizeof(scalars) / sizeof(*scalars));
}

static void
test_shapes(void **state)
{
	(void)state;
	check_all(shapes, sizeof(shapes) / sizeof(*shapes));
}

static void
test_messages(void **state)
{
	static const char *const table[][2] = {
		{ "a: 1\nb:\n  c: 1\n  c: 2\n",
		    "ERR 4:3: the key c stands here twice" },
		{ "a:\n  b: .nan\n",
		    "ERR 2:6: a number that JSON does not have" },
		{ "a: 1\nb: \x01\n",
		    "ERR 2:4: control characters are not allowed" },
		{ "a: [1,\n", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; table[i][1]; i++) {
		char *got = read_as(
		    MANIFEST_KUSTOMIZE, table[i][0], strlen(table[i][0]));

		assert_string_equal(got, table[i][1]);
		free(got);
	}
}

static void
test_limits(void **state)
{
	struct buf text = BUF_INIT;
	char *got;
	int i;

	(void)state;
	repeat(&text, "[", JSON_DEPTH);
	repeat(&text, "]", JSON_DEPTH);
	got = read_as(MANIFEST_KUSTOMIZE, text.s, text.len);
	assert_int_equal(strncmp(got, "[[[", 3), 0);
	free(got);

	buf_clear(&text);
	repeat(&text, "[", JSON_DEPTH + 1);
	got = read_as(MANIFEST_KUSTOMIZE, text.s, text.len);
	assert_string_equal(got, "ERR 1:101: nested too deep");
	free(got);

	/* An alias counts with the depth of what it stands for. */
	buf_clear(&text);
	buf_adds(&text, "a: &x ");
	repeat(&text, "[", 60);
	repeat(&text, "]", 60);
	buf_adds(&text, "\nb: ");
	repeat(&text, "[", 60);
	buf_adds(&text, "*x");
	repeat(&text, "]", 60);
	got = read_as(MANIFEST_KUSTOMIZE, text.s, text.len);
	assert_string_equal(got, "ERR 2:64: nested too deep");
	free(got);

	/* Nine levels of nine aliases each. */
	buf_clear(&text);
	buf_adds(&text, "a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
	for (i = 1; i <= 9; i++) {
		buf_addf(&text, "a%d: &a%d [", i, i);
		repeat(&text, "", 0);
		for (int k = 0; k < 9; k++)
			buf_addf(&text, "%s*a%d", k ? "," : "", i - 1);
		buf_adds(&text, "]\n");
	}
	got = read_as(MANIFEST_KUSTOMIZE, text.s, text.len);
	assert_int_equal(strncmp(got, "ERR ", 4), 0);
	assert_non_null(strstr(got, "too large a document"));
	free(got);
	buf_release(&text);
}

static void
test_lines(void **state)
{
	static const char text[] = "# c\n\n---\n# d\na: 1\n---\n---\n\nb: 2\n";
	static const char json[] = "\n{\"a\":\n1}\n\n{\"b\":2}\n";
	struct buf err = BUF_INIT;
	struct manifest m;

	(void)state;
	assert_int_equal(manifest_read(text, strlen(text), &m, &err), 0);
	assert_int_equal(m.n, 2);
	assert_int_equal(m.docs[0].line, 5);
	assert_int_equal(m.docs[1].line, 9);
	manifest_release(&m);
	assert_int_equal(manifest_read(json, strlen(json), &m, &err), 0);
	assert_int_equal(m.n, 2);
	assert_int_equal(m.docs[0].line, 2);
	assert_int_equal(m.docs[1].line, 5);
	manifest_release(&m);
}

/* The notes of the first document, a blank between them. */
static void
check_notes(enum manifest_dialect dialect, const char *text, const char *want)
{
	struct buf err = BUF_INIT, got = BUF_INIT;
	struct manifest m;
	const char *p;

	assert_int_equal(
	    manifest_read_as(dialect, text, strlen(text), &m, &err), 0);
	for (p = buf_str(&m.docs[0].notes);
	     p < buf_str(&m.docs[0].notes) + m.docs[0].notes.len;
	     p += strlen(p) + 1)
		buf_addf(&got, "%s%s", got.len ? " " : "", p);
	assert_string_equal(buf_str(&got), want);
	buf_release(&got);
	manifest_release(&m);
}

static void
test_notes(void **state)
{
	static const char text[] = "a: null\n"
				   "b/c:\n"
				   "d:\n"
				   "- >\n"
				   "  x\n"
				   "  y\n"
				   "- {e: , f: ~}\n"
				   "- - >-\n"
				   "    x\n"
				   "      y\n"
				   "-\n";

	(void)state;
	check_notes(MANIFEST_KUSTOMIZE, text, "~/b~1c =/d/1/e >/d/2/0 ~/d/3");
	check_notes(MANIFEST_KUBERNETES, text, "");
	check_notes(MANIFEST_KUSTOMIZE, "a:\n- b:\n", "~/a/0/b");
	check_notes(MANIFEST_KUSTOMIZE, "{\"a\": null}", "\"");
	check_notes(
	    MANIFEST_KUSTOMIZE, "a: {b: , c: [d: ]}\n", "=/a/b =/a/c/0/d");
	check_notes(
	    MANIFEST_KUSTOMIZE, "a: &x\n  b:\nc: [*x]\n", "~/a/b =/c/0/b");
	check_notes(
	    MANIFEST_KUSTOMIZE, "a: &x {b: }\nc:\n  <<: [*x]\n", "=/a/b ~/c/b");
	check_notes(MANIFEST_KUSTOMIZE, "a: 1.0\nb:\nc: 1.5\n", ". ~/b");
	check_notes(MANIFEST_KUSTOMIZE, "a: [1e3, 0x1E, {b: 2}]\n", ".");
	check_notes(MANIFEST_KUSTOMIZE, "a: &x [1.0]\nb: *x\n", ".");
	check_notes(MANIFEST_KUSTOMIZE, "{\"a\": 1.0}", "\" .");
	check_notes(MANIFEST_KUSTOMIZE, "a: {8: x, yes: y}\n2024-01-01: z\n",
	    "?/a/8 ?/2024-01-01");
}

static void
test_refolding(void **state)
{
	static const char *const table[][2] = {
		{ "", "" },
		{ "a\n b", "a\n\n b" },
		{ "a\n b\nc\n", "a\n\n b\nc\n" },
		{ "a\n\tb\n\tc", "a\n\n\tb\n\tc" },
		{ "a\n\n b", "a\n\n\n b" },
		{ "a\nb\n", "a\nb\n" },
		{ "a\n\n", "a\n\n\n" },
		{ " a\nb\nc", " a\nb c" },
		{ "\n a\nb\n\nc\nd", "\n a\nb\nc d" },
		{ "\n", "\n" },
		{ "a \n b", "a \n b" }, /* takes quotes */
		{ "\xf0\x9f\x98\x80\n b", "\xf0\x9f\x98\x80\n b" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		jv got = manifest_refold(jv_string(table[i][0]));

		assert_string_equal(jv_string_value(got), table[i][1]);
		jv_free(got);
	}
}

static void
test_marks(void **state)
{
	static const char text[] = "\xef\xbb\xbf---\n"
				   "a: 1\n"
				   "---\n"
				   "\xef\xbb\xbf"
				   "b:\n"
				   "  c: 2\n"
				   "---# d\n"
				   "e: '\xef\xbb\xbf'\n";
	int line, column;

	(void)state;
	check(text, MANIFEST_KUSTOMIZE,
	    "{\"a\":1}\n{\"b\":{\"c\":2}}\n{\"e\":\"\xef\xbb\xbf\"}");
	assert_true(
	    manifest_locate(text, strlen(text), 1, "/b/c", &line, &column));
	assert_int_equal(line, 5);
	assert_int_equal(column, 3);
}

static void
test_locate(void **state)
{
	static const char text[] = "a: 1\n"
				   "---\n"
				   "---\n"
				   "a:\n"
				   "- x\n"
				   "- b: {c/d: [1, 2]}\n"
				   "  e: f\n"
				   "g: h\n";
	static const struct {
		size_t doc;
		const char *pointer;
		int line, column;
	} table[] = {
		{ 0, "", 1, 1 },
		{ 0, "/a", 1, 1 },
		{ 1, "", 4, 1 },
		{ 1, "/a/0", 5, 3 },
		{ 1, "/a/1/e", 7, 3 },
		{ 1, "/a/1/b/c~1d/1", 6, 16 },
		{ 1, "/g", 8, 1 },
		{ 1, "/g/no", 8, 1 },
		{ 1, "/a/7", 4, 1 },
		{ 1, "/a/1/none/none", 6, 3 },
	};
	int line, column;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(table) / sizeof(*table); i++) {
		assert_true(manifest_locate(text, strlen(text), table[i].doc,
		    table[i].pointer, &line, &column));
		assert_int_equal(line, table[i].line);
		assert_int_equal(column, table[i].column);
	}
	assert_false(
	    manifest_locate(text, strlen(text), 2, "", &line, &column));
	assert_false(manifest_locate("{", 1, 0, "/a", &line, &column));
}

/* The mark goes with the value, and changes nothing else. */
static void
test_quotes(void **state)
{
	static const char text[] = "- \"a\"\n- a\n- [x, 'a']\n- |\n  a\n- 1\n";
	struct manifest m;
	struct buf err = BUF_INIT;
	jv list = manifest_read(text, strlen(text), &m, &err) == 0
		      ? jv_copy(m.docs[0].value)
		      : jv_invalid();
	jv a = jv_array_get(jv_copy(list), 0),
	   b = jv_array_get(jv_copy(list), 1);
	jv c = jv_getpath(jv_copy(list), JV_ARRAY(jv_number(2), jv_number(1)));
	jv d = jv_array_get(jv_copy(list), 3),
	   e = jv_array_get(jv_copy(list), 4);

	(void)state;
	assert_true(manifest_is_quoted(&a, QUOTES_MARKED));
	assert_false(manifest_is_quoted(&b, QUOTES_MARKED));
	assert_true(manifest_is_quoted(&c, QUOTES_MARKED));
	assert_true(manifest_is_quoted(&d, QUOTES_MARKED));
	assert_false(manifest_is_quoted(&e, QUOTES_ALL));
	assert_true(manifest_is_quoted(&b, QUOTES_ALL));
	assert_false(manifest_is_quoted(&b, QUOTES_NEEDED));
	assert_true(jv_equal(jv_copy(a), jv_copy(b)));
	b = manifest_quote(b, true);
	assert_true(manifest_is_quoted(&b, QUOTES_MARKED));
	jv_free(a);
	jv_free(b);
	jv_free(c);
	jv_free(d);
	jv_free(e);
	jv_free(list);
	manifest_release(&m);
	buf_release(&err);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scalars),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_refolding),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_locate),
	};

	mem_init();
	return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}
