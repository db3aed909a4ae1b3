/* Strategic merge patches going to their objects; see patch.h. */
#include "kustomize/patch.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/blanks.h"
#include "kustomize/made.h"
#include "kustomize/merge.h"
#include "kustomize/place.h"
#include "kustomize/select.h"
#include "kustomize/spelling.h"
#include "near.h"

static bool
is_text(const jv *map, const char *key, const char *text)
{
	const char *s = json_get_str(map, key);

	return s && strcmp(s, text) == 0;
}

/* What a resource is called, and what of that a patch may not change. */
struct identity {
	const char *kind;      /* NULL: it may */
	const char *name;      /* the same */
	const char *namespace; /* "" for none */
};

/* Put back what the patch has changed, which hardly any does. */
static void
keep_identity(struct resource *r, const struct identity *was)
{
	jv meta = json_get(&r->object, "metadata");
	bool named = !was->name || is_text(&meta, "name", was->name);
	bool placed = *was->namespace
			  ? is_text(&meta, "namespace", was->namespace)
			  : json_is(&meta, JV_KIND_OBJECT) &&
				!json_has(&meta, "namespace");

	jv_free(meta);
	if (was->kind && !is_text(&r->object, "kind", was->kind))
		r->object = json_set_str(r->object, "kind", was->kind);
	if (!named)
		resource_set_name(r, was->name);
	if (!placed)
		resource_set_namespace(r, was->namespace);
}

/* Append the pointer of a patch's field in the document that has the patch. */
static void
add_pointer(const struct resource *patch, const char *pointer, struct buf *out)
{
	buf_addf(out, "%s%s", patch->at ? patch->at : "", pointer);
}

/* How a patch is spelled: the text that it is in. */
struct asked {
	struct merge_spelling asked;
	const struct buf *text;
	const struct resource *patch;
};

static jv
spelled(const struct merge_spelling *self, const char *pointer, const jv *value)
{
	const struct asked *asked = (const struct asked *)self;
	const char *p = place_go_to(buf_str(asked->text), asked->patch->line);
	struct buf full = BUF_INIT;
	jv s = jv_invalid();

	add_pointer(asked->patch, pointer, &full);
	if (p) {
		jv_free(s);
		s = spelling_find(p, buf_str(&full), value);
	}
	buf_release(&full);
	return s;
}

static int
merge(const struct schema *schema, struct resource *r, jv patch,
    const struct asked *asked, struct buf *pointer, struct fault *fault)
{
	blanks_drop(schema, &r->object, &r->blanks);
	buf_release(&r->blanks);
	made_settle(schema, &r->object, &r->made);
	buf_release(&r->made);
	return merge_strategic(
	    schema, &r->object, patch, &asked->asked, pointer, fault);
}

/* The field is null in the patch, or deleted or replaced as a whole. */
static bool
clears(const jv *v)
{
	return json_is(v, JV_KIND_NULL) || is_text(v, "$patch", "delete") ||
	       is_text(v, "$patch", "replace");
}

/* kustomize remembers in annotations what an object was called, and so on. */
static bool
clears_annotations(const jv *patch)
{
	jv meta = json_get(patch, "metadata");
	jv map = json_get(&meta, "annotations");
	bool is = clears(&meta) || clears(&map);

	jv_free(meta);
	jv_free(map);
	return is;
}

/* As much of an object as a message about it needs. */
static jv
named(const char *kind, const jv *name, const jv *namespace)
{
	jv meta = json_set(jv_object(), "name", jv_copy(*name));

	if (*json_str(namespace))
		meta = json_set(meta, "namespace", jv_copy(*namespace));
	return json_set(
	    json_set_str(jv_object(), "kind", kind), "metadata", meta);
}

/*
 * Merge one patch into one resource, which keeps its name, kind and namespace
 * unless the patch may change them.
 */
static int
merge_into(struct patch *p, struct resmap *m, struct resource *r,
    const struct resource *from)
{
	struct id id = r->id;
	jv patch = jv_copy(from->object);
	const char *api = json_get_str(&r->object, "apiVersion");
	jv name = jv_string(resource_name(r));
	jv namespace = jv_string(resource_namespace(r));
	jv directive = json_get(&patch, "$patch");
	struct buf pointer = BUF_INIT, full = BUF_INIT;
	struct fault fault = FAULT_INIT;
	bool forgets = clears_annotations(&patch);
	struct asked asked = { { r->quotes, spelled }, &p->text, from };
	int rc = 0;

	for (size_t i = 0; i < p->merges.n; i++)
		r->floats = r->floats || p->merges.list[i]->floats;
	r->hollow = r->hollow || from->hollow;
	if (p->name_change || p->kind_change)
		resource_remember(r);
	if (api)
		patch = json_set_str(patch, "apiVersion", api);
	p->w->b->schema_base = SCHEMA_OVER;
	/* An object is never replaced as a whole: kustomize leaves it. */
	if (json_str(&directive) &&
	    strcmp(json_str(&directive), "replace") == 0) {
		jv_free(patch);
		forgets = false;
	} else {
		rc = merge(p->w->b->schema, r, patch, &asked, &pointer, &fault);
	}
	if (forgets)
		resource_forget(r);
	jv_free(directive);
	if (rc) {
		r->object = named(id.kind, &name, &namespace);
		add_pointer(from, buf_str(&pointer), &full);
		patch_fail_at(
		    p, patch_line(p, from->line, buf_str(&full)), r, &fault);
		buf_release(&full);
	} else if (!json_is(&r->object, JV_KIND_OBJECT) ||
		   json_is_empty(&r->object)) {
		r->dropped = true;
	} else {
		keep_identity(
		    r, &(struct identity){ p->kind_change ? NULL : id.kind,
			   p->name_change ? NULL : json_str(&name),
			   json_str(&namespace) });
		if (p->name_change || p->kind_change)
			build_renamed(p->w->b, m, r);
	}
	jv_free(name);
	jv_free(namespace);
	buf_release(&pointer);
	fault_release(&fault);
	return rc;
}

