/* Resources with an index of names; see resmap.h. */
#include "kustomize/resmap.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

void
resmap_release(struct resmap *m)
{
	free(m->list);
	free(m->entries);
	free(m->heads);
	free(m->tails);
	*m = (struct resmap){ 0 };
}

void
resmap_touch(struct resmap *m)
{
	m->indexed = 0;
	m->n_entries = 0;
	if (m->size) {
		memset(m->heads, 0, m->size * sizeof(*m->heads));
		memset(m->tails, 0, m->size * sizeof(*m->tails));
	}
}

static size_t
slot(const struct resmap *m, const char *name)
{
	return intern_hash(INTERN_SEED, &name, sizeof(name)) & (m->size - 1);
}

static void
link_entry(struct resmap *m, size_t i)
{
	size_t at = slot(m, m->entries[i].name);

	m->entries[i].next = 0;
	if (m->tails[at])
		m->entries[m->tails[at] - 1].next = i + 1;
	else
		m->heads[at] = i + 1;
	m->tails[at] = i + 1;
}

static void
enter(struct resmap *m, const char *name, size_t at)
{
	if (m->n_entries * 2 >= m->size) {
		free(m->heads);
		free(m->tails);
		m->size = m->size ? m->size * 2 : 64;
		m->heads = mem_zero(m->size, sizeof(*m->heads));
		m->tails = mem_zero(m->size, sizeof(*m->tails));
		for (size_t i = 0; i < m->n_entries; i++)
			link_entry(m, i);
	}
	m->entries = mem_grow(
	    m->entries, m->n_entries, &m->cap_entries, sizeof(*m->entries));
	m->entries[m->n_entries] = (struct resmap_entry){ name, at, 0 };
	link_entry(m, m->n_entries++);
}

static void
index_up(struct resmap *m)
{
	for (; m->indexed < m->n; m->indexed++) {
		const struct resource *r = m->list[m->indexed];

		enter(m, r->id.name, m->indexed);
		for (size_t i = 0; i < r->n_past; i++)
			if (i == 0 || r->past[i].name != r->past[i - 1].name)
				enter(m, r->past[i].name, m->indexed);
	}
}

struct resmap_walk
resmap_named(struct resmap *m, const char *name)
{
	if (!name)
		return (struct resmap_walk){ m, NULL, 1, (size_t)-1 };
	index_up(m);
	return (struct resmap_walk){ m, name,
		m->size ? m->heads[slot(m, name)] : 0, (size_t)-1 };
}

static struct resource *
next_of_all(struct resmap_walk *w)
{
	while (w->entry <= w->m->n) {
		struct resource *r = w->m->list[w->entry++ - 1];

		if (!r->dropped)
			return r;
	}
	return NULL;
}

struct resource *
resmap_next(struct resmap_walk *w)
{
	if (!w->name)
		return next_of_all(w);
	while (w->entry) {
		const struct resmap_entry *e = &w->m->entries[w->entry - 1];

		w->entry = e->next;
		if (e->name != w->name || e->at == w->last ||
		    w->m->list[e->at]->dropped)
			continue;
		w->last = e->at;
		return w->m->list[e->at];
	}
	return NULL;
}

struct resource *
resmap_add(struct resmap *m, struct resource *r)
{
	struct resmap_walk w = resmap_named(m, r->id.name);
	struct resource *other;

	while ((other = resmap_next(&w)))
		if (id_equal(&other->id, &r->id))
			return other;
	m->list = mem_grow(m->list, m->n, &m->cap, sizeof(*m->list));
	m->list[m->n++] = r;
	return NULL;
}

void
resmap_sweep(struct resmap *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		if (!m->list[i]->dropped)
			m->list[n++] = m->list[i];
	if (n < m->n)
		resmap_touch(m);
	m->n = n;
}

bool
resmap_conflict(struct resmap *m, struct resource **a, struct resource **b)
{
	for (size_t i = 0; i < m->n; i++) {
		struct resmap_walk w = resmap_named(m, m->list[i]->id.name);

		while ((*a = resmap_next(&w)))
			if (*a != m->list[i] &&
			    id_equal(&(*a)->id, &m->list[i]->id)) {
				*b = m->list[i];
				return true;
			}
	}
	return false;
}

size_t
resmap_find(struct resmap *m, const struct id *id, struct resource *found[2])
{
	struct resmap_walk w = resmap_named(m, id->name);
	struct resource *r;
	size_t count = 0;

	while ((r = resmap_next(&w))) {
		bool is = id_equal(&r->id, id);

		for (size_t i = 0; !is && i < r->n_past; i++)
			is = id_equal(&r->past[i], id);
		if (!is)
			continue;
		if (count < 2)
			found[count] = r;
		count++;
	}
	return count;
}
