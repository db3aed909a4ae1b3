#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "json.h"
#include "judge/policy.h"

#define FLUX "kustomize.toolkit.fluxcd.io/"

static jv
object(
    const char *version, const char *kind, const char *key, const char *value)
{
	struct buf text = BUF_INIT, err = BUF_INIT;
	jv v;

	buf_addf(&text,
	    "{\"apiVersion\":\"%s\",\"kind\":\"%s\",\"metadata\":{"
	    "\"name\":\"x\",\"annotations\":{\"" FLUX "%s\":\"%s\"}}}",
	    version, kind, key, value);
	v = json_parse(text.s, text.len, &err);
	assert_true(jv_is_valid(v));
	buf_release(&text);
	return v;
}

static void
values_are_read_in_any_case_from_labels_too(void **state)
{
	struct buf err = BUF_INIT;
	const char *text =
	    "{\"metadata\":{\"labels\":{\"" FLUX "force\":\"Enabled\"}}}";
	jv labelled = json_parse(text, strlen(text), &err);
	jv annotated = object("v1", "ConfigMap", "force", "ENABLED");

	(void)state;
	assert_true(policy_says(&labelled, "force", "enabled"));
	assert_true(policy_says(&annotated, "force", "enabled"));
	assert_false(policy_says(&annotated, "prune", "enabled"));
	jv_free(labelled);
	jv_free(annotated);
}

static void
how(const char *key, const char *value, bool live, enum policy_apply want)
{
	jv says = object("v1", "ConfigMap", key, value);
	jv other = object("v1", "ConfigMap", "x", "y");

	assert_int_equal(
	    live ? policy_apply(&other, &says) : policy_apply(&says, &other),
	    want);
	jv_free(says);
	jv_free(other);
}

static void
annotations_say_how_to_apply(void **state)
{
	(void)state;
	how("ssa", "ignore", false, POLICY_LEAVE);
	how("ssa", "Ignore", true, POLICY_LEAVE);
	how("reconcile", "disabled", false, POLICY_LEAVE);
	how("reconcile", "disabled", true, POLICY_LEAVE);
	how("ssa", "Merge", true, POLICY_MERGE);
	how("ssa", "IfNotPresent", false, POLICY_IF_ABSENT);
	/* On the live object it says nothing about the manifest. */
	how("ssa", "IfNotPresent", true, POLICY_OVERRIDE);
	how("ssa", "Override", false, POLICY_OVERRIDE);
}

static bool
may_recreate(const char *version, const char *kind, const char *force, bool all)
{
	jv o = object(version, kind, "force", force), live = jv_invalid();
	struct buf why = BUF_INIT;
	bool may = policy_may_recreate(&o, &live, all, &why);

	assert_int_equal(may, why.len == 0);
	jv_free(o);
	buf_release(&why);
	return may;
}

static void
what_holds_data_is_recreated_only_by_its_own_leave(void **state)
{
	static const char *const guarded[][2] = {
		{ "v1", "PersistentVolumeClaim" },
		{ "v1", "PersistentVolume" },
		{ "v1", "Namespace" },
		{ "apiextensions.k8s.io/v1", "CustomResourceDefinition" },
		{ "apps/v1", "StatefulSet" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(guarded) / sizeof(*guarded); i++) {
		const char *v = guarded[i][0], *k = guarded[i][1];

		assert_false(may_recreate(v, k, "", true));
		assert_true(may_recreate(v, k, "enabled", false));
	}
	assert_false(may_recreate("batch/v1", "Job", "disabled", false));
	assert_true(may_recreate("batch/v1", "Job", "", true));
	assert_true(may_recreate("batch/v1", "Job", "enabled", false));
}

static bool
may_prune(const char *kind, const char *key, const char *value, bool data_too)
{
	jv live = object("v1", kind, key, value);
	struct buf why = BUF_INIT;
	bool may = policy_may_prune(&live, data_too, &why);

	jv_free(live);
	buf_release(&why);
	return may;
}

static void
pruning_needs_leave_for_data(void **state)
{
	(void)state;
	assert_true(may_prune("ConfigMap", "x", "y", false));
	assert_false(may_prune("ConfigMap", "prune", "Disabled", true));
	assert_false(may_prune("ConfigMap", "ssa", "Ignore", true));
	assert_false(may_prune("Namespace", "x", "y", false));
	assert_true(may_prune("Namespace", "x", "y", true));
	assert_true(may_prune("Namespace", "prune", "enabled", false));
	assert_false(may_prune("Namespace", "prune", "disabled", true));
}

static enum policy_phase
phase(const char *version, const char *kind)
{
	jv o = object(version, kind, "x", "y");
	enum policy_phase p = policy_phase(&o);

	jv_free(o);
	return p;
}

static void
what_others_need_comes_first(void **state)
{
	(void)state;
	assert_int_equal(phase("v1", "Namespace"), PHASE_DEFINE);
	assert_int_equal(
	    phase("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
	    PHASE_DEFINE);
	assert_int_equal(
	    phase("storage.k8s.io/v1", "StorageClass"), PHASE_DEFINE);
	assert_int_equal(phase("example.org/v1", "Namespace"), PHASE_CUSTOM);
	assert_int_equal(phase("v1", "ConfigMap"), PHASE_SUPPORT);
	assert_int_equal(phase("batch/v1", "Job"), PHASE_WORK);
	assert_int_equal(phase("example.org/v1", "Widget"), PHASE_CUSTOM);
	assert_int_equal(phase("admissionregistration.k8s.io/v1",
			     "ValidatingWebhookConfiguration"),
	    PHASE_HOOKS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_read_in_any_case_from_labels_too),
		cmocka_unit_test(annotations_say_how_to_apply),
		cmocka_unit_test(
		    what_holds_data_is_recreated_only_by_its_own_leave),
		cmocka_unit_test(pruning_needs_leave_for_data),
		cmocka_unit_test(what_others_need_comes_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
