#ifndef POUNDLOCK_GRAPH_H
#define POUNDLOCK_GRAPH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A graph of what depends on what, over nodes 0 to n-1.  All answers take time
 * linear in nodes and edges and depend on nothing but the graph and the order
 * in which the edges came.
 */
struct graph {
	size_t n;
	struct graph_edge *edges;
	size_t n_edges, cap;
};

struct graph_edge {
	size_t node, needs;
};

/* The neighbours of node i are node[start[i]] to node[start[i + 1] - 1]. */
struct graph_index {
	size_t *start, *node;
};

void graph_init(struct graph *g, size_t n);
void graph_release(struct graph *g);

/* node depends on needs; an edge may come more than once. */
void graph_add(struct graph *g, size_t node, size_t needs);

/*
 * Index what depends on each node or, with dependents false, what each depends
 * on, in the order that the edges came in.
 */
struct graph_index graph_index_new(const struct graph *g, bool dependents);
void graph_index_release(struct graph_index *index);

/*
 * Fill order with all nodes, each behind what it depends on; level (may be
 * NULL) with how many steps lie before each.  False if there is a cycle; what
 * order then holds has no meaning.
 */
bool graph_sort(const struct graph *g, size_t *order, size_t *level);

/*
 * Fill path with a cycle: each node depends on the next, the last one on the
 * first, and the lowest node comes first.  Returns its length, 0 if there is no
 * cycle.  path has room for n nodes.
 */
size_t graph_cycle(const struct graph *g, size_t *path);

/*
 * Set reached[i] for start and all that it depends on or, the other way round,
 * all that depends on it; the others are left as they are.
 */
void graph_reach(
    const struct graph *g, size_t start, bool dependents, bool *reached);

#endif
