/*
 * FieldsV1 against an object, without a schema.  Where the two don't fit
 * together in a way that is understood, the answer is the cautious one.
 */
#include "fields/managed.h"

#include <stdlib.h>
#include <string.h>

#include "fields/compare.h"
#include "fields/selector.h"
#include "json.h"
#include "kinds.h"
#include "object.h"

jv
managed_fields(const jv *live, const char *manager, const char *api_version)
{
	jv entries = json_path(live, "metadata", "managedFields", NULL);
	jv fields = jv_invalid();
	int n = json_len(&entries);

	for (int i = 0; i < n && !jv_is_valid(fields); i++) {
		jv e = json_at(&entries, i);
		const char *who = json_get_str(&e, "manager");
		const char *op = json_get_str(&e, "operation");
		const char *sub = json_get_str(&e, "subresource");
		const char *v = json_get_str(&e, "apiVersion");
		if (who && strcmp(who, manager) == 0 && op &&
		    strcmp(op, "Apply") == 0 && (!sub || !*sub) &&
		    (!api_version || (v && strcmp(v, api_version) == 0))) {
			jv_free(fields);
			fields = json_get(&e, "fieldsV1");
		}
		jv_free(e);
	}
	jv_free(entries);
	return fields;
}

/* --- settled ------------------------------------------------------------ */

/*
 * Defaults that the server writes into values that are applied as a whole, and
 * that are the same whatever stands beside them.
 */
static bool
is_fixed_default(const char *key, const jv *value, const struct place *p)
{
	static const struct {
		const char *key, *value;
	} defaults[] = {
		{ "apiVersion", "v1" },
		{ "protocol", "TCP" },
		{ "divisor", "0" },
		{ "scope", "*" },
		{ "apiGroup", "rbac.authorization.k8s.io" },
		{ "volumeMode", "Filesystem" },
		{ "kind", "PersistentVolumeClaim" },
	};
	const char *s = json_str(value);

	if (!p->builtin)
		return false;
	if (p->key && strcmp(p->key, "volumeClaimTemplates") == 0 &&
	    strcmp(key, "status") == 0)
		return true;
	for (size_t i = 0; i < sizeof(defaults) / sizeof(*defaults); i++)
		if (s && strcmp(key, defaults[i].key) == 0 &&
		    strcmp(s, defaults[i].value) == 0)
			return true;
	return strcmp(key, "expirationSeconds") == 0 &&
	       json_is(value, JV_KIND_NUMBER) &&
	       jv_number_value(*value) == 3600;
}

static bool
only_defaults_added(const jv *want, const jv *have, const struct place *p)
{
	bool ok = true;
	int i = jv_object_iter(*have);

	for (; ok && jv_object_iter_valid(*have, i);
	     i = jv_object_iter_next(*have, i)) {
		jv key = jv_object_iter_key(*have, i);
		jv value = jv_object_iter_value(*have, i);
		const char *k = jv_string_value(key);
		ok = json_has(want, k) || is_fixed_default(k, &value, p);
		jv_free(key);
		jv_free(value);
	}
	return ok;
}

static bool same_whole(const jv *want, const jv *have, const struct place *p);

static bool
same_maps(const jv *want, const jv *have, const struct place *p)
{
	bool same = only_defaults_added(want, have, p);
	int i = jv_object_iter(*want);

	for (; same && jv_object_iter_valid(*want, i);
	     i = jv_object_iter_next(*want, i)) {
		jv key = jv_object_iter_key(*want, i);
		jv a = jv_object_iter_value(*want, i);
		jv b = json_get(have, jv_string_value(key));
		struct place under = place_under(p, jv_string_value(key));
		same = same_whole(&a, &b, &under);
		jv_free(key);
		jv_free(a);
		jv_free(b);
	}
	return same;
}

/* A value that is applied as a whole equals the live one, but for defaults. */
static bool
same_whole(const jv *want, const jv *have, const struct place *p)
{
	bool same = true;

	if (json_is(want, JV_KIND_NULL))
		return !jv_is_valid(*have) || json_is(have, JV_KIND_NULL);
	if (json_is(want, JV_KIND_OBJECT) && json_is(have, JV_KIND_OBJECT))
		return same_maps(want, have, p);
	if (!json_is(want, JV_KIND_ARRAY) || !json_is(have, JV_KIND_ARRAY))
		return compare_scalar(want, have, p);
	int n = json_len(want);
	if (n != json_len(have))
		return false;
	for (int i = 0; i < n && same; i++) {
		jv a = json_at(want, i), b = json_at(have, i);
		same = same_whole(&a, &b, p);
		jv_free(a);
		jv_free(b);
	}
	return same;
}

static bool settled(
    const jv *want, const jv *have, const jv *fields, const struct place *p);

static bool
is_metadata(const struct place *p)
{
	return !p->parent && p->key && strcmp(p->key, "metadata") == 0;
}

