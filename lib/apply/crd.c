/*
 * Custom kinds whose CRD is part of the same stage: known before the server
 * knows them, and waited for once it was told.
 */
#include "apply/unit.h"

#include <stdlib.h>
#include <string.h>

#include "duration.h"
#include "json.h"
#include "mem.h"
#include "object.h"

static bool
is_crd(const jv *object)
{
	return object_is(
	    object, "apiextensions.k8s.io", "CustomResourceDefinition");
}

/* One kind a version; what the CRD lacks the server will say. */
static void
note_version(struct unit *u, const jv *spec, const jv *version)
{
	const char *group = json_get_str(spec, "group");
	const char *kind = json_path_str(spec, "names", "kind", NULL);
	const char *plural = json_path_str(spec, "names", "plural", NULL);
	const char *scope = json_get_str(spec, "scope");
	const char *name = json_get_str(version, "name");
	struct kind *k;

	if (!group || !kind || !plural || !scope || !name)
		return;
	u->crds = mem_grow(u->crds, u->n_crds, &u->cap_crds, sizeof(*u->crds));
	k = &u->crds[u->n_crds++];
	k->group = mem_strdup(group);
	k->version = mem_strdup(name);
	k->kind = mem_strdup(kind);
	k->plural = mem_strdup(plural);
	k->namespaced = strcmp(scope, "Namespaced") == 0;
}

static void
note_crd(struct unit *u, const jv *crd)
{
	jv spec = json_get(crd, "spec");
	jv versions = json_get(&spec, "versions"), version;
	int i;

	for (i = 0; i < json_len(&versions); i++) {
		version = json_at(&versions, i);
		note_version(u, &spec, &version);
		jv_free(version);
	}
	jv_free(versions);
	jv_free(spec);
}

void
crds_note(struct unit *u)
{
	size_t i;

	for (i = 0; i < u->n; i++) {
		const struct record *r = u->items[i].record;
		jv object;

		if (!record_is_kind(r, "CustomResourceDefinition"))
			continue;
		object = record_object(r);
		if (is_crd(&object))
			note_crd(u, &object);
		jv_free(object);
	}
}

const struct kind *
crds_find(const struct unit *u, const char *api_version, const char *kind)
{
	size_t len = object_group_len(api_version), i;
	const char *version = object_version(api_version);

	for (i = 0; i < u->n_crds; i++) {
		const struct kind *k = &u->crds[i];

		if (strcmp(k->kind, kind) == 0 &&
		    strcmp(k->version, version) == 0 &&
		    strlen(k->group) == len &&
		    strncmp(k->group, api_version, len) == 0)
			return k;
	}
	return NULL;
}

void
crds_release(struct unit *u)
{
	size_t i;

	for (i = 0; i < u->n_crds; i++) {
		free((char *)u->crds[i].group);
		free((char *)u->crds[i].version);
		free((char *)u->crds[i].kind);
		free((char *)u->crds[i].plural);
	}
	free(u->crds);
	u->crds = NULL;
	u->n_crds = 0;
}

/* --- waiting ------------------------------------------------------------ */

/* One CRD that was written and is to be served. */
struct awaited {
	struct unit *unit;
	struct record *record;
	struct api_watch *watch;
	struct api_timer *timer;
};

static void
stop(struct awaited *a)
{
	struct api *api = a->unit->options->api;

	if (a->watch)
		api_watch_stop(api, a->watch);
	if (a->timer)
		api_timer_stop(api, a->timer);
	a->watch = NULL;
	a->timer = NULL;
}

static void
give_up(struct awaited *a, enum status status, const char *what)
{
	struct buf text = BUF_INIT;
	jv object = record_object(a->record);

	object_subject(&object, &text);
	buf_addf(&text, ": %s", what);
	stop(a);
	unit_problem(a->unit, status, buf_str(&text));
	jv_free(object);
	buf_release(&text);
}

/* The status of a condition, and its message where there is one. */
static const char *
condition(const jv *object, const char *type, struct buf *message)
{
	jv list = json_path(object, "status", "conditions", NULL);
	const char *status = "";
	int i;

	for (i = 0; i < json_len(&list); i++) {
		jv one = json_at(&list, i);
		const char *t = json_get_str(&one, "type");
		const char *s = json_get_str(&one, "status");
		const char *m = json_get_str(&one, "message");

		if (t && s && strcmp(t, type) == 0) {
			status = strcmp(s, "True") == 0 ? "True" : "False";
			buf_adds(message, m ? m : "");
		}
		jv_free(one);
	}
	jv_free(list);
	return status;
}

static void
on_event(void *ctx, const char *type, const jv *object)
{
	struct awaited *a = ctx;
	struct buf why = BUF_INIT, text = BUF_INIT;

	if (strcmp(type, "ADDED") != 0 && strcmp(type, "MODIFIED") != 0)
		return;
	if (strcmp(condition(object, "Established", &why), "True") == 0) {
		stop(a);
	} else {
		buf_clear(&why);
		if (strcmp(condition(object, "NamesAccepted", &why), "False") ==
		    0) {
			buf_addf(&text, "its names are not accepted: %s",
			    buf_str(&why));
			give_up(a, STATUS_REFUSED, buf_str(&text));
		}
	}
	buf_release(&why);
	buf_release(&text);
}

static void
on_failed(void *ctx, const struct api_response *r)
{
	struct awaited *a = ctx;

	a->watch = NULL;
	give_up(a, r->exit, r->message);
}

static void
on_timeout(void *ctx)
{
	struct awaited *a = ctx;
	struct buf text = BUF_INIT;

	a->timer = NULL;
	buf_adds(&text, "not established after ");
	duration_write(&text, a->unit->timeout_ms);
	give_up(a, STATUS_TIMEOUT, buf_str(&text));
	buf_release(&text);
}

static void
await(struct awaited *a)
{
	struct api *api = a->unit->options->api;
	struct api_watch_options options = { 0 };
	struct buf selector = BUF_INIT;
	jv object = record_object(a->record);

	buf_addf(&selector, "metadata.name=%s",
	    json_path_str(&object, "metadata", "name", NULL));
	options.kind = kind_find("apiextensions.k8s.io",
	    strlen("apiextensions.k8s.io"), NULL, "CustomResourceDefinition");
	options.field_selector = buf_str(&selector);
	options.event = on_event;
	options.failed = on_failed;
	options.ctx = a;
	a->watch = api_watch_start(api, &options);
	a->timer = api_timer_start(api, a->unit->timeout_ms, on_timeout, a);
	jv_free(object);
	buf_release(&selector);
}

/* A CRD that was created or changed in this run. */
static bool
is_new(const struct item *item)
{
	jv result = json_get(&item->record->value, "apply");
	const char *action = json_get_str(&result, "action");
	jv object = record_object(item->record);
	bool new = action &&is_crd(&object) &&
		   strcmp(action, "unchanged") != 0 &&
		   strcmp(action, "skipped") != 0;

	jv_free(result);
	jv_free(object);
	return new;
}

void
crds_wait(struct unit *u)
{
	struct awaited *awaited = mem_zero(u->n, sizeof(*awaited));
	size_t i, n = 0;

	for (i = 0; i < u->n; i++) {
		if (!is_new(&u->items[i]))
			continue;
		awaited[n] = (struct awaited){ .unit = u };
		awaited[n].record = u->items[i].record;
		await(&awaited[n++]);
	}
	if (n) {
		api_run(u->options->api);
		api_forget(u->options->api);
	}
	free(awaited);
}
