#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "json.h"
#include "manifest/manifestblock.h"

/* A comment that is not ASCII sends a text to libyaml. */
#define DETOUR "# \xc3\xa9\n"

static void
same_as_libyaml(enum manifest_dialect dialect, const struct buf *text,
    const struct manifest *got)
{
	struct buf longer = BUF_INIT, err = BUF_INIT;
	struct manifest want = { NULL, 0 };
	int rc;

	buf_adds(&longer, DETOUR);
	buf_add(&longer, buf_str(text), text->len);
	rc = manifest_read_as(dialect, longer.s, longer.len, &want, &err);
	if (rc || want.n != got->n)
		fail_msg("libyaml: %s\n%s", buf_str(&err), buf_str(text));
	for (size_t i = 0; i < got->n; i++) {
		const struct manifest_doc *a = &got->docs[i];
		const struct manifest_doc *b = &want.docs[i];

		if (!json_equal(&a->value, &b->value) ||
		    a->line + 1 != b->line || a->notes.len != b->notes.len ||
		    memcmp(buf_str(&a->notes), buf_str(&b->notes),
			a->notes.len) != 0)
			fail_msg("document %zu differs\n%s", i, buf_str(text));
	}
	manifest_release(&want);
	buf_release(&longer);
	buf_release(&err);
}

/* Read a text; returns whether it was taken. */
static bool
check(enum manifest_dialect dialect, const struct buf *text)
{
	struct manifest m = { NULL, 0 };
	bool taken = manifest_read_block(dialect, buf_str(text), text->len, &m);

	if (taken)
		same_as_libyaml(dialect, text, &m);
	else if (m.n || m.docs)
		fail_msg("something is left\n%s", buf_str(text));
	manifest_release(&m);
	return taken;
}

static const char *const taken[] = {
	"",
	"\n\n# nothing\n---\n",
	"a: 1\n",
	"a: 1",
	"a:\nb/c:\n- \n- d:\n  e: {f: g}\n- -\n---\n'':\n",
	"---\na: b\n---\n---  # two\n- c\n",
	"a:\nb:\n  c: d\n  e:\n  - f\n  -\n  - g: h\n    i: ~\n\n  - - j\n"
	"    - k\nl:\n- m # n\n",
	"kind: Deployment\nmetadata: {name: app, labels: {app: \"app\"}}\n"
	"spec:\n  args: [--port, \"80\", -c, 'x y', []]\n  empty: {}\n"
	"  image: registry:5000/app:v1@sha256:00\n"
	"  text: |\n    one\n      two # three\n\n    four: |\n\n"
	"  strip: |-\n   x\n  \"quoted key\": no\n",
	"data:\n  text: |\n    one\n\n      two\n  \"key\": \"# no comment\"\n"
	"  other: a#b:c\n",
	"a: yes\nb: 0x10\nc: 2001-01-01\nd: 1e3\ne: .5\nf: 010\n",
	"a: 'x' # y\nb: \"z\"\nc: -d\nd: ?e\ne: :f\nf: a :b\ng: {a: [b, c]}\n",
	"list:\n  - a: |\n      x\n    b: 1\n  - |\n    y\n  -   c: d\n"
	"      e: f\nend: [null]\n",
};

static const char *const left[] = {
	"a: \"\\n\"\n",
	"a: 'it''s'\n",
	"a: b\n  c\n",
	"a: b: c\n",
	"a: &x 1\nb: *x\n",
	"a: !!str 1\n",
	"a: >\n  b\n",
	"a: |+\n  b\n",
	"a: |2\n   b\n",
	"a: |\n  b",
	"a: |\n\n  b\n",
	"a: |\n  b\n c: d\n",
	"a: 1\na: 2\n",
	"? a\n: b\n",
	"a\n",
	"a:\n\tb: c\n",
	"a: {b: c\n}\n",
	"a: [b, ]\n",
	"%YAML 1.1\n---\na: b\n",
	"a: b\n...\n",
	"--- a\n",
	"<<: {a: b}\n",
	"null: a\n",
	" a: b\nc: d\n",
	"a: b\n- c\n",
	"a: .inf\n",
};

static void
test_what_is_taken(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(left) / sizeof(*left); i++) {
		struct buf text = BUF_INIT;

		buf_adds(&text, left[i]);
		if (check(MANIFEST_KUSTOMIZE, &text))
			fail_msg("was taken:\n%s", left[i]);
		buf_release(&text);
	}
	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++) {
		struct buf text = BUF_INIT;

		buf_adds(&text, taken[i]);
		if (!check(MANIFEST_KUSTOMIZE, &text) ||
		    !check(MANIFEST_KUBERNETES, &text) ||
		    !check(MANIFEST_LENIENT, &text))
			fail_msg("was left:\n%s", taken[i]);
		buf_release(&text);
	}
}

/* --- texts that are nearly right ---------------------------------------- */

static unsigned
dice(unsigned *seed, unsigned sides)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % sides;
}

/* Take something out, put something in, or double a piece. */
static void
spoil(struct buf *text, unsigned *seed)
{
	static const char *const pieces[] = { " ", "  ", "\n", "- ", "-", ": ",
		":", "#", " #", "|", "|-\n", "---\n", "\n---\n", "\"", "'", "[",
		"]", "{", "}", ",", "a", "~", "null", "1", "?", "&", "*", "!",
		">", "%", "@", "\\", "a: b\n", "- c\n", "\n  ", "\n    ", "-\n",
		"...\n", "<<", "key:", "\t", "|+", "''", "0x1", "\xc3\xa9" };
	size_t at = dice(seed, (unsigned)text->len + 1);
	size_t n = dice(seed, 8), left_over;
	struct buf out = BUF_INIT;

	left_over = text->len - at;
	n = n < left_over ? n : left_over;
	buf_add(&out, buf_str(text), at);
	switch (dice(seed, 4)) {
	case 0:
		buf_add(&out, text->s + at + n, left_over - n);
		break;
	case 1:
		buf_add(&out, buf_str(text) + at, n);
		buf_add(&out, buf_str(text) + at, left_over);
		break;
	default:
		buf_adds(
		    &out, pieces[dice(seed, sizeof(pieces) / sizeof(*pieces))]);
		buf_add(&out, buf_str(text) + at, left_over);
		break;
	}
	buf_release(text);
	*text = out;
}

static void
test_spoiled(void **state)
{
	const char *runs = getenv("BLOCK_RUNS");
	long n = runs ? atol(runs) : 5000, n_taken = 0;
	unsigned seed = 1;

	(void)state;
	for (long i = 0; i < n; i++) {
		size_t t = dice(&seed, sizeof(taken) / sizeof(*taken));
		struct buf text = BUF_INIT;

		buf_adds(&text, taken[t]);
		for (unsigned k = dice(&seed, 4); k > 0; k--)
			spoil(&text, &seed);
		n_taken += check((enum manifest_dialect)dice(&seed, 3), &text);
		buf_release(&text);
	}
	/* It has to take something for this to mean anything. */
	assert_true(n_taken > n / 5);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_taken),
		cmocka_unit_test(test_spoiled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
