/* A chain of stages; see chain.h. */
#include "graph/chain.h"

#include <stdlib.h>
#include <string.h>

#include "graph/rank.h"
#include "json.h"
#include "kinds.h"
#include "mem.h"
#include "object.h"

/* --- names -------------------------------------------------------------- */

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* A DNS name of at most max bytes: parts of [a-z0-9-] between dots. */
static bool
is_dns_name(const char *s, size_t len, size_t max)
{
	size_t i;

	if (len == 0 || len > max || !is_alnum(s[0]) || !is_alnum(s[len - 1]))
		return false;
	for (i = 0; i < len; i++) {
		if (s[i] == '.' && (!is_alnum(s[i - 1]) || !is_alnum(s[i + 1])))
			return false;
		if (!is_alnum(s[i]) && s[i] != '-' && s[i] != '.')
			return false;
	}
	return true;
}

bool
chain_name_ok(const char *name)
{
	const char *slash = strchr(name, '/');

	if (slash && (memchr(name, '.', (size_t)(slash - name)) ||
			 !is_dns_name(name, (size_t)(slash - name), 63)))
		return false;
	name = slash ? slash + 1 : name;
	return is_dns_name(name, strlen(name), 253);
}

/* --- stages ------------------------------------------------------------- */

static bool
check_name(const char *name, unsigned long line, struct buf *err)
{
	if (chain_name_ok(name))
		return true;
	buf_addf(err,
	    "standard input:%lu: \"%.100s\" can't be the name of a "
	    "stage",
	    line, name);
	return false;
}

/* Number the stages; index becomes an object of name -> node. */
static int
take_stages(
    struct chain *c, struct record *records, long n, jv *index, struct buf *err)
{
	size_t cap = 0;
	long i;

	c->stages = mem_grow(NULL, 0, &cap, sizeof(*c->stages));
	for (i = 0; i < n; i++) {
		const char *name = record_stage(&records[i]);

		if (records[i].type != RECORD_STAGE)
			continue;
		if (!check_name(name, records[i].line, err))
			return -1;
		if (json_has(index, name)) {
			buf_addf(err,
			    "Kustomization/%s: two stages have this "
			    "name",
			    name);
			return -1;
		}
		*index = json_set(*index, name, jv_number((double)c->n));
		c->stages[c->n++] = (struct chain_stage){
			.record = &records[i],
			.name = name,
		};
		c->stages = mem_grow(c->stages, c->n, &cap, sizeof(*c->stages));
	}
	c->stages[c->n] = (struct chain_stage){ .name = "" };
	return 0;
}

static int
add_edge(struct chain *c, size_t node, const jv *needs, const jv *index,
    struct buf *err)
{
	const char *name = json_str(needs);
	long long to;

	if (!name) {
		buf_addf(err, "Kustomization/%s: after is no array of names",
		    c->stages[node].name);
		return -1;
	}
	to = json_get_int(index, name, -1);
	if (to < 0) {
		buf_addf(err,
		    "Kustomization/%s: depends on %.300s, which is "
		    "not in the chain",
		    c->stages[node].name, name);
		return -1;
	}
	graph_add(&c->graph, node, (size_t)to);
	return 0;
}

static int
take_edges(struct chain *c, const jv *index, struct buf *err)
{
	int rc = 0, k;
	size_t i;

	graph_init(&c->graph, c->n);
	for (i = 0; rc == 0 && i < c->n; i++) {
		jv after = json_get(&c->stages[i].record->value, "after");

		if (jv_is_valid(after) && !json_is(&after, JV_KIND_ARRAY)) {
			buf_addf(err, "Kustomization/%s: after is no array",
			    c->stages[i].name);
			rc = -1;
		}
		for (k = 0; rc == 0 && k < json_len(&after); k++) {
			jv needs = json_at(&after, k);

			rc = add_edge(c, i, &needs, index, err);
			jv_free(needs);
		}
		jv_free(after);
	}
	return rc;
}

