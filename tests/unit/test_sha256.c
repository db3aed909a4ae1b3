#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base64.h"
#include "sha256.h"

static void
check(const char *data, size_t len, const char *want)
{
	unsigned char digest[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];

	sha256(data, len, digest);
	for (int i = 0; i < SHA256_BYTES; i++)
		snprintf(hex + 2 * i, 3, "%02x", digest[i]);
	assert_string_equal(hex, want);
}

/* The standard's own examples. */
static void
test_examples(void **state)
{
	static char million[1000000];

	(void)state;
	check("", 0,
	    "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855");
	check("abc", 3,
	    "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	check("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
	    "248d6a61d20638b8e5c026930c3e6039"
	    "a33ce45964ff2167f6ecedd419db06c1");
	memset(million, 'a', sizeof(million));
	check(million, sizeof(million),
	    "cdc76e5c9914fb9281a1c7e284d73e67"
	    "f1809a48a497200e046d39ccc7112cd0");
}

/* Around the end of a block, where the length just fits or does not. */
static void
test_lengths(void **state)
{
	char text[64];

	(void)state;
	memset(text, 'x', sizeof(text));
	check(text, 55,
	    "d5e285683cd4efc02d021a5c62014694"
	    "958901005d6f71e89e0989fac77e4072");
	check(text, 56,
	    "04c26261370ee7541549d16dee320c72"
	    "3e3fd14671e66a099afe0a377c16888e");
	check(text, 63,
	    "75220b47218278e656f2013bb8f0c455"
	    "a25eaf01e86c64924e9d48d89776d6f2");
	check(text, 64,
	    "7ce100971f64e7001e8fe5a51973ecdf"
	    "e1ced42befe7ee8d5fd6219506b5393c");
}

static void
test_base64(void **state)
{
	/* RFC 4648, section 10 */
	static const char *const cases[][2] = { { "", "" }, { "f", "Zg==" },
		{ "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" },
		{ "\xff\xfe\xfd", "//79" } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf out = BUF_INIT;

		base64_encode(&out, cases[i][0], strlen(cases[i][0]));
		assert_string_equal(buf_str(&out), cases[i][1]);
		buf_release(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_base64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
