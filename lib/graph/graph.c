/* Dependency graphs; see graph.h.  Nothing here recurses. */
#include "graph/graph.h"

#include <stdlib.h>

#include "mem.h"

void
graph_init(struct graph *g, size_t n)
{
	*g = (struct graph){ .n = n };
}

void
graph_release(struct graph *g)
{
	free(g->edges);
	*g = (struct graph){ 0 };
}

void
graph_add(struct graph *g, size_t node, size_t needs)
{
	g->edges = mem_grow(g->edges, g->n_edges, &g->cap, sizeof(*g->edges));
	g->edges[g->n_edges++] = (struct graph_edge){ node, needs };
}

struct graph_index
graph_index_new(const struct graph *g, bool dependents)
{
	struct graph_index a;
	size_t *fill = mem_zero(g->n + 1, sizeof(*fill));
	size_t i;

	a.start = mem_zero(g->n + 1, sizeof(*a.start));
	a.node = mem_zero(g->n_edges, sizeof(*a.node));
	for (i = 0; i < g->n_edges; i++) {
		const struct graph_edge *e = &g->edges[i];

		a.start[(dependents ? e->needs : e->node) + 1]++;
	}
	for (i = 0; i < g->n; i++)
		a.start[i + 1] += a.start[i];
	for (i = 0; i < g->n_edges; i++) {
		const struct graph_edge *e = &g->edges[i];
		size_t at = dependents ? e->needs : e->node;

		a.node[a.start[at] + fill[at]++] =
		    dependents ? e->node : e->needs;
	}
	free(fill);
	return a;
}

void
graph_index_release(struct graph_index *a)
{
	free(a->start);
	free(a->node);
}

/*
 * Take nodes that wait for nothing more, first come, first served.  Returns how
 * many there were; waits keeps for how many edges each of the others waits.
 */
static size_t
take_ready(const struct graph *g, size_t *order, size_t *level, size_t *waits)
{
	struct graph_index a = graph_index_new(g, true);
	size_t done = 0, n = 0, i, k;

	for (i = 0; i < g->n_edges; i++)
		waits[g->edges[i].node]++;
	for (i = 0; i < g->n; i++) {
		if (level)
			level[i] = 0;
		if (waits[i] == 0)
			order[n++] = i;
	}
	for (; done < n; done++) {
		size_t node = order[done];

		for (k = a.start[node]; k < a.start[node + 1]; k++) {
			size_t next = a.node[k];

			if (level && level[next] < level[node] + 1)
				level[next] = level[node] + 1;
			if (--waits[next] == 0)
				order[n++] = next;
		}
	}
	graph_index_release(&a);
	return n;
}

bool
graph_sort(const struct graph *g, size_t *order, size_t *level)
{
	size_t *waits = mem_zero(g->n, sizeof(*waits));
	size_t n = take_ready(g, order, level, waits);

	free(waits);
	return n == g->n;
}

/* A dependency of node that could not be taken either. */
static size_t
stuck_on(const struct graph_index *a, const size_t *waits, size_t node)
{
	size_t k = a->start[node];

	while (waits[a->node[k]] == 0)
		k++;
	return a->node[k];
}

/* Copy the n nodes of a cycle to path, from the lowest on. */
static void
rotate(const size_t *cycle, size_t n, size_t *path)
{
	size_t lowest = 0, i;

	for (i = 1; i < n; i++)
		if (cycle[i] < cycle[lowest])
			lowest = i;
	for (i = 0; i < n; i++)
		path[i] = cycle[(lowest + i) % n];
}

/*
 * What can't be taken waits for something that can't be taken: going from one
 * to the next must come back to a node that was seen.
 */
size_t
graph_cycle(const struct graph *g, size_t *path)
{
	size_t *waits = mem_zero(g->n, sizeof(*waits));
	size_t *walk = mem_zero(g->n, sizeof(*walk));
	size_t *seen = mem_zero(g->n, sizeof(*seen));
	struct graph_index a = graph_index_new(g, false);
	size_t node = 0, n = 0, length = 0;

	if (take_ready(g, walk, NULL, waits) < g->n) {
		while (waits[node] == 0)
			node++;
		while (!seen[node]) {
			walk[n] = node;
			seen[node] = ++n;
			node = stuck_on(&a, waits, node);
		}
		length = n - (seen[node] - 1);
		rotate(walk + seen[node] - 1, length, path);
	}
	graph_index_release(&a);
	free(seen);
	free(walk);
	free(waits);
	return length;
}

void
graph_reach(const struct graph *g, size_t start, bool dependents, bool *reached)
{
	struct graph_index a = graph_index_new(g, dependents);
	bool *seen = mem_zero(g->n, sizeof(*seen));
	size_t *todo = mem_zero(g->n, sizeof(*todo));
	size_t n = 1, k;

	todo[0] = start;
	seen[start] = true;
	while (n > 0) {
		size_t node = todo[--n];

		reached[node] = true;
		for (k = a.start[node]; k < a.start[node + 1]; k++) {
			size_t next = a.node[k];

			if (!seen[next]) {
				seen[next] = true;
				todo[n++] = next;
			}
		}
	}
	free(todo);
	free(seen);
	graph_index_release(&a);
}
