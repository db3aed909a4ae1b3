/*
 * Differences of two objects.  The recursion is capped by JSON_DEPTH, since no
 * deeper value can be read.
 */
#include "fields/compare.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fields/merge.h"
#include "fields/quantity.h"
#include "json.h"
#include "kinds.h"
#include "object.h"

struct place
place_under(const struct place *p, const char *key)
{
	return (struct place){ key, p->key, p->builtin };
}

static bool
one_of(const char *s, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(s, *list) == 0)
			return true;
	return false;
}

/* Whether strings at this place are quantities. */
static bool
is_quantity(const struct place *p)
{
	static const char *const maps[] = { "requests", "limits", "capacity",
		"hard", "default", "defaultRequest", "max", "min",
		"maxLimitRequestRatio", "podFixed", NULL };
	static const char *const keys[] = { "sizeLimit", "divisor",
		"averageValue", NULL };

	if (!p->builtin || !p->key || !p->parent)
		return false;
	return one_of(p->parent, maps) || one_of(p->key, keys) ||
	       (strcmp(p->key, "value") == 0 &&
		   strcmp(p->parent, "target") == 0);
}

bool
compare_scalar(const jv *want, const jv *have, const struct place *p)
{
	return json_equal(want, have) ||
	       (is_quantity(p) && quantity_equal(want, have));
}

struct walk {
	unsigned flags;
	struct buf path;
	jv fields;
};

/* A null is as good as nothing. */
static bool
present(const jv *v)
{
	return jv_is_valid(*v) && !json_is(v, JV_KIND_NULL);
}

static void
emit(struct walk *w, const jv *from, const jv *to)
{
	jv field = json_set_str(jv_object(), "path", buf_str(&w->path));

	if (present(from))
		field = json_set(field, "from", jv_copy(*from));
	if (present(to))
		field = json_set(field, "to", jv_copy(*to));
	w->fields = jv_array_append(w->fields, field);
}

static void compare(
    struct walk *w, const jv *from, const jv *to, const struct place *p);

/* Step down to a key, compare, and step up. */
static void
compare_at(struct walk *w, const char *key, const jv *from, const jv *to,
    const struct place *p)
{
	size_t len = w->path.len;
	struct place under = place_under(p, key);

	json_pointer_add(&w->path, key);
	compare(w, from, to, &under);
	buf_truncate(&w->path, len);
}

/* What only the server writes, and what names the object. */
static bool
is_content(const struct walk *w, const char *key, const struct place *p)
{
	static const char *const outside[] = { "status", "apiVersion", "kind",
		NULL };
	static const char *const metadata[] = { "labels", "annotations",
		"ownerReferences", "finalizers", NULL };

	if (!(w->flags & COMPARE_CONTENT))
		return true;
	if (!p->key)
		return !one_of(key, outside);
	if (!p->parent && strcmp(p->key, "metadata") == 0)
		return one_of(key, metadata);
	return true;
}

static void
compare_member(
    struct walk *w, jv key, const jv *from, const jv *to, const struct place *p)
{
	const char *k = jv_string_value(key);

	if (is_content(w, k, p)) {
		jv a = json_get(from, k), b = json_get(to, k);
		compare_at(w, k, &a, &b, p);
		jv_free(a);
		jv_free(b);
	}
	jv_free(key);
}

static void
compare_maps(
    struct walk *w, const jv *from, const jv *to, const struct place *p)
{
	int i = jv_object_iter(*to);

	for (; jv_object_iter_valid(*to, i); i = jv_object_iter_next(*to, i))
		compare_member(w, jv_object_iter_key(*to, i), from, to, p);
	if (w->flags & COMPARE_SUBSET)
		return;
	i = jv_object_iter(*from);
	for (; jv_object_iter_valid(*from, i);
	     i = jv_object_iter_next(*from, i)) {
		jv key = jv_object_iter_key(*from, i);
		if (json_has(to, jv_string_value(key)))
			jv_free(key);
		else
			compare_member(w, key, from, to, p);
	}
}

static bool
has_scalars(const jv *list)
{
	bool found = false;
	int n = json_len(list);

	for (int i = 0; i < n && !found; i++) {
		jv x = json_at(list, i);
		found = !json_is(&x, JV_KIND_OBJECT);
		jv_free(x);
	}
	return found;
}

static void
compare_element(
    struct walk *w, int i, const jv *from, const jv *to, const struct place *p)
{
	size_t len = w->path.len;

	buf_addf(&w->path, "/%d", i);
	/* An element is of its list's place: the list's key tells more. */
	compare(w, from, to, p);
	buf_truncate(&w->path, len);
}

static void
compare_lists(
    struct walk *w, const jv *from, const jv *to, const struct place *p)
{
	struct merge m;
	jv none = jv_invalid();

