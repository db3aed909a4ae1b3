/*
 * The k: and v: keys of a FieldsV1 node against the elements of a list.
 */
#include "fields/selector.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "json.h"
#include "mem.h"

static void
add_selector(struct selectors *all, size_t *cap, const char *key, jv node)
{
	struct buf err = BUF_INIT;
	struct selector s = { .is_value = key[0] == 'v', .node = node };

	if ((key[0] != 'k' && key[0] != 'v') || key[1] != ':') {
		all->strange = true;
		jv_free(node);
		return;
	}
	s.value = json_parse(key + 2, strlen(key + 2), &err);
	buf_release(&err);
	all->strange |= !jv_is_valid(s.value);
	all->s = mem_grow(all->s, (size_t)all->n, cap, sizeof(*all->s));
	all->s[all->n++] = s;
}

void
selectors_read(struct selectors *all, const jv *fields)
{
	size_t cap = 0;
	int i = jv_object_iter(*fields);

	*all = (struct selectors){ 0 };
	for (; jv_object_iter_valid(*fields, i);
	     i = jv_object_iter_next(*fields, i)) {
		jv key = jv_object_iter_key(*fields, i);
		const char *k = jv_string_value(key);
		if (strcmp(k, ".") != 0)
			add_selector(
			    all, &cap, k, jv_object_iter_value(*fields, i));
		jv_free(key);
	}
}

void
selectors_release(struct selectors *all)
{
	for (int i = 0; i < all->n; i++) {
		jv_free(all->s[i].value);
		jv_free(all->s[i].node);
	}
	free(all->s);
}

/*
 * Whether an element is the one that is meant.  A merge key that a desired
 * element leaves out has the default that the selector names, provided that the
 * manager does not hold it: it was left out then, too.
 */
static bool
selects(const struct selector *s, const jv *element, bool desired)
{
	bool all = true;

	if (s->is_value)
		return json_equal(&s->value, element);
	if (!json_is(element, JV_KIND_OBJECT) ||
	    !json_is(&s->value, JV_KIND_OBJECT))
		return false;
	int i = jv_object_iter(s->value);
	for (; all && jv_object_iter_valid(s->value, i);
	     i = jv_object_iter_next(s->value, i)) {
		jv key = jv_object_iter_key(s->value, i);
		jv want = jv_object_iter_value(s->value, i);
		jv have = json_get(element, jv_string_value(key));
		struct buf held = BUF_INIT;

		buf_addf(&held, "f:%s", jv_string_value(key));
		all = jv_is_valid(have)
			  ? json_equal(&want, &have)
			  : desired && !json_has(&s->node, buf_str(&held));
		buf_release(&held);
		jv_free(key);
		jv_free(want);
		jv_free(have);
	}
	return all;
}

jv
selector_find(const struct selector *s, const jv *list, bool desired, int *at)
{
	int n = json_len(list);

	for (*at = 0; *at < n; ++*at) {
		jv element = json_at(list, *at);
		if (selects(s, &element, desired))
			return element;
		jv_free(element);
	}
	*at = -1;
	return jv_invalid();
}

struct selector *
selectors_take(struct selectors *all, const jv *element)
{
	for (int i = 0; i < all->n; i++)
		if (!all->s[i].used && selects(&all->s[i], element, true)) {
			all->s[i].used = true;
			return &all->s[i];
		}
	return NULL;
}
