#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fields/secret.h"
#include "json.h"

static void
says(const char *kind, const char *message, const char *want)
{
	struct buf out = BUF_INIT;
	jv object = json_set_str(jv_object(), "kind", kind);

	object = json_set_str(object, "apiVersion", "v1");
	secret_message(&object, message, &out);
	assert_string_equal(buf_str(&out), want);
	jv_free(object);
	buf_release(&out);
}

static void
values_of_secrets_are_not_repeated(void **state)
{
	(void)state;
	says("Secret", ".data.a: expected string, got &value{\"hunter2\"}",
	    ".data.a: expected string, got ***");
	says("Secret", "type: Invalid value: \"x\": field is immutable, got y",
	    "type: Invalid value: ***");
	says("Secret", "data[tls.crt]: Required value",
	    "data[tls.crt]: Required value");
}

static void
others_are_said_as_they_are(void **state)
{
	(void)state;
	says("ConfigMap", "expected string, got 5", "expected string, got 5");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_of_secrets_are_not_repeated),
		cmocka_unit_test(others_are_said_as_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
