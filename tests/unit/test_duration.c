#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "duration.h"
#include "timestamp.h"

/* ms is -1 for what is no duration. */
static const struct {
	const char *text;
	long long go, flux;
} cases[] = {
	{ "90s", 90000, 90000 },
	{ "1h30m", 5400000, 5400000 },
	{ "1.5h", 5400000, 5400000 },
	{ "300ms", 300, 300 },
	{ "1m1m", 120000, 120000 },
	{ "0s", 0, 0 },
	{ "0", 0, -1 },
	{ "+5m", 300000, -1 },
	{ ".5s", 500, -1 },
	{ "5.s", 5000, -1 },
	{ "1500us", 1, -1 },
	{ "\xc2\xb5s", -1, -1 },
	{ "1\xc2\xb5s", 0, -1 },
	{ "", -1, -1 },
	{ "5", -1, -1 },
	{ "-5s", -1, -1 },
	{ "5 s", -1, -1 },
	{ "s", -1, -1 },
	{ "1d", -1, -1 },
	{ "1.2.3s", -1, -1 },
	{ "99999999999h", -1, -1 },
	{ "5min", -1, -1 },
};

static void
test_parse(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		long long go = -1, flux = -1;

		if (!duration_parse(cases[i].text, &go))
			go = -1;
		if (!duration_parse_flux(cases[i].text, &flux))
			flux = -1;
		if (go != cases[i].go || flux != cases[i].flux)
			fail_msg("%s: %lld and %lld, not %lld and %lld",
			    cases[i].text, go, flux, cases[i].go,
			    cases[i].flux);
	}
}

static void
test_write(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	duration_write(&b, 850);
	buf_addc(&b, ' ');
	duration_write(&b, 4250);
	buf_addc(&b, ' ');
	duration_write(&b, 90000);
	buf_addc(&b, ' ');
	duration_write(&b, 7500000);
	assert_string_equal(buf_str(&b), "850ms 4.2s 1m30s 2h5m");
	buf_release(&b);
}

/* The time zone of whoever runs it does not matter. */
static void
test_timestamp(void **state)
{
	static const char *const times[] = { "1970-01-01T00:00:00.000Z",
		"1969-12-31T23:59:59.999Z", "2000-02-29T12:34:56.789Z",
		"2026-11-21T09:00:00.001Z", "9999-12-31T23:59:59.999Z" };
	struct buf text = BUF_INIT;
	long long ms;

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		assert_true(timestamp_parse(times[i], &ms));
		buf_clear(&text);
		timestamp_write(&text, ms, true);
		assert_string_equal(buf_str(&text), times[i]);
	}
	buf_clear(&text);
	timestamp_write(&text, 951827696789, false);
	assert_string_equal(buf_str(&text), "2000-02-29T12:34:56Z");
	buf_release(&text);
}

int
main(void)
{
	const struct CMUnitTest t[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_timestamp),
	};

	return cmocka_run_group_tests(t, NULL, NULL);
}
