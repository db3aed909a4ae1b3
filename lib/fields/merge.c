/*
 * Matching the elements of two lists by Kubernetes's merge keys.
 */
#include "fields/merge.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "json.h"
#include "mem.h"

#define MAX_KEYS 2

/*
 * Sets of merge keys, in the order in which they are tried.  A second key may
 * be left out of an element: the server gives it a default.
 */
static const char *const key_sets[][MAX_KEYS] = {
	{ "mountPath", NULL },
	{ "devicePath", NULL },
	{ "containerPort", "protocol" },
	{ "port", "protocol" },
	{ "name", NULL },
	{ "topologyKey", "whenUnsatisfiable" },
	{ "ip", NULL },
	{ "uid", NULL },
	{ "type", NULL },
};

#define N_SETS (sizeof(key_sets) / sizeof(key_sets[0]))

static bool
add_scalar(const jv *v, struct buf *out)
{
	switch (jv_get_kind(*v)) {
	case JV_KIND_STRING:
	case JV_KIND_NUMBER:
		json_write(out, v, 0);
		return true;
	default:
		return false;
	}
}

/* Append the element's key of that set, unique for its values. */
static bool
add_key(const jv *element, const char *const *set, struct buf *out)
{
	for (int i = 0; i < MAX_KEYS && set[i]; i++) {
		jv v = json_get(element, set[i]);
		bool ok = add_scalar(&v, out);

		jv_free(v);
		if (!ok && i == 0)
			return false;
		if (!ok && strcmp(set[i], "protocol") == 0)
			buf_adds(out, "\"TCP\"");
		buf_addc(out, '/');
	}
	return true;
}

/*
 * The elements of a list by key: {KEY: index}.  Invalid when one has no key or
 * two have the same.
 */
static jv
index_by(const jv *list, const char *const *set)
{
	struct buf key = BUF_INIT;
	jv index = jv_object();
	int n = json_len(list);

	for (int i = 0; i < n && jv_is_valid(index); i++) {
		jv element = json_at(list, i);
		buf_clear(&key);
		bool ok = add_key(&element, set, &key) &&
			  !json_has(&index, buf_str(&key));
		if (ok) {
			index = json_set(index, buf_str(&key), jv_number(i));
		} else {
			jv_free(index);
			index = jv_invalid();
		}
		jv_free(element);
	}
	buf_release(&key);
	return index;
}

static void
match_by_key(
    struct merge *m, const jv *index, const jv *to, const char *const *set)
{
	struct buf key = BUF_INIT;
	int last = -1;

	for (int i = 0; i < m->n_to; i++) {
		jv element = json_at(to, i);
		buf_clear(&key);
		add_key(&element, set, &key);
		int at = (int)json_get_int(index, buf_str(&key), -1);
		m->match[i] = at;
		if (at >= 0) {
			m->wanted[at] = true;
			m->reordered |= at < last;
			last = at;
		}
		jv_free(element);
	}
	buf_release(&key);
}

static bool
match_with_set(
    struct merge *m, const jv *from, const jv *to, const char *const *set)
{
	jv by_from = index_by(from, set);
	jv by_to = jv_is_valid(by_from) ? index_by(to, set) : jv_invalid();
	bool ok = jv_is_valid(by_from) && jv_is_valid(by_to);

	if (ok)
		match_by_key(m, &by_from, to, set);
	jv_free(by_from);
	jv_free(by_to);
	return ok;
}

void
merge_match(struct merge *m, const jv *from, const jv *to)
{
	*m = (struct merge){ .n_from = json_len(from), .n_to = json_len(to) };
	m->match = mem_zero((size_t)m->n_to + 1, sizeof(*m->match));
	m->wanted = mem_zero((size_t)m->n_from + 1, sizeof(*m->wanted));
	for (size_t i = 0; i < N_SETS && !m->keyed; i++)
		m->keyed = match_with_set(m, from, to, key_sets[i]);
	for (int i = 0; i < m->n_to && !m->keyed; i++) {
		m->match[i] = i < m->n_from ? i : -1;
		if (i < m->n_from)
			m->wanted[i] = true;
	}
}

void
merge_release(struct merge *m)
{
	free(m->match);
	free(m->wanted);
	*m = (struct merge){ 0 };
}

char *
merge_label(const jv *element)
{
	for (size_t i = 0; i < N_SETS; i++) {
		jv v = json_get(element, key_sets[i][0]);
		struct buf out = BUF_INIT;

		if (json_str(&v))
			buf_adds(&out, json_str(&v));
		else
			add_scalar(&v, &out);
		jv_free(v);
		if (out.len > 0)
			return buf_detach(&out);
		buf_release(&out);
	}
	return NULL;
}
