/* Lists with keys, the half of the strategic merge that is about elements. */
#include "kustomize/merge_list.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/merge.h"
#include "mem.h"

void
merge_keys_parse(const char *text, struct merge_keys *keys)
{
	memset(keys, 0, sizeof(*keys));
	do {
		size_t n = strcspn(text, " ");
		if (n < sizeof(keys->k[0]))
			memcpy(keys->k[keys->n++], text, n);
		text += n + (text[n] == ' ');
	} while (*text && keys->n < MERGE_KEYS);
}

void
merge_tuple_release(struct merge_tuple *t)
{
	for (int i = 0; i < t->n; i++)
		free(t->v[i]);
}

void
merge_tuples_release(struct merge_tuples *t)
{
	for (size_t i = 0; i < t->n; i++)
		merge_tuple_release(&t->list[i]);
	free(t->list);
}

static bool
is_empty(const jv *v)
{
	return !jv_is_valid(*v) || json_is(v, JV_KIND_NULL) ||
	       (json_is(v, JV_KIND_OBJECT) && json_is_empty(v));
}

/* An element's value for a key as text; "" when it has none. */
static char *
value_text(const jv *element, const char *key)
{
	struct buf text = BUF_INIT;
	jv v = *key ? json_get(element, key) : jv_copy(*element);

	if (!is_empty(&v))
		merge_scalar_text(&v, &text);
	jv_free(v);
	return buf_detach(&text);
}

static bool
tuple_equal(const struct merge_tuple *a, const struct merge_tuple *b)
{
	if (a->n != b->n)
		return false;
	for (int i = 0; i < a->n; i++)
		if (!a->v[i] || !b->v[i] || strcmp(a->v[i], b->v[i]) != 0)
			return false;
	return true;
}

void
merge_tuples_add(
    struct merge_tuples *t, const jv *list, const struct merge_keys *keys)
{
	for (int i = 0; i < json_len(list); i++) {
		jv element = json_at(list, i);
		struct merge_tuple new = { .n = keys->n };
		size_t at = 0;

		for (int k = 0; k < keys->n; k++)
			new.v[k] = value_text(&element, keys->k[k]);
		jv_free(element);
		while (at < t->n && !tuple_equal(&t->list[at], &new))
			at++;
		if (at < t->n) {
			merge_tuple_release(&new);
			continue;
		}
		t->list = mem_grow(t->list, t->n, &t->cap, sizeof(*t->list));
		t->list[t->n++] = new;
	}
}

/* One element is like no other; it has to have a value, though. */
static bool
has_value(const jv *element, const struct merge_keys *keys)
{
	bool found = false;

	for (int k = 0; k < keys->n && !found; k++) {
		char *text = value_text(element, keys->k[k]);

		found = *text != '\0';
		free(text);
	}
	return found;
}

bool
merge_list_is_keyed(const jv *list, const struct merge_keys *keys)
{
	struct merge_tuples t = { 0 };
	size_t n = (size_t)json_len(list), used = 0;
	bool keyed;

	if (n == 1) {
		jv element = json_at(list, 0);

		keyed = has_value(&element, keys);
		jv_free(element);
		return keyed;
	}
	merge_tuples_add(&t, list, keys);
	keyed = t.n == n;
	for (int k = 0; k < keys->n && keyed; k++) {
		size_t given = 0;

		for (size_t i = 0; i < t.n; i++)
			given += *t.list[i].v[k] != '\0';
		keyed = given == 0 || given == t.n;
		used += given > 0;
	}
	keyed = keyed && (used > 0 || t.n == 0);
	merge_tuples_release(&t);
	return keyed;
}

/* Two tuples have a value in common and differ only where one has none. */
static bool
compatible(const struct merge_tuple *a, const struct merge_tuple *b)
{
	bool common = false;

	for (int i = 0; i < a->n; i++) {
		if (strcmp(a->v[i], b->v[i]) == 0)
			common = true;
		else if (*a->v[i] && *b->v[i])
			return false;
	}
	return common;
}

static void
fill(struct merge_tuple *t, const struct merge_tuple *from)
{
	for (int i = 0; i < t->n; i++) {
		if (*t->v[i] || !*from->v[i])
			continue;
		free(t->v[i]);
		t->v[i] = mem_strdup(from->v[i]);
	}
}

void
merge_tuples_unite(struct merge_tuples *t)
{
	for (size_t i = 0; i < t->n; i++) {
		for (size_t j = 0; j < t->n; j++) {
			if (i == j || !compatible(&t->list[i], &t->list[j]))
				continue;
			fill(&t->list[i], &t->list[j]);
			fill(&t->list[j], &t->list[i]);
		}
	}
}

