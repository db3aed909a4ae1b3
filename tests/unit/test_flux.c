/* Flux Kustomizations: fields, defaults and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "flux/flux.h"
#include "flux/fluxsubst.h"
#include "json.h"
#include "mem.h"
#include "parse.h"

#define V1 "\"apiVersion\":\"kustomize.toolkit.fluxcd.io/v1\","
#define HEAD "{" V1 "\"kind\":\"Kustomization\",\"metadata\":{\"name\":\"a\"},"
#define SPEC \
	"\"interval\":\"1h\",\"prune\":true," \
	"\"sourceRef\":{\"kind\":\"GitRepository\",\"name\":\"r\"}"
#define EXPRS(version, kind, current) \
	"{\"apiVersion\":\"" version "\",\"kind\":\"" kind "\"," \
	"\"current\":\"" current "\"}"
#define WITH(more) HEAD "\"spec\":{" SPEC more "}}"

static const struct {
	const char *object, *pointer, *message;
} refused[] = {
	{ WITH(",\"intervall\":\"1m\""), "/spec/intervall",
	    "spec.intervall: unknown field, maybe interval" },
	{ WITH(",\"timeout\":\"1d\""), "/spec/timeout",
	    "spec.timeout: not a duration such as 90s or 1h30m" },
	{ WITH(",\"timeout\":90"), "/spec/timeout",
	    "spec.timeout: must be a string" },
	{ WITH(",\"wait\":\"true\""), "/spec/wait",
	    "spec.wait: must be true or false" },
	{ WITH(",\"dependsOn\":[{\"name\":\"b\"},{\"nam\":\"c\"}]"),
	    "/spec/dependsOn/1/nam",
	    "spec.dependsOn[1].nam: unknown field, maybe name" },
	{ WITH(",\"dependsOn\":[{}]"), "/spec/dependsOn/0",
	    "spec.dependsOn[0].name: is missing" },
	{ WITH(",\"dependsOn\":{\"name\":\"b\"}"), "/spec/dependsOn",
	    "spec.dependsOn: must be an array" },
	{ WITH(",\"dependsOn\":[{\"name\":\"b\",\"readyExpr\":\"dep.x\"}]"),
	    "/spec/dependsOn/0/readyExpr",
	    "spec.dependsOn[0].readyExpr: 1:1: the expression is of type dyn, "
	    "not bool" },
	{ WITH(",\"dependsOn\":[{\"name\":\"b\","
	       "\"readyExpr\":\"true &&\\n nope(dep)\"}]"),
	    "/spec/dependsOn/0/readyExpr",
	    "spec.dependsOn[0].readyExpr: 2:2: there is no function nope" },
	{ WITH(",\"healthCheckExprs\":[{\"apiVersion\":\"a/v1\"}]"),
	    "/spec/healthCheckExprs/0",
	    "spec.healthCheckExprs[0].current: is missing" },
	{ WITH(",\"healthCheckExprs\":[" EXPRS("a/v1", "K", "true") "," EXPRS(
	      "a/v2", "K", "true") "]"),
	    "/spec/healthCheckExprs/1",
	    "spec.healthCheckExprs[1]: another entry is for the same kind" },
	{ WITH(",\"healthCheckExprs\":[" EXPRS("a/v1", "K", "status.x ==") "]"),
	    "/spec/healthCheckExprs/0/current",
	    "spec.healthCheckExprs[0].current: 1:12: the expression ends where "
	    "a value is wanted" },
	{ WITH(",\"targetNamespace\":\"A\""), "/spec/targetNamespace",
	    "spec.targetNamespace: not a name that Kubernetes allows" },
	{ WITH(",\"targetNamespace\":\"a.b\""), "/spec/targetNamespace",
	    "spec.targetNamespace: not a name that Kubernetes allows for a "
	    "namespace" },
	{ WITH(",\"deletionPolicy\":\"Keep\""), "/spec/deletionPolicy",
	    "spec.deletionPolicy: not one of the values allowed: MirrorPrune "
	    "Delete WaitForTermination Orphan" },
	{ WITH(",\"commonMetadata\":{\"labels\":{\"a\":1}}"),
	    "/spec/commonMetadata/labels/a",
	    "spec.commonMetadata.labels.a: must be a string; quote it" },
	{ WITH(",\"decryption\":{\"provider\":\"pgp\"}"),
	    "/spec/decryption/provider",
	    "spec.decryption.provider: not one of the values allowed: sops" },
	{ WITH(",\"postBuild\":{\"substituteFrom\":[{\"kind\":\"Pod\","
	       "\"name\":\"a\"}]}"),
	    "/spec/postBuild/substituteFrom/0/kind",
	    "spec.postBuild.substituteFrom[0].kind: not one of the values "
	    "allowed: ConfigMap Secret" },
	{ WITH(",\"validation\":\"client\""), "/spec/validation",
	    "spec.validation: unknown field" },
	{ HEAD "\"spec\":{}}", "/spec", "spec.interval: is missing" },
	{ HEAD "\"spec\":null}", "", "spec: is missing" },
	{ HEAD "\"spec\":{" SPEC "},\"extra\":1}", "/extra",
	    "extra: unknown field" },
	{ "{" V1 "\"kind\":\"Kustomization\",\"spec\":{" SPEC "}}", "",
	    "metadata: is missing" },
	{ "{\"apiVersion\":\"kustomize.toolkit.fluxcd.io/v3\"}", "/apiVersion",
	    "apiVersion: not a version that is known, which are v1, v1beta2 "
	    "and v1beta1" },
};

static void
test_refused(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		struct buf pointer = BUF_INIT, err = BUF_INIT;
		jv object = parse_json(refused[i].object);
		struct flux f;

		assert_int_equal(
		    flux_parse(&f, &object, "ns", &pointer, &err), -1);
		assert_string_equal(buf_str(&err), refused[i].message);
		assert_string_equal(buf_str(&pointer), refused[i].pointer);
		flux_release(&f);
		jv_free(object);
		buf_release(&pointer);
		buf_release(&err);
	}
}

static struct flux
parse(const char *text)
{
	struct buf pointer = BUF_INIT, err = BUF_INIT;
	jv object = parse_json(text);
	struct flux f;

	assert_true(flux_is_kustomization(&object));
	if (flux_parse(&f, &object, "ns", &pointer, &err))
		fail_msg("%s: %s", text, buf_str(&err));
	assert_int_equal(pointer.len, 0);
	jv_free(object);
	buf_release(&pointer);
	buf_release(&err);
	return f;
}

static void
test_defaults(void **state)
{
	static const char *const timeouts[][2] = {
		{ WITH(""), "3570s" },
		{ WITH(",\"timeout\":\"5m\""), "5m" },
		{ WITH(",\"timeout\":\"1s\""), "30s" },
		{ WITH(",\"timeout\":null"), "3570s" },
		{ HEAD "\"spec\":{\"interval\":\"30.5s\",\"prune\":false,"
		       "\"sourceRef\":{\"kind\":\"Bucket\",\"name\":\"r\"}}}",
		    "30s" },
		{ HEAD "\"spec\":{\"interval\":\"60.5s\",\"prune\":false,"
		       "\"sourceRef\":{\"kind\":\"Bucket\",\"name\":\"r\"}}}",
		    "30500ms" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(timeouts) / sizeof(*timeouts); i++) {
		struct flux f = parse(timeouts[i][0]);

		assert_string_equal(
		    json_get_str(&f.spec, "timeout"), timeouts[i][1]);
		assert_false(f.suspend);
		flux_release(&f);
	}
}

static void
test_names(void **state)
{
	struct flux f = parse(
	    WITH(",\"dependsOn\":[{\"name\":\"b\"},"
		 "{\"name\":\"c\",\"namespace\":\"x\"}],\"suspend\":true"));
	struct flux_source source = flux_source(&f);
	struct buf name = BUF_INIT;
	jv after = flux_after(&f);

	(void)state;
	flux_stage_name(&f, &name);
	assert_string_equal(buf_str(&name), "ns/a");
	buf_clear(&name);
	json_write(&name, &after, 0);
	assert_string_equal(buf_str(&name), "[\"ns/b\",\"x/c\"]");
	assert_true(f.suspend);
	assert_string_equal(source.kind, "GitRepository");
	assert_string_equal(source.namespace, "ns");
	assert_string_equal(source.name, "r");
	jv_free(after);
	buf_release(&name);
	flux_release(&f);
}

static void
test_beta(void **state)
{
	struct flux f = parse(
	    "{\"apiVersion\":\"kustomize.toolkit.fluxcd.io/v1beta2\","
	    "\"kind\":\"Kustomization\",\"metadata\":{\"name\":\"a\","
	    "\"namespace\":\"own\"},\"spec\":{\"validation\":\"client\"," SPEC
	    "}}");

	(void)state;
	assert_string_equal(f.namespace, "own");
	flux_release(&f);
}

static void
test_metadata(void **state)
{
	struct flux f = parse(
	    WITH(",\"commonMetadata\":{\"labels\":{\"x\":\"1\",\"y\":\"2\"},"
		 "\"annotations\":{\"z\":\"3\"}}"));
	jv object = parse_json("{\"metadata\":{\"labels\":{\"x\":\"0\","
			       "\"w\":\"0\"},\"name\":\"o\"}}");
	struct buf text = BUF_INIT;

	(void)state;
	object = flux_add_metadata(&f, object);
	json_write(&text, &object, JSON_SORTED);
	assert_string_equal(buf_str(&text),
	    "{\"metadata\":{\"annotations\":{\"z\":\"3\"},\"labels\":"
	    "{\"w\":\"0\",\"x\":\"1\",\"y\":\"2\"},\"name\":\"o\"}}");
	jv_free(object);
	buf_release(&text);
	flux_release(&f);
}

static const struct {
	const char *post_build, *object, *want; /* "!" and a message */
} substitutions[] = {
	{ "{}", "{\"kind\":\"${x}\"}", "{\"kind\":\"${x}\"}" },
	{ "{\"substitute\":{\"v\":\"1\",\"w\":\"a\\nb\"}}",
	    "{\"kind\":\"A\",\"n\":\"${v}\",\"s\":\"x${v}${w}\"}",
	    "{\"kind\":\"A\",\"n\":1,\"s\":\"x1ab\"}" },
	{ "{\"substitute\":{\"v\":\"1\"}}",
	    "{\"kind\":\"A\",\"metadata\":{\"labels\":{"
	    "\"kustomize.toolkit.fluxcd.io/substitute\":\"disabled\"}},"
	    "\"x\":\"${v}\"}",
	    "{\"kind\":\"A\",\"metadata\":{\"labels\":{"
	    "\"kustomize.toolkit.fluxcd.io/substitute\":\"disabled\"}},"
	    "\"x\":\"${v}\"}" },
	{ "{\"substituteStrategy\":\"Always\"}", "{\"kind\":\"${k:=B}\"}",
	    "{\"kind\":\"B\"}" },
	{ "{\"substituteStrategy\":\"WithVariables\"}",
	    "{\"kind\":\"${k:=B}\"}", "{\"kind\":\"${k:=B}\"}" },
	{ "{\"substitute\":{\"v\":\"1\"}}",
	    "{\"kind\":\"A\",\"metadata\":{\"name\":\"n\"},\"x\":\"${u}\"}",
	    "!A/n: x: the variable u is not set (write $${ for a plain ${): "
	    "x: ${u}" },
	{ "{\"substitute\":{\"v\":\"1\"}}",
	    "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":"
	    "{\"name\":\"n\"},\"stringData\":{\"x\":\"secret ${u}\"}}",
	    "!Secret/n: stringData.x: the variable u is not set (write $${ for "
	    "a plain ${)" },
	{ "{\"substitute\":{\"v\":\"a: b: c\"}}",
	    "{\"kind\":\"A\",\"metadata\":{\"name\":\"n\"},\"x\":\"${v}\"}",
	    "!A/n: broken YAML after the substitution: line 4:5: mapping "
	    "values are not allowed in this context" },
	{ "{\"substitute\":{\"v-w\":\"1\"}}", "{\"kind\":\"A\"}",
	    "!spec.postBuild.substitute: v-w can't be the name of a "
	    "variable" },
};

static void
test_substitution(void **state)
{
	jv none = jv_array();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(substitutions) / sizeof(*substitutions); i++) {
		struct flux f = parse(WITH(""));
		struct buf text = BUF_INIT, err = BUF_INIT, at = BUF_INIT;
		jv object = parse_json(substitutions[i].object), vars;

		f.spec = json_set(f.spec, "postBuild",
		    parse_json(substitutions[i].post_build));
		vars = flux_variables(&f, &none, &at, &err);
		if (jv_is_valid(vars)) {
			object = flux_substitute(&f, &vars, object, &at, &err);
		} else {
			jv_free(object);
			object = jv_invalid();
		}
		jv_free(vars);
		if (jv_is_valid(object))
			json_write(&text, &object, 0);
		else
			buf_addf(&text, "!%s", buf_str(&err));
		assert_string_equal(buf_str(&text), substitutions[i].want);
		jv_free(object);
		buf_release(&text);
		buf_release(&err);
		buf_release(&at);
		flux_release(&f);
	}
	jv_free(none);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_beta),
		cmocka_unit_test(test_metadata),
		cmocka_unit_test(test_substitution),
	};

	mem_init();
	return cmocka_run_group_tests_name("flux", tests, NULL, NULL);
}
