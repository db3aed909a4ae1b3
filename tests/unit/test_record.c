#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "record.h"

/* Read a text; returns the count, or -1 with the message in err. */
static long
read_text(
    const char *text, struct record **records, bool *complete, struct buf *err)
{
	FILE *f = tmpfile();
	long n;

	assert_non_null(f);
	fputs(text, f);
	rewind(f);
	n = record_read_all(f, "in", records, complete, err);
	fclose(f);
	return n;
}

static void
test_text_is_kept(void **state)
{
	const char *line = "{\"type\":\"object\", \"x\":1.50,\"object\":"
			   "{\"apiVersion\":\"v1\",\"kind\":\"A\","
			   "\"metadata\":{\"name\":\"n\"}}}";
	struct record *r;
	struct buf err = BUF_INIT;
	bool complete;

	(void)state;
	assert_int_equal(read_text(line, &r, &complete, &err), 1);
	assert_string_equal(r->text.s, line);
	record_set(r, "wait", jv_true());
	assert_true(strstr(r->text.s, "1.50") != NULL);
	assert_true(strstr(r->text.s, "}},\"wait\":true}") != NULL);
	record_set(r, "wait", jv_false());
	assert_true(strstr(r->text.s, "\"wait\":false") != NULL);
	assert_true(strstr(r->text.s, "\"wait\":true") == NULL);
	record_free_all(r, 1);
	buf_release(&err);
}

static void
test_bare_objects(void **state)
{
	struct record *r;
	struct buf err = BUF_INIT;
	bool complete;
	long n = read_text(
	    "{\n  \"apiVersion\": \"v1\",\n  \"kind\": \"List\",\n"
	    "  \"items\": [{\"apiVersion\":\"v1\",\"kind\":\"A\",\"metadata\":"
	    "{\"name\":\"1\"}},\n {\"apiVersion\":\"v1\",\"kind\":\"Secret\","
	    "\"type\":\"t\",\"metadata\":{\"name\":\"2\"}}]\n}\n",
	    &r, &complete, &err);
	jv o;

	(void)state;
	assert_int_equal(n, 2);
	assert_true(complete);
	o = record_object(&r[0]);
	assert_string_equal(json_path_str(&o, "metadata", "name", NULL), "1");
	jv_free(o);
	assert_int_equal(r[1].type, RECORD_OBJECT);
	record_free_all(r, n);
	buf_release(&err);
}

static void
refused(const char *text, const char *why)
{
	struct record *r;
	struct buf err = BUF_INIT;
	bool complete;

	assert_int_equal(read_text(text, &r, &complete, &err), -1);
	if (!strstr(buf_str(&err), why))
		fail_msg("said '%s', not '%s'", buf_str(&err), why);
	buf_release(&err);
}

static void
test_refused(void **state)
{
	(void)state;
	refused("\n{\"a\":1}\n", "in:2: neither a record");
	refused("[1]\n", "in:1: a record must be");
	refused("{\"type\":\"object\"}\n", "in:1: an object record without");
	refused("{\"type\":\"object\",\"object\":{\"kind\":\"A\"}}",
	    "in:1: apiVersion is missing");
	refused("{\n", "in:1: the input ends within a value");
	refused("{\"type\":\"begin\"}\nnonsense\n", "in:2: ");
}

static void
test_complete(void **state)
{
	struct record *r;
	struct buf err = BUF_INIT;
	bool complete;
	long n;

	(void)state;
	n = read_text("{\"type\":\"begin\",\"tool\":\"a\"}\n"
		      "{\"type\":\"end\",\"tool\":\"b\"}\n",
	    &r, &complete, &err);
	assert_int_equal(n, 2);
	assert_false(complete);
	record_free_all(r, n);
	n = read_text("{\"type\":\"begin\",\"tool\":\"a\"}\n"
		      "{\"type\":\"new\",\"x\":[]}\n"
		      "{\"type\":\"end\",\"tool\":\"a\"}",
	    &r, &complete, &err);
	assert_int_equal(n, 3);
	assert_true(complete);
	assert_int_equal(r[1].type, RECORD_OTHER);
	record_free_all(r, n);
	buf_release(&err);
}

static void
test_resting(void **state)
{
	const char *line = "{\"type\":\"object\",\"stage\":\"a/b\",\"object\":"
			   "{\"apiVersion\":\"v1\",\"kind\":\"A\","
			   "\"metadata\":{\"name\":\"n\"}},\"x\":1.50}";
	struct record *r;
	struct buf err = BUF_INIT;
	bool complete;
	jv object, awake;

	(void)state;
	assert_int_equal(read_text(line, &r, &complete, &err), 1);
	record_rest(r);
	assert_true(json_has(&r->value, "object"));
	awake = record_object(r);
	r->may_rest = true;
	record_rest(r);
	record_rest(r);
	assert_false(json_has(&r->value, "object"));
	assert_string_equal(record_stage(r), "a/b");
	assert_true(record_is_kind(r, "A"));
	assert_false(record_is_kind(r, "B"));
	object = record_object(r);
	assert_true(json_equal(&object, &awake));
	record_set(r, "wait", jv_true());
	record_set(r, "wait", jv_false());
	assert_true(strstr(r->text.s, "\"name\":\"n\"}}") != NULL);
	assert_true(strstr(r->text.s, "\"wait\":false}") != NULL);
	record_set(r, "object", json_set_str(object, "kind", "B"));
	assert_true(strstr(r->text.s, "\"kind\":\"B\"") != NULL);
	assert_false(json_has(&r->value, "object"));
	assert_true(record_is_kind(r, "B"));
	jv_free(awake);
	record_free_all(r, 1);
	buf_release(&err);
}

int
main(void)
{
	const struct CMUnitTest t[] = {
		cmocka_unit_test(test_text_is_kept),
		cmocka_unit_test(test_bare_objects),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_complete),
		cmocka_unit_test(test_resting),
	};

	return cmocka_run_group_tests(t, NULL, NULL);
}
