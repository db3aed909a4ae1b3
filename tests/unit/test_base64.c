/* Base64, both ways. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base64.h"

/* Bytes and their text, from RFC 4648 and beyond ASCII. */
static const struct {
	const char *bytes;
	size_t len;
	const char *text;
} pairs[] = {
	{ "", 0, "" },
	{ "f", 1, "Zg==" },
	{ "fo", 2, "Zm8=" },
	{ "foo", 3, "Zm9v" },
	{ "foob", 4, "Zm9vYg==" },
	{ "fooba", 5, "Zm9vYmE=" },
	{ "foobar", 6, "Zm9vYmFy" },
	{ "\0\377\0", 3, "AP8A" },
	{ "\373\377\276", 3, "+/++" },
};

static void
test_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		struct buf text = BUF_INIT, bytes = BUF_INIT;

		base64_encode(&text, pairs[i].bytes, pairs[i].len);
		assert_string_equal(buf_str(&text), pairs[i].text);
		buf_adds(&bytes, "before");
		assert_true(base64_decode(&bytes, pairs[i].text));
		assert_int_equal(bytes.len, 6 + pairs[i].len);
		assert_memory_equal(
		    bytes.s + 6, pairs[i].bytes, pairs[i].len + 1);
		buf_release(&text);
		buf_release(&bytes);
	}
}

static void
test_white_space(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	assert_true(base64_decode(&out, " Zm9v\r\n\tYmE =\n"));
	assert_string_equal(buf_str(&out), "fooba");
	buf_release(&out);
}

static void
test_refused(void **state)
{
	static const char *const texts[] = { "Z", "Zg",
		"Zg=", "Z===", "====", "Zg==Zg==", "Zg=v", "Zm9-", "Zm9v!" };
	struct buf out = BUF_INIT;

	(void)state;
	buf_adds(&out, "before");
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_false(base64_decode(&out, texts[i]));
	assert_string_equal(buf_str(&out), "before");
	buf_release(&out);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_white_space),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
