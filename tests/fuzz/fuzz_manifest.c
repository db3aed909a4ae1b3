/*
 * Reading YAML in each dialect, with libyaml and without.  What was read is
 * written again, and that text is read as the same value; so is the text that
 * was read once it is edited.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "json.h"
#include "manifest/manifest.h"
#include "manifest/manifestblock.h"
#include "manifest/manifestedit.h"

/*
 * go-yaml, and therefore we, write these breaks of Unicode in a way that reads
 * as something else.
 */
static bool
has_odd_break(const struct buf *text)
{
	return strstr(text->s, "\xC2\x85") || strstr(text->s, "\xE2\x80\xA8") ||
	       strstr(text->s, "\xE2\x80\xA9");
}

/* The writer's own text, read again. */
static void
check_round_trip(const jv *v)
{
	struct buf text = BUF_INIT, err = BUF_INIT;
	struct manifest m = { NULL, 0 };

	manifest_write(&text, v);
	if (has_odd_break(&text)) {
		buf_release(&text);
		return;
	}
	fuzz_check(manifest_read(text.s, text.len, &m, &err) == 0);
	if (!json_is(v, JV_KIND_NULL)) {
		fuzz_check(m.n == 1);
		fuzz_check(json_equal(&m.docs[0].value, v));
	}
	manifest_release(&m);
	buf_release(&text);
	buf_release(&err);
}

/*
 * What is read without libyaml is read as libyaml would.  A comment that is not
 * ASCII sends a text there.
 */
static void
check_shortcut(enum manifest_dialect dialect, const char *text, size_t len)
{
	struct buf detour = BUF_INIT, err = BUF_INIT;
	struct manifest a = { NULL, 0 }, b;

	if (!manifest_read_block(dialect, text, len, &a))
		return;
	buf_adds(&detour, "# \xC3\xA9\n");
	buf_add(&detour, text, len);
	fuzz_check(
	    manifest_read_as(dialect, detour.s, detour.len, &b, &err) == 0);
	fuzz_check(a.n == b.n);
	for (size_t i = 0; i < a.n; i++) {
		fuzz_check(a.docs[i].line + 1 == b.docs[i].line);
		fuzz_check(json_equal(&a.docs[i].value, &b.docs[i].value));
		fuzz_check(a.docs[i].notes.len == b.docs[i].notes.len);
		fuzz_check(
		    memcmp(buf_str(&a.docs[i].notes), buf_str(&b.docs[i].notes),
			a.docs[i].notes.len) == 0);
	}
	manifest_release(&a);
	manifest_release(&b);
	buf_release(&detour);
	buf_release(&err);
}

/*
 * Nothing changed: the text says the same again, but for block scalars, whose
 * ends are trimmed and whose folds go-yaml means well with, and for flow style,
 * where nothing at all becomes an empty string.
 */
static void
check_edit(const char *text, size_t len, const struct manifest_doc *doc)
{
	struct buf source = BUF_INIT, out = BUF_INIT, err = BUF_INIT;
	struct manifest m = { NULL, 0 };
	jv other = jv_string("1.5");

	buf_add(&source, text, len);
	if (manifest_edit(text, len, &doc->value, &doc->value,
		MANIFEST_BARE_NONE, &out) &&
	    !has_odd_break(&out) && !strpbrk(source.s, "|>{[") &&
	    manifest_read(buf_str(&out), out.len, &m, &err) == 0)
		fuzz_check(
		    m.n == 1 && json_equal(&m.docs[0].value, &doc->value));
	buf_clear(&out);
	manifest_edit(text, len, &doc->value, &other, MANIFEST_BARE_ALL, &out);
	jv_free(other);
	manifest_release(&m);
	buf_release(&source);
	buf_release(&out);
	buf_release(&err);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum manifest_dialect dialects[] = { MANIFEST_KUSTOMIZE,
		MANIFEST_KUBERNETES, MANIFEST_LENIENT };
	const char *text = (const char *)data;

	for (size_t d = 0; d < 3; d++) {
		struct buf err = BUF_INIT;
		struct manifest m;
		int line, column, rc;

		rc = manifest_read_as(dialects[d], text, size, &m, &err);
		fuzz_check((rc == 0) == (err.len == 0));
		fuzz_check(rc == 0 || m.n == 0);
		for (size_t i = 0; i < m.n; i++) {
			fuzz_check(m.docs[i].line > 0);
			check_round_trip(&m.docs[i].value);
		}
		if (d == 0 && m.n == 1 && size > 0 && *text != '{')
			check_edit(text, size, &m.docs[0]);
		manifest_locate(text, size, 0, "/spec/0/name", &line, &column);
		manifest_release(&m);
		buf_release(&err);
		check_shortcut(dialects[d], text, size);
	}
	return 0;
}
