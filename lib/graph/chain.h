#ifndef POUNDLOCK_CHAIN_H
#define POUNDLOCK_CHAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "graph/graph.h"
#include "record.h"

/*
 * A chain of stages as a stream describes it: which stage comes after which,
 * and what belongs to each.
 */
struct chain_stage {
	struct record *record; /* NULL: the objects that name no stage */
	const char *name;      /* NAMESPACE/NAME; "" for those */
	struct record **objects;
	size_t n;
	size_t cap;
};

struct chain {
	struct chain_stage *stages; /* in the stream's order; the nodes of
				       graph.  The last one is those without a
				       stage; it is no node */
	size_t n;		    /* number of stages, that one not counted */
	size_t *order; /* of the n stages, what comes first first */
	size_t *level; /* steps that lie before each */
	struct graph graph;
};

/*
 * Put a chain together from n records, which must outlive it.  Returns 0, or -1
 * with a message: a name that Kubernetes would not take, two stages of one
 * name, an object of an unknown stage, an unknown dependency, a cycle (with its
 * whole path), two objects with one id anywhere in the chain.  chain_release
 * frees what was filled in, also after an error.
 */
int chain_init(
    struct chain *c, struct record *records, long n, struct buf *err);
void chain_release(struct chain *c);

/* Put the objects of each stage in an order that works (see rank.h). */
void chain_sort_objects(struct chain *c);

/*
 * The node of a stage by NAMESPACE/NAME, or by NAME where only one has it.
 * Returns 0, or -1 with a message.
 */
int chain_find(
    const struct chain *c, const char *name, size_t *node, struct buf *err);

/*
 * The ids ("GROUP/KIND/NAMESPACE/NAME") of all objects that belong to stages
 * with in[stage] false, as an array.  An object of a custom kind that names no
 * namespace is there twice, with the stage's and with none: only the server
 * knows which it is, and who is on this list is never deleted.
 */
jv chain_elsewhere(const struct chain *c, const bool *in);

/* True for NAME or NAMESPACE/NAME as Kubernetes allows them. */
bool chain_name_ok(const char *name);

#endif
