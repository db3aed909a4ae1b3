/* Built-in plugins as objects of their own; see plugins.h. */
#include "kustomize/plugins.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/blanks.h"
#include "kustomize/plugin.h"

/* The file that a plugin was read from, as its origin says. */
static char *
origin_path(const struct resource *r)
{
	jv map = resource_map(r, "annotations");
	const char *s = json_get_str(&map, ORIGIN_ANNOTATION);
	struct buf path = BUF_INIT;

	if (s && strncmp(s, "path: ", 6) == 0)
		buf_add(&path, s + 6, strcspn(s + 6, "\n"));
	jv_free(map);
	return path.len ? buf_detach(&path) : NULL;
}

static int
run_all(struct build *b, struct accumulator *a, const struct kustomization *k,
    struct resmap *plugins, bool generator)
{
	int rc = 0;

	for (size_t i = 0; i < plugins->n && rc == 0; i++) {
		struct resource *r = plugins->list[i];

		blanks_settle(r);
		const char *api = json_get_str(&r->object, "apiVersion");
		char *path = b->track ? origin_path(r) : NULL;
		struct origin origin = { path, api, r->id.kind,
			resource_name(r), resource_namespace(r) };
		struct where w = { .b = b,
			.dir = k->dir,
			.file = r->path,
			.line = r->line,
			.plugin = r };
		struct plugin p = { .w = &w, .a = a, .origin = &origin };

		rc = plugin_run(&p, r, generator);
		if (rc == 0 && !generator && b->track)
			origin_add_transformation(&a->map, &origin);
		resmap_sweep(&a->map);
		free(path);
	}
	return rc;
}

/*
 * An element of the field is an object itself, or a path to some.  What has
 * several lines is no path, and may be secret.
 */
static int
load(struct build *b, struct accumulator *into, const struct listed *e,
    const char *path)
{
	struct resources list = { 0 };
	struct buf what = BUF_INIT, file = BUF_INIT;
	struct dir at = { .name = (char *)path };
	const char *s = e->path;
	struct buf pointer = BUF_INIT;
	struct where w = { .b = b, .k = e->k };
	int rc = 0;

	buf_addf(&pointer, "/%s/%d", e->field, e->i);
	w.pointer = pointer.s;

	if (read_resources(b, s, strlen(s), e->k->name, &list, &what) == 0) {
		dir_name(&at, e->k->file, &file);
		for (size_t n = 0; n < list.n; n++) {
			if (b->track)
				origin_set_path(list.list[n], file.s);
			where_made(&w, list.list[n]);
			list.list[n]->is_inline = true;
			resmap_add(&into->map, list.list[n]);
		}
	} else if (strchr(s, '\n')) {
		rc = where_fail_text(&w, "", buf_str(&what));
	} else {
		rc = accumulate_listed(b, into, e, path);
	}
	free(list.list);
	buf_release(&pointer);
	buf_release(&what);
	buf_release(&file);
	return rc;
}

/* An object without the label that a validator may leave. */
static jv
validated(const struct resource *r)
{
	jv object = jv_copy(r->object);
	jv meta = json_take(&object, "metadata");
	jv labels = json_take(&meta, "labels");

	if (json_has(&labels, "validated-by"))
		labels = json_delete(labels, "validated-by");
	if (json_len(&labels) > 0) {
		meta = json_set(meta, "labels", labels);
	} else {
		jv_free(labels);
		meta = json_delete(meta, "labels");
	}
	return json_set(object, "metadata", meta);
}

/* Validators look, and change nothing. */
static int
validate(struct build *b, struct accumulator *a, const struct kustomization *k,
    struct resmap *plugins)
{
	struct where w = {
		.b = b, .dir = k->dir, .k = k, .pointer = "/validators"
	};
	jv was = jv_array();
	int rc;

	for (size_t i = 0; i < a->map.n; i++)
		was = jv_array_append(was, validated(a->map.list[i]));
	rc = run_all(b, a, k, plugins, false);
	if (rc == 0 && (int)a->map.n != json_len(&was))
		rc = where_fail(&w, "a validator takes objects away");
	for (size_t i = 0; i < a->map.n && rc == 0; i++) {
		jv before = json_at(&was, (int)i);
		jv now = validated(a->map.list[i]);

		if (!json_equal(&before, &now))
			rc = where_fail_at(
			    &w, a->map.list[i], NULL, "a validator changes it");
		jv_free(before);
		jv_free(now);
	}
	jv_free(was);
	return rc;
}

int
plugins_run(struct build *b, struct accumulator *a,
    const struct kustomization *k, const char *path, const char *field)
{
	struct accumulator plugins = { .vars = jv_object() };
	jv list = json_get(&k->fields, field);
	int rc = 0;

	for (int i = 0; i < json_len(&list) && rc == 0; i++) {
		jv s = json_at(&list, i);
		struct listed e = { k, field, i, json_str(&s) };

		rc = load(b, &plugins, &e, path);
		jv_free(s);
	}
	if (rc == 0 && strcmp(field, "validators") == 0)
		rc = plugins.map.n > 0 ? validate(b, a, k, &plugins.map) : 0;
	else if (rc == 0)
		rc = run_all(
		    b, a, k, &plugins.map, strcmp(field, "generators") == 0);
	accumulator_release(&plugins);
	jv_free(list);
	return rc;
}
