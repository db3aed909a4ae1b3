/* The fields of a kustomization as steps; see steps.h. */
#include "kustomize/steps.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/generate.h"
#include "kustomize/helm.h"
#include "kustomize/origin.h"
#include "kustomize/transform.h"

/* --- generators --------------------------------------------------------- */

static int
generate(const struct where *w, struct accumulator *a, const jv *v,
    const char *kind, const char *plugin, const char *path)
{
	jv options = json_get(&w->k->fields, "generatorOptions");
	struct resource *r = generate_data(w, kind, v, &options);
	struct origin origin = { path, "builtin", plugin, NULL, NULL };

	jv_free(options);
	if (!r)
		return -1;
	if (w->b->track)
		origin_set_generator(r, &origin);
	return generate_absorb(w, &a->map, r);
}

static char *
configured_in(const struct kustomization *k, const char *path)
{
	struct dir d = { .name = (char *)path };
	struct buf out = BUF_INIT;

	dir_name(&d, k->file, &out);
	return buf_detach(&out);
}

/* What one chart gives, as its generator adds it. */
static int
inflate_chart(const struct where *w, struct accumulator *a, const jv *chart,
    const jv *globals, const struct origin *origin)
{
	struct resources list = { 0 };
	int rc = helm_inflate(w, chart, globals, &list);

	for (size_t i = 0; i < list.n && rc == 0; i++) {
		if (w->b->track)
			origin_set_generator(list.list[i], origin);
		rc = generate_absorb(w, &a->map, list.list[i]);
	}
	free(list.list);
	return rc;
}

static int
inflate_charts(
    const struct where *where, struct accumulator *a, const char *path)
{
	struct origin origin = { path, "builtin", "HelmChartInflationGenerator",
		NULL, NULL };
	jv charts = helm_charts(where->k), globals = helm_globals(where->k);
	jv new = json_get(&where->k->fields, "helmCharts");
	int n = json_len(&new), rc = 0;

	for (int i = 0; i < json_len(&charts) && rc == 0; i++) {
		struct where w = *where;
		struct buf pointer = BUF_INIT;
		jv chart = json_at(&charts, i);

		buf_addf(&pointer,
		    i < n ? "/helmCharts/%d"
			  : "/helmChartInflationGenerator/%d",
		    i < n ? i : i - n);
		w.pointer = pointer.s;
		rc = inflate_chart(&w, a, &chart, &globals, &origin);
		buf_release(&pointer);
		jv_free(chart);
	}
	jv_free(new);
	jv_free(charts);
	jv_free(globals);
	return rc;
}

int
steps_generate(struct build *b, struct accumulator *a,
    const struct kustomization *k, const char *path)
{
	static const struct {
		const char *field, *kind, *plugin;
	} kinds[] = {
		{ "configMapGenerator", "ConfigMap", "ConfigMapGenerator" },
		{ "secretGenerator", "Secret", "SecretGenerator" },
	};
	struct where w = { .b = b, .dir = k->dir, .k = k };
	char *file = configured_in(k, path);
	int rc = 0;

	for (size_t g = 0; g < 2 && rc == 0; g++) {
		jv list = json_get(&k->fields, kinds[g].field);

		for (int i = 0; i < json_len(&list) && rc == 0; i++) {
			struct buf pointer = BUF_INIT;
			jv v = json_at(&list, i);

			buf_addf(&pointer, "/%s/%d", kinds[g].field, i);
			w.pointer = pointer.s;
			rc = generate(
			    &w, a, &v, kinds[g].kind, kinds[g].plugin, file);
			buf_release(&pointer);
			jv_free(v);
		}
		jv_free(list);
	}
	if (rc == 0)
		rc = inflate_charts(&w, a, file);
	free(file);
	return rc;
}

/* --- transformations ---------------------------------------------------- */

static const struct fieldspecs *
specs(const struct accumulator *a, enum spec_list list)
{
	return &a->config->lists[list];
}

/*
 * A step of its own, or one that goes over the resources together with its
 * neighbours.  Its pass points into it: it stays where it is until it has run.
 */
struct entry {
	struct where w;
	struct buf pointer;
	struct fieldspecs own;
	jv value;
	struct pass pass;
};

/* How a step takes the field. */
enum taken {
	WHOLE,
	EACH,	    /* once for each element */
	EACH_NOTED, /* whole, but as EACH where origins note each of them */
};

struct step {
	const char *field;
	const char *plugin; /* as origins name it */
	enum taken taken;
	int (*run)(const struct where *w, struct accumulator *a, const jv *v);
	int (*prepare)(struct entry *e, const struct accumulator *a);
};

static int
run_merges(const struct where *w, struct accumulator *a, const jv *v)
{
	return transform_patch_merge(w, &a->map, v);
}