/* Identity is no field, and is not written into FieldsV1. */
static bool
is_identity(const char *key, const struct place *p)
{
	if (!p->key)
		return strcmp(key, "apiVersion") == 0 ||
		       strcmp(key, "kind") == 0;
	return is_metadata(p) &&
	       (strcmp(key, "name") == 0 || strcmp(key, "namespace") == 0);
}

static bool
settled_member(const char *key, const jv *want, const jv *have,
    const jv *fields, const struct place *p, int *n_held)
{
	struct buf held = BUF_INIT;
	struct place under = place_under(p, key);

	buf_addf(&held, "f:%s", key);
	jv a = json_get(want, key), b = json_get(have, key);
	jv f = json_get(fields, buf_str(&held));
	*n_held += jv_is_valid(f);
	/* Metadata of nothing but a name is no field of its own. */
	if (!jv_is_valid(f) && !p->key && strcmp(key, "metadata") == 0)
		f = jv_object();
	bool ok = settled(&a, &b, &f, &under);
	jv_free(a);
	jv_free(b);
	jv_free(f);
	buf_release(&held);
	return ok;
}

static bool
settled_map(
    const jv *want, const jv *have, const jv *fields, const struct place *p)
{
	int n_held = json_has(fields, ".");
	bool ok = true;
	int i = jv_object_iter(*want);

	for (; ok && jv_object_iter_valid(*want, i);
	     i = jv_object_iter_next(*want, i)) {
		jv key = jv_object_iter_key(*want, i);
		const char *k = jv_string_value(key);
		ok = is_identity(k, p) ||
		     settled_member(k, want, have, fields, p, &n_held);
		jv_free(key);
	}
	/* Held but no longer wanted: an apply would remove it. */
	return ok && n_held == json_len(fields);
}

static bool
settled_list(
    const jv *want, const jv *have, const jv *fields, const struct place *p)
{
	struct selectors all;
	int n = json_len(want), last = -1;
	bool ok;

	selectors_read(&all, fields);
	ok = !all.strange && all.n == n && json_is(have, JV_KIND_ARRAY);
	for (int i = 0; ok && i < n; i++) {
		jv a = json_at(want, i), b = jv_invalid();
		struct selector *s = selectors_take(&all, &a);
		int at = -1;

		if (s)
			b = selector_find(s, have, false, &at);
		/* The order of a list's elements is applied, too. */
		ok = s && at > last &&
		     (s->is_value || settled(&a, &b, &s->node, p));
		last = at;
		jv_free(a);
		jv_free(b);
	}
	selectors_release(&all);
	return ok;
}

/* Containers all the way down, with nothing in them to hold. */
static bool
is_hollow(const jv *v)
{
	bool hollow = json_is(v, JV_KIND_ARRAY) && json_len(v) == 0;

	if (!json_is(v, JV_KIND_OBJECT) || json_len(v) == 0)
		return hollow;
	hollow = true;
	int i = jv_object_iter(*v);
	for (; hollow && jv_object_iter_valid(*v, i);
	     i = jv_object_iter_next(*v, i)) {
		jv x = jv_object_iter_value(*v, i);
		hollow = is_hollow(&x);
		jv_free(x);
	}
	return hollow;
}

/* An empty map in place of one that the server fills in and that is merged. */
static bool
is_merged_default(const jv *want, const struct place *p)
{
	return p->builtin && json_is(want, JV_KIND_OBJECT) &&
	       json_len(want) == 0 && p->parent &&
	       strcmp(p->parent, "spec") == 0 &&
	       (strcmp(p->key, "strategy") == 0 ||
		   strcmp(p->key, "updateStrategy") == 0);
}

static bool
settled(const jv *want, const jv *have, const jv *fields, const struct place *p)
{
	bool nothing = !jv_is_valid(*have) || json_is(have, JV_KIND_NULL);

	if (json_is(want, JV_KIND_NULL))
		return nothing && json_len(fields) == 0;
	if (!json_is(fields, JV_KIND_OBJECT))
		return is_hollow(want) && (nothing || is_hollow(have));
	if (json_len(fields) == 0 && !is_metadata(p))
		return is_merged_default(want, p) || same_whole(want, have, p);
	if (json_is(want, JV_KIND_OBJECT) && json_is(have, JV_KIND_OBJECT))
		return settled_map(want, have, fields, p);
	if (json_is(want, JV_KIND_ARRAY))
		return settled_list(want, have, fields, p);
	return false;
}

bool
managed_settled(const jv *desired, const jv *live, const char *manager)
{
	const char *v = json_get_str(desired, "apiVersion");
	const char *k = json_get_str(desired, "kind");

	if (!v || !k)
		return false;
	jv fields = managed_fields(live, manager, v);
	struct place top = { NULL, NULL,
		kind_find(v, object_group_len(v), object_version(v), k) !=
			NULL &&
		    strcmp(k, "CustomResourceDefinition") != 0 };

	/* A manager of no field has no entry. */
	if (!jv_is_valid(fields))
		fields = jv_object();
	bool ok = json_is(&fields, JV_KIND_OBJECT) &&
		  settled_map(desired, live, &fields, &top);

	jv_free(fields);
	return ok;
}
