/* An object under construction; see resource.h. */
#include "kustomize/resource.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/merge.h"
#include "mem.h"
#include "object.h"

void
strings_add(struct strings *list, const char *s)
{
	list->s = mem_grow(list->s, list->n, &list->cap, sizeof(*list->s));
	list->s[list->n++] = s;
}

void
resource_release(struct resource *r)
{
	jv_free(r->object);
	free(r->past);
	free(r->prefixes.s);
	free(r->suffixes.s);
	free(r->vars.s);
	buf_release(&r->blanks);
	buf_release(&r->made);
	buf_release(&r->misfits);
}

const char *
resource_name(const struct resource *r)
{
	const char *s = json_path_str(&r->object, "metadata", "name", NULL);

	return s ? s : "";
}

const char *
resource_namespace(const struct resource *r)
{
	const char *s =
	    json_path_str(&r->object, "metadata", "namespace", NULL);

	return s ? s : "";
}

/* Most of an id stays what it was. */
static const char *
again(struct intern *in, const char *was, const char *s, size_t len)
{
	if (was && strncmp(was, s, len) == 0 && was[len] == '\0')
		return was;
	return intern_len(in, s, len);
}

void
resource_refresh_name(struct resource *r, struct intern *in)
{
	jv meta = json_get(&r->object, "metadata");
	const char *name = json_get_str(&meta, "name");
	const char *ns = json_get_str(&meta, "namespace");
	struct id was = r->id;

	name = name ? name : "";
	r->id.name = again(in, was.name, name, strlen(name));
	if (r->cluster)
		ns = NO_NAMESPACE;
	ns = ns && *ns ? ns : "default";
	r->id.namespace = again(in, was.namespace, ns, strlen(ns));
	jv_free(meta);
}

void
resource_refresh(
    struct resource *r, struct intern *in, const struct schema *schema)
{
	const char *api = json_get_str(&r->object, "apiVersion");
	const char *kind = json_get_str(&r->object, "kind");
	struct id was = r->id;
	size_t group_len;

	api = api ? api : "";
	group_len = object_group_len(api);
	kind = kind ? kind : "";
	r->id.group = again(in, was.group, api, group_len);
	api = object_version(api);
	r->id.version = again(in, was.version, api, strlen(api));
	r->id.kind = again(in, was.kind, kind, strlen(kind));
	if (r->id.group != was.group || r->id.version != was.version ||
	    r->id.kind != was.kind)
		r->cluster = schema_cluster_scoped(
		    schema, r->id.group, group_len, r->id.version, r->id.kind);
	resource_refresh_name(r, in);
	for (size_t i = 0; i < r->n_past; i++) {
		r->past[i].group = r->id.group;
		r->past[i].version = r->id.version;
	}
}

void
resource_remember(struct resource *r)
{
	/* Most resources have one or two: no room for more is kept. */
	if (r->n_past == r->cap_past) {
		r->cap_past += 2;
		r->past = mem_resize(r->past, r->cap_past, sizeof(*r->past));
	}
	r->past[r->n_past++] = r->id;
}

void
resource_forget(struct resource *r)
{
	r->n_past = 0;
	r->prefixes.n = 0;
	r->suffixes.n = 0;
	r->behavior = BEHAVIOR_CREATE;
	r->generated = false;
	r->hash = false;
}

struct id
resource_first_id(const struct resource *r)
{
	return r->n_past ? r->past[0] : r->id;
}

bool
id_equal(const struct id *a, const struct id *b)
{
	return a->name == b->name && a->kind == b->kind &&
	       a->namespace == b->namespace && a->group == b->group &&
	       a->version == b->version;
}

void
resource_subject(const struct resource *r, struct buf *out)
{
	object_subject(&r->object, out);
}

bool
resource_has_notes(const struct resource *r)
{
	return r->n_past || r->prefixes.n || r->suffixes.n || r->generated;
}

void
resource_put_meta(struct resource *r, const char *field, jv value)
{
	jv meta = json_take(&r->object, "metadata");

	if (!json_is(&meta, JV_KIND_OBJECT)) {
		jv_free(meta);
		meta = jv_object();
	}
	meta = jv_is_valid(value) ? json_set(meta, field, value)
				  : json_delete(meta, field);
	r->object = json_set(r->object, "metadata", meta);
}

void
resource_set_name(struct resource *r, const char *name)
{
	resource_put_meta(r, "name", jv_string(name));
}

void
resource_set_namespace(struct resource *r, const char *namespace)
{
	resource_put_meta(
	    r, "namespace", *namespace ? jv_string(namespace) : jv_invalid());
}

jv
scalar_string(const jv *v)
{
	struct buf text = BUF_INIT;
	jv s;

	if (json_is(v, JV_KIND_STRING))
		return jv_copy(*v);
	if (!json_is(v, JV_KIND_NULL))
		merge_scalar_text(v, &text);
	s = jv_string_sized(buf_str(&text), (int)text.len);
	buf_release(&text);
	return s;
}

static bool
has_only_strings(const jv *map)
{
	bool only = true;

	for (int i = jv_object_iter(*map);
	     only && jv_object_iter_valid(*map, i);
	     i = jv_object_iter_next(*map, i)) {
		jv value = jv_object_iter_value(*map, i);

		only = json_is(&value, JV_KIND_STRING);
		jv_free(value);
	}
	return only;
}

jv
resource_map(const struct resource *r, const char *field)
{
	jv map = json_path(&r->object, "metadata", field, NULL);
	jv out = jv_object();

	if (!json_is(&map, JV_KIND_OBJECT)) {
		jv_free(map);
		return out;
	}
	if (has_only_strings(&map)) {
		jv_free(out);
		return map;
	}
	jv_object_foreach (map, key, value) {
		out = jv_object_set(out, key, scalar_string(&value));
		jv_free(value);
	}
	jv_free(map);
	return out;
}

void
resource_set_map(struct resource *r, const char *field, jv map)
{
	jv old = json_path(&r->object, "metadata", field, NULL);
	bool same = jv_identical(old, jv_copy(map));

	if (!jv_object_iter_valid(map, jv_object_iter(map))) {
		jv_free(map);
		resource_put_meta(r, field, jv_invalid());
	} else if (same) {
		jv_free(map);
	} else {
		resource_put_meta(r, field, map);
	}
}
