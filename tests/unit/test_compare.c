#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fields/compare.h"
#include "fields/managed.h"
#include "json.h"
#include "judge/immutable.h"

/* Single quotes for double ones. */
static jv
parse(const char *text)
{
	struct buf err = BUF_INIT, json = BUF_INIT;

	for (; *text; text++)
		buf_addc(&json, *text == '\'' ? '"' : *text);
	jv v = json_parse(json.s, json.len, &err);
	assert_string_equal(buf_str(&err), "");
	buf_release(&json);
	buf_release(&err);
	return v;
}

static void
check_json(jv got, const char *want)
{
	jv expected = parse(want);
	struct buf text = BUF_INIT;

	json_write(&text, &got, 0);
	if (!json_equal(&got, &expected))
		assert_string_equal(buf_str(&text), want);
	jv_free(got);
	jv_free(expected);
	buf_release(&text);
}

static void
check(const char *from, const char *to, unsigned flags, const char *want)
{
	jv a = parse(from), b = parse(to);

	check_json(compare_objects(&a, &b, flags), want);
	jv_free(a);
	jv_free(b);
}

static void
test_fields(void **state)
{
	(void)state;
	check("{'a':1,'b':[1,2]}", "{'b':[1,2],'a':1.0}", 0, "[]");
	check("{'a':1,'x':null}", "{'a':2,'c/d':{}}", 0,
	    "[{'path':'/a','from':1,'to':2},{'path':'/c~1d','to':{}}]");
	check("{'a':1,'b':2}", "{'a':1}", 0, "[{'path':'/b','from':2}]");
	check("{'a':1,'b':2}", "{'a':1,'c':{},'d':null}", COMPARE_SUBSET, "[]");
	check("{'status':1,'metadata':{'uid':1,'labels':{'a':'b'}}}",
	    "{'status':2,'metadata':{'uid':2,'labels':{'a':'c'}}}",
	    COMPARE_CONTENT,
	    "[{'path':'/metadata/labels/a','from':'b','to':'c'}]");
}

static void
test_lists(void **state)
{
	(void)state;
	check("{'c':[{'name':'a','x':1},{'name':'b','x':1}]}",
	    "{'c':[{'name':'b','x':2}]}", 0,
	    "[{'path':'/c/0/x','from':1,'to':2},"
	    "{'path':'/c/0','from':{'name':'a','x':1}}]");
	check("{'c':[{'name':'a'},{'name':'b'}]}", "{'c':[{'name':'b'}]}",
	    COMPARE_SUBSET, "[]");
	check("{'p':[{'port':53,'x':1},{'port':53,'protocol':'UDP'}]}",
	    "{'p':[{'port':53,'protocol':'TCP','x':1},"
	    "{'port':53,'protocol':'UDP','x':2}]}",
	    0,
	    "[{'path':'/p/0/protocol','to':'TCP'},"
	    "{'path':'/p/1/x','to':2}]");
	/* The order of elements counts. */
	check("{'c':[{'name':'a'},{'name':'b'}]}",
	    "{'c':[{'name':'b'},{'name':'a'}]}", 0,
	    "[{'path':'/c','from':[{'name':'a'},{'name':'b'}],"
	    "'to':[{'name':'b'},{'name':'a'}]}]");
	/* No merge key: by position. */
	check("{'c':[{'x':1},{'x':2}]}", "{'c':[{'x':3}]}", 0,
	    "[{'path':'/c/0/x','from':1,'to':3},"
	    "{'path':'/c/1','from':{'x':2}}]");
	check("{'c':['a']}", "{'c':['a','b']}", 0,
	    "[{'path':'/c','from':['a'],'to':['a','b']}]");
}

#define POD "'apiVersion':'v1','kind':'Pod','spec':"

static void
test_quantities(void **state)
{
	(void)state;
	check("{" POD "{'c':[{'name':'a','limits':{'cpu':'1'}}]}}",
	    "{" POD "{'c':[{'name':'a','limits':{'cpu':'1000m'}}]}}", 0, "[]");
	/* Not everywhere, and not in custom resources. */
	check("{" POD "{'args':{'cpu':'1'}}}",
	    "{" POD "{'args':{'cpu':'1000m'}}}", 0,
	    "[{'path':'/spec/args/cpu','from':'1','to':'1000m'}]");
	check("{'apiVersion':'a/v1','kind':'B','limits':{'cpu':'1'}}",
	    "{'apiVersion':'a/v1','kind':'B','limits':{'cpu':'1000m'}}", 0,
	    "[{'path':'/limits/cpu','from':'1','to':'1000m'}]");
}

