/* JSON patch, strategic merge and field paths of the build. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/fieldspec.h"
#include "kustomize/jsonpatch.h"
#include "kustomize/merge.h"
#include "kustomize/place.h"
#include "kustomize/select.h"
#include "parse.h"

/* v (consumed) is what the text says. */
static void
assert_json(jv v, const char *text)
{
	struct buf got = BUF_INIT, want = BUF_INIT;
	jv w = parse_json(text);

	json_write(&got, &v, JSON_SORTED);
	json_write(&want, &w, JSON_SORTED);
	assert_string_equal(buf_str(&got), buf_str(&want));
	buf_release(&got);
	buf_release(&want);
	jv_free(v);
	jv_free(w);
}

/* --- JSON patch --------------------------------------------------------- */

/* want is NULL for a patch that must fail. */
static void
patch(const char *document, const char *operations, const char *want)
{
	jv v = parse_json(document), p = parse_json(operations);
	struct fault fault = FAULT_INIT;
	int rc = jsonpatch_check(&p, &fault);

	if (rc == 0)
		rc = jsonpatch_apply(&v, &p, NULL, &fault);
	assert_int_equal(rc, want ? 0 : -1);
	assert_int_equal(fault.what.len == 0, want != NULL);
	if (want)
		assert_json(v, want);
	else
		jv_free(v);
	jv_free(p);
	fault_release(&fault);
}

static void
test_jsonpatch(void **state)
{
	(void)state;
	patch("{\"a\":[1,2]}",
	    "[{\"op\":\"add\",\"path\":\"/a/1\",\"value\":9}]",
	    "{\"a\":[1,9,2]}");
	patch("{\"a\":[1,2]}",
	    "[{\"op\":\"add\",\"path\":\"/a/-\",\"value\":9}]",
	    "{\"a\":[1,2,9]}");
	patch("{\"a\":[1,2]}", "[{\"op\":\"remove\",\"path\":\"/a/-1\"}]",
	    "{\"a\":[1]}");
	patch("{\"a/b\":{\"c~d\":1}}",
	    "[{\"op\":\"replace\",\"path\":\"/a~1b/c~0d\",\"value\":2}]",
	    "{\"a/b\":{\"c~d\":2}}");
	/* As kustomize has it, against the RFC. */
	patch("{\"a\":1}", "[{\"op\":\"replace\",\"path\":\"/b\",\"value\":2}]",
	    "{\"a\":1,\"b\":2}");
	patch("{\"a\":1}",
	    "[{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/b\"},"
	    "{\"op\":\"copy\",\"from\":\"/b\",\"path\":\"/c\"}]",
	    "{\"b\":1,\"c\":1}");
	patch("{\"a\":1}", "[{\"op\":\"test\",\"path\":\"/a\",\"value\":1}]",
	    "{\"a\":1}");
}

static void
test_jsonpatch_refused(void **state)
{
	struct buf many = BUF_INIT;

	(void)state;
	/* Twice as much each time: 2 to the power of 30. */
	buf_adds(&many, "[{\"op\":\"add\",\"path\":\"/x\",\"value\":[1]}");
	for (int k = 0; k < 30; k++)
		buf_adds(&many,
		    ",{\"op\":\"copy\",\"from\":\"/x\",\"path\":\"/x/-\"}");
	buf_addc(&many, ']');
	patch("{}", many.s, NULL);
	buf_release(&many);
	patch("{\"a\":1}", "[{\"op\":\"test\",\"path\":\"/a\",\"value\":2}]",
	    NULL);
	patch("{\"a\":1}", "[{\"op\":\"remove\",\"path\":\"/b\"}]", NULL);
	patch("{\"a\":1}", "[{\"op\":\"add\",\"path\":\"/b/c\",\"value\":2}]",
	    NULL);
	patch("{\"a\":[]}", "[{\"op\":\"add\",\"path\":\"/a/1\",\"value\":2}]",
	    NULL);
	patch("{\"a\":1}", "[{\"op\":\"add\",\"path\":\"/a/b\",\"value\":2}]",
	    NULL);
	patch("{}", "[{\"op\":\"swap\",\"path\":\"/a\"}]", NULL);
	patch("{}", "[{\"op\":\"add\",\"path\":\"a\"}]", NULL);
	patch("{}", "[{\"op\":\"move\",\"path\":\"/a\"}]", NULL);
	patch("{}", "{}", NULL);
}

/* --- strategic merge ---------------------------------------------------- */

#define POD(spec) "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":" spec "}"

static void
merge(const char *object, const char *with, const char *want)
{
	jv v = parse_json(object);
	struct fault fault = FAULT_INIT;

	assert_int_equal(merge_strategic(schema_builtin(), &v, parse_json(with),
			     NULL, NULL, &fault),
	    want ? 0 : -1);
	if (want)
		assert_json(v, want);
	else
		jv_free(v);
	fault_release(&fault);
}

