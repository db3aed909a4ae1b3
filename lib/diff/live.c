/*
 * Reading the live objects of many.
 */
#include "diff/live.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"

/* So few objects are read one by one. */
#define FEW 3

/* A page of a list; and how many times more objects than are asked for are
 * read by listing on, rather than by reading single ones. */
#define PAGE "200"
#define WASTE 8

/* The wants of one resource and namespace, next to each other. */
struct group {
	struct api *api;
	struct live_want *wants;
	char **names; /* of the wants, which may be gone once they are told */
	char *namespace;
	bool *known;
	bool metadata; /* only that */
	size_t n, unknown;
	live_found_fn *found;
	void *ctx;
	size_t in_flight;
};

/* One read, of one want. */
struct single {
	struct group *group;
	size_t at;
};

static int
compare_kinds(const struct kind *a, const struct kind *b)
{
	int c = strcmp(a->group, b->group);

	if (c == 0)
		c = strcmp(a->plural, b->plural);
	return c ? c : strcmp(a->version, b->version);
}

static int
compare_collections(const struct live_want *a, const struct live_want *b)
{
	int c = compare_kinds(a->kind, b->kind);

	return c ? c : strcmp(a->namespace, b->namespace);
}

static int
compare_wants(const void *va, const void *vb)
{
	const struct live_want *a = va, *b = vb;
	int c = compare_collections(a, b);

	return c ? c : strcmp(a->name, b->name);
}

static void
tell(struct group *g, size_t i, const jv *live, const struct api_response *r)
{
	if (g->known[i])
		return;
	g->known[i] = true;
	g->unknown--;
	g->found(g->ctx, &g->wants[i], live, r);
}

static void
tell_rest(struct group *g, const struct api_response *failed)
{
	jv none = jv_invalid();

	for (size_t i = 0; i < g->n; i++)
		tell(g, i, &none, failed);
}

static void
free_group(struct group *g)
{
	for (size_t i = 0; i < g->n; i++)
		free(g->names[i]);
	free(g->names);
	free(g->namespace);
	free(g->known);
	free(g);
}

static bool
is_answer(const struct api_response *r)
{
	return r->exit == STATUS_OK && r->body &&
	       json_is(r->body, JV_KIND_OBJECT);
}

static void
on_single(void *ctx, const struct api_response *r)
{
	struct single *s = ctx;
	struct group *g = s->group;
	jv none = jv_invalid();

	if (is_answer(r))
		tell(g, s->at, r->body, NULL);
	else
		tell(g, s->at, &none, r->status == 404 ? NULL : r);
	free(s);
	if (--g->in_flight == 0)
		free_group(g);
}

static void
read_singles(struct group *g)
{
	struct buf path = BUF_INIT;

	for (size_t i = 0; i < g->n; i++) {
		struct single *s;

		if (g->known[i])
			continue;
		s = mem_zero(1, sizeof(*s));
		*s = (struct single){ g, i };
		g->in_flight++;
		buf_clear(&path);
		api_path(&path, g->wants[i].kind, g->wants[i].namespace,
		    g->wants[i].name);
		api_send(
		    g->api, &(struct api_request){
				.method = "GET",
				.path = buf_str(&path),
				.accept = g->metadata ? LIVE_METADATA : NULL,
				.done = on_single,
				.ctx = s,
			    });
	}
	buf_release(&path);
	if (g->in_flight == 0)
		free_group(g);
}

static int
compare_names(const void *a, const void *b)
{
	char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

static void
take_item(struct group *g, const jv *item)
{
	const char *name = json_path_str(item, "metadata", "name", NULL);
	char **at;

	if (!name)
		return;
	at = bsearch(&name, g->names, g->n, sizeof(*g->names), compare_names);
	if (!at)
		return;
	size_t i = (size_t)(at - g->names);
	while (i > 0 && strcmp(g->names[i - 1], name) == 0)
		i--;
	for (; i < g->n && strcmp(g->names[i], name) == 0; i++)
		tell(g, i, item, NULL);
}

static void read_page(struct group *g, const char *next);

static void
on_page(void *ctx, const struct api_response *r)
{
	struct group *g = ctx;

	/* Not allowed, or a list that took too long: try without it. */
	if (r->status == 403 || r->status == 410) {
		read_singles(g);
		return;
	}
	if (!is_answer(r)) {
		tell_rest(g, r->status == 404 ? NULL : r);
		free_group(g);
		return;
	}
	jv items = json_get(r->body, "items");
	int n = json_len(&items);
	for (int i = 0; i < n; i++) {
		jv item = json_at(&items, i);
		take_item(g, &item);
		jv_free(item);
	}
	jv_free(items);

	jv metadata = json_get(r->body, "metadata");
	const char *next = json_get_str(&metadata, "continue");
	long long left = json_get_int(&metadata, "remainingItemCount", 0);
	if (g->unknown == 0 || !next || !*next) {
		tell_rest(g, NULL);
		free_group(g);
	} else if (left > WASTE * (long long)g->unknown) {
		read_singles(g);
	} else {
		read_page(g, next);
	}
	jv_free(metadata);
}

static void
read_page(struct group *g, const char *next)
{
	struct buf path = BUF_INIT;

	api_path(&path, g->wants[0].kind, g->namespace, NULL);
	api_query(&path, "limit", PAGE);
	if (next)
		api_query(&path, "continue", next);
	api_send(g->api, &(struct api_request){
			     .method = "GET",
			     .path = buf_str(&path),
			     .accept = g->metadata ? LIVE_METADATA_LIST : NULL,
			     .done = on_page,
			     .ctx = g,
			 });
	buf_release(&path);
}

static void
find(const struct group *how, struct live_want *wants, size_t n)
{
	qsort(wants, n, sizeof(*wants), compare_wants);
	for (size_t i = 0, end; i < n; i = end) {
		struct group *g = mem_alloc(sizeof(*g));

		for (end = i + 1; end < n; end++)
			if (compare_collections(&wants[i], &wants[end]) != 0)
				break;
		*g = *how;
		g->wants = wants + i;
		g->n = g->unknown = end - i;
		g->known = mem_zero(g->n, sizeof(*g->known));
		g->namespace = mem_strdup(wants[i].namespace);
		g->names = mem_zero(g->n, sizeof(*g->names));
		for (size_t k = 0; k < g->n; k++)
			g->names[k] = mem_strdup(wants[i + k].name);
		if (g->n <= FEW)
			read_singles(g);
		else
			read_page(g, NULL);
	}
}

void
live_find(struct api *api, struct live_want *wants, size_t n,
    live_found_fn *found, void *ctx)
{
	struct group how = { .api = api, .found = found, .ctx = ctx };

	find(&how, wants, n);
}

void
live_find_metadata(struct api *api, struct live_want *wants, size_t n,
    live_found_fn *found, void *ctx)
{
	struct group how = { .api = api, .found = found, .ctx = ctx };

	how.metadata = true;
	find(&how, wants, n);
}