static void
test_overlay(void **state)
{
	jv want = parse("{'b':2,'c':[{'name':'y','v':2},{'name':'z'}],"
			"'d':null,'e':[{'q':1}]}");

	(void)state;
	check_json(compare_overlay(parse("{'a':1,'c':[{'name':'x'},{'name':'y',"
					 "'w':1}],'d':4,'e':[{'r':1}]}"),
		       &want),
	    "{'a':1,'b':2,'c':[{'name':'x'},{'name':'y','w':1,'v':2},"
	    "{'name':'z'}],'d':4,'e':[{'q':1}]}");
	jv_free(want);
	check_json(compare_remove(parse("{'a':[{'b':1,'c':2},3]}"), "/a/0/b"),
	    "{'a':[{'c':2},3]}");
	check_json(
	    compare_remove(parse("{'a':[1,2,3]}"), "/a/1"), "{'a':[1,3]}");
	check_json(compare_remove(parse("{'a':1}"), "/b/c"), "{'a':1}");
}

static void
test_mask(void **state)
{
	jv from = parse("{'apiVersion':'v1','kind':'Secret','type':'t','data':"
			"{'same':'a','diff':'b','gone':'c'}}");
	jv to = parse("{'apiVersion':'v1','kind':'Secret','type':'t','data':"
		      "{'same':'a','diff':'x'}}");

	(void)state;
	check_json(compare_mask_fields(&to, compare_objects(&from, &to, 0)),
	    "[{'path':'/data/diff','from':'***','to':'***'},"
	    "{'path':'/data/gone','from':'***'}]");
	check_json(
	    compare_mask_fields(&to, parse("[{'path':'/data','to':{'k':'v'}},"
					   "{'path':'/type','to':'t'}]")),
	    "[{'path':'/data','to':'***'},{'path':'/type','to':'t'}]");
	compare_mask_objects(&from, &to);
	check_json(from, "{'apiVersion':'v1','kind':'Secret','type':'t','data':"
			 "{'same':'***','diff':'*** (before)','gone':'***'}}");
	check_json(to, "{'apiVersion':'v1','kind':'Secret','type':'t','data':"
		       "{'same':'***','diff':'*** (after)'}}");
}

static void
test_path_text(void **state)
{
	jv o = parse("{'metadata':{'labels':{'a.b/c':'d'}},"
		     "'c':[{'name':'x','e':[1]}]}");
	struct buf out = BUF_INIT;

	(void)state;
	compare_path_text(&o, "/metadata/labels/a.b~1c", &out);
	buf_adds(&out, " ");
	compare_path_text(&o, "/c/0/e/0", &out);
	assert_string_equal(buf_str(&out), "metadata.labels[a.b/c] c[x].e[0]");
	buf_release(&out);
	jv_free(o);
}

/* --- managed fields ----------------------------------------------------- */

static bool
settled(const char *desired, const char *fields, const char *live)
{
	struct buf text = BUF_INIT;

	buf_addf(&text,
	    "{'metadata':{'name':'n','managedFields':["
	    "{'manager':'me','operation':'Apply','apiVersion':'v1',"
	    "'fieldsV1':%s}]},%s}",
	    fields, live);
	jv l = parse(buf_str(&text));
	buf_clear(&text);
	buf_addf(&text,
	    "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'n'},%s}",
	    desired);
	jv d = parse(buf_str(&text));
	bool is = managed_settled(&d, &l, "me");
	jv_free(l);
	jv_free(d);
	buf_release(&text);
	return is;
}

static void
test_settled(void **state)
{
	(void)state;
	assert_true(settled("'spec':{'a':1}", "{'f:spec':{'f:a':{}}}",
	    "'spec':{'a':1,'theirs':2}"));
	assert_false(settled(
	    "'spec':{'a':1}", "{'f:spec':{'f:a':{}}}", "'spec':{'a':2}"));
	/* A field that we no longer want, or do not hold yet. */
	assert_false(settled("'spec':{'a':1}", "{'f:spec':{'f:a':{},'f:b':{}}}",
	    "'spec':{'a':1,'b':2}"));
	assert_false(settled("'spec':{'a':1,'b':2}", "{'f:spec':{'f:a':{}}}",
	    "'spec':{'a':1,'b':2}"));
	/* Applied as a whole: what is more is not ours, unless a default. */
	assert_false(settled("'spec':{'l':[{'a':1}]}", "{'f:spec':{'f:l':{}}}",
	    "'spec':{'l':[{'a':1,'b':2}]}"));
	assert_true(
	    settled("'spec':{'l':[{'port':1}]}", "{'f:spec':{'f:l':{}}}",
		"'spec':{'l':[{'port':1,'protocol':'TCP'}]}"));
	assert_false(
	    settled("'spec':{'l':[{'port':1}]}", "{'f:spec':{'f:l':{}}}",
		"'spec':{'l':[{'port':1,'protocol':'UDP'}]}"));
	assert_true(settled("'spec':{'a':null,'m':{}}",
	    "{'f:spec':{'f:a':{},'f:m':{}}}", "'spec':{'m':{}}"));
	assert_false(
	    settled("'spec':{'m':{}}", "{'f:spec':{'f:m':{}}}", "'spec':{}"));
}

