#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "json.h"
#include "show/board.h"
#include "show/display.h"

static void
assert_cut(const char *s, size_t columns, const char *want, size_t used)
{
	struct buf b = BUF_INIT;

	assert_int_equal(display_cut(&b, s, columns), used);
	assert_string_equal(buf_str(&b), want);
	buf_release(&b);
}

static void
test_cut(void **state)
{
	(void)state;
	assert_cut("abc", 3, "abc", 3);
	assert_cut("abcd", 3, "ab\xe2\x80\xa6", 3);
	assert_cut("abc", 0, "", 0);
	/* An umlaut takes a column, a Chinese character two. */
	assert_cut("\xc3\xa4\xc3\xb6", 2, "\xc3\xa4\xc3\xb6", 2);
	assert_cut(
	    "\xe4\xb8\xad\xe6\x96\x87", 4, "\xe4\xb8\xad\xe6\x96\x87", 4);
	/* Half a wide character is none. */
	assert_cut(
	    "\xe4\xb8\xad\xe6\x96\x87", 3, "\xe4\xb8\xad\xe2\x80\xa6", 3);
	assert_cut("\xe4\xb8\xad\xe6\x96\x87", 2, "\xe2\x80\xa6", 1);
	/* An accent on its own takes none, and is not torn off. */
	assert_cut("e\xcc\x81xy", 2, "e\xcc\x81\xe2\x80\xa6", 2);
	/* Controls, broken UTF-8, overlong forms, surrogates, directions. */
	assert_cut("a\033[2Jb\n", 9, "a?[2Jb?", 7);
	assert_cut("\xff\xc3", 9, "??", 2);
	assert_cut("\xc0\xaf", 9, "??", 2);
	assert_cut("\xed\xa0\x80", 9, "???", 3);
	assert_cut("a\xe2\x80\xaeg\xc2\x9b", 9, "a?g?", 4);
}

static const struct display_item three[] = {
	{ "Job/n/a", "running", 1999 },
	{ "Job/n/b", "waits for its image, which takes long", 61000 },
	{ "Deployment/n/c", "1 of 2", 3600000 },
};

static void
test_frame(void **state)
{
	struct display_group g = { "shop: 1 of 4", 90000, three, 3, 3 };
	struct buf b = BUF_INIT;

	(void)state;
	assert_int_equal(display_frame(&b, &g, 1, 41, 24), 4);
	assert_string_equal(buf_str(&b),
	    " 1m30s  shop: 1 of 4\n"
	    "    1s    Job/n/a         running\n"
	    " 1m01s    Job/n/b         waits for its\xe2\x80\xa6\n"
	    " 1h00m    Deployment/n/c  1 of 2\n");
	buf_release(&b);
}

static void
test_more_than_rows(void **state)
{
	struct display_group g[] = { { "one", 0, three, 3, 3 },
		{ "two", 0, three, 3, 2000 }, { "three", 0, three, 0, 0 } };
	struct buf b = BUF_INIT;

	(void)state;
	assert_int_equal(display_frame(&b, g, 3, 30, 8), 7);
	assert_string_equal(buf_str(&b),
	    "    0s  one\n"
	    "    1s    Job/n/a         ru\xe2\x80\xa6\n"
	    "          and 2 more\n"
	    "    0s  two\n"
	    "    1s    Job/n/a         ru\xe2\x80\xa6\n"
	    "          and 1999 more\n"
	    "    0s  three\n");
	buf_clear(&b);
	assert_int_equal(display_frame(&b, g, 3, 30, 3), 2);
	assert_string_equal(buf_str(&b), "    0s  one\n"
					 "        and 2 more\n");
	buf_release(&b);
}

/* Whatever the size, no row is as wide as the screen, nor the frame as high. */
static void
test_any_size(void **state)
{
	struct display_group g[] = { { "one", 0, three, 3, 3 },
		{ "\xe4\xb8\xad\xe6\x96\x87", 99999999999, three, 3, 2000 } };
	struct buf b = BUF_INIT;
	size_t columns, rows, n;

	(void)state;
	for (columns = 0; columns < 60; columns++)
		for (rows = 0; rows < 12; rows++) {
			buf_clear(&b);
			n = display_frame(&b, g, 2, columns, rows);
			assert_true(n < rows || n == 0);
			assert_int_equal(n, display_height(&b, 1000));
			if (columns > 1)
				assert_int_equal(
				    n, display_height(&b, columns - 1));
		}
	buf_release(&b);
}

