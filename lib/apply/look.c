/*
 * What the cluster has, before anything is decided: the metadata of the live
 * objects (few of a kind and namespace by their names, many by a list), the
 * inventory's parent, and a Kustomization that Flux itself works on.  All of it
 * is asked for side by side.
 */
#include "apply/impl.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "object.h"

/* Up to so many objects of a kind and namespace are asked for one by one. */
#define FEW 4

/* Objects in one answer to a list. */
#define PAGE "500"

/* Objects of one kind in one namespace. */
struct group {
	struct unit *unit;
	const struct kind *kind;
	const char *namespace; /* "" for none */
	jv index;	       /* name -> number of the item */
	bool failed;
};

/* An answer that is neither success nor "not there". */
static bool
is_trouble(struct unit *u, const struct api_response *r, const char *what)
{
	struct buf text = BUF_INIT;

	if (r->exit == STATUS_OK || r->status == 404)
		return false;
	if (u->status == STATUS_OK) {
		buf_addf(&text, "%s: %s", what, r->message);
		unit_problem(u, r->exit, buf_str(&text));
	}
	buf_release(&text);
	return true;
}

/* --- live objects ------------------------------------------------------- */

static void
set_live(struct item *item, jv live)
{
	/* The answer says what it is only in general. */
	live = json_set_str(
	    live, "apiVersion", json_get_str(&item->object, "apiVersion"));
	live = json_set_str(live, "kind", item->kind->kind);
	jv_free(item->live);
	item->live = live;
}

static void
on_object(void *ctx, const struct api_response *r)
{
	struct item *item = ctx;

	if (!is_trouble(item->unit, r, item->kind->plural) &&
	    r->exit == STATUS_OK)
		set_live(item, jv_copy(*r->body));
}

static void
ask_object(struct item *item)
{
	struct api_request req = { 0 };
	struct buf path = BUF_INIT;

	api_path(&path, item->kind, metadata_str(&item->object, "namespace"),
	    metadata_str(&item->object, "name"));
	req.method = "GET";
	req.path = buf_str(&path);
	req.accept = ACCEPT_METADATA;
	req.done = on_object;
	req.ctx = item;
	api_send(item->unit->options->api, &req);
	buf_release(&path);
}

static void ask_page(struct group *g, const char *from);

static void
take_page(struct group *g, const jv *body)
{
	jv items = json_get(body, "items");
	long long n;
	int i;

	for (i = 0; i < json_len(&items); i++) {
		jv live = json_at(&items, i);

		n = json_get_int(&g->index, metadata_str(&live, "name"), -1);
		if (n >= 0)
			set_live(&g->unit->items[n], live);
		else
			jv_free(live);
	}
	jv_free(items);
}

static void
on_page(void *ctx, const struct api_response *r)
{
	struct group *g = ctx;
	const char *next;

	if (is_trouble(g->unit, r, g->kind->plural) || r->exit != STATUS_OK)
		return;
	take_page(g, r->body);
	next = json_path_str(r->body, "metadata", "continue", NULL);
	if (next && *next)
		ask_page(g, next);
}

static void
ask_page(struct group *g, const char *from)
{
	struct api_request req = { 0 };
	struct buf path = BUF_INIT;

	api_path(&path, g->kind, g->namespace, NULL);
	api_query(&path, "limit", PAGE);
	if (from)
		api_query(&path, "continue", from);
	req.method = "GET";
	req.path = buf_str(&path);
	req.accept = ACCEPT_METADATA_LIST;
	req.done = on_page;
	req.ctx = g;
	api_send(g->unit->options->api, &req);
	buf_release(&path);
}

static struct group *
group_of(struct group *groups, size_t *n, struct item *item)
{
	const char *namespace = metadata_str(&item->object, "namespace");
	struct group *g;
	size_t i;

	for (i = *n; i-- > 0;)
		if (groups[i].kind == item->kind &&
		    strcmp(groups[i].namespace, namespace) == 0)
			return &groups[i];
	g = &groups[(*n)++];
	*g = (struct group){ .unit = item->unit, .kind = item->kind };
	g->namespace = namespace;
	g->index = jv_object();
	return g;
}

static void
add_to_group(struct group *groups, size_t *n, struct item *item)
{
	const char *name = metadata_str(&item->object, "name");
	struct group *g;

	if (!*name)
		return; /* generateName: never there yet */
	g = group_of(groups, n, item);
	g->index = json_set(
	    g->index, name, jv_number((double)(item - item->unit->items)));
}

static void
ask_group(struct group *g)
{
	if (json_len(&g->index) > FEW) {
		ask_page(g, NULL);
		return;
	}
	jv_object_foreach (g->index, name, number) {
		ask_object(&g->unit->items[(size_t)jv_number_value(number)]);
		jv_free(name);
		jv_free(number);
	}
}

/* --- Flux --------------------------------------------------------------- */

static void
on_flux(void *ctx, const struct api_response *r)
{
	struct unit *u = ctx;
	jv spec;

	if (r->exit != STATUS_OK)
		return; /* no Flux here, or it is none of our business */
	spec = json_get(r->body, "spec");
	u->flux = !json_get_bool(&spec, "suspend", false);
	jv_free(spec);
}

static void
ask_flux(struct unit *u)
{
	static const struct kind kustomization = {
		"kustomize.toolkit.fluxcd.io", "v1", "Kustomization",
		"kustomizations", true
	};
	struct api_request req = { 0 };
	struct buf path = BUF_INIT, namespace = BUF_INIT;
	const char *slash = strchr(u->stage, '/');

	if (!slash)
		return;
	inventory_namespace(u->stage, &namespace);
	api_path(&path, &kustomization, buf_str(&namespace), slash + 1);
	req.method = "GET";
	req.path = buf_str(&path);
	req.done = on_flux;
	req.ctx = u;
	api_send(u->options->api, &req);
	buf_release(&path);
	buf_release(&namespace);
}

void
unit_check_flux(struct unit *u)
{
	if (u->flux)
		unit_problem(u, STATUS_REFUSED,
		    "Flux in this cluster reconciles a Kustomization of that "
		    "name; suspend it first (flux suspend kustomization)");
}

/* --- all ---------------------------------------------------------------- */

void
unit_look_at_parent(struct unit *u)
{
	parent_read(u);
	ask_flux(u);
	api_run(u->options->api);
}

void
unit_look(struct unit *u)
{
	struct group *groups = mem_zero(u->n + 1, sizeof(*groups));
	size_t i, n = 0;

	if (*u->stage)
		parent_read(u);
	if (unit_has_work(u))
		ask_flux(u);
	for (i = 0; i < u->n; i++)
		if (!u->items[i].finished && u->items[i].plan > PLAN_SKIP)
			add_to_group(groups, &n, &u->items[i]);
	for (i = 0; i < n; i++)
		ask_group(&groups[i]);
	api_run(u->options->api);
	for (i = 0; i < n; i++)
		jv_free(groups[i].index);
	free(groups);
}
