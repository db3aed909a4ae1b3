#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fields/takeover.h"
#include "json.h"
#include "parse.h"

/* An object with these entries of managedFields. */
static jv
object(const char *entries)
{
	struct buf text = BUF_INIT;
	jv v;

	buf_addf(&text,
	    "{\"metadata\":{\"name\":\"x\",\"resourceVersion\":\"7\","
	    "\"managedFields\":[%s]}}",
	    entries);
	v = parse_json(text.s);
	buf_release(&text);
	return v;
}

#define ENTRY(manager, op, more, fields) \
	"{\"manager\":\"" manager "\",\"operation\":\"" op "\"" more \
	",\"fieldsV1\":" fields "}"

static void
patch_is(const char *entries, const char *want)
{
	jv o = object(entries), patch = takeover_patch(&o, "us", true);
	struct buf text = BUF_INIT;

	if (jv_is_valid(patch))
		json_write(&text, &patch, JSON_SORTED);
	assert_string_equal(buf_str(&text), want);
	jv_free(o);
	jv_free(patch);
	buf_release(&text);
}

#define PATCH(entries) \
	"[{\"op\":\"add\",\"path\":\"/metadata/managedFields\"," \
	"\"value\":[" entries "]}," \
	"{\"op\":\"replace\",\"path\":\"/metadata/resourceVersion\"," \
	"\"value\":\"7\"}]"

/* As json_write sorts it. */
#define SORTED(manager, op, fields) \
	"{\"fieldsV1\":" fields ",\"manager\":\"" manager \
	"\",\"operation\":\"" op "\"}"

static void
nothing_is_taken_from_controllers(void **state)
{
	(void)state;
	patch_is(ENTRY("us", "Apply", "", "{\"f:a\":{}}") "," ENTRY(
		     "kube-controller-manager", "Update", "", "{\"f:b\":{}}"),
	    "");
	/* kubectl scale writes a subresource. */
	patch_is(ENTRY("kubectl", "Update", ",\"subresource\":\"scale\"",
		     "{\"f:a\":{}}"),
	    "");
}

static void
fields_of_kubectl_and_flux_become_ours(void **state)
{
	(void)state;
	patch_is(ENTRY("kubectl-client-side-apply", "Update", "",
		     "{\"f:a\":{\"f:b\":{}}}"),
	    PATCH(SORTED("us", "Apply", "{\"f:a\":{\"f:b\":{}}}")));
	patch_is(
	    ENTRY("us", "Apply", "", "{\"f:a\":{\"f:b\":{}}}") "," ENTRY(
		"other", "Update", "", "{\"f:o\":{}}") "," ENTRY("kubectl-edit",
		"Update", "",
		"{\"f:a\":{\"f:c\":{}},\"f:d\":{}}") "," ENTRY("kustomize-"
							       "controller",
		"Apply", "", "{\"f:e\":{}}"),
	    PATCH(SORTED("other", "Update", "{\"f:o\":{}}") "," SORTED("us",
		"Apply",
		"{\"f:a\":{\"f:b\":{},\"f:c\":{}},\"f:d\":{},\"f:e\":{}}")));
}

static void
kubectls_annotation_goes(void **state)
{
	jv o = parse_json(
	    "{\"metadata\":{\"resourceVersion\":\"7\",\"annotations\":"
	    "{\"kubectl.kubernetes.io/last-applied-configuration\":"
	    "\"{}\"}}}");
	jv patch = takeover_patch(&o, "us", true), first = json_at(&patch, 0);

	(void)state;
	assert_string_equal(json_get_str(&first, "op"), "remove");
	assert_string_equal(json_get_str(&first, "path"),
	    "/metadata/annotations/"
	    "kubectl.kubernetes.io~1last-applied-configuration");
	jv_free(first);
	jv_free(patch);
	jv_free(o);
}

static void
what_nobody_holds_is_claimed(void **state)
{
	jv pointers = parse_json("[\"/spec/a~1b/c\",\"/spec/d\"]");
	jv o = takeover_claim(
	    object(ENTRY("us", "Apply", "", "{\"f:spec\":{\"f:x\":{}}}")), "us",
	    "v1", &pointers);
	jv patch = takeover_patch(&o, "us", false);
	jv first = json_at(&patch, 0);
	jv fields = json_pointer_get(&first, "/value/0/fieldsV1");
	struct buf text = BUF_INIT;

	(void)state;
	json_write(&text, &fields, JSON_SORTED);
	assert_string_equal(buf_str(&text),
	    "{\"f:spec\":{\"f:a/b\":{\"f:c\":{}},\"f:d\":{},\"f:x\":{}}}");
	jv_free(fields);
	jv_free(first);
	jv_free(patch);
	jv_free(o);
	jv_free(pointers);
	buf_release(&text);
}

static void
others_keep_theirs_where_they_are_to(void **state)
{
	jv o = object(ENTRY("kubectl-edit", "Update", "", "{\"f:a\":{}}"));
	jv patch = takeover_patch(&o, "us", false);

	(void)state;
	assert_false(jv_is_valid(patch));
	jv_free(patch);
	jv_free(o);
}

static void
who_owns_less_has_lost(void **state)
{
	jv before = object(ENTRY("us", "Apply", "", "{\"f:a\":{}}") "," ENTRY(
	    "hpa", "Update", "", "{\"f:r\":{},\"f:s\":{}}") "," ENTRY("keeps",
	    "Apply", "",
	    "{\"f:k\":{}}") "," ENTRY("gone", "Update", "", "{\"f:g\":{}}"));
	jv after = object(ENTRY("us", "Apply", "", "{}") "," ENTRY(
	    "hpa", "Update", "", "{\"f:s\":{}}") "," ENTRY("keeps", "Apply", "",
	    "{\"f:k\":{},\"f:l\":{}}"));
	jv lost = takeover_lost(&before, &after, "us");
	struct buf text = BUF_INIT;

	(void)state;
	json_write(&text, &lost, 0);
	assert_string_equal(buf_str(&text), "[\"hpa\",\"gone\"]");
	jv_free(before);
	jv_free(after);
	jv_free(lost);
	buf_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_taken_from_controllers),
		cmocka_unit_test(fields_of_kubectl_and_flux_become_ours),
		cmocka_unit_test(kubectls_annotation_goes),
		cmocka_unit_test(what_nobody_holds_is_claimed),
		cmocka_unit_test(others_keep_theirs_where_they_are_to),
		cmocka_unit_test(who_owns_less_has_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
