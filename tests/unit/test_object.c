#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "json.h"
#include "object.h"
#include "parse.h"

static void
key_is(const char *text, const char *want)
{
	struct buf b = BUF_INIT, err = BUF_INIT;
	jv o = parse_json(text);
	struct object_id id;

	if (object_id(&o, &id, &err))
		buf_add(&b, err.s, err.len);
	else
		object_id_key(&id, &b);
	assert_string_equal(buf_str(&b), want);
	jv_free(o);
	buf_release(&b);
	buf_release(&err);
}

static void
test_id(void **state)
{
	(void)state;
	key_is("{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\","
	       "\"metadata\":{\"name\":\"a\",\"namespace\":\"n\"}}",
	    "apps/Deployment/n/a");
	key_is("{\"apiVersion\":\"v1\",\"kind\":\"Namespace\","
	       "\"metadata\":{\"name\":\"a\",\"namespace\":null}}",
	    "/Namespace//a");
	key_is("{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\","
	       "\"metadata\":{\"generateName\":\"a-\"}}",
	    "batch/Job//");
	key_is("[]", "not a Kubernetes object");
	key_is("{\"kind\":\"A\"}", "apiVersion is missing");
	key_is("{\"apiVersion\":\"v1\",\"kind\":7}", "kind is missing");
	key_is("{\"apiVersion\":\"v1\",\"kind\":\"A\",\"metadata\":[]}",
	    "metadata is missing or no object");
	key_is("{\"apiVersion\":\"v1\",\"kind\":\"A\",\"metadata\":"
	       "{\"name\":7}}",
	    "metadata.name is no string");
	key_is("{\"apiVersion\":\"v1\",\"kind\":\"A\",\"metadata\":{}}",
	    "metadata.name is missing");
	key_is("{\"apiVersion\":\"v1\",\"kind\":\"A\",\"metadata\":"
	       "{\"name\":\"..\"}}",
	    "metadata.name can't be a name");
	key_is("{\"apiVersion\":\"v1\",\"kind\":\"A\",\"metadata\":"
	       "{\"name\":\"a\",\"namespace\":\"b/c\"}}",
	    "metadata.namespace can't be a name");
}

static void
test_subject(void **state)
{
	struct buf b = BUF_INIT;
	jv o = parse_json("{\"apiVersion\":\"v1\",\"kind\":\"Pod\","
			  "\"metadata\":{\"name\":\"a\",\"namespace\":\"n\"}}");

	(void)state;
	object_subject(&o, &b);
	assert_string_equal(buf_str(&b), "Pod/n/a");
	jv_free(o);
	buf_release(&b);
}

static void
test_metadata(void **state)
{
	jv o = parse_json("{\"apiVersion\":\"v1\",\"kind\":\"Secret\","
			  "\"metadata\":{\"name\":\"a\",\"labels\":null}}");

	(void)state;
	o = object_set_label(o, "l", "1");
	o = object_set_annotation(o, "a", "2");
	assert_string_equal(object_annotation(&o, "a"), "2");
	assert_null(object_annotation(&o, "l"));
	assert_string_equal(
	    json_path_str(&o, "metadata", "labels", "l", NULL), "1");
	assert_true(object_is_secret(&o));
	assert_true(object_is(&o, "", "Secret"));
	assert_false(object_is(&o, "apps", "Secret"));
	assert_false(object_is_list(&o));
	jv_free(o);
}

int
main(void)
{
	const struct CMUnitTest t[] = {
		cmocka_unit_test(test_id),
		cmocka_unit_test(test_subject),
		cmocka_unit_test(test_metadata),
	};

	return cmocka_run_group_tests(t, NULL, NULL);
}
