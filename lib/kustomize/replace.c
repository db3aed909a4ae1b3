/*
 * Replacements: where a value comes from, and the objects that it goes to; see
 * transform.h, and replace_copy.h for the fields.
 */
#include "kustomize/replace_copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/delimited.h"
#include "kustomize/fields.h"
#include "kustomize/made.h"
#include "kustomize/path.h"
#include "kustomize/place.h"
#include "kustomize/read.h"
#include "kustomize/select.h"
#include "kustomize/spelling.h"
#include "kustomize/transform.h"
#include "manifest/manifest.h"

static const char *
non_empty(const char *s)
{
	return s && *s ? s : NULL;
}

/* --- the value ---------------------------------------------------------- */

static bool
has_id(const struct id *id, const jv *source, const char *namespace)
{
	struct fieldspec spec = { "", "", "", "", false };
	const char *name = non_empty(json_get_str(source, "name"));
	const char *ns = non_empty(json_get_str(source, "namespace"));

	spec.group =
	    json_has(source, "group") ? json_get_str(source, "group") : "";
	spec.version =
	    json_has(source, "version") ? json_get_str(source, "version") : "";
	spec.kind =
	    json_has(source, "kind") ? json_get_str(source, "kind") : "";
	return (!name || strcmp(name, id->name) == 0) &&
	       (!ns || strcmp(ns, *namespace ? namespace : "default") == 0) &&
	       fieldspec_selects(&spec, id);
}

static bool
is_source(const struct resource *r, const jv *source)
{
	bool is = has_id(&r->id, source, resource_namespace(r));

	for (size_t i = 0; i < r->n_past && !is; i++)
		is = has_id(&r->past[i], source, r->past[i].namespace);
	return is;
}

static int
fail_both(
    const struct where *w, const struct resource *a, const struct resource *b)
{
	struct buf place = BUF_INIT;

	build_say_place(w->b, b, NULL, &place);
	where_fail_at(
	    w, a, NULL, "another object fits as well (%s)", buf_str(&place));
	buf_release(&place);
	return -1;
}

static int
find_source(const struct where *w, struct resmap *m, const jv *source,
    struct resource **found)
{
	const char *name = non_empty(json_get_str(source, "name"));
	struct resmap_walk walk =
	    resmap_named(m, name ? intern(&w->b->in, name) : NULL);
	struct resource *r;

	*found = NULL;
	while ((r = resmap_next(&walk))) {
		if (!is_source(r, source))
			continue;
		if (*found)
			return fail_both(w, *found, r);
		*found = r;
	}
	return *found ? 0 : where_fail(w, "no object fits");
}

static bool
is_nothing(const jv *v)
{
	return !jv_is_valid(*v) || json_is(v, JV_KIND_NULL) ||
	       (copy_is_container(v) && json_len(v) == 0);
}

/* Cut the value down to the part that the options ask for. */
static int
get_part(const struct where *w, const struct resource *from, const char *path,
    const jv *options, jv *value)
{
	const char *delimiter = non_empty(json_get_str(options, "delimiter"));

	if (!delimiter)
		return 0;
	if (copy_is_container(value))
		return copy_fail(w, from, path,
		    "is no single value, which a delimiter needs");
	*value = delimited_get(
	    *value, delimiter, json_get_int64(options, "index", 0));
	return jv_is_valid(*value)
		   ? 0
		   : copy_fail(w, from, path, "has no such part");
}

/*
 * A field's value (consumed), but as its file spells it, where that says the
 * same in another way: 1.10 is no 1.1 to who puts it behind a colon.
 */
static jv
as_written(
    const struct where *w, const struct resource *from, const jv *way, jv value)
{
	struct buf file = BUF_INIT, pointer = BUF_INIT;
	jv text = scalar_string(&value), s = jv_invalid();

	/* JSON patches spell it anew, and so do lists that are not alone. */
	bool anew = from->quotes == QUOTES_NEEDED ||
		    (from->quotes == QUOTES_ALL && from->at);

	if (spelling_may_differ(&value) && !anew && !from->is_inline &&
	    place_text(w->b->options->confine, from->path, from->line, &file)) {
		buf_adds(&pointer, from->at ? from->at : "");
		made_pointer(&pointer, way);
		jv_free(s);
		s = spelling_find(file.s, buf_str(&pointer), &value);
	}
	if (json_str(&s) && !json_equal(&s, &text)) {
		jv_free(value);
		value = jv_copy(s);
	}
	jv_free(s);
	jv_free(text);
	buf_release(&file);
	buf_release(&pointer);
	return value;
}

/* The value of a field of an object. */
static int
get_source(const struct where *where, struct resmap *m, const jv *source,
    struct copy *c)
{
	struct where w = *where;
	struct buf pointer = BUF_INIT;
	jv options = json_get(source, "options"), *value = c->value;
	const char *path = non_empty(json_get_str(source, "fieldPath"));
	struct resource *from = NULL;
	int rc;