/* There is no object for a patch; which one was probably meant? */
static int
fail_unfit(
    const struct patch *p, const struct resmap *m, const struct resource *patch)
{
	struct buf what = BUF_INIT;
	struct near near;

	near_start(&near, patch->id.name);
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->list[i]->id.kind, patch->id.kind) == 0)
			near_try(&near, m->list[i]->id.name);
	buf_adds(&what, "the patch fits no object");
	for (size_t i = 0; near.found && i < m->n; i++) {
		const struct resource *r = m->list[i];

		if (r->id.name != near.found ||
		    strcmp(r->id.kind, patch->id.kind) != 0)
			continue;
		buf_adds(&what, ", maybe ");
		resource_subject(r, &what);
		buf_addf(&what, " of %s",
		    json_get_str(&r->object, "apiVersion")
			? json_get_str(&r->object, "apiVersion")
			: "v1");
		break;
	}
	patch_fail_self(p, patch, buf_str(&what));
	buf_release(&what);
	return -1;
}

static int
fail_several(const struct patch *p, const struct resource *patch,
    struct resource *const fit[2])
{
	struct buf what = BUF_INIT;

	buf_adds(&what, "the patch fits more than one object: ");
	build_say_both(p->w->b, fit, &what);
	patch_fail_self(p, patch, what.s);
	buf_release(&what);
	return -1;
}

/* Without a target: the one that has, or had, the patch's own id. */
static int
merge_by_id(struct patch *p, struct resmap *m, struct resource *patch)
{
	struct resource *r[2] = { NULL };
	size_t n = resmap_find(m, &patch->id, r);

	if (n == 0)
		return fail_unfit(p, m, patch);
	return n > 1 ? fail_several(p, patch, r)
		     : merge_into(p, m, r[0], patch);
}

void
patch_flatten(struct patch *p)
{
	for (size_t i = 0; i < p->merges.n; i++) {
		struct resource *r = p->merges.list[i];

		resource_set_map(r, "labels", resource_map(r, "labels"));
		resource_set_map(
		    r, "annotations", resource_map(r, "annotations"));
	}
}

/* Objects that may change their names may not take those of others. */
static int
check_names(const struct patch *p, struct resmap *m)
{
	struct fault fault = FAULT_INIT;
	struct resource *a, *b;

	if ((!p->name_change && !p->kind_change) || !resmap_conflict(m, &a, &b))
		return 0;
	buf_adds(&fault.what, "is now the same object as that of ");
	build_say_place(p->w->b, b, NULL, &fault.what);
	patch_fail_at(p, p->merges.list[0]->line, a, &fault);
	fault_release(&fault);
	return -1;
}

static int
merge_selected(struct patch *p, struct resmap *m, const struct selector *s)
{
	struct selection it = selection_start(s, m, &p->w->b->in);
	struct resource *r;
	struct resources list = { 0 };
	int rc = 0;

	while ((r = selection_next(&it)))
		resources_add(&list, r);
	patch_flatten(p);
	for (size_t i = 0; i < list.n && rc == 0; i++)
		rc = merge_into(p, m, list.list[i], p->merges.list[0]);
	free(list.list);
	return rc ? rc : check_names(p, m);
}

int
patch_merge(struct patch *p, struct resmap *m, const jv *target)
{
	struct selector s = { 0 };
	struct buf what = BUF_INIT;
	int rc = 0;

	if (!target) {
		for (size_t i = 0; i < p->merges.n && rc == 0; i++)
			rc = merge_by_id(p, m, p->merges.list[i]);
		return rc;
	}
	if (p->merges.n > 1)
		return patch_fail(p, "several patches can't share a target");
	if (p->merges.n == 0)
		return 0;
	if (selector_read(&s, target, &what))
		rc = where_fail_in(p->w, "/target", "%s", buf_str(&what));
	else
		rc = merge_selected(p, m, &s);
	selector_release(&s);
	buf_release(&what);
	return rc;
}