void
merge_keys_used(const struct merge_keys *keys, const struct merge_tuples *t,
    struct merge_keys *used)
{
	used->n = 0;
	for (int k = 0; k < keys->n; k++) {
		size_t i = 0;
		while (i < t->n && !*t->list[i].v[k])
			i++;
		if (i < t->n)
			memcpy(
			    used->k[used->n++], keys->k[k], sizeof(keys->k[k]));
	}
	if (used->n == 0)
		*used = *keys;
}

void
merge_tuple_cut(const struct merge_tuple *t, const struct merge_keys *keys,
    const struct merge_keys *used, struct merge_tuple *cut)
{
	cut->n = 0;
	for (int k = 0; k < keys->n; k++)
		if (cut->n < used->n &&
		    strcmp(used->k[cut->n], keys->k[k]) == 0)
			cut->v[cut->n++] = t->v[k];
}

/* Most values are strings, and to compare two of them takes no third one. */
static bool
has_text(const jv *v, const char *want)
{
	struct buf text = BUF_INIT;
	bool is;

	if (json_str(v))
		return strcmp(json_str(v), want) == 0;
	merge_scalar_text(v, &text);
	is = strcmp(buf_str(&text), want) == 0;
	buf_release(&text);
	return is;
}

/* An element has these values; an empty value stands for any. */
static bool
matches(const jv *element, const struct merge_keys *keys,
    const struct merge_tuple *values)
{
	bool found = false;

	for (int k = 0; k < keys->n; k++) {
		/* Beyond the values, what held for the last one holds on. */
		if (k < values->n) {
			jv v = *keys->k[k] ? json_get(element, keys->k[k])
					   : jv_copy(*element);
			found = jv_is_valid(v);
			if (found && (*values->v[k] || !*keys->k[k]))
				found = has_text(&v, values->v[k]);
			jv_free(v);
		}
		if (!found)
			return false;
	}
	return true;
}

/* Here an empty value stands for itself. */
static bool
has_empty(const jv *element, const char *key)
{
	const char *s = json_get_str(element, key);

	return s && !*s;
}

int
merge_list_find(const jv *list, const struct merge_keys *keys,
    const struct merge_tuple *values)
{
	for (int i = 0; i < json_len(list); i++) {
		jv element = json_at(list, i);
		bool usable = !*keys->k[0] || json_is(&element, JV_KIND_OBJECT);
		bool found = usable && matches(&element, keys, values);

		for (int k = 0; k < values->n && found && *keys->k[0]; k++)
			found =
			    *values->v[k] || has_empty(&element, keys->k[k]);
		jv_free(element);
		if (found)
			return i;
	}
	return -1;
}

jv
merge_list_put(jv list, jv element, const struct merge_keys *keys,
    const struct merge_tuple *values)
{
	jv out = jv_array();
	bool placed = false;

	for (int i = 0; i < json_len(&list); i++) {
		jv old = json_at(&list, i);
		bool mapping = json_is(&old, JV_KIND_OBJECT);

		if (is_empty(&old)) {
			jv_free(old);
		} else if (*keys->k[0] && !mapping) {
			out = jv_array_append(out, old);
		} else if (!matches(&old, keys, values)) {
			if (values->n > 0)
				out = jv_array_append(out, old);
			else
				jv_free(old);
		} else {
			placed = true;
			jv_free(old);
			if (jv_is_valid(element))
				out = jv_array_append(out, jv_copy(element));
		}
	}
	jv_free(list);
	if (jv_is_valid(element) && !placed)
		return jv_array_append(out, element);
	jv_free(element);
	return out;
}

jv
merge_list_append(jv list, jv more, const struct merge_keys *keys)
{
	for (int i = 0; i < json_len(&more); i++) {
		jv element = json_at(&more, i);
		struct merge_tuple values = { 0 };

		for (int k = 0; k < keys->n; k++) {
			if (*keys->k[k] && !json_has(&element, keys->k[k]))
				list = jv_array_append(list, jv_copy(element));
			else
				values.v[values.n++] =
				    value_text(&element, keys->k[k]);
		}
		if (keys->n > 1)
			list =
			    merge_list_put(list, jv_invalid(), keys, &values);
		list = merge_list_put(list, element, keys, &values);
		merge_tuple_release(&values);
	}
	jv_free(more);
	return list;
}
