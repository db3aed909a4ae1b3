/* One kustomization and what it stands on; see accumulate.h. */
#include "kustomize/accumulate.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/fields.h"
#include "kustomize/generate.h"
#include "kustomize/origin.h"
#include "kustomize/plugins.h"
#include "kustomize/steps.h"
#include "kustomize/transform.h"
#include "manifest/manifest.h"
#include "mem.h"

void
accumulator_release(struct accumulator *a)
{
	resmap_release(&a->map);
	jv_free(a->vars);
	*a = (struct accumulator){ .vars = jv_invalid() };
}

static int
fail(struct build *b, const struct kustomization *k, const char *field, int i,
    const char *path, const char *what)
{
	struct buf pointer = BUF_INIT;
	struct where w = { .b = b, .k = k };

	buf_addf(&pointer, "/%s", field);
	if (i >= 0)
		buf_addf(&pointer, "/%d", i);
	w.pointer = pointer.s;
	where_fail(&w, "%s%s%s", path, *path ? ": " : "", what);
	buf_release(&pointer);
	return -1;
}

/* --- files -------------------------------------------------------------- */

/*
 * "a" and "b.yaml" are "a/b.yaml", as seen from the top: "" where nobody keeps
 * track of it.
 */
static char *
below(const struct build *b, const char *path, const char *name)
{
	struct dir d = { .name = (char *)path };
	struct buf out = BUF_INIT;

	if (b->track)
		dir_name(&d, name, &out);
	return buf_detach(&out);
}

static int
fail_listed(struct build *b, const struct listed *e, const char *what)
{
	return fail(b, e->k, e->field, e->i, e->path, what);
}

static int
fail_twice(
    struct build *b, const struct resource *r, const struct resource *other)
{
	struct buf place = BUF_INIT;

	build_say_place(b, other, NULL, &place);
	build_fail_at(b, r, NULL, "is there already: %s", place.s);
	buf_release(&place);
	return -1;
}

/*
 * The same object of the same file, twice: what names it the second time is
 * what is wrong.
 */
static int
fail_same(struct build *b, const struct listed *e, const struct resource *r)
{
	struct buf what = BUF_INIT;

	resource_subject(r, &what);
	buf_adds(&what, " of ");
	build_say_place(b, r, NULL, &what);
	buf_adds(&what, " is there already");
	fail_listed(b, e, what.s);
	buf_release(&what);
	return -1;
}

/* Add one behind the others; two of one id are refused, naming both places. */
static int
add_resource(struct build *b, struct accumulator *a, struct resource *r,
    const struct listed *e)
{
	const struct resource *other = resmap_add(&a->map, r);

	if (!other)
		return 0;
	return e && r->path == other->path && r->line == other->line &&
		       r->at == other->at
		   ? fail_same(b, e, r)
		   : fail_twice(b, r, other);
}

static int
add_all(struct build *b, struct accumulator *a, const struct resources *list,
    const struct listed *e, const char *origin)
{
	for (size_t i = 0; i < list->n; i++) {
		struct resource *r = list->list[i];

		if (b->track)
			origin_set_path(r, origin);
		if (add_resource(b, a, r, e))
			return -1;
	}
	return 0;
}

static int
add_file(struct build *b, struct accumulator *a, const struct listed *e,
    struct buf *text, const char *origin)
{
	struct resources list = { 0 };
	struct buf name = BUF_INIT, what = BUF_INIT;
	int rc;

	dir_name(e->k->dir, e->path, &name);
	rc = read_resources(b, buf_str(text), text->len, name.s, &list, &what);
	if (rc)
		buf_addf(b->err, "%s:%s", name.s, buf_str(&what));
	else
		rc = add_all(b, a, &list, e, origin);
	free(list.list);
	buf_release(&name);
	buf_release(&what);
	return rc;
}

/* --- directories -------------------------------------------------------- */

int
accumulate_schema(struct build *b, const struct kustomization *k, bool reset)
{
	struct where w = {
		.b = b, .dir = k->dir, .k = k, .pointer = "/openapi"
	};
	jv openapi = json_get(&k->fields, "openapi");
	const char *path = json_get_str(&openapi, "path");
	const char *version = json_get_str(&openapi, "version");
	struct buf text = BUF_INIT, what = BUF_INIT;
	struct manifest m = { NULL, 0 };
	int rc = 0;

	if (b->schema_set && !reset)
		path = version = NULL;
	if (path && version) {
		rc = where_fail(&w, "path and version exclude each other");
	} else if (version && strcmp(version, "v1.21.2") != 0 &&
		   strcmp(version, "v1.20.4") != 0) {
		rc = where_fail_in(&w, "/version", "must be v1.21.2");
	} else if (path && dir_read(k->dir, path, &text, &what)) {
		rc = where_fail_in(&w, "/path", "%s: %s", path, buf_str(&what));
	} else if (path && manifest_read(buf_str(&text), text.len, &m, &what)) {
		rc = build_fail_file(
		    b, k->dir, path, &text, NULL, buf_str(&what));
	} else if (path) {
		b->custom =
		    schema_custom(m.n ? jv_copy(m.docs[0].value) : jv_null(),
			b->schema_base, &what);
		if (!b->custom)
			rc = build_fail_file(
			    b, k->dir, path, &text, "", buf_str(&what));
		else
			b->schema = b->custom;
	}
	b->schema_set = b->schema_set || path || version;
	manifest_release(&m);
	buf_release(&text);
	buf_release(&what);
	jv_free(openapi);
	return rc;
}

