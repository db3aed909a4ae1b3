#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fields/quantity.h"
#include "json.h"

static void
check(const char *in, const char *want)
{
	struct buf out = BUF_INIT;

	if (!quantity_canonical(in, &out))
		buf_adds(&out, "refused");
	assert_string_equal(buf_str(&out), want);
	buf_release(&out);
}

/* As resource.Quantity writes what it read. */
static void
test_canonical(void **state)
{
	static const char *const cases[][2] = { { "0", "0" }, { "1", "1" },
		{ "1000m", "1" }, { "500m", "500m" }, { "0.5", "500m" },
		{ ".5", "500m" }, { "1.", "1" }, { "1500m", "1500m" },
		{ "-1000m", "-1" }, { "+1k", "1k" }, { "1000", "1k" },
		{ "1000k", "1M" }, { "1100k", "1100k" }, { "100", "100" },
		{ "1024Mi", "1Gi" }, { "1.5Gi", "1536Mi" },
		{ "1000Ki", "1000Ki" }, { "1073741824", "1073741824" },
		{ "1Ki", "1Ki" }, { "0.5Ki", "512" }, { "1e3", "1e3" },
		{ "1E3", "1e3" }, { "12e2", "1200" }, { "1E", "1E" },
		{ "100n", "100n" }, { "0Gi", "0" } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		check(cases[i][0], cases[i][1]);
}

static void
test_refused(void **state)
{
	static const char *const cases[] = { "", "m", "1 Gi", "1.2.3", "1gi",
		"0.1n", "99999999999999999999", "1e", "1e1x", "9e9999", "8Ei",
		"- 1" };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		check(cases[i], "refused");
}

static void
test_compare(void **state)
{
	(void)state;
	assert_true(quantity_compare("1Gi", "1024Mi") == 0);
	assert_true(quantity_compare("1Gi", "1G") > 0);
	assert_true(quantity_compare("1.1", "1100m") == 0);
	assert_true(quantity_compare("1.5Gi", "1536Mi") == 0);
	assert_true(quantity_compare("0.7e-3", "700u") == 0);
	assert_true(quantity_compare("-5e31", "-50e30") == 0);
	assert_true(quantity_compare("500m", "1") < 0);
	assert_true(quantity_compare("x", "1") == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_canonical),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_compare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
