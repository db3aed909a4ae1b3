#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "diff/desired.h"
#include "json.h"
#include "parse.h"

static const struct kind config_map = { "", "v1", "ConfigMap", "configmaps",
	true };
static const struct kind cluster_role = { "rbac.authorization.k8s.io", "v1",
	"ClusterRole", "clusterroles", false };

static void
check(const char *in, const struct kind *kind, const char *part_of,
    const char *want)
{
	struct buf out = BUF_INIT;
	jv v = desired_object(parse_json(in), kind, part_of, "fallback");

	json_write(&out, &v, 0);
	assert_string_equal(buf_str(&out), want);
	jv_free(v);
	buf_release(&out);
}

static void
test_namespace(void **state)
{
	(void)state;
	check("{\"kind\":\"A\",\"metadata\":{\"name\":\"n\"}}", &config_map,
	    NULL,
	    "{\"kind\":\"A\",\"metadata\":{\"name\":\"n\","
	    "\"namespace\":\"fallback\"}}");
	check("{\"metadata\":{\"name\":\"n\",\"namespace\":\"own\"}}",
	    &config_map, NULL,
	    "{\"metadata\":{\"name\":\"n\",\"namespace\":\"own\"}}");
	check("{\"metadata\":{\"name\":\"n\",\"namespace\":\"own\"}}",
	    &cluster_role, NULL, "{\"metadata\":{\"name\":\"n\"}}");
}

static void
test_server_fields(void **state)
{
	(void)state;
	check("{\"metadata\":{\"name\":\"n\",\"uid\":\"u\",\"generation\":3,"
	      "\"resourceVersion\":\"9\",\"creationTimestamp\":\"2026\","
	      "\"managedFields\":[],\"selfLink\":\"x\"},"
	      "\"spec\":{\"status\":1},\"status\":{\"a\":1}}",
	    &cluster_role, NULL,
	    "{\"metadata\":{\"name\":\"n\"},\"spec\":{\"status\":1}}");
	check("{\"metadata\":{\"name\":\"n\"},\"spec\":{\"template\":{"
	      "\"metadata\":{\"creationTimestamp\":null,\"labels\":{}}},"
	      "\"claims\":[{\"metadata\":{\"creationTimestamp\":null}}]}}",
	    &cluster_role, NULL,
	    "{\"metadata\":{\"name\":\"n\"},\"spec\":{\"template\":{"
	    "\"metadata\":{\"labels\":{}}},\"claims\":[{\"metadata\":{}}]}}");
}

static void
test_part_of(void **state)
{
	(void)state;
	check("{\"metadata\":{\"name\":\"n\",\"labels\":{\"a\":\"b\"}}}",
	    &cluster_role, "id",
	    "{\"metadata\":{\"name\":\"n\",\"labels\":{\"a\":\"b\","
	    "\"applyset.kubernetes.io/part-of\":\"id\"}}}");
}

static void
test_string_data(void **state)
{
	(void)state;
	check("{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{"
	      "\"namespace\":\"x\"},\"data\":{\"a\":\"eA==\",\"b\":\"eA==\"},"
	      "\"stringData\":{\"b\":\"hello\",\"c\":\"\"}}",
	    &config_map, NULL,
	    "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{"
	    "\"namespace\":\"x\"},\"data\":{\"a\":\"eA==\",\"b\":"
	    "\"aGVsbG8=\",\"c\":\"\"}}");
	check("{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{"
	      "\"namespace\":\"x\"},\"stringData\":{\"b\":1}}",
	    &config_map, NULL,
	    "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{"
	    "\"namespace\":\"x\"},\"stringData\":{\"b\":1},\"data\":{}}");
}

static void
check_namespace(const char *stage, const char *want)
{
	struct buf out = BUF_INIT;
	jv v = parse_json(stage);

	desired_namespace(&out, &v, "fallback");
	assert_string_equal(buf_str(&out), want);
	jv_free(v);
	buf_release(&out);
}

static void
test_default_namespace(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	check_namespace("{\"stage\":\"flux-system/app\",\"spec\":"
			"{\"targetNamespace\":\"target\"}}",
	    "target");
	check_namespace(
	    "{\"stage\":\"flux-system/app\",\"spec\":{}}", "flux-system");
	check_namespace("{\"stage\":\"app\"}", "fallback");
	desired_namespace(&out, NULL, "fallback");
	assert_string_equal(buf_str(&out), "fallback");
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_namespace),
		cmocka_unit_test(test_server_fields),
		cmocka_unit_test(test_part_of),
		cmocka_unit_test(test_string_data),
		cmocka_unit_test(test_default_namespace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
