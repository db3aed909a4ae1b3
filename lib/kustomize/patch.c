/*
 * Patches: the three fields that ask for them, the text of each and whether it
 * is a JSON patch, which goes to its objects from here, or a strategic merge,
 * which patch_merge.c does; see transform.h.
 */
#include "kustomize/patch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/blanks.h"
#include "kustomize/jsonpatch.h"
#include "kustomize/misfit.h"
#include "kustomize/read.h"
#include "kustomize/select.h"
#include "kustomize/transform.h"
#include "manifest/manifest.h"

static void
patch_release(struct patch *p)
{
	buf_release(&p->text);
	free(p->merges.list);
	jv_free(p->operations);
}

int
patch_fail(const struct patch *p, const char *what)
{
	if (p->path)
		return where_fail_in(p->w, p->at, "%s: %s", p->path, what);
	return where_fail_in(p->w, p->at, "%s", what);
}

/* Begin to fail about a line of the text, from 1. */
static struct buf *
at_line(const struct patch *p, int line)
{
	struct buf name = BUF_INIT;

	if (!p->path) {
		where_fail_line(p->w, p->at, line, "");
	} else {
		dir_name(p->w->dir, p->path, &name);
		buf_addf(p->w->b->err, "%s:%d: ", name.s, line);
		buf_release(&name);
	}
	return p->w->b->err;
}

/* Fail about "LINE[:COLUMN]: WHAT" of the text. */
static int
fail_in(const struct patch *p, const char *what)
{
	if (!p->path)
		return where_fail_text(p->w, p->at, what);
	return build_fail_file(
	    p->w->b, p->w->dir, p->path, &p->text, NULL, what);
}

int
patch_fail_at(const struct patch *p, int line, const struct resource *r,
    const struct fault *fault)
{
	struct buf *err = at_line(p, line);

	build_say_object(p->w->b, r, buf_str(&fault->field), err);
	buf_adds(err, ": ");
	fault_say(fault, err);
	return -1;
}

int
patch_fail_self(
    const struct patch *p, const struct resource *patch, const char *what)
{
	struct buf *err = at_line(p, patch->line);

	resource_subject(patch, err);
	buf_addf(err, ": %s", what);
	return -1;
}

int
patch_line(const struct patch *p, int line, const char *pointer)
{
	const char *text = buf_str(&p->text);
	int at = 0, column;

	for (size_t n = 0; n <= p->merges.n && at < line; n++)
		if (!manifest_locate(text, p->text.len, n, "", &at, &column) ||
		    (at == line && !manifest_locate(text, p->text.len, n,
				       pointer, &at, &column)))
			return line;
	return at;
}

static void
take_text(struct patch *p, const char *text)
{
	p->at = "/patch";
	buf_adds(&p->text, text);
}

static int
load(struct patch *p, const char *path)
{
	struct buf what = BUF_INIT;
	int rc = 0;

	p->path = path;
	if (dir_read(p->w->dir, path, &p->text, &what))
		rc = patch_fail(p, buf_str(&what));
	buf_release(&what);
	return rc;
}

/*
 * A text that is a list is a JSON patch: returns it, else invalid.  kustomize
 * takes what begins with [ for JSON, in which YAML's other flow style is none:
 * "LINE[:COLUMN]: WHAT" in err for what is not JSON.
 */
static jv
operations(const char *text, size_t len, struct buf *err)
{
	struct buf what = BUF_INIT, why = BUF_INIT;
	struct manifest m = { NULL, 0 };
	bool json = *text == '[';
	jv v = json ? json_parse(text, len, &why) : jv_invalid();
	const char *const no_json = "not JSON: ", *reason = buf_str(&why);

	if (jv_is_valid(v))
		return v;
	if (manifest_read_as(MANIFEST_KUBERNETES, text, len, &m, &what)) {
		if (json)
			buf_adds(err, buf_str(&what));
	} else if (json) {
		if (strncmp(reason, no_json, strlen(no_json)) == 0)
			reason += strlen(no_json);
		buf_addf(err,
		    "1: begins with [, so it is read as JSON, which it is "
		    "not: %s",
		    reason);
	} else if (m.n > 0 && json_is(&m.docs[0].value, JV_KIND_ARRAY)) {
		jv_free(v);
		v = jv_copy(m.docs[0].value);
	}
	manifest_release(&m);
	buf_release(&what);
	buf_release(&why);
	return v;
}