static void
test_settled_lists(void **state)
{
	const char *fields =
	    "{'f:spec':{'f:c':{'k:{\\'name\\':\\'a\\'}':{'.':{},'f:name':{},"
	    "'f:x':{}},'k:{\\'name\\':\\'b\\'}':{'.':{},'f:name':{}}}}}";
	const char *ports =
	    "{'f:spec':{'f:p':{'k:{\\'port\\':1,\\'protocol\\':\\'TCP\\'}':"
	    "{'.':{},'f:port':{}}}}}";
	const char *live = "'spec':{'c':[{'name':'z'},{'name':'a','x':1},"
			   "{'name':'b','y':1}]}";

	(void)state;
	assert_true(settled(
	    "'spec':{'c':[{'name':'a','x':1},{'name':'b'}]}", fields, live));
	assert_false(settled(
	    "'spec':{'c':[{'name':'b'},{'name':'a','x':1}]}", fields, live));
	assert_false(
	    settled("'spec':{'c':[{'name':'a','x':1}]}", fields, live));
	assert_true(settled("'spec':{'p':[{'port':1}]}", ports,
	    "'spec':{'p':[{'port':1,'protocol':'UDP'},"
	    "{'port':1,'protocol':'TCP'}]}"));
	assert_false(settled("'spec':{'p':[{'port':1,'protocol':'TCP'}]}",
	    ports, "'spec':{'p':[{'port':1,'protocol':'TCP'}]}"));
	assert_true(settled("'spec':{'f':['x']}",
	    "{'f:spec':{'f:f':{'v:\\'x\\'':{}}}}", "'spec':{'f':['y','x']}"));
}

static void
test_dropped(void **state)
{
	jv live = parse("{'metadata':{'managedFields':["
			"{'manager':'me','operation':'Apply',"
			"'fieldsV1':{'f:a':{},'f:b':{},'f:c':{"
			"'k:{\\'name\\':\\'x\\'}':{'.':{},'f:name':{}}}}},"
			"{'manager':'you','operation':'Update',"
			"'fieldsV1':{'f:d':{'f:e':{}}}}]},"
			"'a':1,'b':2,'c':[{'name':'w'},{'name':'x'}]}");
	jv want = parse("{'a':1}");

	(void)state;
	check_json(managed_dropped(&want, &live, "me"), "['/b','/c/1']");
	assert_true(managed_by_others(&live, "me", "/d"));
	assert_true(managed_by_others(&live, "me", "/d/e"));
	assert_false(managed_by_others(&live, "me", "/b"));
	assert_false(managed_by_others(&live, "you", "/d/e"));
	jv_free(live);
	jv_free(want);
}

/* --- refusals ----------------------------------------------------------- */

static void
test_refusals(void **state)
{
	(void)state;
	assert_int_equal(immutable_refusal(201, "", ""), REFUSAL_NONE);
	assert_int_equal(immutable_refusal(0, "", "refused"), REFUSAL_SERVER);
	assert_int_equal(immutable_refusal(503, "", "later"), REFUSAL_SERVER);
	assert_int_equal(
	    immutable_refusal(403, "Forbidden",
		"jobs is forbidden: User \"x\" cannot patch resource"),
	    REFUSAL_SERVER);
	assert_int_equal(immutable_refusal(403, "Forbidden",
			     "pvc \"a\" is forbidden: only dynamically"),
	    REFUSAL_CHANGE);
	assert_int_equal(
	    immutable_refusal(422, "Invalid", "bad"), REFUSAL_CHANGE);
	assert_int_equal(immutable_refusal(400, "",
			     "admission webhook \"x\" denied the request: no"),
	    REFUSAL_CHANGE);
	assert_int_equal(immutable_refusal(500, "",
			     "failed to create typed patch object (a)"),
	    REFUSAL_INVALID);
	assert_int_equal(immutable_refusal(404, "NotFound", "no namespace"),
	    REFUSAL_MISSING);
	assert_int_equal(immutable_refusal(400, "BadRequest",
			     "admission webhook x does not support dry run"),
	    REFUSAL_UNTRIED);
}

static void
test_causes(void **state)
{
	jv status = parse("{'details':{'causes':[{'field':'spec.a[0].b'},"
			  "{'field':'metadata.labels[x.y/z]'},{'reason':'r'},"
			  "{'field':'volumeMode'}]}}");
	jv pointers = immutable_causes(&status);

	(void)state;
	assert_true(immutable_covers(&pointers, "/spec/a/0/b"));
	assert_true(immutable_covers(&pointers, "/spec/a"));
	assert_true(immutable_covers(&pointers, "/spec/a/0/b/c"));
	assert_false(immutable_covers(&pointers, "/spec/a/0/bc"));
	assert_false(immutable_covers(&pointers, "/spec/ab"));
	check_json(pointers,
	    "['/spec/a/0/b','/metadata/labels/x.y~1z','/spec/volumeMode']");
	jv_free(status);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_quantities),
		cmocka_unit_test(test_overlay),
		cmocka_unit_test(test_mask),
		cmocka_unit_test(test_path_text),
		cmocka_unit_test(test_settled),
		cmocka_unit_test(test_settled_lists),
		cmocka_unit_test(test_dropped),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_causes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
