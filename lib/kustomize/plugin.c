/* What each built-in plugin does; see plugin.h. */
#include "kustomize/plugin.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/fields.h"
#include "kustomize/generate.h"
#include "kustomize/helm.h"
#include "kustomize/transform.h"
#include "kustomize/valueadd.h"

static const char *
text(const jv *v, const char *key)
{
	const char *s = json_get_str(v, key);

	return s ? s : "";
}

/* --- generators --------------------------------------------------------- */

/* name and namespace may also be the plugin's own. */
static jv
generator_args(const struct plugin *p)
{
	static const char *const keys[] = { "name", "namespace" };
	jv args = jv_copy(p->v);

	for (size_t i = 0; i < 2; i++) {
		const char *s = json_path_str(&p->v, "metadata", keys[i], NULL);

		if (!*text(&args, keys[i]) && s)
			args = json_set_str(args, keys[i], s);
	}
	return args;
}

static int
add_generated(struct plugin *p, struct resource *r)
{
	if (!r)
		return -1;
	if (p->w->b->track)
		origin_set_generator(r, p->origin);
	return generate_absorb(p->w, &p->a->map, r);
}

static int
generate(struct plugin *p, const char *kind)
{
	jv args = generator_args(p), none = jv_invalid();
	struct resource *r = generate_data(p->w, kind, &args, &none);

	jv_free(args);
	jv_free(none);
	return add_generated(p, r);
}

static int
run_config_map(struct plugin *p)
{
	return generate(p, "ConfigMap");
}

static int
run_secret(struct plugin *p)
{
	return generate(p, "Secret");
}

/* A ServiceAccount that stands for one of Google's. */
static int
run_iam_policy(struct plugin *p)
{
	jv own = json_get(&p->v, "kubernetesService");
	jv other = json_get(&p->v, "serviceAccount");
	const char *project = *text(&other, "projectId")
				  ? text(&other, "projectId")
				  : text(&p->v, "projectId");
	bool gke = strcmp(text(&p->v, "cloud"), "gke") == 0;
	struct buf account = BUF_INIT;
	struct resource *r;
	jv meta, o;
	int rc;

	if (!gke || !*text(&own, "name") || !*text(&other, "name")) {
		rc = !gke ? where_fail_in(p->w, "/cloud", "must be gke")
			  : where_fail_in(p->w,
				*text(&own, "name") ? "/serviceAccount/name"
						    : "/kubernetesService/name",
				"is missing");
		jv_free(own);
		jv_free(other);
		return rc;
	}
	buf_addf(&account, "%s@%s.iam.gserviceaccount.com",
	    text(&other, "name"), project);
	o = json_set_str(
	    jv_object(), "iam.gke.io/gcp-service-account", account.s);
	meta = json_set(jv_object(), "annotations", o);
	meta = json_set_str(meta, "name", text(&own, "name"));
	if (*text(&own, "namespace"))
		meta = json_set_str(meta, "namespace", text(&own, "namespace"));
	o = json_set_str(jv_object(), "apiVersion", "v1");
	o = json_set_str(o, "kind", "ServiceAccount");
	o = json_set(o, "metadata", meta);
	buf_release(&account);
	jv_free(own);
	jv_free(other);
	r = build_resource(p->w->b, o, p->w->file, p->w->line);
	where_made(p->w, r);
	return add_generated(p, r);
}

static int
run_chart(struct plugin *p)
{
	struct resources list = { 0 };
	int rc = helm_inflate(p->w, &p->v, &p->v, &list);

	for (size_t i = 0; i < list.n && rc == 0; i++)
		rc = add_generated(p, list.list[i]);
	free(list.list);
	return rc;
}

/* --- transformers ------------------------------------------------------- */

/* Run what a field of the configuration asks for. */
static int
run_pass(struct plugin *p, const char *pointer, struct pass pass)
{
	struct where w = *p->w;
	int rc;

	w.pointer = pointer;
	pass.w = &w;
	rc = pass_run(&(struct pass *){ &pass }, 1, &p->a->map);

	pass_release(&pass);
	return rc;
}

static int
run_namespace(struct plugin *p)
{
	const char *mode = text(&p->v, "setRoleBindingSubjects");
	const char *ns = json_path_str(&p->v, "metadata", "namespace", NULL);
	struct namespace_options o = { .namespace = ns ? ns : "",
		.unset_only = json_get_bool(&p->v, "unsetOnly", false) };

	if (strcmp(mode, "allServiceAccounts") == 0)
		o.subjects = SUBJECTS_ACCOUNTS;
	else if (strcmp(mode, "none") == 0)
		o.subjects = SUBJECTS_NONE;
	else if (*mode && strcmp(mode, "defaultOnly") != 0)
		return where_fail_in(p->w, "/setRoleBindingSubjects",
		    "must be defaultOnly, none or allServiceAccounts");
	return *o.namespace ? run_pass(p, "/metadata/namespace",
				  transform_namespace(p->w, &o, &p->specs))
			    : 0;
}

static int
need_specs(const struct plugin *p)
{
	return json_has(&p->v, "fieldSpecs")
		   ? 0
		   : where_fail(p->w, "fieldSpecs is missing");
}