static int
run_patch(const struct where *w, struct accumulator *a, const jv *v)
{
	return transform_patch(w, &a->map, v);
}

static int
run_patch_json(const struct where *w, struct accumulator *a, const jv *v)
{
	return transform_patch_json(w, &a->map, v);
}

static int
run_replacements(const struct where *w, struct accumulator *a, const jv *v)
{
	return transform_replacements(w, &a->map, v);
}

static int
prepare_namespace(struct entry *e, const struct accumulator *a)
{
	struct namespace_options o = { .namespace = json_str(&e->value) };

	if (*o.namespace)
		e->pass =
		    transform_namespace(&e->w, &o, specs(a, SPECS_NAMESPACE));
	return 0;
}

static int
prepare_prefix(struct entry *e, const struct accumulator *a)
{
	e->pass = transform_prefix(
	    &e->w, json_str(&e->value), specs(a, SPECS_NAME_PREFIX));
	return 0;
}

static int
prepare_suffix(struct entry *e, const struct accumulator *a)
{
	e->pass = transform_suffix(
	    &e->w, json_str(&e->value), specs(a, SPECS_NAME_SUFFIX));
	return 0;
}

/* Returns the first one that is at odds with those there, NULL for none. */
static const struct fieldspec *
add_specs(struct fieldspecs *to, const struct fieldspecs *from)
{
	for (size_t i = 0; i < from->n; i++)
		if (fieldspecs_add(to, &from->specs[i]))
			return &from->specs[i];
	return NULL;
}

/* The field that the entry gives is at odds with one that is built in. */
static int
fail_field(const struct entry *e, size_t n, const struct fieldspec *spec)
{
	struct buf pointer = BUF_INIT, path = BUF_INIT;
	size_t i = 0;

	while (i < n && strcmp(e->own.specs[i].path, spec->path) != 0)
		i++;
	if (i < n)
		buf_addf(&pointer, "/fields/%zu", i);
	fieldspec_say(spec, &path);
	where_fail_in(&e->w, buf_str(&pointer),
	    "%s is both created and not created when it is missing",
	    buf_str(&path));
	buf_release(&pointer);
	buf_release(&path);
	return -1;
}

/* Where one entry of labels goes. */
static int
label_specs(struct entry *e, const struct accumulator *a)
{
	static const struct fieldspec name = { "", "", "", "metadata/labels",
		true };
	const struct fieldspecs own = { (struct fieldspec *)&name, 1, 1 };
	const jv *v = &e->value;
	jv fields = json_get(v, "fields");
	const struct fieldspec *odd;
	size_t n;

	fieldspecs_read(&e->own, &e->w.b->in, &fields);
	jv_free(fields);
	n = e->own.n;
	odd = add_specs(&e->own, specs(a, SPECS_LABELS));
	if (json_get_bool(v, "includeSelectors", false)) {
		odd = odd ? odd
			  : add_specs(&e->own, specs(a, SPECS_COMMON_LABELS));
	} else {
		if (!odd && json_get_bool(v, "includeTemplates", false))
			odd =
			    add_specs(&e->own, specs(a, SPECS_TEMPLATE_LABELS));
		if (!odd &&
		    json_get_bool(v, "includeVolumeClaimTemplates", false))
			odd = add_specs(&e->own,
			    specs(a, SPECS_VOLUME_CLAIM_TEMPLATE_LABELS));
		odd = odd ? odd : add_specs(&e->own, &own);
	}
	return odd ? fail_field(e, n, odd) : 0;
}

static int
prepare_labels(struct entry *e, const struct accumulator *a)
{
	jv pairs = json_get(&e->value, "pairs");
	int rc = label_specs(e, a);

	if (rc == 0)
		e->pass = transform_pairs(&e->w, &pairs, &e->own);
	jv_free(pairs);
	return rc;
}

static int
prepare_common_labels(struct entry *e, const struct accumulator *a)
{
	e->pass =
	    transform_pairs(&e->w, &e->value, specs(a, SPECS_COMMON_LABELS));
	return 0;
}

static int
prepare_annotations(struct entry *e, const struct accumulator *a)
{
	e->pass = transform_pairs(
	    &e->w, &e->value, specs(a, SPECS_COMMON_ANNOTATIONS));
	return 0;
}

static int
prepare_replicas(struct entry *e, const struct accumulator *a)
{
	e->pass =
	    transform_replicas(&e->w, &e->value, specs(a, SPECS_REPLICAS));
	return 0;
}

static int
prepare_images(struct entry *e, const struct accumulator *a)
{
	e->pass = transform_images(&e->w, &e->value, specs(a, SPECS_IMAGES));
	return 0;
}

