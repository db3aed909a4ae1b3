/*
 * From a kind to its resource, and paths.  Built-in kinds need no server;
 * others are asked for once for each group and version.
 */
#include <stdlib.h>
#include <string.h>

#include "api/apiimpl.h"
#include "json.h"
#include "mem.h"
#include "object.h"

/* One group and version that the server was asked for. */
struct group_version {
	char *name; /* as apiVersion has it */
	struct kind *kinds;
	size_t n;
	struct group_version *next;
};

struct api_resources {
	struct group_version *first;
};

/* --- paths -------------------------------------------------------------- */

static void
add_escaped(struct buf *out, const char *s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || strchr("-._~", c)) {
			buf_addc(out, *s);
		} else {
			buf_addc(out, '%');
			buf_addc(out, hex[c >> 4]);
			buf_addc(out, hex[c & 15]);
		}
	}
}

static void
add_group_version(struct buf *out, const char *group, const char *version)
{
	buf_adds(out, group[0] ? "/apis/" : "/api");
	add_escaped(out, group);
	buf_addc(out, '/');
	add_escaped(out, version);
}

void
api_path(struct buf *out, const struct kind *kind, const char *namespace,
    const char *name)
{
	add_group_version(out, kind->group, kind->version);
	if (kind->namespaced && namespace && namespace[0]) {
		buf_adds(out, "/namespaces/");
		add_escaped(out, namespace);
	}
	buf_addf(out, "/%s", kind->plural);
	if (name && name[0]) {
		buf_addc(out, '/');
		add_escaped(out, name);
	}
}

void
api_query(struct buf *path, const char *key, const char *value)
{
	buf_addc(path, strchr(buf_str(path), '?') ? '&' : '?');
	add_escaped(path, key);
	buf_addc(path, '=');
	add_escaped(path, value);
}

/* --- what the server knows ---------------------------------------------- */

static void
free_group_version(struct group_version *gv)
{
	size_t i;

	for (i = 0; i < gv->n; i++) {
		free((char *)gv->kinds[i].group);
		free((char *)gv->kinds[i].version);
		free((char *)gv->kinds[i].kind);
		free((char *)gv->kinds[i].plural);
	}
	free(gv->kinds);
	free(gv->name);
	free(gv);
}

void
api_resources_free(struct api_resources *resources)
{
	struct group_version *gv;

	while ((gv = resources->first)) {
		resources->first = gv->next;
		free_group_version(gv);
	}
	free(resources);
}

void
api_forget(struct api *api)
{
	if (api->resources)
		api_resources_free(api->resources);
	api->resources = NULL;
}

/* Subresources have a slash in their name. */
static void
add_kind(struct group_version *gv, const jv *resource, size_t *cap)
{
	const char *kind = json_get_str(resource, "kind");
	const char *plural = json_get_str(resource, "name");
	struct kind *k;

	if (!kind || !plural || strchr(plural, '/'))
		return;
	gv->kinds = mem_grow(gv->kinds, gv->n, cap, sizeof(*gv->kinds));
	k = &gv->kinds[gv->n++];
	k->group = mem_strndup(gv->name, object_group_len(gv->name));
	k->version = mem_strdup(object_version(gv->name));
	k->kind = mem_strdup(kind);
	k->plural = mem_strdup(plural);
	k->namespaced = json_get_bool(resource, "namespaced", false);
}

static enum status
ask_server(struct api *api, struct group_version *gv, struct buf *err)
{
	size_t len = object_group_len(gv->name), cap = 0;
	char *group = mem_strndup(gv->name, len);
	struct buf path = BUF_INIT, words = BUF_INIT;
	struct api_request req = { .method = "GET" };
	enum status status;
	long http = 0;
	jv body, list;
	int i;

	add_group_version(&path, group, object_version(gv->name));
	free(group);
	req.path = buf_str(&path);
	status = api_ask(api, &req, &body, &http, &words);
	/* A group that nobody serves has no kinds; that is an answer too. */
	if (http == 404)
		status = STATUS_OK;
	if (status != STATUS_OK)
		buf_addf(err, "the kinds of %s: %s", gv->name, buf_str(&words));
	list = json_get(&body, "resources");
	for (i = 0; i < json_len(&list); i++) {
		jv resource = json_at(&list, i);

		add_kind(gv, &resource, &cap);
		jv_free(resource);
	}
	jv_free(list);
	jv_free(body);
	buf_release(&path);
	buf_release(&words);
	return status;
}

static const struct group_version *
known(struct api *api, const char *api_version)
{
	struct group_version *gv;

	if (!api->resources)
		api->resources = mem_zero(1, sizeof(*api->resources));
	for (gv = api->resources->first; gv; gv = gv->next)
		if (strcmp(gv->name, api_version) == 0)
			return gv;
	return NULL;
}

static const struct group_version *
learn(struct api *api, const char *api_version, enum status *status,
    struct buf *err)
{
	struct group_version *gv = mem_zero(1, sizeof(*gv));

	gv->name = mem_strdup(api_version);
	*status = ask_server(api, gv, err);
	if (*status != STATUS_OK) {
		free_group_version(gv);
		return NULL;
	}
	gv->next = api->resources->first;
	api->resources->first = gv;
	return gv;
}

const struct kind *
api_resource(struct api *api, const char *api_version, const char *kind,
    enum status *status, struct buf *err)
{
	const char *version = object_version(api_version);
	const struct group_version *gv;
	const struct kind *k = kind_find(
	    api_version, object_group_len(api_version), version, kind);
	size_t i;

	*status = STATUS_OK;
	if (k)
		return k;
	gv = known(api, api_version);
	if (!gv)
		gv = learn(api, api_version, status, err);
	if (!gv)
		return NULL;
	for (i = 0; i < gv->n; i++)
		if (strcmp(gv->kinds[i].kind, kind) == 0)
			return &gv->kinds[i];
	*status = STATUS_REFUSED;
	buf_addf(err, "the server knows no kind %s in %s", kind, api_version);
	return NULL;
}