static int
sort_stages(struct chain *c, struct buf *err)
{
	size_t i, n;

	c->order = mem_zero(c->n, sizeof(*c->order));
	c->level = mem_zero(c->n, sizeof(*c->level));
	if (graph_sort(&c->graph, c->order, c->level))
		return 0;
	n = graph_cycle(&c->graph, c->order);
	buf_addf(err, "Kustomization/%s: the dependencies run in a cycle: ",
	    c->stages[c->order[0]].name);
	for (i = 0; i < n; i++)
		buf_addf(err, "%s -> ", c->stages[c->order[i]].name);
	buf_adds(err, c->stages[c->order[0]].name);
	return -1;
}

/* --- objects ------------------------------------------------------------ */

static int
take_objects(struct chain *c, struct record *records, long n, const jv *index,
    struct buf *err)
{
	struct chain_stage *stage;
	long i;

	for (i = 0; i < n; i++) {
		const char *name = record_stage(&records[i]);
		long long node;

		if (records[i].type != RECORD_OBJECT)
			continue;
		node = *name ? json_get_int(index, name, -1) : (long long)c->n;
		if (node < 0) {
			jv object = record_object(&records[i]);

			object_subject(&object, err);
			buf_addf(err,
			    ": belongs to the stage %.300s, which "
			    "is not in the chain",
			    name);
			jv_free(object);
			return -1;
		}
		stage = &c->stages[node];
		stage->objects = mem_grow(stage->objects, stage->n, &stage->cap,
		    sizeof(struct record *));
		stage->objects[stage->n++] = &records[i];
	}
	return 0;
}

/* The namespace of a stage's objects that name none. */
static void
add_namespace(const struct chain_stage *stage, struct buf *out)
{
	const char *target = NULL, *slash = strchr(stage->name, '/');

	if (stage->record)
		target = json_path_str(
		    &stage->record->value, "spec", "targetNamespace", NULL);
	if (target && *target)
		buf_adds(out, target);
	else if (slash)
		buf_add(out, stage->name, (size_t)(slash - stage->name));
}

/*
 * Append the id of a stage's object.  Returns how many ids it may have: 2 when
 * only the server knows whether its kind has namespaces, 0 when it has none.
 */
static int
id_of(const struct record *r, const char *namespace, struct buf *out)
{
	struct buf ignored = BUF_INIT;
	struct object_id id;
	jv object = record_object(r);
	int n = 0;

	if (object_id(&object, &id, &ignored) == 0 && *id.name) {
		n = 1;
		if (kind_is_cluster_scoped(id.group, id.group_len, id.kind)) {
			id.namespace = "";
		} else if (!*id.namespace) {
			id.namespace = namespace;
			if (!kind_find(id.group, id.group_len, NULL, id.kind))
				n = 2;
		}
		object_id_key(&id, out);
	}
	jv_free(object);
	buf_release(&ignored);
	return n;
}

/* Append "stage NAME (FILE:LINE)", as far as these are known. */
static void
say_origin(const struct record *r, struct buf *err)
{
	jv origin = json_get(&r->value, "origin");
	const char *path = json_get_str(&origin, "path");

	if (*record_stage(r))
		buf_addf(err, "stage %s", record_stage(r));
	else
		buf_addf(err, "standard input:%lu", r->line);
	if (path)
		buf_addf(
		    err, " (%s:%lld)", path, json_get_int(&origin, "line", 1));
	jv_free(origin);
}

static void
say_twice(const struct record *a, const struct record *b, struct buf *err)
{
	jv object = record_object(b);

	object_subject(&object, err);
	buf_adds(err, ": is twice in the chain: in ");
	say_origin(a, err);
	buf_adds(err, " and in ");
	say_origin(b, err);
	jv_free(object);
}

/* seen maps ids to the numbers of records in first. */
static int
check_ids(const struct chain_stage *stage, jv *seen, struct record **first,
    size_t *n, struct buf *err)
{
	struct buf id = BUF_INIT, namespace = BUF_INIT;
	int rc = 0;
	size_t i;

	add_namespace(stage, &namespace);
	for (i = 0; rc == 0 && i < stage->n; i++) {
		long long before;

		buf_clear(&id);
		if (id_of(stage->objects[i], buf_str(&namespace), &id) == 0)
			continue;
		before = json_get_int(seen, buf_str(&id), -1);
		if (before >= 0) {
			say_twice(first[before], stage->objects[i], err);
			rc = -1;
			break;
		}
		*seen = json_set(*seen, buf_str(&id), jv_number((double)*n));
		first[(*n)++] = stage->objects[i];
	}
	buf_release(&namespace);
	buf_release(&id);
	return rc;
}

