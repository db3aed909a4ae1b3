/*
 * Stages as rules for make, as a picture for Graphviz, and as text.
 *
 * Names of stages are what chain_init lets pass, so that none holds anything
 * that make, a shell or Graphviz would take for its own.
 */
#include <string.h>

#include "graph/draw.h"

bool
drawing_at(
    const struct drawing *d, size_t place, const struct chain_stage **stage)
{
	const struct chain *c = d->chain;
	size_t node = c->order[d->reverse ? c->n - 1 - place : place];

	*stage = &c->stages[node];
	return d->shown[node];
}

const struct chain_stage *
drawing_bare(const struct drawing *d)
{
	const struct chain *c = d->chain;

	return d->shown[c->n] && c->stages[c->n].n > 0 ? &c->stages[c->n]
						       : NULL;
}

typedef void add_fn(struct buf *out, const struct chain_stage *stage,
    const struct chain_stage *before);

/* Add each shown stage that must come right before this one; how many are. */
static size_t
each_before(const struct drawing *d, const struct chain_stage *stage,
    add_fn *add, struct buf *out)
{
	const struct chain_stage *stages = d->chain->stages;
	size_t node = (size_t)(stage - stages), i, n = 0;

	for (i = d->before->start[node]; i < d->before->start[node + 1]; i++) {
		if (!d->shown[d->before->node[i]])
			continue;
		if (add)
			add(out, stage, &stages[d->before->node[i]]);
		n++;
	}
	return n;
}

/* "3 objects" */
static void
add_count(struct buf *out, const struct chain_stage *stage)
{
	buf_addf(out, "%zu object%s", stage->n, stage->n == 1 ? "" : "s");
}

/* --- make --------------------------------------------------------------- */

/* The file that stands for a stage; "_" is in no name. */
static void
add_target(struct buf *out, const struct chain_stage *stage)
{
	const char *s;

	for (s = stage->name; *s; s++)
		buf_addc(out, *s == '/' ? '_' : *s);
	buf_adds(out, ".done");
}

static void
add_prerequisite(struct buf *out, const struct chain_stage *stage,
    const struct chain_stage *before)
{
	(void)stage;
	buf_addc(out, ' ');
	add_target(out, before);
}

/* "NAME target target" */
static void
add_targets(const struct drawing *d, const char *name, struct buf *out)
{
	const struct chain_stage *stage;
	size_t i;

	buf_adds(out, name);
	for (i = 0; i < d->chain->n; i++)
		if (drawing_at(d, i, &stage))
			add_prerequisite(out, NULL, stage);
	buf_addc(out, '\n');
}

int
draw_make(const struct drawing *d, struct buf *out, struct buf *err)
{
	const struct chain_stage *stage;
	size_t i;

	if (d->chain->stages[d->chain->n].n > 0) {
		buf_adds(
		    err, "--format make: there are objects without a stage");
		return -1;
	}
	add_targets(d, "all:", out);
	add_targets(d, ".PHONY: all", out);
	for (i = 0; i < d->chain->n; i++) {
		if (!drawing_at(d, i, &stage))
			continue;
		buf_addc(out, '\n');
		add_target(out, stage);
		buf_addc(out, ':');
		each_before(d, stage, add_prerequisite, out);
		buf_addf(out, "\n\t@$(STAGE) '%s'\n", stage->name);
	}
	return 0;
}

/* --- Graphviz ----------------------------------------------------------- */

static void
add_box(struct buf *out, const struct chain_stage *stage, const char *name)
{
	buf_addf(out, "\t\"%s\" [label=\"%s\\n", name, name);
	add_count(out, stage);
	buf_adds(out, "\"];\n");
}

static void
add_arrow(struct buf *out, const struct chain_stage *stage,
    const struct chain_stage *before)
{
	buf_addf(out, "\t\"%s\" -> \"%s\";\n", before->name, stage->name);
}

int
draw_dot(const struct drawing *d, struct buf *out, struct buf *err)
{
	const struct chain_stage *stage;
	size_t i;

	(void)err;
	buf_adds(out, "digraph stages {\n\trankdir=LR;\n\tnode [shape=box];\n");
	for (i = 0; i < d->chain->n; i++)
		if (drawing_at(d, i, &stage))
			add_box(out, stage, stage->name);
	for (i = 0; i < d->chain->n; i++)
		if (drawing_at(d, i, &stage))
			each_before(d, stage, add_arrow, out);
	if ((stage = drawing_bare(d)))
		add_box(out, stage, "no stage");
	buf_adds(out, "}\n");
	return 0;
}

/* --- text --------------------------------------------------------------- */

static void
add_name(struct buf *out, const struct chain_stage *stage,
    const struct chain_stage *before)
{
	(void)stage;
	buf_addf(out, " %s", before->name);
}

/* How wide the names are that are shown. */
static int
name_width(const struct drawing *d)
{
	const struct chain_stage *stage;
	size_t i, width = 0;

	for (i = 0; i < d->chain->n; i++)
		if (drawing_at(d, i, &stage) && strlen(stage->name) > width)
			width = strlen(stage->name);
	return (int)width;
}

int
draw_text(const struct drawing *d, struct buf *out, struct buf *err)
{
	const struct chain_stage *stage;
	int width = name_width(d);
	size_t i;

	(void)err;
	if ((stage = drawing_bare(d))) {
		buf_addf(out, "%-*s  ", width, "(no stage)");
		add_count(out, stage);
		buf_addc(out, '\n');
	}
	for (i = 0; i < d->chain->n; i++) {
		if (!drawing_at(d, i, &stage))
			continue;
		buf_addf(out, "%-*s  ", width, stage->name);
		add_count(out, stage);
		if (each_before(d, stage, NULL, out) > 0) {
			buf_adds(out, ", after");
			each_before(d, stage, add_name, out);
		}
		buf_addc(out, '\n');
	}
	return 0;
}
