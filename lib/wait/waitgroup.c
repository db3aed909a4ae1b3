/*
 * The watches of a wait, one a kind and namespace, and where no watch is
 * allowed the reading of single objects.
 */
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "wait/waitimpl.h"

/* How often to try again what can't be watched, or a kind not yet known. */
#define RETRY_MS 2000

/* --- what was seen ------------------------------------------------------ */

/* The targets of that name, as an array of indices (owned). */
static jv
targets_of(const struct wait_group *g, const jv *object)
{
	const char *name = json_path_str(object, "metadata", "name", NULL);

	return name ? json_get(&g->names, name) : jv_invalid();
}

static struct wait_target *
target_at(const struct wait_group *g, const jv *indices, int i)
{
	jv index = json_at(indices, i);
	long long n = 0;

	json_int(&index, &n);
	jv_free(index);
	return &g->run->set->targets[n];
}

/* Call fn for each target of the group. */
static void
for_each(struct wait_group *g,
    void (*fn)(struct wait_group *g, struct wait_target *t))
{
	size_t i;

	for (i = 0; i < g->run->set->n; i++)
		if (g->run->set->targets[i].group == g)
			fn(g, &g->run->set->targets[i]);
}

static void
see_absent(struct wait_group *g, struct wait_target *t)
{
	if (!jv_is_valid(t->live))
		wait_see_none(g, t);
}

/* The first list, from which on what is missing is not there. */
static void
list_is_whole(struct wait_group *g)
{
	if (g->synced)
		return;
	g->synced = true;
	g->run->unsynced--;
	for_each(g, see_absent);
}

static void
group_event(void *ctx, const char *type, const jv *object)
{
	struct wait_group *g = ctx;
	jv indices;
	int i;

	if (strcmp(type, "SYNCED") == 0) {
		list_is_whole(g);
		return;
	}
	indices = targets_of(g, object);
	for (i = 0; i < json_len(&indices); i++)
		wait_see(g, target_at(g, &indices, i),
		    strcmp(type, "DELETED") == 0, object);
	jv_free(indices);
}

/* --- when we may not watch ---------------------------------------------- */

static void start_watch(struct wait_group *g);
static void read_again(void *ctx);

static void
read_done(void *ctx, const struct api_response *r)
{
	struct wait_target *t = ctx;
	struct wait_group *g = t->group;

	if (r->exit == STATUS_OK) {
		wait_see(g, t, false, r->body);
	} else if (r->status == 404) {
		wait_see_none(g, t);
	} else {
		warning("%s: %s", buf_str(&t->subject), r->message);
		wait_end(g->run, r->exit);
	}
	if (--g->asked == 0 && !g->run->ended) {
		list_is_whole(g);
		g->timer =
		    api_timer_start(g->run->api, RETRY_MS, read_again, g);
	}
}

static void
read_one(struct wait_group *g, struct wait_target *t)
{
	struct buf path = BUF_INIT;
	struct api_request r = { .method = "GET", .done = read_done, .ctx = t };

	api_path(&path, g->kind, g->namespace, t->name);
	r.path = path.s;
	g->asked++;
	api_send(g->run->api, &r);
	buf_release(&path);
}

static void
read_again(void *ctx)
{
	struct wait_group *g = ctx;

	g->timer = NULL;
	for_each(g, read_one);
}

static void
watch_again(void *ctx)
{
	struct wait_group *g = ctx;

	g->timer = NULL;
	start_watch(g);
}

static void
group_failed(void *ctx, const struct api_response *r)
{
	struct wait_group *g = ctx;
	struct api *api = g->run->api;

	g->watch = NULL;
	if (r->status == 404) {
		/* The kind is going, or not there yet. */
		list_is_whole(g);
		for_each(g, wait_see_none);
		g->timer = api_timer_start(api, RETRY_MS, watch_again, g);
	} else if (r->status == 403) {
		warning("%s, so each object is read every %d s", r->message,
		    RETRY_MS / 1000);
		g->timer = api_timer_start(api, 0, read_again, g);
	} else {
		warning("%s", r->message);
		wait_end(g->run, r->exit);
	}
}

static void
group_polled(void *ctx, const struct api_response *r)
{
	(void)ctx;
	warning("%s, so the list is read every %d s", r->message,
	    (int)(API_POLL_MS / 1000));
}

static void
start_watch(struct wait_group *g)
{
	struct api_watch_options o = { .kind = g->kind,
		.namespace = g->namespace,
		.field_selector = g->field,
		.trim = g->whole ? NULL : wait_trim,
		.event = group_event,
		.polled = group_polled,
		.failed = group_failed,
		.ctx = g };

	g->watch = api_watch_start(g->run->api, &o);
}

/* --- groups ------------------------------------------------------------- */

