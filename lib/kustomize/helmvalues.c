/* Which charts with which values; see helm.h. */
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/helm.h"
#include "kustomize/helmimpl.h"
#include "kustomize/merge.h"
#include "manifest/manifest.h"

const char *
helm_text(const jv *v, const char *key)
{
	const char *s = json_get_str(v, key);

	return s ? s : "";
}

char *
helm_join(const char *dir, const char *path)
{
	struct dir at = { .name = (char *)dir };
	struct buf out = BUF_INIT;

	dir_name(&at, path, &out);
	return buf_detach(&out);
}

/* --- values ------------------------------------------------------------- */

/* The first of two maps (consumed) changed by what the second one has. */
static jv
merge_values(const struct where *w, jv values, jv more)
{
	struct fault fault = FAULT_INIT;
	struct buf what = BUF_INIT;

	if (merge_strategic(w->b->schema, &values, more, NULL, NULL, &fault)) {
		fault_say(&fault, &what);
		where_fail_in(w, "/valuesInline", "%s", buf_str(&what));
		values = jv_invalid();
	} else if (!jv_is_valid(values)) {
		jv_free(values);
		values = jv_object();
	}
	fault_release(&fault);
	buf_release(&what);
	return values;
}

/* valuesInline over, or under, the values of the file; else as they are. */
static int
change_values(const struct where *w, const jv *chart, const char *path,
    struct buf *values)
{
	jv inlined = json_get(chart, "valuesInline"), v = jv_invalid();
	const char *how = helm_text(chart, "valuesMerge");
	struct buf what = BUF_INIT;
	struct manifest m = { NULL, 0 };
	int rc = -1;

	if (strcmp(how, "replace") == 0) {
		v = jv_copy(inlined);
	} else if (manifest_read(buf_str(values), values->len, &m, &what)) {
		where_fail(w, "%s:%s", path, buf_str(&what));
		goto out;
	} else {
		v = m.n > 0 ? jv_copy(m.docs[0].value) : jv_object();
	}
	if (!json_is(&v, JV_KIND_OBJECT)) {
		where_fail(w, "%s: is no map", path);
		goto out;
	}
	if (strcmp(how, "merge") == 0)
		v = merge_values(w, jv_copy(inlined), v);
	else if (strcmp(how, "replace") != 0)
		v = merge_values(w, v, jv_copy(inlined));
	if (!jv_is_valid(v))
		goto out;
	buf_clear(values);
	manifest_write(values, &v);
	rc = 0;
out:
	jv_free(v);
	jv_free(inlined);
	manifest_release(&m);
	buf_release(&what);
	return rc;
}

int
helm_values(const struct where *w, const jv *chart, const char *chart_dir,
    struct buf *values)
{
	const char *path = helm_text(chart, "valuesFile");
	jv inlined = json_get(chart, "valuesInline");
	char *own = helm_join(chart_dir, "values.yaml");
	struct buf what = BUF_INIT;
	int rc;

	if (!*path)
		path = own;
	rc = dir_read(w->dir, path, values, &what);
	if (rc)
		where_fail_in(w, path == own ? "" : "/valuesFile", "%s: %s",
		    path, buf_str(&what));
	else if (json_len(&inlined) > 0)
		rc = change_values(w, chart, path, values);
	jv_free(inlined);
	free(own);
	buf_release(&what);
	return rc;
}

/* --- the fields --------------------------------------------------------- */

static jv
from_old(const jv *old)
{
	static const char *const names[][2] = {
		{ "chartName", "name" },
		{ "chartVersion", "version" },
		{ "chartRepoUrl", "repo" },
		{ "values", "valuesFile" },
		{ "valuesLocal", "valuesInline" },
		{ "valuesMerge", "valuesMerge" },
		{ "releaseName", "releaseName" },
	};
	jv chart = jv_object();

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		jv v = json_get(old, names[i][0]);

		if (jv_is_valid(v))
			chart = json_set(chart, names[i][1], v);
		else
			jv_free(v);
	}
	return chart;
}

jv
helm_charts(const struct kustomization *k)
{
	const char *own = helm_text(&k->fields, "namespace");
	const char *namespace = *own ? own : k->namespace_above;
	jv list = json_get(&k->fields, "helmCharts"), charts = jv_array();
	jv old = json_get(&k->fields, "helmChartInflationGenerator");

	for (int i = 0; i < json_len(&list) + json_len(&old); i++) {
		jv v = json_at(i < json_len(&list) ? &list : &old,
		    i < json_len(&list) ? i : i - json_len(&list));

		if (i >= json_len(&list)) {
			jv chart = from_old(&v);

			jv_free(v);
			v = chart;
		}
		if (namespace && !*helm_text(&v, "namespace"))
			v = json_set_str(v, "namespace", namespace);
		charts = jv_array_append(charts, v);
	}
	jv_free(list);
	jv_free(old);
	return charts;
}

jv
helm_globals(const struct kustomization *k)
{
	jv globals = json_get(&k->fields, "helmGlobals");
	jv old = json_get(&k->fields, "helmChartInflationGenerator");

	if (!jv_is_valid(globals)) {
		jv_free(globals);
		globals = jv_object();
		for (int i = 0; i < json_len(&old); i++) {
			jv v = json_at(&old, i);

			if (*helm_text(&v, "chartHome"))
				globals = json_set_str(globals, "chartHome",
				    helm_text(&v, "chartHome"));
			if (*helm_text(&v, "helmHome"))
				globals = json_set_str(globals, "configHome",
				    helm_text(&v, "helmHome"));
			jv_free(v);
		}
	}
	jv_free(old);
	return globals;
}