static int
check_all_ids(const struct chain *c, long n_records, struct buf *err)
{
	struct record **first = mem_zero((size_t)n_records, sizeof(*first));
	jv seen = jv_object();
	size_t n = 0, i;
	int rc = 0;

	for (i = 0; rc == 0 && i <= c->n; i++)
		rc = check_ids(&c->stages[i], &seen, first, &n, err);
	jv_free(seen);
	free(first);
	return rc;
}

/* --- the whole ---------------------------------------------------------- */

int
chain_init(struct chain *c, struct record *records, long n, struct buf *err)
{
	jv index = jv_object();
	int rc;

	*c = (struct chain){ 0 };
	rc = take_stages(c, records, n, &index, err);
	if (rc == 0)
		rc = take_edges(c, &index, err);
	if (rc == 0)
		rc = sort_stages(c, err);
	if (rc == 0)
		rc = take_objects(c, records, n, &index, err);
	if (rc == 0)
		rc = check_all_ids(c, n, err);
	jv_free(index);
	return rc;
}

void
chain_release(struct chain *c)
{
	size_t i;

	for (i = 0; c->stages && i <= c->n; i++)
		free(c->stages[i].objects);
	free(c->stages);
	free(c->order);
	free(c->level);
	graph_release(&c->graph);
	*c = (struct chain){ 0 };
}

struct ranked {
	int rank;
	size_t place;
	struct record *record;
};

static int
compare_ranked(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return a->place < b->place ? -1 : a->place > b->place;
}

void
chain_sort_objects(struct chain *c)
{
	size_t i, k;

	for (i = 0; i <= c->n; i++) {
		struct chain_stage *stage = &c->stages[i];
		struct ranked *r = mem_zero(stage->n, sizeof(*r));

		for (k = 0; k < stage->n; k++) {
			jv object = record_object(stage->objects[k]);

			r[k] = (struct ranked){ rank_of(&object), k,
				stage->objects[k] };
			jv_free(object);
		}
		qsort(r, stage->n, sizeof(*r), compare_ranked);
		for (k = 0; k < stage->n; k++)
			stage->objects[k] = r[k].record;
		free(r);
	}
}

int
chain_find(
    const struct chain *c, const char *name, size_t *node, struct buf *err)
{
	size_t i, found = 0;

	for (i = 0; i < c->n; i++) {
		const char *slash = strchr(c->stages[i].name, '/');

		if (strcmp(c->stages[i].name, name) == 0) {
			*node = i;
			return 0;
		}
		if (slash && strcmp(slash + 1, name) == 0) {
			*node = i;
			found++;
		}
	}
	if (found == 1)
		return 0;
	buf_addf(err,
	    found ? "%s: more than one stage has this name; say "
		    "NAMESPACE/NAME"
		  : "%s: no such stage in the chain",
	    name);
	return -1;
}

jv
chain_elsewhere(const struct chain *c, const bool *in)
{
	struct buf id = BUF_INIT, namespace = BUF_INIT;
	jv ids = jv_array();
	size_t i, k;

	for (i = 0; i <= c->n; i++) {
		const struct chain_stage *stage = &c->stages[i];

		buf_clear(&namespace);
		add_namespace(stage, &namespace);
		for (k = 0; !in[i] && k < stage->n; k++) {
			const struct record *r = stage->objects[k];
			int n;

			buf_clear(&id);
			n = id_of(r, buf_str(&namespace), &id);
			if (n > 0)
				ids = jv_array_append(
				    ids, jv_string(buf_str(&id)));
			buf_clear(&id);
			if (n > 1 && namespace.len > 0 && id_of(r, "", &id))
				ids = jv_array_append(
				    ids, jv_string(buf_str(&id)));
		}
	}
	buf_release(&namespace);
	buf_release(&id);
	return ids;
}