/* All of one map behind those of another. */
static int
merge_maps(struct build *b, struct accumulator *a, struct accumulator *from,
    const struct listed *e)
{
	if (a->map.n == 0) {
		resmap_release(&a->map);
		a->map = from->map;
		from->map = (struct resmap){ 0 };
		return 0;
	}
	for (size_t i = 0; i < from->map.n; i++) {
		if (add_resource(b, a, from->map.list[i], e))
			return -1;
	}
	return 0;
}

/*
 * Merging what is built in with itself changes nothing; anything else, even
 * with nothing there yet, can drop a spec that another one covers.
 */
static int
merge_configs(struct build *b, struct accumulator *a, const struct config *more,
    const struct listed *e)
{
	struct fault fault = FAULT_INIT;
	struct buf what = BUF_INIT;
	struct config *c;
	int rc;

	if (!more || (a->config == more && more == b->builtin))
		return 0;
	if (!a->config && more == b->builtin) {
		a->config = more;
		return 0;
	}
	c = build_config(b);
	if (a->config)
		config_copy(c, a->config);
	rc = config_merge(c, more, &fault);
	if (rc) {
		fault_say(&fault, &what);
		fail_listed(b, e, what.s);
	}
	a->config = c;
	fault_release(&fault);
	buf_release(&what);
	return rc;
}

static int
merge_vars(struct build *b, struct accumulator *a, struct accumulator *from,
    const struct listed *e)
{
	int rc = 0;

	jv_object_foreach (from->vars, key, value) {
		if (json_has(&a->vars, jv_string_value(key)) && rc == 0) {
			struct buf what = BUF_INIT;

			buf_addf(&what, "var %s is there already",
			    jv_string_value(key));
			rc = fail_listed(b, e, what.s);
			buf_release(&what);
		}
		a->vars = jv_object_set(a->vars, key, value);
	}
	return rc;
}

static int
merge_accumulators(struct build *b, struct accumulator *a,
    struct accumulator *from, const struct listed *e)
{
	return merge_maps(b, a, from, e) ||
		       merge_configs(b, a, from->config, e) ||
		       merge_vars(b, a, from, e)
		   ? -1
		   : 0;
}

int
accumulate_check(
    struct build *b, struct accumulator *a, const struct kustomization *k)
{
	struct resource *one, *other;

	return (json_has(&k->fields, "replacements") ||
		   json_has(&k->fields, "transformers") ||
		   json_has(&k->fields, "components")) &&
		       resmap_conflict(&a->map, &one, &other)
		   ? fail_twice(b, other, one)
		   : 0;
}

/* What charts of the directories below are given. */
static const char *
namespace_below(const struct kustomization *k)
{
	const char *own = json_get_str(&k->fields, "namespace");

	return own && *own ? own : k->namespace_above;
}

static int
add_directory(struct build *b, struct accumulator *a, const struct listed *e,
    const char *origin)
{
	bool component = strcmp(e->field, "components") == 0;
	struct accumulator own = { .vars = jv_object() };
	struct kustomization k = { .fields = jv_invalid(),
		.own = jv_invalid() };
	struct buf what = BUF_INIT;
	struct dir dir;
	int rc = -1;

	if (dir_open_below(&dir, e->k->dir, e->path, &what)) {
		fail_listed(b, e, buf_str(&what));
	} else if (++b->dirs > BUILD_DIRS) {
		fail_listed(b, e, "the build has too many directories");
	} else if (kustomization_read(&k, b, &dir, false) == 0) {
		k.namespace_above = namespace_below(e->k);
		if (kustomization_is_component(&k) != component)
			fail_listed(b, e,
			    component ? "is no component: name it in resources"
				      : "is a component: name it in "
					"components");
		else if (accumulate_schema(b, &k, false) == 0)
			rc = accumulate(b, component ? a : &own, &k, origin);
	}
	if (rc == 0 && component) {
		own.config = a->config;
		a->config = NULL;
		rc = merge_configs(b, a, own.config, e);
	} else if (rc == 0) {
		rc = accumulate_check(b, &own, &k) ||
			     merge_accumulators(b, a, &own, e)
			 ? -1
			 : 0;
	}
	accumulator_release(&own);
	kustomization_release(&k);
	dir_release(&dir);
	buf_release(&what);
	return rc;
}

