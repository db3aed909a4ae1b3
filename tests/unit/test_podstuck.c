#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "health/podstuck.h"
#include "json.h"
#include "timestamp.h"

/* A Pod of that status; ' stands for ". */
static jv
pod(const char *metadata, const char *status)
{
	struct buf text = BUF_INIT, err = BUF_INIT;
	jv v;
	char *p;

	buf_addf(&text, "{'metadata':{%s},'status':{%s}}", metadata, status);
	for (p = text.s; *p; p++)
		if (*p == '\'')
			*p = '"';
	v = json_parse(text.s, text.len, &err);
	if (!jv_is_valid(v))
		fail_msg("%s: %s", text.s, err.s);
	buf_release(&text);
	return v;
}

/* The reason why it is stuck; NULL if it is not. */
static const char *
reason(const char *metadata, const char *status, long long *due)
{
	static struct health h;
	struct pod_limits limits = { .crashes = 3, .unschedulable_ms = 60000 };
	jv v = pod(metadata, status);
	bool stuck;

	assert_true(timestamp_parse("2026-11-21T04:00:00Z", &limits.now));
	health_release(&h);
	stuck = pod_stuck(&v, &limits, &h, due);
	jv_free(v);
	if (stuck)
		assert_int_equal(h.status, HEALTH_FAILED);
	return stuck ? buf_str(&h.reason) : NULL;
}

#define WAITING(reason, restarts) \
	"'containerStatuses':[{'name':'ok','state':{'running':{}}}," \
	"{'name':'c','restartCount':" restarts \
	",'state':{'waiting':{'reason':'" reason "'}}}]"

static void
test_waiting(void **state)
{
	static const struct {
		const char *status, *reason;
	} rows[] = {
		{ WAITING("ImagePullBackOff", "0"), "ImagePullBackOff" },
		{ WAITING("InvalidImageName", "0"), "InvalidImageName" },
		{ WAITING("ErrImageNeverPull", "0"), "ErrImageNeverPull" },
		{ WAITING("CreateContainerConfigError", "0"),
		    "CreateContainerConfigError" },
		{ WAITING("ErrImagePull", "0"), NULL },
		{ WAITING("ContainerCreating", "0"), NULL },
		{ WAITING("CrashLoopBackOff", "2"), NULL },
		{ WAITING("CrashLoopBackOff", "3"), "CrashLoopBackOff" },
		{ "'initContainerStatuses':[{'name':'i','state':{'waiting':"
		  "{'reason':'ImagePullBackOff'}}}]",
		    "ImagePullBackOff" },
		{ "'containerStatuses':7", NULL },
		{ "'phase':'Failed'", NULL },
	};
	long long due = 0;
	const char *got;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		got = reason("", rows[i].status, &due);
		if (rows[i].reason)
			assert_string_equal(got, rows[i].reason);
		else
			assert_null(got);
		assert_int_equal(due, 0);
	}
	assert_null(reason("'deletionTimestamp':'2026-11-21T04:00:00Z'",
	    WAITING("ImagePullBackOff", "0"), &due));
}

#define UNSCHEDULABLE(since) \
	"'conditions':[{'type':'PodScheduled','status':'False','reason':" \
	"'Unschedulable','lastTransitionTime':'" since "'}]"

static void
test_unschedulable(void **state)
{
	long long due = 0, want;

	(void)state;
	assert_null(reason("", UNSCHEDULABLE("2026-11-21T03:59:01Z"), &due));
	assert_true(timestamp_parse("2026-11-21T04:00:01Z", &want));
	assert_int_equal(due, want);
	assert_string_equal(
	    reason("", UNSCHEDULABLE("2026-11-21T03:59:00Z"), &due),
	    "Unschedulable");
	/* Without a time of its own the Pod's counts. */
	assert_string_equal(reason("'creationTimestamp':'2026-11-21T03:00:00Z'",
				UNSCHEDULABLE(""), &due),
	    "Unschedulable");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waiting),
		cmocka_unit_test(test_unschedulable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