	buf_addf(&pointer, "%s/source", where->pointer ? where->pointer : "");
	w.pointer = buf_str(&pointer);
	rc = find_source(&w, m, source, &from);
	if (path)
		buf_adds(&pointer, "/fieldPath");
	w.pointer = buf_str(&pointer);
	path = path ? path : "metadata.name";
	if (rc == 0 && from) {
		*value = path_find(&from->object, path, &c->follow.from);
		*value = made_spelled(&from->made, &c->follow.from, *value);
		*value = as_written(&w, from, &c->follow.from, *value);
		c->floats = from->floats;
	}
	if (rc == 0 && is_nothing(value))
		rc = copy_fail(&w, from, path, "there is no such field");
	if (rc == 0)
		rc = get_part(&w, from, path, &options, value);
	if (!non_empty(json_get_str(&options, "delimiter")))
		c->source = from;
	buf_release(&pointer);
	jv_free(options);
	return rc;
}

/* The value in c; it follows its source unless it is only a part of it. */
static int
get_value(const struct where *w, struct resmap *m, const jv *r, struct copy *c)
{
	jv source = json_get(r, "source");
	const char *text = json_get_str(r, "sourceValue");
	int rc = 0;

	if (!jv_is_valid(source) == !text) {
		rc = where_fail(w, "either source or sourceValue is due");
	} else if (text) {
		*c->value = jv_string(text);
		c->untyped = true;
	} else {
		rc = get_source(w, m, &source, c);
	}
	jv_free(source);
	return rc;
}

/* --- the targets -------------------------------------------------------- */

/* Any of a resource's ids is chosen. */
static bool
is_chosen(const struct selector *s, const struct resource *r)
{
	bool is = selector_matches_id(s, &r->id, resource_namespace(r));

	for (size_t i = 0; i < r->n_past && !is; i++)
		is = selector_matches_id(s, &r->past[i], r->past[i].namespace);
	return is;
}

static bool
is_rejected(const struct selector *list, int n, const struct resource *r)
{
	for (int i = 0; i < n; i++) {
		if ((list[i].labels || list[i].annotations) &&
		    selector_matches_meta(&list[i], r))
			return true;
		if (!selector_is_open(&list[i]) && is_chosen(&list[i], r))
			return true;
	}
	return false;
}

static int
copy_to_fields(const struct where *w, struct resmap *m, struct resource *r,
    const jv *paths, struct copy *c)
{
	int rc = 0;

	c->field = -1;
	if (json_len(paths) == 0)
		rc = copy_to(w, r, "metadata.name", c);
	for (int i = 0; i < json_len(paths) && rc == 0; i++) {
		jv s = json_at(paths, i);

		c->field = i;
		rc = copy_to(w, r, json_str(&s), c);
		jv_free(s);
	}
	if (rc == 0)
		build_renamed(w->b, m, r);
	return rc;
}

/* All that are wanted, and not rejected, before any of them changes. */
static void
choose(const struct where *w, struct resmap *m, const struct selector *want,
    const struct selector * not, int n, struct resources *chosen)
{
	struct resmap_walk walk =
	    resmap_named(m, selector_name(want, &w->b->in));
	struct resource *r;

	while ((r = resmap_next(&walk)))
		if (is_chosen(want, r) && selector_matches_meta(want, r) &&
		    !is_rejected(not, n, r))
			resources_add(chosen, r);
}

#define MAX_REJECT 64

static int
fail_reject(const struct where *w, int i, const char *what)
{
	struct buf pointer = BUF_INIT;

	buf_addf(&pointer, "/reject/%d", i);
	where_fail_in(w, pointer.s, "%s", what);
	buf_release(&pointer);
	return -1;
}

static int
copy_to_target(
    const struct where *w, struct resmap *m, const jv *target, struct copy *c)
{
	jv select = json_get(target, "select"), reject;
	jv paths = json_get(target, "fieldPaths");
	struct selector want = { 0 }, not [MAX_REJECT] = { 0 };
	struct resources chosen = { 0 };
	struct buf what = BUF_INIT;
	int n = 0, rc = 0;

	reject = json_get(target, "reject");
	if (!jv_is_valid(select))
		rc = where_fail_in(w, "/select", "is missing");
	else if (json_len(&reject) > MAX_REJECT)
		rc = where_fail_in(w, "/reject", "too much is rejected");
	else if (selector_read(&want, &select, &what))
		rc = where_fail_in(w, "/select", "%s", buf_str(&what));
	for (; rc == 0 && n < json_len(&reject); n++) {
		jv v = json_at(&reject, n);

		if (selector_read(&not [n], &v, &what))
			rc = fail_reject(w, n, buf_str(&what));
		jv_free(v);
	}
	if (rc == 0)
		choose(w, m, &want, not, n, &chosen);
	for (size_t i = 0; i < chosen.n && rc == 0; i++)
		rc = copy_to_fields(w, m, chosen.list[i], &paths, c);
	free(chosen.list);
	selector_release(&want);
	while (n > 0)
		selector_release(&not [--n]);
	jv_free(select);
	jv_free(reject);
	jv_free(paths);
	buf_release(&what);
	return rc;
}

