/* Time stamps of log lines, as nodes in any time zone write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wait/logstamp.h"

static int
order(const char *a, const char *b)
{
	int there = logstamp_compare(a, strlen(a), b, strlen(b));
	int back = logstamp_compare(b, strlen(b), a, strlen(a));

	there = (there > 0) - (there < 0);
	back = (back > 0) - (back < 0);
	assert_int_equal(there, -back);
	return there;
}

static void
test_compare(void **state)
{
	(void)state;
	assert_int_equal(
	    order("2026-11-21T04:00:00.5Z", "2026-11-21T04:00:00.5Z"), 0);
	assert_int_equal(
	    order("2026-11-21T04:00:00.5Z", "2026-11-21T04:00:00.500Z"), 0);
	assert_int_equal(
	    order("2026-11-21T04:00:00Z", "2026-11-21T04:00:00.000000001Z"),
	    -1);
	assert_int_equal(order("2026-11-21T04:00:00.123456789Z",
			     "2026-11-21T04:00:00.12345679Z"),
	    -1);
	assert_int_equal(
	    order("2026-11-21T04:00:01.1Z", "2026-11-21T04:00:00.9Z"), 1);
	assert_int_equal(
	    order("2026-11-21T09:30:00.1+05:30", "2026-11-21T09:30:00.2+05:30"),
	    -1);
	/* The night in which summer ends. */
	assert_int_equal(
	    order("2026-10-25T02:59:59.9+02:00", "2026-10-25T02:00:00.1+01:00"),
	    -1);
	assert_int_equal(
	    order("2026-10-25T02:30:00.1+02:00", "2026-10-25T00:30:00.1Z"), 0);
}

static const char *
second(const char *s)
{
	static struct buf out;

	buf_clear(&out);
	return logstamp_second(&out, s, strlen(s)) ? buf_str(&out) : NULL;
}

static void
test_second(void **state)
{
	(void)state;
	assert_string_equal(
	    second("2026-11-21T04:00:00.123456789Z"), "2026-11-21T04:00:00Z");
	assert_string_equal(
	    second("2026-11-21T04:00:00Z"), "2026-11-21T04:00:00Z");
	assert_string_equal(
	    second("2026-11-21T09:30:00.1+05:30"), "2026-11-21T09:30:00+05:30");
	assert_null(second(""));
	assert_null(second("hello"));
	assert_null(second("2026-11-21T04:00:00.5"));
	assert_null(second("2026-13-21T04:00:00Z"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
