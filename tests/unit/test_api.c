#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "api/apiimpl.h"
#include "json.h"
#include "kinds.h"

/* --- kinds -------------------------------------------------------------- */

static void
is_kind(
    const char *group, const char *version, const char *kind, const char *want)
{
	const struct kind *k = kind_find(group, strlen(group), version, kind);
	struct buf path = BUF_INIT;

	if (!want) {
		assert_null(k);
		return;
	}
	assert_non_null(k);
	api_path(&path, k, "ns", "x");
	assert_string_equal(buf_str(&path), want);
	buf_release(&path);
}

static void
test_kinds(void **state)
{
	(void)state;
	is_kind("", "v1", "Pod", "/api/v1/namespaces/ns/pods/x");
	is_kind("", "v1", "Namespace", "/api/v1/namespaces/x");
	is_kind("apps", NULL, "Deployment",
	    "/apis/apps/v1/namespaces/ns/deployments/x");
	/* The preferred version, and another one. */
	is_kind("autoscaling", NULL, "HorizontalPodAutoscaler",
	    "/apis/autoscaling/v2/namespaces/ns/horizontalpodautoscalers/x");
	is_kind("autoscaling", "v1", "HorizontalPodAutoscaler",
	    "/apis/autoscaling/v1/namespaces/ns/horizontalpodautoscalers/x");
	is_kind("autoscaling", "v3", "HorizontalPodAutoscaler", NULL);
	is_kind("storage.k8s.io", NULL, "VolumeAttributesClass",
	    "/apis/storage.k8s.io/v1/volumeattributesclasses/x");
	is_kind("app", NULL, "Deployment", NULL);
	is_kind("apps.x", NULL, "Deployment", NULL);
	is_kind("", "v1", "Deployment", NULL);
	is_kind("zzz", NULL, "Zzz", NULL);
	assert_true(kind_is_cluster_scoped("", 0, "Namespace"));
	assert_false(kind_is_cluster_scoped("", 0, "Pod"));
	assert_false(kind_is_cluster_scoped("example.com", 11, "Thing"));
}

static void
test_group_is_not_terminated(void **state)
{
	const char *api_version = "apps/v1";
	const struct kind *k = kind_find(api_version, 4, "v1", "Deployment");

	(void)state;
	assert_non_null(k);
	assert_string_equal(k->plural, "deployments");
}

/* --- paths -------------------------------------------------------------- */

static void
test_paths(void **state)
{
	const struct kind *pod = kind_find("", 0, "v1", "Pod");
	struct buf path = BUF_INIT;

	(void)state;
	api_path(&path, pod, NULL, NULL);
	assert_string_equal(buf_str(&path), "/api/v1/pods");
	api_query(&path, "labelSelector", "a=b,c in (d)");
	api_query(&path, "limit", "5");
	assert_string_equal(buf_str(&path),
	    "/api/v1/pods?labelSelector=a%3Db%2Cc%20in%20%28d%29&limit=5");
	buf_clear(&path);
	api_path(&path, pod, "", "../x?y");
	assert_string_equal(buf_str(&path), "/api/v1/pods/..%2Fx%3Fy");
	buf_release(&path);
}

/* --- trying again ------------------------------------------------------- */

static long long
wait_after(enum http_failure failure, long status, bool once, int tries)
{
	struct api_attempt a = { .failure = failure,
		.status = status,
		.once = once,
		.tries = tries,
		.internal = tries,
		.reached = true,
		.left_ms = 60000,
		.random = 12345 };

	return api_retry_wait(&a);
}

