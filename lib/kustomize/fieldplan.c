/* Specs by the kind of object that they hold for; see fieldplan.h. */
#include "kustomize/fieldplan.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"

/* One part of a path, shared by all paths that are the same up to there. */
struct fieldnode {
	const struct fieldpart *part;
	size_t child, next; /* indexes; 0: there is none */
	bool ends;	    /* a path does, here */
	bool wanted;	    /* on the way of one that is not walked anyway */
	bool reached;	    /* in the object at hand */
};

static void reach(struct fieldpaths *paths, size_t at, const jv *v);

/* --- the tree ----------------------------------------------------------- */

static size_t
add_node(struct fieldpaths *paths, const struct fieldpart *part)
{
	paths->nodes = mem_grow(paths->nodes, paths->n_nodes, &paths->cap_nodes,
	    sizeof(*paths->nodes));
	paths->nodes[paths->n_nodes] = (struct fieldnode){ .part = part };
	return paths->n_nodes++;
}

static bool
same_part(const struct fieldpart *a, const struct fieldpart *b)
{
	return a->list == b->list && json_equal(&a->key, &b->key);
}

/* The child for a part, made if need be. */
static size_t
child_for(struct fieldpaths *paths, size_t at, const struct fieldpart *part)
{
	size_t i = paths->nodes[at].child, last = 0;

	for (; i; last = i, i = paths->nodes[i].next)
		if (same_part(paths->nodes[i].part, part))
			return i;
	i = add_node(paths, part);
	if (last)
		paths->nodes[last].next = i;
	else
		paths->nodes[at].child = i;
	return i;
}

/* A path that doesn't begin in metadata. */
static bool
may_retype(const struct fieldspec *spec)
{
	return strncmp(spec->path, "metadata/", 9) != 0;
}

static void
add_path(struct fieldpaths *paths, const struct fieldspec *spec, bool wanted)
{
	struct fieldpath *path;
	size_t at = 0;

	paths->ends =
	    mem_resize(paths->ends, paths->n + 1, sizeof(*paths->ends));
	paths->list =
	    mem_grow(paths->list, paths->n, &paths->cap, sizeof(*paths->list));
	path = &paths->list[paths->n];
	fieldpath_init(path, spec);
	for (size_t i = 0; i < path->n; i++) {
		paths->nested = paths->nested || paths->nodes[at].ends;
		at = child_for(paths, at, &path->parts[i]);
		paths->nodes[at].wanted = paths->nodes[at].wanted || wanted;
	}
	paths->nodes[at].ends = true;
	paths->nested = paths->nested || paths->nodes[at].child;
	paths->retypes = paths->retypes || may_retype(spec);
	paths->ends[paths->n++] = at;
}

static struct fieldpaths *
add_kind(struct fieldplan *plan, const struct id *id)
{
	struct fieldpaths *paths;

	plan->kinds =
	    mem_grow(plan->kinds, plan->n, &plan->cap, sizeof(*plan->kinds));
	paths = &plan->kinds[plan->n++];
	*paths = (struct fieldpaths){
		.group = id->group, .version = id->version, .kind = id->kind
	};
	add_node(paths, NULL);
	for (size_t i = 0; i < plan->specs->n; i++) {
		const struct fieldspec *spec = &plan->specs->specs[i];

		if (fieldspec_selects(spec, id))
			add_path(paths, spec, !plan->makes || !spec->create);
	}
	return paths;
}

/* --- looking ------------------------------------------------------------ */

static void
reach_all(struct fieldpaths *paths, size_t at)
{
	paths->nodes[at].reached = true;
	for (at = paths->nodes[at].child; at; at = paths->nodes[at].next)
		reach_all(paths, at);
}

/* Whatever is wrong on the way is for the real walk to complain about. */
static void
reach_child(struct fieldpaths *paths, size_t at, const jv *v)
{
	const struct fieldpart *part = paths->nodes[at].part;
	jv child;

	if (!json_is(v, JV_KIND_OBJECT) || !*jv_string_value(part->key)) {
		reach_all(paths, at);
		return;
	}
	child = jv_object_get(jv_copy(*v), jv_copy(part->key));
	/* A null that a path takes for a list becomes one. */
	if (part->list && json_is(&child, JV_KIND_NULL)) {
		reach_all(paths, at);
	} else if (jv_is_valid(child)) {
		paths->nodes[at].reached = true;
		if (paths->nodes[at].child)
			reach(paths, at, &child);
	}
	jv_free(child);
}

/* Look for the children of a node in the value that it leads to. */
static void
reach(struct fieldpaths *paths, size_t at, const jv *v)
{
	int n;

	if (json_is(v, JV_KIND_ARRAY)) {
		n = json_len(v);
		for (int i = 0; i < n; i++) {
			jv element = json_at(v, i);

			reach(paths, at, &element);
			jv_free(element);
		}
	} else if (!json_is(v, JV_KIND_NULL)) {
		for (at = paths->nodes[at].child; at;
		     at = paths->nodes[at].next)
			if (paths->nodes[at].wanted)
				reach_child(paths, at, v);
	}
}

/*
 * What is done to one field changes nothing for the paths to others, so one
 * look will do for all, unless fields lie within each other.
 */
static void
look(struct fieldpaths *paths, const jv *object)
{
	for (size_t i = 1; i < paths->n_nodes; i++)
		paths->nodes[i].reached = paths->nested;
	paths->nodes[0].reached = true;
	if (!paths->nested)
		reach(paths, 0, object);
	for (size_t i = 0; i < paths->n; i++)
		paths->list[i].leads = paths->nodes[paths->ends[i]].reached;
}

static struct fieldpaths *
find_kind(struct fieldplan *plan, const struct id *id)
{
	for (size_t i = 0; i < plan->n; i++) {
		struct fieldpaths *paths = &plan->kinds[i];

		if (paths->kind == id->kind && paths->group == id->group &&
		    paths->version == id->version)
			return paths;
	}
	return add_kind(plan, id);
}

const struct fieldpaths *
fieldplan_look(struct fieldplan *plan, const struct id *id, const jv *object)
{
	struct fieldpaths *paths = find_kind(plan, id);

	if (paths->n)
		look(paths, object);
	return paths;
}

void
fieldplan_release(struct fieldplan *plan)
{
	for (size_t i = 0; i < plan->n; i++) {
		struct fieldpaths *paths = &plan->kinds[i];

		while (paths->n)
			fieldpath_release(&paths->list[--paths->n]);
		free(paths->list);
		free(paths->ends);
		free(paths->nodes);
	}
	free(plan->kinds);
}
