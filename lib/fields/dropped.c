/*
 * What a manager holds and desired has no longer, and what others hold.
 */
#include <string.h>

#include "buf.h"
#include "fields/managed.h"
#include "fields/selector.h"
#include "json.h"

struct drop {
	struct buf path;
	jv found;
};

static void drop(
    struct drop *d, const jv *want, const jv *have, const jv *fields);

static void
drop_here(struct drop *d)
{
	d->found = jv_array_append(d->found, jv_string(buf_str(&d->path)));
}

static void
drop_at(struct drop *d, const char *key, const jv *want, const jv *have,
    const jv *fields)
{
	size_t len = d->path.len;

	json_pointer_add(&d->path, key);
	drop(d, want, have, fields);
	buf_truncate(&d->path, len);
}

static void
drop_members(struct drop *d, const jv *want, const jv *have, const jv *fields)
{
	int i = jv_object_iter(*fields);

	for (; jv_object_iter_valid(*fields, i);
	     i = jv_object_iter_next(*fields, i)) {
		jv key = jv_object_iter_key(*fields, i);
		jv node = jv_object_iter_value(*fields, i);
		const char *k = jv_string_value(key);
		if (strncmp(k, "f:", 2) == 0 && json_has(have, k + 2)) {
			jv a = json_get(want, k + 2), b = json_get(have, k + 2);
			drop_at(d, k + 2, &a, &b, &node);
			jv_free(a);
			jv_free(b);
		}
		jv_free(key);
		jv_free(node);
	}
}

static void
drop_elements(struct drop *d, const jv *want, const jv *have, const jv *fields)
{
	struct selectors all;

	selectors_read(&all, fields);
	for (int i = 0; i < all.n; i++) {
		int at, unused;
		jv b = selector_find(&all.s[i], have, false, &at);
		jv a = selector_find(&all.s[i], want, true, &unused);
		size_t len = d->path.len;

		buf_addf(&d->path, "/%d", at);
		if (at >= 0 && !jv_is_valid(a))
			drop_here(d);
		else if (at >= 0)
			drop(d, &a, &b, &all.s[i].node);
		buf_truncate(&d->path, len);
		jv_free(a);
		jv_free(b);
	}
	selectors_release(&all);
}

/* Every member of a map that holds any. */
static bool
holds_all(const jv *have, const jv *fields)
{
	bool all = json_len(have) > 0;
	int i = jv_object_iter(*have);

	for (; all && jv_object_iter_valid(*have, i);
	     i = jv_object_iter_next(*have, i)) {
		struct buf held = BUF_INIT;
		jv key = jv_object_iter_key(*have, i);
		buf_addf(&held, "f:%s", jv_string_value(key));
		all = json_has(fields, buf_str(&held));
		jv_free(key);
		buf_release(&held);
	}
	return all;
}

static void
drop(struct drop *d, const jv *want, const jv *have, const jv *fields)
{
	bool map = json_is(have, JV_KIND_OBJECT);

	/* A map goes as a whole only if there is nobody else's in it. */
	if (!jv_is_valid(*want) &&
	    (json_len(fields) == 0 || (map && holds_all(have, fields))))
		drop_here(d);
	else if (map)
		drop_members(d, want, have, fields);
	else if (json_is(have, JV_KIND_ARRAY))
		drop_elements(d, want, have, fields);
}

jv
managed_dropped(const jv *desired, const jv *live, const char *manager)
{
	struct drop d = { .found = jv_array() };
	jv fields = managed_fields(live, manager, NULL);

	if (json_is(&fields, JV_KIND_OBJECT))
		drop_members(&d, desired, live, &fields);
	jv_free(fields);
	buf_release(&d.path);
	return d.found;
}

static bool
holds(const jv *fields, const char *pointer)
{
	struct buf token = BUF_INIT, key = BUF_INIT;
	jv at = jv_copy(*fields);
	bool list = false;

	while (
	    jv_is_valid(at) && !list && json_pointer_next(&pointer, &token)) {
		buf_clear(&key);
		buf_addf(&key, "f:%s", buf_str(&token));
		jv next = json_get(&at, buf_str(&key));
		/* A held list has k: and v: below it, and no such member. */
		int i = jv_object_iter(at);
		if (!jv_is_valid(next) && jv_object_iter_valid(at, i)) {
			jv k = jv_object_iter_key(at, i);
			list = strncmp(jv_string_value(k), "k:", 2) == 0 ||
			       strncmp(jv_string_value(k), "v:", 2) == 0;
			jv_free(k);
		}
		jv_free(at);
		at = next;
	}
	bool held = list || jv_is_valid(at);
	jv_free(at);
	buf_release(&token);
	buf_release(&key);
	return held;
}

bool
managed_by_others(const jv *live, const char *manager, const char *pointer)
{
	jv entries = json_path(live, "metadata", "managedFields", NULL);
	int n = json_len(&entries);
	bool held = false;

	for (int i = 0; i < n && !held; i++) {
		jv e = json_at(&entries, i);
		const char *who = json_get_str(&e, "manager");
		jv fields = json_get(&e, "fieldsV1");
		if (who && strcmp(who, manager) != 0 &&
		    json_is(&fields, JV_KIND_OBJECT))
			held = holds(&fields, pointer);
		jv_free(fields);
		jv_free(e);
	}
	jv_free(entries);
	return held;
}
