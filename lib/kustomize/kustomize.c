/* The build of a directory; see kustomize.h. */
#include "kustomize/kustomize.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/accumulate.h"
#include "kustomize/misfit.h"
#include "kustomize/origin.h"
#include "kustomize/read.h"
#include "kustomize/scan.h"
#include "kustomize/transform.h"
#include "mem.h"

/* What every object must have in the end; a patch may have taken it away. */
static int
check(struct build *b, const struct resmap *m)
{
	struct buf what = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; i < m->n && rc == 0; i++) {
		struct resource *r = m->list[i];
		const char *at;
		const char *lacks = NULL;

		/* Ids are up to date, and hardly any is incomplete. */
		if (!*r->id.kind || !*r->id.name)
			lacks = read_problem(&r->object, &at);

		if (lacks)
			buf_adds(&what, lacks);
		if (!lacks && !misfit_remains(&r->misfits, &r->object, &what))
			continue;
		buf_addf(b->err, "%s:%d: ", r->path, r->line);
		resource_subject(r, b->err);
		buf_addf(b->err, ": %s", buf_str(&what));
		rc = -1;
	}
	buf_release(&what);
	return rc;
}

/*
 * What is done once, when all is there: hashes, references, vars, annotations,
 * order.  The resources are in a->map.
 */
static int
finish(struct build *b, struct accumulator *a, const struct kustomization *k)
{
	struct where w = {
		.b = b, .dir = k->dir, .k = k, .pointer = "/sortOptions"
	};
	jv sort = json_get(&k->fields, "sortOptions");
	jv metadata = json_get(&k->fields, "buildMetadata");
	int rc = transform_hash(b, &a->map);

	if (rc == 0)
		rc = transform_names(b, &a->map, a->config);
	if (rc == 0)
		rc = vars_resolve(&w, a);
	if (rc == 0)
		rc = check(b, &a->map);
	if (rc == 0)
		origin_finish(&a->map, &metadata, b->options->version);
	if (rc == 0 && (jv_is_valid(sort) ||
			   b->options->reorder == KUSTOMIZE_REORDER_LEGACY))
		rc = transform_order(&w, &a->map, &sort);
	jv_free(sort);
	jv_free(metadata);
	return rc;
}

static void
hand_over(struct resmap *m, struct kustomize_result *result)
{
	result->objects = mem_zero(m->n + 1, sizeof(*result->objects));
	for (size_t i = 0; i < m->n; i++) {
		struct resource *r = m->list[i];

		result->objects[result->n++] =
		    (struct kustomize_object){ r->object, mem_strdup(r->path),
			    r->line };
		r->object = jv_null();
	}
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
		rc = finish(b, &a, &k);
	if (rc == 0)
		hand_over(&a.map, result);
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

	*result = (struct kustomize_result){ NULL, 0 };
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
	for (size_t i = 0; i < result->n; i++) {
		jv_free(result->objects[i].object);
		free(result->objects[i].path);
	}
	free(result->objects);
	*result = (struct kustomize_result){ NULL, 0 };
}