static void
test_what_is_tried_again(void **state)
{
	static const long passing[] = { 429, 500, 502, 503, 504 };
	static const long final[] = { 200, 201, 400, 401, 403, 404, 405, 409,
		410, 413, 415, 422, 501 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(passing) / sizeof(*passing); i++)
		assert_true(
		    wait_after(HTTP_ANSWERED, passing[i], false, 1) >= 0);
	for (i = 0; i < sizeof(final) / sizeof(*final); i++)
		assert_int_equal(
		    wait_after(HTTP_ANSWERED, final[i], false, 1), -1);
	assert_true(wait_after(HTTP_BROKEN, 0, false, 1) >= 0);
	assert_true(wait_after(HTTP_TIMEOUT, 0, false, 1) >= 0);
	assert_true(wait_after(HTTP_UNREACHED, 0, false, 1) >= 0);
	assert_int_equal(wait_after(HTTP_UNTRUSTED, 0, false, 1), -1);
	assert_int_equal(wait_after(HTTP_LOCAL, 0, false, 1), -1);
	/* An internal error that stays is one. */
	assert_int_equal(wait_after(HTTP_ANSWERED, 500, false, 4), -1);
	assert_true(wait_after(HTTP_ANSWERED, 503, false, 40) >= 0);
}

static void
test_what_must_not_be_sent_twice(void **state)
{
	(void)state;
	assert_true(wait_after(HTTP_UNREACHED, 0, true, 1) >= 0);
	assert_true(wait_after(HTTP_ANSWERED, 429, true, 1) >= 0);
	assert_int_equal(wait_after(HTTP_BROKEN, 0, true, 1), -1);
	assert_int_equal(wait_after(HTTP_TIMEOUT, 0, true, 1), -1);
	assert_int_equal(wait_after(HTTP_ANSWERED, 500, true, 1), -1);
	assert_int_equal(wait_after(HTTP_ANSWERED, 503, true, 1), -1);
	assert_int_equal(wait_after(HTTP_ANSWERED, 504, true, 1), -1);
}

static void
test_pauses(void **state)
{
	struct api_attempt a = { .failure = HTTP_ANSWERED,
		.status = 429,
		.tries = 1,
		.left_ms = -1 };
	unsigned r;

	(void)state;
	for (r = 0; r < 1000; r += 7) {
		a.random = r;
		a.tries = 1;
		assert_in_range(api_retry_wait(&a), 50, 100);
		a.tries = 3;
		assert_in_range(api_retry_wait(&a), 200, 400);
		a.tries = 1000;
		assert_in_range(api_retry_wait(&a), 2500, 5000);
	}
	/* Others are answered: only our connection was cut. */
	a.failure = HTTP_BROKEN;
	a.alive = true;
	assert_in_range(api_retry_wait(&a), 200, 400);
	a.failure = HTTP_ANSWERED;
	assert_in_range(api_retry_wait(&a), 2500, 5000);
	a.retry_after_ms = 20000;
	assert_in_range(api_retry_wait(&a), 20000, 22000);
	/* There is no use in waiting for what is out of time. */
	a.left_ms = 20000;
	assert_int_equal(api_retry_wait(&a), -1);
}

static void
test_never_reached(void **state)
{
	struct api_attempt a = { .failure = HTTP_UNREACHED,
		.tries = 9,
		.left_ms = 60000,
		.spent_ms = 10000 };

	(void)state;
	assert_int_equal(api_retry_wait(&a), -1);
	a.reached = true;
	assert_true(api_retry_wait(&a) >= 0);
}

/* --- answers ------------------------------------------------------------ */

static enum status
says(const char *method, long status, const char *message)
{
	return api_exit_status(HTTP_ANSWERED, status, method, message);
}

static void
test_exit_status(void **state)
{
	(void)state;
	assert_int_equal(says("GET", 200, ""), STATUS_OK);
	assert_int_equal(says("PATCH", 201, ""), STATUS_OK);
	assert_int_equal(says("PATCH", 409, ""), STATUS_REFUSED);
	assert_int_equal(says("PATCH", 422, ""), STATUS_REFUSED);
	assert_int_equal(says("PATCH", 500, ""), STATUS_REFUSED);
	assert_int_equal(says("PATCH", 503, ""), STATUS_SERVER);
	assert_int_equal(says("PATCH", 401, ""), STATUS_SERVER);
	assert_int_equal(says("GET", 403, ""), STATUS_SERVER);
	/* A verb that is forbidden, and an object that admission refuses. */
	assert_int_equal(says("PATCH", 403,
			     "configmaps \"x\" is forbidden: User \"nobody\" "
			     "cannot patch resource \"configmaps\""),
	    STATUS_SERVER);
	assert_int_equal(
	    says("PATCH", 403, "pods \"x\" is forbidden: violates PodSecurity"),
	    STATUS_REFUSED);
	assert_int_equal(
	    api_exit_status(HTTP_UNREACHED, 0, "GET", ""), STATUS_SERVER);
	assert_int_equal(
	    api_exit_status(HTTP_BROKEN, 200, "GET", ""), STATUS_SERVER);
	assert_int_equal(
	    api_exit_status(HTTP_TIMEOUT, 0, "GET", ""), STATUS_TIMEOUT);
}