static void
test_height(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	buf_adds(&b, "1234567890\n12345\n\n");
	assert_int_equal(display_height(&b, 10), 3);
	assert_int_equal(display_height(&b, 9), 4);
	assert_int_equal(display_height(&b, 4), 6);
	buf_release(&b);
}

static void
test_paint(void **state)
{
	struct buf out = BUF_INIT, above = BUF_INIT, frame = BUF_INIT;

	(void)state;
	display_paint(&out, 0, &above, &frame);
	assert_string_equal(buf_str(&out), "");
	buf_adds(&above, "said\n");
	display_paint(&out, 0, &above, &frame);
	assert_string_equal(buf_str(&out), "said\n");
	buf_clear(&out);
	buf_adds(&frame, "a\nb\n");
	display_paint(&out, 3, &above, &frame);
	assert_string_equal(
	    buf_str(&out), "\r\033[3A\033[Jsaid\na\033[K\nb\033[K\n\033[J");
	buf_release(&out);
	buf_release(&above);
	buf_release(&frame);
}

static void
take(struct board *b, long long now, const char *text)
{
	struct buf err = BUF_INIT;
	jv e = json_parse(text, strlen(text), &err);

	assert_true(jv_is_valid(e));
	board_take(b, &e, now);
	jv_free(e);
	buf_release(&err);
}

static void
assert_board(const struct board *b, long long now, const char *want)
{
	struct buf out = BUF_INIT;

	board_frame(b, &out, now, 70, 24);
	assert_string_equal(buf_str(&out), want);
	buf_release(&out);
}

static void
test_board(void **state)
{
	struct board *b = board_new();

	(void)state;
	assert_board(b, 0, "");
	take(b, 0, "{\"event\":\"start\",\"pid\":1}");
	take(b, 0, "[]");
	take(b, 0, "{\"event\":7}");
	assert_board(b, 0, "");
	take(b, 1000,
	    "{\"event\":\"object\",\"pid\":1,\"stage\":\"n/s\","
	    "\"object\":\"Job/n/j\",\"action\":\"created\"}");
	assert_board(b, 3000, "    2s  n/s: 1 object applied\n");
	take(b, 3000,
	    "{\"event\":\"waiting\",\"pid\":2,\"stage\":\"n/"
	    "s\",\"objects\":2}");
	take(b, 3000,
	    "{\"event\":\"object\",\"pid\":2,\"stage\":\"n/s\",\"object\":"
	    "\"Job/n/j\",\"status\":\"inProgress\",\"reason\":\"X\","
	    "\"message\":\"running\",\"done\":false}");
	assert_board(b, 5000,
	    "    4s  n/s: 0 of 2 objects ready\n"
	    "    2s    Job/n/j  running\n");
	take(b, 6000,
	    "{\"event\":\"object\",\"pid\":2,\"stage\":\"n/s\",\"object\":"
	    "\"Job/n/j\",\"status\":\"failed\",\"reason\":\"X\","
	    "\"message\":\"no\",\"done\":false}");
	take(b, 6000,
	    "{\"event\":\"object\",\"pid\":2,\"stage\":\"n/s\",\"object\":"
	    "\"Job/n/k\",\"status\":\"current\",\"done\":true}");
	assert_board(b, 6000,
	    "    5s  n/s: 1 of 2 objects ready\n"
	    "    0s    Job/n/j  failed: X: no\n");
	take(b, 7000, "{\"event\":\"end\",\"pid\":2}");
	assert_board(b, 7000,
	    "    6s  n/s: 1 of 2 objects ready\n"
	    "    1s    Job/n/j  failed: X: no\n");
	take(b, 7000, "{\"event\":\"end\",\"pid\":1}");
	assert_board(b, 7000, "");
	board_free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_frame),
		cmocka_unit_test(test_more_than_rows),
		cmocka_unit_test(test_any_size),
		cmocka_unit_test(test_height),
		cmocka_unit_test(test_paint),
		cmocka_unit_test(test_board),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