	if (has_scalars(from) || has_scalars(to)) {
		if (!json_equal(from, to))
			emit(w, from, to);
		return;
	}
	merge_match(&m, from, to);
	if (m.reordered) {
		emit(w, from, to);
		merge_release(&m);
		return;
	}
	for (int i = 0; i < m.n_to; i++) {
		jv a = json_at(from, m.match[i]), b = json_at(to, i);
		compare_element(w, i, &a, &b, p);
		jv_free(a);
		jv_free(b);
	}
	for (int i = 0; i < m.n_from; i++) {
		if (m.wanted[i] || (m.keyed && (w->flags & COMPARE_SUBSET)))
			continue;
		jv a = json_at(from, i);
		compare_element(w, i, &a, &none, p);
		jv_free(a);
	}
	merge_release(&m);
}

static bool
is_empty_container(const jv *v)
{
	return (json_is(v, JV_KIND_OBJECT) || json_is(v, JV_KIND_ARRAY)) &&
	       json_len(v) == 0;
}

static void
compare(struct walk *w, const jv *from, const jv *to, const struct place *p)
{
	if (!present(from) && !present(to))
		return;
	if (json_is(from, JV_KIND_OBJECT) && json_is(to, JV_KIND_OBJECT))
		compare_maps(w, from, to, p);
	else if (json_is(from, JV_KIND_ARRAY) && json_is(to, JV_KIND_ARRAY))
		compare_lists(w, from, to, p);
	else if ((w->flags & COMPARE_SUBSET) &&
		 (!present(to) || (!present(from) && is_empty_container(to))))
		return;
	else if (!present(from) || !present(to) || !compare_scalar(to, from, p))
		emit(w, from, to);
}

static bool
is_builtin(const jv *object)
{
	const char *v = json_get_str(object, "apiVersion");
	const char *k = json_get_str(object, "kind");

	return v && k &&
	       kind_find(v, object_group_len(v), object_version(v), k) &&
	       !object_is(
		   object, "apiextensions.k8s.io", "CustomResourceDefinition");
}

jv
compare_objects(const jv *from, const jv *to, unsigned flags)
{
	struct walk w = { .flags = flags, .fields = jv_array() };
	struct place top = { NULL, NULL, is_builtin(to) };

	compare(&w, from, to, &top);
	buf_release(&w.path);
	return w.fields;
}

static jv
overlay_list(jv live, const jv *desired)
{
	struct merge m;

	merge_match(&m, &live, desired);
	if (!m.keyed) {
		merge_release(&m);
		jv_free(live);
		return jv_copy(*desired);
	}
	for (int i = 0; i < m.n_to; i++) {
		jv want = json_at(desired, i);
		if (m.match[i] < 0) {
			live = jv_array_append(live, want);
			continue;
		}
		jv have = json_take_at(&live, m.match[i]);
		have = compare_overlay(have, &want);
		live = jv_array_set(live, m.match[i], have);
		jv_free(want);
	}
	merge_release(&m);
	return live;
}

jv
compare_overlay(jv live, const jv *desired)
{
	if (json_is(&live, JV_KIND_ARRAY) && json_is(desired, JV_KIND_ARRAY))
		return overlay_list(live, desired);
	if (!json_is(&live, JV_KIND_OBJECT) ||
	    !json_is(desired, JV_KIND_OBJECT)) {
		jv_free(live);
		return jv_copy(*desired);
	}
	int i = jv_object_iter(*desired);
	for (; jv_object_iter_valid(*desired, i);
	     i = jv_object_iter_next(*desired, i)) {
		jv key = jv_object_iter_key(*desired, i);
		jv want = jv_object_iter_value(*desired, i);
		if (!json_is(&want, JV_KIND_NULL)) {
			const char *k = jv_string_value(key);
			jv have = json_take(&live, k);
			live = json_set(live, k, compare_overlay(have, &want));
		}
		jv_free(key);
		jv_free(want);
	}
	return live;
}

static jv
remove_element(jv list, int at)
{
	int n = json_len(&list);

	if (at < 0 || at >= n)
		return list;
	jv head = jv_array_slice(jv_copy(list), 0, at);
	return jv_array_concat(head, jv_array_slice(list, at + 1, n));
}

jv
compare_remove(jv v, const char *pointer)
{
	struct buf token = BUF_INIT;

	if (!json_pointer_next(&pointer, &token)) {
		buf_release(&token);
		return v;
	}
	const char *key = buf_str(&token);
	if (json_is(&v, JV_KIND_ARRAY)) {
		int i = atoi(key);
		jv x = json_take_at(&v, i);
		if (!*pointer)
			v = remove_element(v, i);
		else if (jv_is_valid(x))
			v = jv_array_set(
			    v, i, compare_remove(jv_copy(x), pointer));
		jv_free(x);
	} else if (json_has(&v, key)) {
		if (!*pointer) {
			v = json_delete(v, key);
		} else {
			jv x = json_take(&v, key);
			v = json_set(v, key, compare_remove(x, pointer));
		}
	}
	buf_release(&token);
	return v;
}
