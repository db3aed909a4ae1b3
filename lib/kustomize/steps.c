/* The fields of a kustomization as steps; see steps.h. */
#include "kustomize/steps.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/generate.h"
#include "kustomize/helm.h"
#include "kustomize/origin.h"
#include "kustomize/transform.h"

struct step {
	const char *field;
	const char *plugin; /* as origins name it */
	bool each;	    /* run once for each element of the field */
	int (*run)(const struct where *w, struct accumulator *a, const jv *v);
};

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
run_namespace(const struct where *w, struct accumulator *a, const jv *v)
{
	struct namespace_options o = { .namespace = json_str(v) };

	if (!*o.namespace)
		return 0;
	return transform_namespace(w, &a->map, &o, specs(a, SPECS_NAMESPACE));
}

static int
run_prefix(const struct where *w, struct accumulator *a, const jv *v)
{
	return transform_prefix(
	    w, &a->map, json_str(v), specs(a, SPECS_NAME_PREFIX));
}

static int
run_suffix(const struct where *w, struct accumulator *a, const jv *v)
{
	return transform_suffix(
	    w, &a->map, json_str(v), specs(a, SPECS_NAME_SUFFIX));
}

static int
add_specs(struct fieldspecs *to, const struct fieldspecs *from)
{
	for (size_t i = 0; i < from->n; i++)
		if (fieldspecs_add(to, &from->specs[i]))
			return -1;
	return 0;
}

/* Where one entry of labels goes. */
static int
label_specs(const struct where *w, struct accumulator *a, const jv *v,
    struct fieldspecs *out)
{
	static const struct fieldspec own = { "", "", "", "metadata/labels",
		true };
	jv fields = json_get(v, "fields");
	int rc;

	fieldspecs_read(out, &w->b->in, &fields);
	jv_free(fields);
	rc = add_specs(out, specs(a, SPECS_LABELS));
	if (json_get_bool(v, "includeSelectors", false)) {
		rc = rc ? rc : add_specs(out, specs(a, SPECS_COMMON_LABELS));
	} else {
		if (rc == 0 && json_get_bool(v, "includeTemplates", false))
			rc = add_specs(out, specs(a, SPECS_TEMPLATE_LABELS));
		if (rc == 0 &&
		    json_get_bool(v, "includeVolumeClaimTemplates", false))
			rc = add_specs(
			    out, specs(a, SPECS_VOLUME_CLAIM_TEMPLATE_LABELS));
		if (rc == 0)
			rc = fieldspecs_add(out, &own);
	}
	return rc ? where_fail(w, "one field is both created and not created "
				  "when it is missing")
		  : 0;
}

static int
run_labels(const struct where *w, struct accumulator *a, const jv *v)
{
	struct fieldspecs where = { 0 };
	jv pairs = json_get(v, "pairs");
	int rc = label_specs(w, a, v, &where);

	if (rc == 0)
		rc = transform_pairs(w, &a->map, &pairs, &where);
	jv_free(pairs);
	free(where.specs);
	return rc;
}

static int
run_common_labels(const struct where *w, struct accumulator *a, const jv *v)
{
	return transform_pairs(w, &a->map, v, specs(a, SPECS_COMMON_LABELS));
}

static int
run_annotations(const struct where *w, struct accumulator *a, const jv *v)
{
	return transform_pairs(
	    w, &a->map, v, specs(a, SPECS_COMMON_ANNOTATIONS));
}

static int
run_replicas(const struct where *w, struct accumulator *a, const jv *v)
{
	return transform_replicas(w, &a->map, v, specs(a, SPECS_REPLICAS));
}

static int
run_image(const struct where *w, struct accumulator *a, const jv *v)
{
	return transform_image(w, &a->map, v, specs(a, SPECS_IMAGES));
}

static int
run_replacements(const struct where *w, struct accumulator *a, const jv *v)
{
	return transform_replacements(w, &a->map, v);
}

static const struct step steps[] = {
	{ "patchesStrategicMerge", "PatchStrategicMergeTransformer", false,
	    run_merges },
	{ "patches", "PatchTransformer", true, run_patch },
	{ "namespace", "NamespaceTransformer", false, run_namespace },
	{ "namePrefix", "PrefixTransformer", false, run_prefix },
	{ "nameSuffix", "SuffixTransformer", false, run_suffix },
	{ "labels", "LabelTransformer", true, run_labels },
	{ "commonLabels", "LabelTransformer", false, run_common_labels },
	{ "commonAnnotations", "AnnotationsTransformer", false,
	    run_annotations },
	{ "patchesJson6902", "PatchJson6902Transformer", true, run_patch_json },
	{ "replicas", "ReplicaCountTransformer", true, run_replicas },
	{ "images", "ImageTagTransformer", true, run_image },
	{ "replacements", "ReplacementTransformer", false, run_replacements },
};

static int
run_step(struct where *w, struct accumulator *a, const struct step *step,
    const struct origin *origin, const jv *v)
{
	int n = step->each ? json_len(v) : 1, rc = 0;

	for (int i = 0; i < n && rc == 0; i++) {
		struct buf pointer = BUF_INIT;
		jv one = step->each ? json_at(v, i) : jv_copy(*v);

		buf_addf(&pointer, "/%s", step->field);
		if (step->each)
			buf_addf(&pointer, "/%d", i);
		w->pointer = pointer.s;
		rc = step->run(w, a, &one);
		buf_release(&pointer);
		jv_free(one);
		resmap_sweep(&a->map);
		if (rc == 0 && w->b->track)
			origin_add_transformation(&a->map, origin);
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
	char *file = configured_in(k, path);
	int rc = 0;

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps) && rc == 0; i++) {
		struct origin origin = { file, "builtin", steps[i].plugin, NULL,
			NULL };
		jv v = json_get(&k->fields, steps[i].field);

		if (jv_is_valid(v) &&
		    !(json_is(&v, JV_KIND_ARRAY) && json_len(&v) == 0))
			rc = run_step(&w, a, &steps[i], &origin, &v);
		else if (b->track && steps[i].run == run_common_labels &&
			 labelled(k))
			origin_add_transformation(&a->map, &origin);
		jv_free(v);
	}
	free(file);
	return rc;
}
