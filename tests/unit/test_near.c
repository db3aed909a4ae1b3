/* The name that was probably meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "near.h"

static const char *
nearest(const char *name)
{
	static const char *const names[] = { "resources", "patches",
		"patchesStrategicMerge", "env", "envs", "kind" };
	struct near n;

	near_start(&n, name);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		near_try(&n, names[i]);
	return n.found ? n.found : "";
}

static void
test_nearest(void **state)
{
	(void)state;
	assert_string_equal(nearest("resource"), "resources");
	assert_string_equal(nearest("reosurces"), "resources");
	assert_string_equal(nearest("RESOURCE"), "resources");
	assert_string_equal(nearest("patchs"), "patches");
	assert_string_equal(nearest("envx"), "env");
	assert_string_equal(
	    nearest("patchStrategicMerge"), "patchesStrategicMerge");
}

static void
test_nothing_near(void **state)
{
	char wide[200];

	(void)state;
	memset(wide, 'r', sizeof(wide) - 1);
	wide[sizeof(wide) - 1] = '\0';
	assert_string_equal(nearest("spec"), "");
	assert_string_equal(nearest("x"), "");
	assert_string_equal(nearest(""), "");
	assert_string_equal(nearest(wide), "");
}

static void
test_said(void **state)
{
	struct buf out = BUF_INIT;
	struct near n;

	(void)state;
	near_start(&n, "knd");
	near_say(&n, &out);
	near_try(&n, "kind");
	buf_addc(&out, '|');
	near_say(&n, &out);
	assert_string_equal(out.s, "unknown field|unknown field, maybe kind");
	buf_release(&out);
}

int
main(void)
{
	const struct CMUnitTest t[] = {
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_nothing_near),
		cmocka_unit_test(test_said),
	};

	return cmocka_run_group_tests(t, NULL, NULL);
}