static jv
trim_spec(jv item)
{
	return json_delete(item, "spec");
}

/* want is NULL for what is refused. */
static void
decodes_list(const char *text, const char *want)
{
	struct buf err = BUF_INIT, out = BUF_INIT;
	jv v = api_decode_list(text, strlen(text), trim_spec, &err);

	assert_int_equal(jv_is_valid(v), want != NULL);
	if (want) {
		json_write(&out, &v, 0);
		assert_string_equal(buf_str(&out), want);
	}
	jv_free(v);
	buf_release(&err);
	buf_release(&out);
}

static void
test_lists_are_trimmed(void **state)
{
	static const char whole[] =
	    "{\"kind\":\"L\",\"metadata\":{\"items\":[{\"spec\":1}]},"
	    "\"items\":[{\"a\":\"]\\\"}\",\"spec\":{\"b\":[1,2]}},"
	    "{\"spec\":9223372036854775807},{\"c\":{\"spec\":9007199254740993}}"
	    "],\"x\":1}\n";
	struct buf err = BUF_INIT;
	size_t i;
	jv v;

	(void)state;
	decodes_list(whole,
	    "{\"kind\":\"L\",\"metadata\":{\"items\":[{\"spec\":1}]},"
	    "\"items\":[{\"a\":\"]\\\"}\"},{},"
	    "{\"c\":{\"spec\":9007199254740993}}],\"x\":1}");
	decodes_list("{\"items\":[]}", "{\"items\":[]}");
	decodes_list("{\"items\":null}", "{\"items\":null}");
	decodes_list("{\"items\":[1 2]}", NULL);
	decodes_list("{\"items\":[,1]}", NULL);
	decodes_list("{\"items\":[1]]}", NULL);
	decodes_list("[1]", "[1]");
	decodes_list("", NULL);
	/* Wherever it is cut off, it is no list. */
	for (i = 0; i + 2 < sizeof(whole); i++) {
		v = api_decode_list(whole, i, trim_spec, &err);
		assert_false(jv_is_valid(v));
		jv_free(v);
	}
	buf_release(&err);
}

static void
reads(const char *method, long status, const char *body, const char *want)
{
	struct api_call call = { .method = (char *)method };
	struct http_transfer t = { .status = status };
	struct api_answer a;

	buf_adds(&t.got, body);
	api_answer_read(&a, &call, &t, "https://server");
	assert_string_equal(a.r.message, want);
	api_answer_release(&a);
	buf_release(&t.got);
}

static void
test_messages(void **state)
{
	(void)state;
	reads("GET", 200, "{}", "");
	reads("PATCH", 409,
	    "{\"kind\":\"Status\",\"reason\":\"Conflict\","
	    "\"message\":\"one\\n two\\n\"}",
	    "one two");
	reads("GET", 404, "404 page not found\nmore", "404 page not found");
	reads("GET", 502, "", "HTTP status 502");
	reads("GET", 503, "{\"kind\":\"Status\",\"reason\":\"Gone\"}",
	    "HTTP status 503: Gone");
	reads("GET", 200, "{\"kind\":",
	    "https://server: the answer is cut off or no JSON: not JSON: "
	    "Unfinished JSON term at EOF");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_group_is_not_terminated),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_what_is_tried_again),
		cmocka_unit_test(test_what_must_not_be_sent_twice),
		cmocka_unit_test(test_pauses),
		cmocka_unit_test(test_never_reached),
		cmocka_unit_test(test_exit_status),
		cmocka_unit_test(test_lists_are_trimmed),
		cmocka_unit_test(test_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