static void
test_merge(void **state)
{
	(void)state;
	/* Elements are matched by their key; the patch's come first. */
	merge(POD("{\"containers\":[{\"name\":\"a\",\"image\":\"x\"}]}"),
	    POD("{\"containers\":[{\"name\":\"b\"},"
		"{\"name\":\"a\",\"tty\":true}]}"),
	    POD("{\"containers\":[{\"name\":\"b\"},"
		"{\"name\":\"a\",\"image\":\"x\",\"tty\":true}]}"));
	merge(POD("{\"containers\":[{\"name\":\"a\"},{\"name\":\"b\"}]}"),
	    POD("{\"containers\":[{\"name\":\"a\",\"$patch\":\"delete\"}]}"),
	    POD("{\"containers\":[{\"name\":\"b\"}]}"));
	merge(POD("{\"containers\":[{\"name\":\"a\"}]}"),
	    POD("{\"containers\":[{\"name\":\"b\"},{\"$patch\":\"replace\"}]}"),
	    POD("{\"containers\":[{\"name\":\"b\"}]}"));
	/* null deletes, and lists without keys are replaced. */
	merge(POD("{\"nodeName\":\"n\",\"x\":[1,2]}"),
	    POD("{\"nodeName\":null,\"x\":[3]}"), POD("{\"x\":[3]}"));
	merge(
	    POD("{}"), POD("{\"containers\":{}}"), POD("{\"containers\":{}}"));
	merge(POD("{\"containers\":[]}"), POD("{\"containers\":\"x\"}"), NULL);
}

/* --- what is wrong ------------------------------------------------------ */

static void
says(struct fault *fault, const char *want)
{
	struct buf text = BUF_INIT;

	fault_say(fault, &text);
	assert_string_equal(buf_str(&text), want);
	buf_release(&text);
	fault_release(fault);
}

static jv
refuse(jv value, void *context, struct buf *err)
{
	(void)context;
	jv_free(value);
	buf_adds(err, "no");
	return jv_invalid();
}

static void
test_fieldspec_fault(void **state)
{
	struct fieldspec spec = { "", "", "", "a\\/b.c/d/e", false };
	struct fault fault = FAULT_INIT;
	jv v = parse_json("{\"a/b.c\":[{},{\"d\":{\"e\":1}}]}");

	(void)state;
	assert_int_equal(
	    fieldspec_apply(&v, &spec, MAKE_NOTHING, refuse, NULL, &fault), -1);
	says(&fault, "a/b.c[1].d.e: no");
	jv_free(v);
	v = parse_json("{\"a/b.c\":[{\"d\":5}]}");
	assert_int_equal(
	    fieldspec_apply(&v, &spec, MAKE_NOTHING, refuse, NULL, &fault), -1);
	says(&fault,
	    "a/b.c[0].d: is neither a map nor a list, on the way to a/b.c.d.e");
	jv_free(v);
}

static void
test_patch_fault(void **state)
{
	struct fault fault = FAULT_INIT;
	struct buf pointer = BUF_INIT;
	jv p = parse_json("[{\"op\":\"add\",\"path\":\"/a\"},"
			  "{\"op\":\"move\",\"from\":\"/b/x.y/0\","
			  "\"path\":\"/c\"}]");
	jv v = parse_json("{\"b\":{\"x.y\":[]}}");
	int i = -1;

	(void)state;
	assert_int_equal(jsonpatch_apply(&v, &p, &i, &fault), -1);
	assert_int_equal(i, 1);
	says(&fault, "b[x.y][0]: move: the list has no such element");
	jv_free(p);
	jv_free(v);

	/* The field of the object, and that of the patch. */
	v = parse_json(POD("{\"containers\":[{\"name\":\"a\"},"
			   "{\"name\":\"b\",\"ports\":[]}]}"));
	p = parse_json(POD("{\"containers\":[{\"name\":\"b\",\"ports\":{}}]}"));
	assert_int_equal(
	    merge_strategic(schema_builtin(), &v, p, NULL, &pointer, &fault),
	    -1);
	assert_string_equal(pointer.s, "/spec/containers/0/ports");
	assert_string_equal(fault.field.s, "/spec/containers/1/ports");
	buf_release(&pointer);
	fault_release(&fault);
	jv_free(v);
}

static void
test_place_in_text(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	buf_adds(&text, "# a\na:\n- |-2 # text\n  x\n- 'y'\n");
	assert_int_equal(place_in_text(&text, "/a/0", 0), 3);
	assert_int_equal(place_in_text(&text, "/a/0", 1), 4);
	assert_int_equal(place_in_text(&text, "/a/1", 1), 5);
	assert_int_equal(place_in_text(&text, "/a/7", 1), 2);
	assert_int_equal(place_line(NULL, "/none", 7, NULL, "/a", 0), 7);
	buf_release(&text);
}

static void
test_merge_deletes_all(void **state)
{
	jv v = parse_json(POD("{}"));
	struct fault fault = FAULT_INIT;

	(void)state;
	assert_int_equal(
	    merge_strategic(schema_builtin(), &v,
		parse_json("{\"$patch\":\"delete\"}"), NULL, NULL, &fault),
	    0);
	assert_false(jv_is_valid(v));
	jv_free(v);
}