int
accumulate_listed(struct build *b, struct accumulator *a,
    const struct listed *e, const char *at)
{
	struct buf text = BUF_INIT, what = BUF_INIT;
	char *origin = below(b, at, e->path);
	int rc;

	if (dir_is_remote(e->path))
		rc = fail_listed(b, e,
		    "is remote: nothing is fetched, keep a copy in the "
		    "repository and name that");
	else if (strcmp(e->field, "components") == 0)
		rc = add_directory(b, a, e, origin);
	else if (dir_read(e->k->dir, e->path, &text, &what) == 0)
		rc = add_file(b, a, e, &text, origin);
	else if (dir_kind(e->k->dir, e->path) == 'd')
		rc = add_directory(b, a, e, origin);
	else
		rc = fail_listed(b, e, buf_str(&what));
	free(origin);
	buf_release(&text);
	buf_release(&what);
	return rc;
}

static int
add_field(struct build *b, struct accumulator *a, const struct kustomization *k,
    const char *path, const char *field)
{
	jv list = json_get(&k->fields, field);
	int rc = 0;

	for (int i = 0; i < json_len(&list) && rc == 0; i++) {
		jv s = json_at(&list, i);
		struct listed e = { k, field, i, json_str(&s) };

		rc = accumulate_listed(b, a, &e, path);
		jv_free(s);
	}
	jv_free(list);
	return rc;
}

/* --- configurations ----------------------------------------------------- */

/* Add what a file says; *v is replaced by what it was checked to be. */
static int
add_config(struct build *b, struct config *c, bool crds, jv *v,
    struct buf *pointer, struct buf *err)
{
	struct fault fault = FAULT_INIT;
	int rc;

	if (crds)
		return config_add_crds(c, &b->in, v, err);
	*v = fields_check(FIELDS_CONFIG, *v, false, pointer, err);
	if (!jv_is_valid(*v))
		return -1;
	rc = config_add_file(c, &b->in, v, &fault);
	buf_adds(pointer, buf_str(&fault.field));
	fault_say(&fault, err);
	fault_release(&fault);
	return rc;
}

static int
add_config_file(struct build *b, struct config *c,
    const struct kustomization *k, const char *field, int i, const char *path)
{
	struct buf text = BUF_INIT, what = BUF_INIT, pointer = BUF_INIT;
	struct manifest m = { NULL, 0 };
	jv v = jv_null();
	int rc = 0;

	if (dir_read(k->dir, path, &text, &what))
		rc = fail(b, k, field, i, path, buf_str(&what));
	else if (manifest_read_as(
		     MANIFEST_KUBERNETES, buf_str(&text), text.len, &m, &what))
		rc = build_fail_file(
		    b, k->dir, path, &text, NULL, buf_str(&what));
	if (rc == 0 && m.n > 0) {
		jv_free(v);
		v = jv_copy(m.docs[0].value);
	}
	if (rc == 0) {
		rc = add_config(
		    b, c, strcmp(field, "crds") == 0, &v, &pointer, &what);
		if (rc)
			build_fail_file(b, k->dir, path, &text,
			    buf_str(&pointer), buf_str(&what));
	}
	jv_free(v);
	manifest_release(&m);
	buf_release(&text);
	buf_release(&what);
	buf_release(&pointer);
	return rc;
}

/* Add all files of a field. */
static int
read_configs(struct build *b, const struct kustomization *k, const char *field,
    struct accumulator *own)
{
	jv list = json_get(&k->fields, field);
	struct config *c = json_len(&list) > 0 ? build_config(b) : NULL;
	int rc = 0;

	for (int i = 0; i < json_len(&list) && rc == 0; i++) {
		jv s = json_at(&list, i);

		rc = add_config_file(b, c, k, field, i, json_str(&s));
		jv_free(s);
	}
	jv_free(list);
	return rc ? rc
		  : merge_configs(
			b, own, c, &(struct listed){ k, field, -1, "" });
}

static int
add_configs(
    struct build *b, struct accumulator *a, const struct kustomization *k)
{
	struct accumulator own = { .config = build_builtin(b) };
	struct listed all = { k, "configurations", -1, "" };

	return read_configs(b, k, "configurations", &own) ||
		       merge_configs(b, a, own.config, &all) ||
		       read_configs(b, k, "crds", a)
		   ? -1
		   : 0;
}

/* --- all of it ---------------------------------------------------------- */

int
accumulate(struct build *b, struct accumulator *a,
    const struct kustomization *k, const char *path)
{
	struct where w = { .b = b, .dir = k->dir, .k = k, .pointer = "/vars" };
	jv vars;
	int rc;

	if (add_field(b, a, k, path, "resources") || add_configs(b, a, k) ||
	    steps_generate(b, a, k, path) ||
	    plugins_run(b, a, k, path, "generators") ||
	    add_field(b, a, k, path, "components") ||
	    steps_transform(b, a, k, path) ||
	    plugins_run(b, a, k, path, "transformers") ||
	    plugins_run(b, a, k, path, "validators"))
		return -1;
	vars = json_get(&k->fields, "vars");
	rc = vars_collect(&w, a, &vars);
	jv_free(vars);
	return rc;
}