static int
run_prefix(struct plugin *p)
{
	return need_specs(p) ? -1
			     : run_pass(p, "/prefix",
				   transform_prefix(
				       p->w, text(&p->v, "prefix"), &p->specs));
}

static int
run_suffix(struct plugin *p)
{
	return need_specs(p) ? -1
			     : run_pass(p, "/suffix",
				   transform_suffix(
				       p->w, text(&p->v, "suffix"), &p->specs));
}

static int
run_pairs(struct plugin *p, const char *pointer)
{
	jv pairs = json_get(&p->v, pointer + 1);
	int rc = run_pass(p, pointer, transform_pairs(p->w, &pairs, &p->specs));

	jv_free(pairs);
	return rc;
}

static int
run_labels(struct plugin *p)
{
	return run_pairs(p, "/labels");
}

static int
run_annotations(struct plugin *p)
{
	return run_pairs(p, "/annotations");
}

static int
run_image(struct plugin *p)
{
	jv image = json_get(&p->v, "imageTag");
	int rc =
	    run_pass(p, "/imageTag", transform_images(p->w, &image, &p->specs));

	jv_free(image);
	return rc;
}

static int
run_replicas(struct plugin *p)
{
	jv replica = json_get(&p->v, "replica");
	int rc = run_pass(
	    p, "/replica", transform_replicas(p->w, &replica, &p->specs));

	jv_free(replica);
	return rc;
}

static int
run_patch(struct plugin *p)
{
	return transform_patch(p->w, &p->a->map, &p->v);
}

static int
run_patch_json(struct plugin *p)
{
	return transform_patch_json(p->w, &p->a->map, &p->v);
}

static int
run_merges(struct plugin *p)
{
	jv list = json_get(&p->v, "paths");
	const char *inline_text = text(&p->v, "patches");
	int rc;

	if (!jv_is_valid(list)) {
		jv_free(list);
		list = jv_array();
	}
	if (*inline_text)
		list = jv_array_append(list, jv_string(inline_text));
	rc = transform_patch_merge(p->w, &p->a->map, &list);
	jv_free(list);
	return rc;
}

static int
run_replacements(struct plugin *p)
{
	jv list = json_get(&p->v, "replacements");
	int rc = transform_replacements(p->w, &p->a->map, &list);

	jv_free(list);
	return rc;
}

static int
run_prefix_suffix(struct plugin *p)
{
	return run_prefix(p) || run_suffix(p) ? -1 : 0;
}

static int
run_value_add(struct plugin *p)
{
	return transform_value_add(p->w, &p->a->map, &p->v);
}

static int
run_hash(struct plugin *p)
{
	return transform_hash(p->w->b, &p->a->map);
}

static const struct {
	const char *kind;
	bool generator;
	int (*run)(struct plugin *p);
} kinds[] = {
	{ "ConfigMapGenerator", true, run_config_map },
	{ "SecretGenerator", true, run_secret },
	{ "IAMPolicyGenerator", true, run_iam_policy },
	{ "HelmChartInflationGenerator", true, run_chart },
	{ "NamespaceTransformer", false, run_namespace },
	{ "PrefixTransformer", false, run_prefix },
	{ "SuffixTransformer", false, run_suffix },
	{ "LabelTransformer", false, run_labels },
	{ "AnnotationsTransformer", false, run_annotations },
	{ "ImageTagTransformer", false, run_image },
	{ "ReplicaCountTransformer", false, run_replicas },
	{ "PatchTransformer", false, run_patch },
	{ "PatchJson6902Transformer", false, run_patch_json },
	{ "PatchStrategicMergeTransformer", false, run_merges },
	{ "ReplacementTransformer", false, run_replacements },
	{ "PrefixSuffixTransformer", false, run_prefix_suffix },
	{ "ValueAddTransformer", false, run_value_add },
	{ "HashTransformer", false, run_hash },
};

int
plugin_run(struct plugin *p, const struct resource *r, bool generator)
{
	const size_t n = sizeof(kinds) / sizeof(*kinds);
	struct buf pointer = BUF_INIT, what = BUF_INIT;
	jv specs;
	size_t i = 0;
	int rc;

	while (i < n && strcmp(kinds[i].kind, r->id.kind) != 0)
		i++;
	if (*r->id.group || strcmp(r->id.version, "builtin") != 0)
		return where_fail(
		    p->w, "is no built-in plugin, and others are not run");
	if (i == n)
		return where_fail(p->w, "there is no such plugin");
	if (kinds[i].generator != generator)
		return where_fail(
		    p->w, generator ? "is no generator: name it in transformers"
				    : "is a generator: name it in generators");
	p->v = fields_check_plugin(&r->object, generator, &pointer, &what);
	if (!jv_is_valid(p->v)) {
		rc = where_fail_said(p->w, buf_str(&pointer), buf_str(&what));
	} else {
		specs = json_get(&p->v, "fieldSpecs");
		fieldspecs_read(&p->specs, &p->w->b->in, &specs);
		jv_free(specs);
		rc = kinds[i].run(p);
	}
	jv_free(p->v);
	free(p->specs.specs);
	buf_release(&pointer);
	buf_release(&what);
	return rc;
}
