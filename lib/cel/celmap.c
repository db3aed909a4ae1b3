#include "cel/celvalue.h"

#include <math.h>
#include <string.h>

#include "cel/celcompare.h"

/* Up to so many keys are looked at one by one. */
enum { FEW = 8 };

static uint64_t
mix(uint64_t h)
{
	h ^= h >> 33;
	h *= UINT64_C(0xff51afd7ed558ccd);
	h ^= h >> 33;
	h *= UINT64_C(0xc4ceb9fe1a85ec53);
	return h ^ h >> 33;
}

static uint64_t
hash_text(const char *s, size_t n)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * UINT64_C(0x100000001b3);
	return mix(h);
}

/* Equal numbers hash alike, whatever their types. */
static uint64_t
hash(const struct cel_value *v)
{
	switch (v->type) {
	case CEL_STRING:
	case CEL_BYTES:
	case CEL_TYPE:
		return hash_text(v->u.str.s, v->u.str.n);
	case CEL_INT:
		return mix((uint64_t)v->u.i);
	case CEL_UINT:
		return mix(v->u.u);
	case CEL_DOUBLE:
		if (v->u.d >= -CEL_TWO_63 && v->u.d < 0)
			return mix((uint64_t)(int64_t)v->u.d);
		return v->u.d >= 0 && v->u.d < CEL_TWO_64
			   ? mix((uint64_t)v->u.d)
			   : 0;
	case CEL_BOOL:
		return mix(v->u.b);
	default:
		return (uint64_t)v->type;
	}
}

struct cel_map *
cel_map_new(struct cel_run *r)
{
	return cel_arena_get(&r->arena, sizeof(struct cel_map));
}

struct cel_value
cel_map_value(const struct cel_map *m)
{
	return (struct cel_value){ .type = CEL_MAP, .u.map = m };
}

static bool
same(const struct cel_value *a, const struct cel_value *b, bool exact)
{
	return (!exact || a->type == b->type) && cel_same_key(a, b);
}

/* Where key is, or n; exact: not an equal number of another type. */
static size_t
find(const struct cel_map *m, const struct cel_value *key, bool exact)
{
	if (!m->slots) {
		for (size_t i = 0; i < m->n; i++)
			if (same(&m->keys[i], key, exact))
				return i;
		return m->n;
	}
	size_t mask = m->nslots - 1;
	for (size_t at = hash(key) & mask; m->slots[at]; at = (at + 1) & mask)
		if (same(&m->keys[m->slots[at] - 1], key, exact))
			return m->slots[at] - 1;
	return m->n;
}

const struct cel_value *
cel_map_find(const struct cel_map *m, const struct cel_value *key)
{
	size_t i = find(m, key, true);
	if (i == m->n)
		i = find(m, key, false);
	return i < m->n ? &m->values[i] : NULL;
}

static void
index_key(struct cel_map *m, size_t i)
{
	size_t mask = m->nslots - 1;
	size_t at = hash(&m->keys[i]) & mask;
	while (m->slots[at])
		at = (at + 1) & mask;
	m->slots[at] = (uint32_t)i + 1;
}

static void
index_all(struct cel_map *m)
{
	memset(m->slots, 0, m->nslots * sizeof *m->slots);
	for (size_t i = 0; i < m->n; i++)
		index_key(m, i);
}

static void
grow(struct cel_run *r, struct cel_map *m)
{
	size_t cap = m->cap ? m->cap * 2 : FEW;
	/* Who makes the map finds out when the next thing is paid for. */
	cel_pay(r, cap * 8);
	struct cel_value *keys = cel_arena_get(&r->arena, cap * sizeof *keys);
	struct cel_value *values =
	    cel_arena_get(&r->arena, cap * sizeof *values);
	if (m->n) {
		memcpy(keys, m->keys, m->n * sizeof *keys);
		memcpy(values, m->values, m->n * sizeof *values);
	}
	m->keys = keys;
	m->values = values;
	m->cap = cap;
	if (cap > FEW) {
		m->nslots = cap * 2;
		m->slots =
		    cel_arena_get(&r->arena, m->nslots * sizeof *m->slots);
		index_all(m);
	}
}

void
cel_map_set(struct cel_run *r, struct cel_map *m, struct cel_value key,
    struct cel_value value)
{
	size_t i = find(m, &key, true);
	if (i < m->n) {
		m->values[i] = value;
		return;
	}
	if (m->n == m->cap)
		grow(r, m);
	m->keys[m->n] = key;
	m->values[m->n] = value;
	if (m->slots)
		index_key(m, m->n);
	m->n++;
}

void
cel_map_remove(struct cel_map *m, const struct cel_value *key)
{
	size_t i = find(m, key, true);
	if (i == m->n)
		return;
	m->n--;
	memmove(&m->keys[i], &m->keys[i + 1], (m->n - i) * sizeof *m->keys);
	memmove(
	    &m->values[i], &m->values[i + 1], (m->n - i) * sizeof *m->values);
	if (m->slots)
		index_all(m);
}
