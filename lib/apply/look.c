/*
 * What the cluster has, before anything is decided: the metadata of the live
 * objects, the inventory's parent, and a Kustomization that Flux itself works
 * on.  All of it is asked for side by side.
 */
#include "apply/unit.h"

#include <stdlib.h>
#include <string.h>

#include "diff/live.h"
#include "json.h"
#include "mem.h"

/* Said once; what goes wrong with one request does with the next. */
static void
trouble(struct unit *u, const struct api_response *r, const char *what)
{
	struct buf text = BUF_INIT;

	if (u->status == STATUS_OK) {
		buf_addf(&text, "%s: %s", what, r->message);
		unit_problem(u, r->exit, buf_str(&text));
	}
	buf_release(&text);
}

/* --- live objects ------------------------------------------------------- */

static void
set_live(struct item *item, jv live)
{
	jv metadata;

	/* The answer says what it is only in general. */
	live = json_set_str(
	    live, "apiVersion", json_get_str(&item->object, "apiVersion"));
	live = json_set_str(live, "kind", item->kind->kind);
	/* Who owns the fields counts only for a write. */
	if (item->plan == PLAN_NONE) {
		metadata = json_take(&live, "metadata");
		live = json_set(
		    live, "metadata", json_delete(metadata, "managedFields"));
	}
	jv_free(item->live);
	item->live = live;
}

static void
on_found(void *ctx, const struct live_want *want, const jv *live,
    const struct api_response *failed)
{
	struct item *item = want->ctx;

	(void)ctx;
	if (failed)
		trouble(item->unit, failed, item->kind->plural);
	if (failed || !jv_is_valid(*live))
		return;
	item_wake(item);
	set_live(item, jv_copy(*live));
	item_rest(item);
}

/* An object whose name the server is to make is never there yet. */
static bool
is_looked_for(const struct item *item)
{
	return !item->finished &&
	       (item->plan > PLAN_SKIP || item_is_compared(item)) &&
	       *item->name;
}

static size_t
make_wants(struct unit *u, struct live_want *wants)
{
	size_t i, n = 0;

	for (i = 0; i < u->n; i++) {
		struct item *item = &u->items[i];

		if (!is_looked_for(item))
			continue;
		wants[n].kind = item->kind;
		wants[n].namespace = item->namespace;
		wants[n].name = item->name;
		wants[n++].ctx = item;
	}
	return n;
}

/* --- Flux --------------------------------------------------------------- */

static void
on_flux(void *ctx, const struct api_response *r)
{
	struct unit *u = ctx;
	jv spec;

	/* No Flux here, or it is none of our business; else who knows. */
	if (r->exit != STATUS_OK) {
		if (r->status != 404 && r->status != 403)
			trouble(u, r, "Flux's Kustomization");
		return;
	}
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
	struct live_want *wants = mem_zero(u->n + 1, sizeof(*wants));
	size_t n = make_wants(u, wants);

	if (*u->stage)
		parent_read(u);
	if (unit_has_work(u))
		ask_flux(u);
	live_find_metadata(u->options->api, wants, n, on_found, NULL);
	api_run(u->options->api);
	free(wants);
}