static const struct step steps[] = {
	{ "patchesStrategicMerge", "PatchStrategicMergeTransformer", WHOLE,
	    run_merges, NULL },
	{ "patches", "PatchTransformer", EACH, run_patch, NULL },
	{ "namespace", "NamespaceTransformer", WHOLE, NULL, prepare_namespace },
	{ "namePrefix", "PrefixTransformer", WHOLE, NULL, prepare_prefix },
	{ "nameSuffix", "SuffixTransformer", WHOLE, NULL, prepare_suffix },
	{ "labels", "LabelTransformer", EACH, NULL, prepare_labels },
	{ "commonLabels", "LabelTransformer", WHOLE, NULL,
	    prepare_common_labels },
	{ "commonAnnotations", "AnnotationsTransformer", WHOLE, NULL,
	    prepare_annotations },
	{ "patchesJson6902", "PatchJson6902Transformer", EACH, run_patch_json,
	    NULL },
	{ "replicas", "ReplicaCountTransformer", EACH, NULL, prepare_replicas },
	{ "images", "ImageTagTransformer", EACH_NOTED, NULL, prepare_images },
	{ "replacements", "ReplacementTransformer", WHOLE, run_replacements,
	    NULL },
};

/* --- their order -------------------------------------------------------- */

/* Passes that wait for their neighbours. */
struct queue {
	struct accumulator *a;
	struct entry list[16];
	size_t n;
};

static void
entry_release(struct entry *e)
{
	pass_release(&e->pass);
	buf_release(&e->pointer);
	free(e->own.specs);
	jv_free(e->value);
}

static void
queue_release(struct queue *q)
{
	while (q->n)
		entry_release(&q->list[--q->n]);
}

static int
queue_run(struct queue *q)
{
	struct pass *passes[sizeof(q->list) / sizeof(*q->list)];
	int rc;

	for (size_t i = 0; i < q->n; i++)
		passes[i] = &q->list[i].pass;
	rc = pass_run(passes, q->n, &q->a->map);
	queue_release(q);
	return rc;
}

/*
 * One step with one value (consumed), the element of that index or below 0 the
 * whole field: taken, or prepared and queued.
 */
static int
take(struct queue *q, const struct step *step, const struct where *w, jv value,
    int at)
{
	struct entry *e;
	int rc;

	if (q->n == sizeof(q->list) / sizeof(*q->list) || step->run)
		if (queue_run(q)) {
			jv_free(value);
			return -1;
		}
	e = &q->list[q->n];
	*e = (struct entry){ .w = *w, .pointer = BUF_INIT, .value = value };
	buf_addf(&e->pointer, "/%s", step->field);
	if (at >= 0)
		buf_addf(&e->pointer, "/%d", at);
	e->w.pointer = e->pointer.s;
	e->pass.w = &e->w;
	if (step->prepare) {
		q->n++;
		return step->prepare(e, q->a);
	}
	rc = step->run(&e->w, q->a, &e->value);
	entry_release(e);
	resmap_sweep(&q->a->map);
	return rc;
}

static int
run_step(struct queue *q, const struct step *step, const struct where *w,
    const struct origin *origin, const jv *v)
{
	bool each =
	    step->taken == EACH || (step->taken == EACH_NOTED && w->b->track);
	int n = each ? json_len(v) : 1, rc = 0;

	for (int i = 0; i < n && rc == 0; i++) {
		rc = each ? take(q, step, w, json_at(v, i), i)
			  : take(q, step, w, jv_copy(*v), -1);
		if (rc == 0 && w->b->track) {
			rc = queue_run(q);
			origin_add_transformation(&q->a->map, origin);
		}
	}
	return rc;
}

/* kustomize notes commonLabels, too, where there are labels. */
static bool
labelled(const struct kustomization *k)
{
	jv labels = json_get(&k->fields, "labels");
	bool is = json_len(&labels) > 0;

	jv_free(labels);
	return is;
}

int
steps_transform(struct build *b, struct accumulator *a,
    const struct kustomization *k, const char *path)
{
	struct where w = { .b = b, .dir = k->dir, .k = k };
	struct queue q = { .a = a };
	char *file = configured_in(k, path);
	int rc = 0;

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps) && rc == 0; i++) {
		struct origin origin = { file, "builtin", steps[i].plugin, NULL,
			NULL };
		jv v = json_get(&k->fields, steps[i].field);

		if (jv_is_valid(v) &&
		    !(json_is(&v, JV_KIND_ARRAY) && json_len(&v) == 0))
			rc = run_step(&q, &steps[i], &w, &origin, &v);
		else if (b->track &&
			 strcmp(steps[i].field, "commonLabels") == 0 &&
			 labelled(k))
			origin_add_transformation(&a->map, &origin);
		jv_free(v);
	}
	rc = rc ? rc : queue_run(&q);
	queue_release(&q);
	free(file);
	return rc;
}