static enum path_make
make_for(const jv *value)
{
	if (!copy_is_container(value))
		return PATH_SCALAR;
	return json_is(value, JV_KIND_OBJECT) ? PATH_MAP : PATH_LIST;
}

static int
replace_one(const struct where *w, struct resmap *m, const jv *r)
{
	jv targets = json_get(r, "targets"), value = jv_invalid();
	struct copy c = { .value = &value,
		.follow = FOLLOW_INIT(&value),
		.room = &w->b->room };
	int rc = 0;

	if (json_len(&targets) == 0)
		rc = where_fail_in(w, "/targets", "at least one is due");
	if (rc == 0)
		rc = get_value(w, m, r, &c);
	for (int i = 0; i < json_len(&targets) && rc == 0; i++) {
		jv target = json_at(&targets, i);
		jv options = json_get(&target, "options");
		struct where at = *w;
		struct buf pointer = BUF_INIT;

		buf_addf(
		    &pointer, "%s/targets/%d", w->pointer ? w->pointer : "", i);
		at.pointer = buf_str(&pointer);
		c.delimiter = non_empty(json_get_str(&options, "delimiter"));
		c.index = json_get_int64(&options, "index", 0);
		c.make = json_get_bool(&options, "create", false)
			     ? make_for(&value)
			     : PATH_NOTHING;
		rc = copy_to_target(&at, m, &target, &c);
		buf_release(&pointer);
		jv_free(options);
		jv_free(target);
	}
	follow_release(&c.follow);
	jv_free(targets);
	jv_free(value);
	return rc;
}

/* --- the list ----------------------------------------------------------- */

static int
check_and_replace(const struct where *w, struct resmap *m, jv v)
{
	struct buf pointer = BUF_INIT, what = BUF_INIT;
	int rc;

	v = fields_check(FIELDS_REPLACEMENT, v, true, &pointer, &what);
	rc = jv_is_valid(v)
		 ? replace_one(w, m, &v)
		 : where_fail_said(w, buf_str(&pointer), buf_str(&what));
	jv_free(v);
	buf_release(&pointer);
	buf_release(&what);
	return rc;
}

/* What a file has: one replacement, or a list of them. */
static int
replace_by_list(const struct where *where, struct resmap *m, const jv *list)
{
	struct where w = *where;
	int rc = 0;

	if (!json_is(list, JV_KIND_ARRAY))
		return check_and_replace(&w, m, jv_copy(*list));
	for (int i = 0; i < json_len(list) && rc == 0; i++) {
		char pointer[16];

		snprintf(pointer, sizeof(pointer), "/%d", i);
		w.pointer = pointer;
		rc = check_and_replace(&w, m, json_at(list, i));
	}
	return rc;
}

/* In messages the file takes the place of the kustomization. */
static int
replace_by_file(const struct where *w, struct resmap *m, const char *path)
{
	struct kustomization file = { .fields = jv_invalid(),
		.own = jv_invalid() };
	struct where in_file = { .b = w->b, .k = &file, .pointer = "" };
	struct buf name = BUF_INIT, what = BUF_INIT;
	struct manifest doc = { NULL, 0 };
	int rc = 0;

	dir_name(w->dir, path, &name);
	file.name = name.s;
	if (dir_read(w->dir, path, &file.text, &what))
		rc = where_fail_in(w, "/path", "%s: %s", path, buf_str(&what));
	else if (manifest_read_as(MANIFEST_KUBERNETES, buf_str(&file.text),
		     file.text.len, &doc, &what))
		rc = build_fail_file(
		    w->b, w->dir, path, &file.text, NULL, buf_str(&what));
	else if (doc.n == 0)
		rc = where_fail_in(w, "/path", "%s: is empty", path);
	else
		rc = replace_by_list(&in_file, m, &doc.docs[0].value);
	manifest_release(&doc);
	buf_release(&file.text);
	buf_release(&name);
	buf_release(&what);
	return rc;
}

int
transform_replacements(
    const struct where *where, struct resmap *m, const jv *replacements)
{
	int rc = 0;

	for (int i = 0; i < json_len(replacements) && rc == 0; i++) {
		jv r = json_at(replacements, i);
		const char *path = non_empty(json_get_str(&r, "path"));
		struct where w = *where;
		struct buf pointer = BUF_INIT;

		buf_addf(&pointer, "%s/%d",
		    w.pointer ? w.pointer : "/replacements", i);
		w.pointer = buf_str(&pointer);
		if (path && (json_has(&r, "source") || json_has(&r, "targets")))
			rc = where_fail(
			    &w, "path and source exclude each other");
		else if (path)
			rc = replace_by_file(&w, m, path);
		else
			rc = replace_one(&w, m, &r);
		buf_release(&pointer);
		jv_free(r);
	}
	return rc;
}
