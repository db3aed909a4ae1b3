/* The build of a directory; see kustomize.h. */
#include "kustomize/kustomize.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/accumulate.h"
#include "kustomize/blanks.h"
#include "kustomize/misfit.h"
#include "kustomize/origin.h"
#include "kustomize/read.h"
#include "kustomize/scan.h"
#include "kustomize/transform.h"
#include "manifest/manifest.h"
#include "mem.h"

/* What every object must have in the end; a patch may have taken it away. */
static int
check(struct pass *p, struct resmap *m, struct resource *r)
{
	struct fault fault = FAULT_INIT;
	const char *lacks = NULL, *at;

	(void)m;
	blanks_settle(r);
	/* Ids are up to date, and hardly any is incomplete. */
	if (!*r->id.kind || !*r->id.name)
		lacks = read_problem(&r->object, &at);
	if (lacks)
		return build_fail_at(p->w->b, r, at, "%s", lacks);
	if (!misfit_remains(&r->misfits, &r->object, &fault))
		return 0;
	build_fail_fault(p->w->b, r, &fault);
	fault_release(&fault);
	return -1;
}

/* The text of an object, while the object is in the processor's cache. */
static int
write(struct pass *p, struct resmap *m, struct resource *r)
{
	struct buf *out = p->context;

	(void)m;
	r->yaml_at = out->len;
	manifest_write(out, &r->object);
	r->yaml_len = out->len - r->yaml_at;
	return 0;
}

/* Let all go through what is done to each of them in the end. */
static int
finish_each(const struct where *w, struct accumulator *a, const jv *metadata,
    struct kustomize_result *result)
{
	struct pass names = transform_names(w, a->config);
	struct pass whole = { .w = w, .one = check };
	struct pass origin = origin_finish(w, metadata);
	struct pass text = { .w = w,
		.context = &result->yaml,
		.one = w->b->options->yaml ? write : NULL };
	struct pass *const all[] = { &names, &whole, &origin, &text };
	int rc;

	if (json_is_empty(&a->vars)) {
		rc = pass_run(all, 4, &a->map);
	} else {
		/* Their values are those of all objects with their names. */
		rc = pass_run(all, 1, &a->map);
		rc = rc ? rc : vars_resolve(w, a);
		rc = rc ? rc : pass_run(all + 1, 3, &a->map);
	}
	pass_release(&names);
	pass_release(&origin);
	return rc;
}

/*
 * What is done once, when all is there: hashes, references, vars, annotations,
 * order.  The resources are in a->map.
 */
static int
finish(struct build *b, struct accumulator *a, const struct kustomization *k,
    struct kustomize_result *result)
{
	struct where w = {
		.b = b, .dir = k->dir, .k = k, .pointer = "/sortOptions"
	};
	jv sort = json_get(&k->fields, "sortOptions");
	jv metadata = json_get(&k->fields, "buildMetadata");
	int rc = transform_hash(b, &a->map);

	if (rc == 0)
		rc = finish_each(&w, a, &metadata, result);
	if (rc == 0 && (jv_is_valid(sort) ||
			   b->options->reorder == KUSTOMIZE_REORDER_LEGACY))
		rc = transform_order(&w, &a->map, &sort);
	jv_free(sort);
	jv_free(metadata);
	return rc;
}

static void
hand_over(struct build *b, struct resmap *m, struct kustomize_result *result)
{
	const char *yaml = buf_str(&result->yaml);

	result->objects = mem_zero(m->n + 1, sizeof(*result->objects));
	for (size_t i = 0; i < m->n; i++) {
		struct resource *r = m->list[i];

		result->objects[result->n++] =
		    (struct kustomize_object){ r->object, r->path, r->line,
			    r->at, b->options->yaml ? yaml + r->yaml_at : NULL,
			    r->yaml_len };
		r->object = jv_null();
	}
	result->strings = b->in.entries;
	b->in.entries = (struct arena){ 0 };
}

/* A directory without the file is built as Flux does. */
static int
read_top(struct build *b, struct kustomization *k, const struct dir *dir)
{
	if (kustomization_find(dir))
		return kustomization_read(k, b, dir, true);
	return kustomization_scan(k, b, dir);
}

static int
build(struct build *b, const struct dir *dir, struct kustomize_result *result)
{
	struct accumulator a = { .vars = jv_object() };
	struct kustomization k = { .fields = jv_invalid(),
		.own = jv_invalid() };
	jv metadata;
	int rc = read_top(b, &k, dir);

	if (rc == 0) {
		metadata = json_get(&k.fields, "buildMetadata");
		b->track = json_len(&metadata) > 0;
		jv_free(metadata);
		rc = accumulate_schema(b, &k, true);
	}
	if (rc == 0)
		rc = accumulate(b, &a, &k, "") || accumulate_check(b, &a, &k)
			 ? -1
			 : 0;
	if (rc == 0)
		rc = finish(b, &a, &k, result);
	if (rc == 0)
		hand_over(b, &a.map, result);
	accumulator_release(&a);
	kustomization_release(&k);
	return rc;
}

int
kustomize_build(const char *name, const struct kustomize_options *options,
    struct kustomize_result *result, struct buf *err)
{
	struct build b = { .options = options,
		.err = err,
		.schema = schema_builtin(),
		.room = BUILD_ROOM };
	struct dir dir;
	int rc;

	*result = (struct kustomize_result){ 0 };
	rc = dir_open(&dir, name, options->confine,
	    options->load_any || options->flux, err);
	dir.read = &b.read;
	if (rc == 0)
		rc = build(&b, &dir, result);
	dir_release(&dir);
	build_release(&b);
	return rc;
}

void
kustomize_release(struct kustomize_result *result)
{
	for (size_t i = 0; i < result->n; i++)
		jv_free(result->objects[i].object);
	free(result->objects);
	arena_release(&result->strings);
	buf_release(&result->yaml);
	*result = (struct kustomize_result){ 0 };
}