static int
parse(struct patch *p)
{
	const char *text = buf_str(&p->text);
	struct fault fault = FAULT_INIT;
	struct buf what = BUF_INIT;
	int rc = 0;

	p->merges.patches = true;
	p->operations = operations(text, p->text.len, &what);
	if (what.len > 0) {
		rc = fail_in(p, buf_str(&what));
	} else if (!jv_is_valid(p->operations)) {
		if (read_resources(p->w->b, text, p->text.len,
			p->path ? p->path : "patch", &p->merges, &what))
			rc = fail_in(p, buf_str(&what));
	} else if (jsonpatch_check(&p->operations, &fault)) {
		fault_say(&fault,
		    at_line(p, patch_line(p, 1, buf_str(&fault.field))));
		rc = -1;
	}
	fault_release(&fault);
	buf_release(&what);
	return rc;
}

/* --- JSON patch --------------------------------------------------------- */

/*
 * kustomize keeps what it knows of an object in annotations of it, so to its
 * patches there are annotations where nobody wrote any.
 */
static void
make_annotations(struct resource *r)
{
	jv map = json_path(&r->object, "metadata", "annotations", NULL);

	if (resource_has_notes(r) && !json_is(&map, JV_KIND_OBJECT))
		resource_put_meta(r, "annotations", jv_object());
	jv_free(map);
}

static int
run_operations(const struct patch *p, struct resource *r)
{
	struct buf pointer = BUF_INIT;
	struct fault fault = FAULT_INIT;
	size_t room = MANIFEST_NODES;
	int i = 0, rc;

	rc = jsonpatch_apply(&r->object, &p->operations, &i, &fault);
	r->object = json_round(r->object); /* as Go's JSON does */
	if (rc == 0 && !json_fits(&r->object, JSON_DEPTH, &room)) {
		buf_adds(&fault.what, "the object becomes too large");
		rc = -1;
	}
	if (rc == 0 && !json_is(&r->object, JV_KIND_OBJECT)) {
		buf_adds(&fault.what, "the object must be a map");
		rc = -1;
	}
	if (rc) {
		buf_addf(&pointer, "/%d", i);
		patch_fail_at(p, patch_line(p, 1, pointer.s), r, &fault);
	}
	buf_release(&pointer);
	fault_release(&fault);
	return rc;
}

/* Annotations are texts, as JSON spells what a patch has put there. */
static void
spell_annotations(struct resource *r)
{
	jv was = json_path(&r->object, "metadata", "annotations", NULL);
	jv map = resource_map(r, "annotations");

	for (int i = jv_object_iter(map); jv_object_iter_valid(map, i);
	     i = jv_object_iter_next(map, i)) {
		jv key = jv_object_iter_key(map, i);
		jv value = json_get(&was, jv_string_value(key));

		if (json_is(&value, JV_KIND_NULL))
			map = json_set_str(map, jv_string_value(key), "null");
		jv_free(value);
		jv_free(key);
	}
	jv_free(was);
	resource_set_map(r, "annotations", map);
}

static int
patch_one(struct patch *p, struct resmap *m, struct resource *r, bool remember)
{
	struct fault fault = FAULT_INIT;

	if (misfit_remains(&r->misfits, &r->object, &fault)) {
		where_fail_fault(p->w, r, &fault);
		fault_release(&fault);
		return -1;
	}
	if (remember)
		resource_remember(r);
	make_annotations(r);
	blanks_settle(r);
	buf_release(&r->blanks); /* it goes through JSON, which spells them */
	buf_release(&r->made);	 /* and gives these a type */
	r->quotes = QUOTES_NEEDED;
	if (run_operations(p, r))
		return -1;
	spell_annotations(r);
	build_renamed(p->w->b, m, r);
	return 0;
}

static int
apply_operations(
    struct patch *p, struct resmap *m, const jv *target, bool remember)
{
	struct selector s = { 0 };
	struct selection it;
	struct resources list = { 0 };
	struct resource *r;
	struct buf what = BUF_INIT;
	int rc = 0;

	if (!jv_is_valid(*target))
		return patch_fail(p, "a JSON patch needs a target");
	if (selector_read(&s, target, &what)) {
		rc = where_fail_in(p->w, "/target", "%s", buf_str(&what));
	} else {
		it = selection_start(&s, m, &p->w->b->in);
		while ((r = selection_next(&it)))
			resources_add(&list, r);
	}
	for (size_t i = 0; i < list.n && rc == 0; i++)
		rc = patch_one(p, m, list.list[i], remember);
	free(list.list);
	selector_release(&s);
	buf_release(&what);
	return rc;
}

