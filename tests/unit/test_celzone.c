/* Time zones: files made by hand, and what is asked of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cel/celzone.h"

#define HOUR 3600
#define YEAR2024 1704067200 /* its first second */

static void
put(struct buf *b, uint64_t v, int bytes)
{
	while (bytes--)
		buf_addc(b, bytes < 8 ? (char)(v >> 8 * bytes) : 0);
}

static void
header(struct buf *b, unsigned times, unsigned types, unsigned names)
{
	buf_adds(b, "TZif2");
	put(b, 0, 15 + 12);
	put(b, times, 4);
	put(b, types, 4);
	put(b, names, 4);
}

static void
type(struct buf *b, int32_t east, bool summer)
{
	put(b, (uint32_t)east, 4);
	put(b, summer, 1);
	put(b, 0, 1);
}

/*
 * A zone that was two hours east of UTC until 2000-01-01, and is by a rule from
 * then on.
 */
static struct buf
zone(const char *rule)
{
	struct buf b = BUF_INIT;

	header(&b, 0, 1, 0);
	type(&b, 0, false);
	header(&b, 1, 2, 0);
	put(&b, 946684800, 8);
	put(&b, 1, 1);
	type(&b, 2 * HOUR, false);
	type(&b, HOUR, false);
	buf_addf(&b, "\n%s\n", rule);
	return b;
}

static void
check(const char *rule, int64_t at, int32_t expected)
{
	struct buf b = zone(rule);
	int32_t east = -1;

	assert_true(cel_zone_file_east(&b, at, &east));
	assert_int_equal(east, expected);
	buf_release(&b);
}

static void
test_rules(void **state)
{
	static const char cet[] = "CET-1CEST,M3.5.0,M10.5.0/3";

	(void)state;
	check(cet, 0, 2 * HOUR);
	check(cet, YEAR2024, HOUR);
	/* 2024-03-31T01:00:00Z and 2024-10-27T01:00:00Z */
	check(cet, 1711846799, HOUR);
	check(cet, 1711846800, 2 * HOUR);
	check(cet, 1729990799, 2 * HOUR);
	check(cet, 1729990800, HOUR);
	/* The other half of the world: summer over the end of the year. */
	check("AEST-10AEDT,M10.1.0,M4.1.0/3", YEAR2024, 11 * HOUR);
	check("AEST-10AEDT,M10.1.0,M4.1.0/3", 1717200000, 10 * HOUR);
	check("<-03>3", YEAR2024, -3 * HOUR);
	check("<+0530>-5:30", YEAR2024, 5 * HOUR + 1800);
	/* Days of the year, with the leap day and without. */
	check("AAA1BBB,J60/0,J61/0", 1709251200 + 2 * HOUR, 0);
	check("AAA1BBB,59/0,60/0", 1709164800 + 2 * HOUR, 0);
	check("", YEAR2024, HOUR);
}

static void
test_broken(void **state)
{
	struct buf b = zone("CET-1CEST,M3.5.0,M10.5.0/3");
	int32_t east;
	size_t rule = b.len - 28;

	(void)state;
	while (b.len > rule) {
		buf_truncate(&b, b.len - 1);
		cel_zone_file_east(&b, YEAR2024, &east);
	}
	while (b.len) {
		buf_truncate(&b, b.len - 1);
		assert_false(cel_zone_file_east(&b, YEAR2024, &east));
	}
	buf_release(&b);
	b = zone("CET-1CEST,M13.5.0,M10.5.0/3");
	assert_false(cel_zone_file_east(&b, YEAR2024, &east));
	buf_release(&b);
}

static void
east_of(const char *name, int32_t expected)
{
	struct buf why = BUF_INIT;
	int32_t east = 1;
	bool ok = cel_zone_east(name, strlen(name), YEAR2024, &east, &why);

	assert_true(ok == (expected >= 0));
	if (ok)
		assert_int_equal(east, expected);
	else
		assert_true(why.len > 0);
	buf_release(&why);
}

static void
test_names(void **state)
{
	(void)state;
	east_of("UTC", 0);
	east_of("", 0);
	east_of("+05:30", 5 * HOUR + 1800);
	east_of("02:00", 2 * HOUR);
	east_of("x:00", -1);
	east_of("No/Where", -1);
	east_of("../zoneinfo/UTC", -1);
	east_of("/etc/passwd", -1);
}

static void
test_dates(void **state)
{
	int64_t days, year;
	int month, day;

	(void)state;
	for (days = -719162; days < 2932897; days += 13) {
		cel_date(days, &year, &month, &day);
		assert_int_equal(cel_days(year, month, day), days);
	}
	assert_int_equal(cel_days(1970, 1, 1), 0);
	assert_int_equal(cel_days(2024, 2, 29), 19782);
	assert_int_equal(cel_days(1, 1, 1), -719162);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_broken),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_dates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
