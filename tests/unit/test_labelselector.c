#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "health/labelselector.h"
#include "health/owner.h"
#include "json.h"

/* ' stands for ". */
static jv
value(const char *text)
{
	struct buf copy = BUF_INIT, err = BUF_INIT;
	jv v;
	char *p;

	buf_adds(&copy, text);
	for (p = copy.s; *p; p++)
		if (*p == '\'')
			*p = '"';
	v = json_parse(copy.s, copy.len, &err);
	if (!jv_is_valid(v))
		fail_msg("%s: %s", text, err.s);
	buf_release(&copy);
	return v;
}

static void
test_selectors(void **state)
{
	static const struct {
		const char *selector, *text;
	} rows[] = {
		{ "{'matchLabels':{'app':'x'}}", "app=x" },
		{ "{'matchLabels':{'a':'1'},'matchExpressions':["
		  "{'key':'b','operator':'In','values':['x','y']},"
		  "{'key':'c','operator':'NotIn','values':['z']},"
		  "{'key':'d','operator':'Exists'},"
		  "{'key':'e','operator':'DoesNotExist'}]}",
		    "a=1,b in (x,y),c notin (z),d,!e" },
		{ "{}", NULL },
		{ "7", NULL },
		{ "{'matchLabels':{'a':1}}", NULL },
		{ "{'matchExpressions':[{'key':'b','operator':'In'}]}", NULL },
		{ "{'matchExpressions':[{'key':'b','operator':'Near'}]}",
		    NULL },
		{ "{'matchExpressions':[7]}", NULL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf out = BUF_INIT;
		jv v = value(rows[i].selector);

		buf_adds(&out, "labels: ");
		if (rows[i].text) {
			assert_int_equal(label_selector_write(&v, &out), 0);
			assert_string_equal(out.s + 8, rows[i].text);
		} else {
			assert_int_equal(label_selector_write(&v, &out), -1);
			assert_string_equal(out.s, "labels: ");
		}
		jv_free(v);
		buf_release(&out);
	}
}

static void
test_owner(void **state)
{
	jv by = value("{'metadata':{'uid':'u1'}}");
	jv other = value("{'metadata':{'name':'x'}}");
	jv pod = value("{'metadata':{'ownerReferences':["
		       "{'kind':'A','name':'a','uid':'u0'},"
		       "{'kind':'B','name':'b','uid':'u1','controller':true}"
		       "]}}");
	jv owner = owner_controller(&pod);

	(void)state;
	assert_string_equal(json_get_str(&owner, "name"), "b");
	assert_true(owner_is(&pod, &by));
	assert_false(owner_is(&pod, &other));
	assert_false(owner_is(&by, &by));
	jv_free(owner);
	jv_free(pod);
	jv_free(by);
	jv_free(other);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_selectors),
		cmocka_unit_test(test_owner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