/* Ask what the definition of its kind says; no answer means no. */
static bool
ask_for_status(struct api *api, const struct kind *kind, const jv *object)
{
	const struct kind *crds = kind_find("apiextensions.k8s.io",
	    strlen("apiextensions.k8s.io"), NULL, "CustomResourceDefinition");
	struct buf path = BUF_INIT, name = BUF_INIT, err = BUF_INIT;
	struct api_request r = { .method = "GET" };
	jv body = jv_invalid();
	bool has;

	if (!crds ||
	    kind_find(kind->group, strlen(kind->group), NULL, kind->kind))
		return false;
	buf_addf(&name, "%s.%s", kind->plural, kind->group);
	api_path(&path, crds, NULL, name.s);
	r.path = path.s;
	api_ask(api, &r, &body, NULL, &err);
	has = health_defines_status(&body, object);
	jv_free(body);
	buf_release(&path);
	buf_release(&name);
	buf_release(&err);
	return has;
}

static bool
same_kind(const struct kind *a, const struct kind *b)
{
	return strcmp(a->kind, b->kind) == 0 && strcmp(a->group, b->group) == 0;
}

static struct wait_group *
group_of(
    struct wait_run *run, const struct kind *kind, const struct wait_target *t)
{
	const char *namespace = kind->namespaced ? buf_str(&t->namespace) : "";
	struct wait_group *g;
	size_t i;

	for (i = 0; i < run->n_groups; i++)
		if (same_kind(run->groups[i]->kind, kind) &&
		    strcmp(run->groups[i]->namespace, namespace) == 0)
			return run->groups[i];
	g = mem_zero(1, sizeof(*g));
	g->run = run;
	g->kind = kind;
	g->namespace = mem_strdup(namespace);
	g->names = jv_object();
	if (!run->options->strict && !run->options->deleted)
		g->has_status = ask_for_status(run->api, kind, &t->object);
	run->groups = mem_resize(
	    run->groups, run->n_groups + 1, sizeof(struct wait_group *));
	run->groups[run->n_groups++] = g;
	return g;
}

static void
add_to_group(struct wait_group *g, struct wait_target *t)
{
	jv indices = json_take(&g->names, t->name);
	double index = (double)(t - g->run->set->targets);

	if (!json_is(&indices, JV_KIND_ARRAY)) {
		jv_free(indices);
		indices = jv_array();
	}
	indices = jv_array_append(indices, jv_number(index));
	g->names = json_set(g->names, t->name, indices);
	t->group = g;
	g->whole =
	    g->whole || (t->exprs && health_exprs_cover(t->exprs, &t->object));
	wait_target_name(t, g->kind->namespaced);
}

/* A single object is watched alone, however many others of its kind are. */
static void
start_group(struct wait_group *g)
{
	struct buf field = BUF_INIT;
	jv keys = jv_keys(jv_copy(g->names)), name = json_at(&keys, 0);

	if (json_len(&g->names) == 1) {
		buf_addf(&field, "metadata.name=%s", json_str(&name));
		g->field = buf_detach(&field);
	}
	jv_free(name);
	jv_free(keys);
	g->run->unsynced++;
	start_watch(g);
}

static void
resolve_again(void *ctx)
{
	struct wait_run *run = ctx;

	run->resolve = NULL;
	api_stop(run->api);
}

/* The server does not know the kind; its definition may be on its way. */
static void
see_no_kind(struct wait_run *run, struct wait_target *t, const char *message)
{
	struct health h = HEALTH_INIT;

	if (run->options->deleted)
		health_set(&h, HEALTH_NOT_FOUND, "", "gone with its kind");
	else
		health_set(&h, HEALTH_NOT_FOUND, "NoKind", "%s", message);
	wait_update(run, t, &h);
	health_release(&h);
}

int
wait_groups_resolve(struct wait_run *run)
{
	size_t i, old = run->n_groups;
	int unknown = 0;

	if (run->resolved)
		api_forget(run->api);
	run->resolved = true;
	for (i = 0; i < run->set->n && !run->ended; i++) {
		struct wait_target *t = &run->set->targets[i];
		struct buf err = BUF_INIT;
		enum status status = STATUS_OK;
		const struct kind *kind;

		if (t->group || t->final)
			continue;
		kind = api_resource(
		    run->api, t->api_version, t->kind, &status, &err);
		if (kind) {
			add_to_group(group_of(run, kind, t), t);
		} else if (status == STATUS_REFUSED) {
			see_no_kind(run, t, buf_str(&err));
			unknown++;
		} else {
			warning("%s", buf_str(&err));
			wait_end(run, status);
		}
		buf_release(&err);
	}
	for (i = old; i < run->n_groups && !run->ended; i++)
		start_group(run->groups[i]);
	if (unknown && !run->resolve && !run->ended)
		run->resolve =
		    api_timer_start(run->api, RETRY_MS, resolve_again, run);
	return run->ended ? -1 : 0;
}

static void
stop_group(struct wait_group *g)
{
	if (g->watch)
		api_watch_stop(g->run->api, g->watch);
	if (g->timer)
		api_timer_stop(g->run->api, g->timer);
	jv_free(g->names);
	free(g->namespace);
	free(g->field);
	free(g);
}

void
wait_groups_stop(struct wait_run *run)
{
	size_t i;

	for (i = 0; i < run->n_groups; i++)
		stop_group(run->groups[i]);
	if (run->resolve)
		api_timer_stop(run->api, run->resolve);
	free(run->groups);
}