/* --- field paths -------------------------------------------------------- */

static jv
set_new(jv value, void *context, struct buf *err)
{
	(void)err;
	++*(int *)context;
	jv_free(value);
	return jv_string("new");
}

static void
apply(const char *object, const char *path, bool create, int times,
    const char *want)
{
	struct fieldspec spec = { "", "", "", path, create };
	struct fault fault = FAULT_INIT;
	jv v = parse_json(object);
	int n = 0;

	assert_int_equal(
	    fieldspec_apply(&v, &spec, MAKE_SCALAR, set_new, &n, &fault),
	    times < 0 ? -1 : 0);
	assert_int_equal(fault.what.len > 0, times < 0);
	assert_int_equal(n, times < 0 ? 0 : times);
	assert_json(v, want);
	fault_release(&fault);
}

static void
test_fieldspec(void **state)
{
	(void)state;
	apply("{\"a\":{\"b\":1}}", "a/b", false, 1, "{\"a\":{\"b\":\"new\"}}");
	apply("{\"a\":{}}", "a/b", false, 0, "{\"a\":{}}");
	apply("{}", "a/b", true, 1, "{\"a\":{\"b\":\"new\"}}");
	/* Lists are gone through, never made. */
	apply("{\"a\":[{\"b\":1},{},{\"b\":2}]}", "a/b", false, 2,
	    "{\"a\":[{\"b\":\"new\"},{},{\"b\":\"new\"}]}");
	apply("{}", "a[]/b", true, 0, "{}");
	apply("{\"x/y\":1}", "x\\/y", false, 1, "{\"x/y\":\"new\"}");
	apply("{\"a\":null}", "a/b", false, 0, "{\"a\":null}");
	apply("{\"a\":\"s\"}", "a/b", false, -1, "{\"a\":\"s\"}");
}

static void
test_fieldspecs_add(void **state)
{
	struct fieldspecs list = { 0 };
	struct fieldspec any = { "", "", "", "a", true };
	struct fieldspec one = { "", "", "Pod", "a", true };
	struct fieldspec other = { "", "", "Pod", "a", false };

	(void)state;
	assert_int_equal(fieldspecs_add(&list, &one), 0);
	assert_int_equal(fieldspecs_add(&list, &any), 0);
	assert_int_equal(list.n, 1);
	assert_int_equal(fieldspecs_add(&list, &other), -1);
	free(list.specs);
}

/* --- patterns ----------------------------------------------------------- */

/* matches is NULL for what is no pattern. */
static void
pattern(const char *text, const char *matches, const char *not_that)
{
	struct buf err = BUF_INIT;
	struct pattern p;
	int rc = pattern_compile(&p, text, &err);

	if ((rc == 0) != (matches != NULL))
		fail_msg("%s: %s", text, rc ? buf_str(&err) : "was taken");
	if (rc == 0 && !pattern_matches(&p, matches))
		fail_msg("%s does not match %s", text, matches);
	if (rc == 0 && pattern_matches(&p, not_that))
		fail_msg("%s matches %s", text, not_that);
	pattern_release(&p);
	buf_release(&err);
}

static void
test_patterns(void **state)
{
	struct buf deep = BUF_INIT;

	(void)state;
	pattern("web-.*", "web-1", "a-web-1");
	pattern("(?:a|b)+?-\\d{2,3}", "ab-12", "ab-1");
	pattern("[^\\d\\w]x|[]a]", "]", "1x");
	pattern("a{b}", "a{b}", "aab");
	pattern("a{2,}", "aaaa", "a");
	/* What Go refuses. */
	pattern("*", NULL, NULL);
	pattern("a|+", NULL, NULL);
	pattern("a**", NULL, NULL);
	pattern("(a)\\1", NULL, NULL);
	pattern("a{1001}", NULL, NULL);
	pattern("a{2,99999999999999999999}", NULL, NULL);
	pattern("a{3,2}", NULL, NULL);
	pattern("(a", NULL, NULL);
	pattern("a)", NULL, NULL);
	pattern("a\\", NULL, NULL);
	/* What regcomp would take all memory for. */
	pattern("+++++++++++++++++++++++++++++++++", NULL, NULL);
	pattern("(((a{100}){100}){100}){100}", NULL, NULL);
	for (int i = 0; i < 500; i++)
		buf_addc(&deep, '(');
	buf_addc(&deep, 'a');
	for (int i = 0; i < 200; i++)
		buf_adds(&deep, ")+");
	pattern(deep.s, NULL, NULL);
	for (int i = 0; i < 50000; i++)
		buf_addc(&deep, '(');
	pattern(deep.s, NULL, NULL);
	buf_release(&deep);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_jsonpatch),
		cmocka_unit_test(test_jsonpatch_refused),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_merge_deletes_all),
		cmocka_unit_test(test_fieldspec_fault),
		cmocka_unit_test(test_patch_fault),
		cmocka_unit_test(test_place_in_text),
		cmocka_unit_test(test_fieldspec),
		cmocka_unit_test(test_fieldspecs_add),
		cmocka_unit_test(test_patterns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
