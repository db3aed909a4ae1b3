#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "event.h"
#include "json.h"
#include "msg.h"

static int events[2];

/* The one event that is in the pipe. */
static jv
read_event(void)
{
	static char text[PIPE_BUF + 1];
	ssize_t n = read(events[0], text, sizeof(text));
	struct buf err = BUF_INIT;
	jv e;

	assert_in_range(n, 2, PIPE_BUF);
	assert_int_equal(text[n - 1], '\n');
	assert_null(memchr(text, '\n', (size_t)n - 1));
	e = json_parse(text, (size_t)n - 1, &err);
	assert_true(jv_is_valid(e));
	buf_release(&err);
	return e;
}

static void
test_fields(void **state)
{
	jv e;

	(void)state;
	assert_true(event_enabled());
	event_write("object",
	    json_set_str(json_set_str(jv_object(), "stage", "default/app"),
		"status", "current"));
	e = read_event();
	assert_string_equal(json_get_str(&e, "event"), "object");
	assert_string_equal(json_get_str(&e, "tool"), "test_event");
	assert_string_equal(json_get_str(&e, "stage"), "default/app");
	assert_string_equal(json_get_str(&e, "status"), "current");
	assert_int_equal(json_get_int(&e, "pid", 0), getpid());
	assert_int_equal(strlen(json_get_str(&e, "time")), 24);
	assert_false(json_has(&e, "cut"));
	jv_free(e);
}

/* Two long strings, one of them of characters that take many bytes each. */
static void
test_cut(void **state)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	jv e;
	int i;

	(void)state;
	for (i = 0; i < 5000; i++) {
		buf_adds(&a, "\xe2\x82\xac");
		buf_addc(&b, '\\');
	}
	event_write(
	    "log", json_set_str(json_set_str(jv_object(), "line", buf_str(&a)),
		       "object", buf_str(&b)));
	e = read_event();
	assert_true(json_get_bool(&e, "cut", false));
	assert_int_equal(strlen(json_get_str(&e, "line")) % 3, 0);
	assert_true(strlen(json_get_str(&e, "line")) > 0);
	assert_null(strstr(json_get_str(&e, "line"), "\xef\xbf\xbd"));
	jv_free(e);
	buf_release(&a);
	buf_release(&b);
}

static void
test_reader_gone(void **state)
{
	(void)state;
	close(events[0]);
	event_write("end", jv_object());
	assert_false(event_enabled());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_reader_gone),
	};
	char name[] = "test_event", *argv[] = { name, NULL };
	char fd[16];

	msg_init(argv);
	if (pipe(events))
		return 1;
	snprintf(fd, sizeof(fd), "%d", events[1]);
	setenv("POUNDLOCK_EVENTS", fd, 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
