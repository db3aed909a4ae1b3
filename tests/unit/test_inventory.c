#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "inventory.h"
#include "json.h"
#include "parse.h"

/* The value was made with sha256sum and base64 by hand. */
static void
id_is_that_of_kubectl(void **state)
{
	struct buf id = BUF_INIT;

	(void)state;
	inventory_id("shop/app", &id);
	assert_string_equal(buf_str(&id),
	    "applyset-h9S4BXLNGNmOHgiestnITqFYHTpbQYmZPkLJzluxjX4-v1");
	buf_release(&id);
}

static void
a_stage_without_namespace_is_in_default(void **state)
{
	struct buf b = BUF_INIT;

	(void)state;
	inventory_namespace("app", &b);
	buf_addc(&b, ' ');
	inventory_name("app", &b);
	assert_string_equal(buf_str(&b), "default poundlock-app");
	buf_release(&b);
}

static void
add(struct inventory *inv, const char *text)
{
	jv object = parse_json(text);

	inventory_add(inv, &object);
	jv_free(object);
}

static void
parent_lists_kinds_and_other_namespaces(void **state)
{
	struct inventory inv, back;
	struct buf err = BUF_INIT;
	jv parent;

	(void)state;
	inventory_init(&inv);
	inventory_init(&back);
	add(&inv, "{\"apiVersion\":\"v1\",\"kind\":\"Service\","
		  "\"metadata\":{\"name\":\"a\",\"namespace\":\"shop\"}}");
	add(&inv, "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\","
		  "\"metadata\":{\"name\":\"a\",\"namespace\":\"other\"}}");
	add(&inv, "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\","
		  "\"metadata\":{\"name\":\"other\"}}");
	parent = inventory_parent(&inv, "shop/app");
	assert_string_equal(json_path_str(&parent, "metadata", "annotations",
				INVENTORY_KINDS, NULL),
	    "Deployment.apps,Namespace,Service");
	assert_string_equal(json_path_str(&parent, "metadata", "annotations",
				INVENTORY_NAMESPACES, NULL),
	    "other");
	assert_int_equal(
	    inventory_read(&back, "shop/app", &parent, false, &err), 0);
	assert_true(json_equal(&back.kinds, &inv.kinds));
	assert_true(json_equal(&back.namespaces, &inv.namespaces));
	assert_true(inventory_is_current(&inv, "shop/app", &parent));
	inventory_add_namespace(&inv, "third");
	assert_false(inventory_is_current(&inv, "shop/app", &parent));
	jv_free(parent);
	inventory_release(&inv);
	inventory_release(&back);
}

static void
refuse(const char *text, const char *message)
{
	struct inventory inv;
	struct buf err = BUF_INIT;
	jv parent = parse_json(text);

	inventory_init(&inv);
	assert_int_equal(
	    inventory_read(&inv, "shop/app", &parent, false, &err), -1);
	assert_non_null(strstr(buf_str(&err), message));
	assert_int_equal(json_len(&inv.kinds), 0);
	jv_free(parent);
	buf_release(&err);
	inventory_release(&inv);
}

static void
other_peoples_parents_are_refused(void **state)
{
	(void)state;
	refuse("{\"metadata\":{\"name\":\"x\"}}", "is no inventory");
	refuse("{\"metadata\":{\"annotations\":{"
	       "\"applyset.kubernetes.io/tooling\":\"kubectl/v1.32\"}}}",
	    "belongs to other tooling, kubectl");
	refuse("{\"metadata\":{\"annotations\":{"
	       "\"applyset.kubernetes.io/tooling\":\"poundlock/v0.1.0\"},"
	       "\"labels\":{\"applyset.kubernetes.io/id\":\"applyset-x-v1\"}}}",
	    "not this stage's");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(id_is_that_of_kubectl),
		cmocka_unit_test(a_stage_without_namespace_is_in_default),
		cmocka_unit_test(parent_lists_kinds_and_other_namespaces),
		cmocka_unit_test(other_peoples_parents_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