/* --- the three fields --------------------------------------------------- */

/* Exactly one of the two says what the patch is; "" says nothing. */
static int
read_patch(struct patch *p, const char *text, const char *path)
{
	bool inside = text && *text;
	int rc = 0;

	if (inside == (path && *path))
		return where_fail(p->w, "a patch needs either patch or path");
	if (inside)
		take_text(p, text);
	else
		rc = load(p, path);
	return rc ? rc : parse(p);
}

int
transform_patch(const struct where *w, struct resmap *m, const jv *v)
{
	struct patch p = { .w = w, .operations = jv_invalid(), .at = "/path" };
	const char *text = json_get_str(v, "patch");
	const char *path = json_get_str(v, "path");
	jv target = json_get(v, "target"), options = json_get(v, "options");
	int rc;

	p.name_change = json_get_bool(&options, "allowNameChange", false);
	p.kind_change = json_get_bool(&options, "allowKindChange", false);
	if (text)
		text += strspn(text, " \t\r\n");
	rc = read_patch(&p, text, path);
	if (rc == 0 && jv_is_valid(p.operations))
		rc = apply_operations(&p, m, &target, true);
	else if (rc == 0)
		rc = patch_merge(&p, m, jv_is_valid(target) ? &target : NULL);
	jv_free(target);
	jv_free(options);
	patch_release(&p);
	return rc;
}

int
transform_patch_json(const struct where *w, struct resmap *m, const jv *v)
{
	struct patch p = { .w = w, .operations = jv_invalid(), .at = "/path" };
	const char *text = json_get_str(v, "patch");
	const char *path = json_get_str(v, "path");
	jv target = json_get(v, "target");
	const char *name = json_get_str(&target, "name");
	int rc;

	text = text ? text : json_get_str(v, "jsonOp");
	if (!name || !*name)
		rc = where_fail_in(w, "/target/name", "is missing");
	else
		rc = read_patch(&p, text, path);
	if (rc == 0 && json_len(&p.operations) == 0)
		rc = patch_fail(&p, "is no JSON patch, or an empty one");
	if (rc == 0)
		rc = apply_operations(&p, m, &target, false);
	jv_free(target);
	patch_release(&p);
	return rc;
}

/* A patch in a file of its own. */
static int
load_merge(struct patch *p, const char *path)
{
	int rc = load(p, path);

	if (rc == 0)
		rc = parse(p);
	if (rc == 0 && jv_is_valid(p->operations))
		rc = patch_fail(p, "is a JSON patch, no strategic merge");
	return rc;
}

/*
 * One entry of patchesStrategicMerge, which stands at the JSON pointer: a patch
 * itself, or its file.  What has several lines is no path, and may be secret.
 */
static int
merge_text(const struct where *w, struct resmap *m, const char *text,
    const char *at, size_t *n)
{
	struct patch p = { .w = w, .operations = jv_invalid(), .at = at };
	struct buf what = BUF_INIT;
	int rc = 0;

	p.merges.patches = true;
	buf_adds(&p.text, text);
	if (read_resources(
		w->b, text, strlen(text), "patch", &p.merges, &what)) {
		p.merges.n = 0;
		if (strchr(text, '\n')) {
			rc = fail_in(&p, buf_str(&what));
		} else {
			buf_clear(&p.text);
			rc = load_merge(&p, text);
		}
	}
	*n += p.merges.n;
	patch_flatten(&p);
	if (rc == 0)
		rc = patch_merge(&p, m, NULL);
	buf_release(&what);
	patch_release(&p);
	return rc;
}

int
transform_patch_merge(const struct where *w, struct resmap *m, const jv *texts)
{
	size_t n = 0;
	int rc = 0;

	for (int i = 0; i < json_len(texts) && rc == 0; i++) {
		jv s = json_at(texts, i);
		const char *own = NULL;
		char at[32];

		/* A plugin has one of its own, behind those in files. */
		if (w->plugin && i + 1 == json_len(texts))
			own = json_get_str(&w->plugin->object, "patches");
		if (own && *own)
			strcpy(at, "/patches");
		else
			snprintf(at, sizeof(at), w->k ? "/%d" : "/paths/%d", i);
		rc = merge_text(w, m, json_str(&s) ? json_str(&s) : "", at, &n);
		jv_free(s);
	}
	if (rc == 0 && n == 0)
		return where_fail(w, "there is no patch in there");
	return rc;
}
