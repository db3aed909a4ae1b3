/* Flux Kustomizations: what they say; see flux.h. */
#include "flux/flux.h"

#include <stdlib.h>
#include <string.h>

#include "duration.h"
#include "flux/fluxfields.h"
#include "json.h"
#include "mem.h"
#include "object.h"

#define GROUP "kustomize.toolkit.fluxcd.io"
#define MIN_TIMEOUT 30000 /* ms; Flux takes less as this */

/* --- reading one -------------------------------------------------------- */

bool
flux_is_kustomization(const jv *object)
{
	return object_is(object, GROUP, "Kustomization");
}

/*
 * Without the members that are null, as an API server takes them for absent.
 * Recursion is as deep as the value, which the readers cap.
 */
static jv
without_nulls(jv v)
{
	jv out;
	int i, it;

	if (json_is(&v, JV_KIND_ARRAY)) {
		for (i = 0; i < json_len(&v); i++) {
			jv item = json_take_at(&v, i);

			v = jv_array_set(v, i, without_nulls(item));
		}
		return v;
	}
	if (!json_is(&v, JV_KIND_OBJECT))
		return v;
	out = jv_object();
	for (it = jv_object_iter(v); jv_object_iter_valid(v, it);
	     it = jv_object_iter_next(v, it)) {
		jv key = jv_object_iter_key(v, it);
		jv value = jv_object_iter_value(v, it);

		if (json_is(&value, JV_KIND_NULL)) {
			jv_free(key);
			jv_free(value);
		} else {
			out = jv_object_set(out, key, without_nulls(value));
		}
	}
	jv_free(v);
	return out;
}

/* 1 for a beta version, 0 for v1, -1 for what is not known. */
static int
is_beta(const jv *object)
{
	const char *version =
	    object_version(json_get_str(object, "apiVersion"));

	if (strcmp(version, "v1") == 0)
		return 0;
	return strcmp(version, "v1beta2") == 0 ||
		       strcmp(version, "v1beta1") == 0
		   ? 1
		   : -1;
}

/* Flux: the timeout, else the interval less 30 s; never less than 30 s. */
static jv
set_timeout(jv spec)
{
	const char *timeout = json_get_str(&spec, "timeout");
	long long ms = 0;
	struct buf text = BUF_INIT;

	if (timeout)
		duration_parse_flux(timeout, &ms);
	else if (duration_parse_flux(json_get_str(&spec, "interval"), &ms))
		ms -= 30000;
	if (ms < MIN_TIMEOUT)
		ms = MIN_TIMEOUT;
	else if (timeout)
		return spec;
	if (ms % 1000)
		buf_addf(&text, "%lldms", ms);
	else
		buf_addf(&text, "%llds", ms / 1000);
	spec = json_set_str(spec, "timeout", buf_str(&text));
	buf_release(&text);
	return spec;
}

static jv
own_metadata(const jv *object)
{
	static const char *const keys[] = { "labels", "annotations" };
	jv out = jv_object(), v;
	size_t i;

	for (i = 0; i < 2; i++) {
		v = json_path(object, "metadata", keys[i], NULL);
		if (json_len(&v))
			out = json_set(out, keys[i], v);
		else
			jv_free(v);
	}
	return out;
}

int
flux_parse(struct flux *f, const jv *object, const char *namespace,
    struct buf *pointer, struct buf *err)
{
	jv whole = without_nulls(jv_copy(*object));
	int beta = is_beta(&whole), rc = -1;
	const char *own;

	*f = (struct flux){ .spec = jv_invalid(), .metadata = jv_invalid() };
	if (beta < 0) {
		buf_adds(pointer, "/apiVersion");
		buf_adds(err, "apiVersion: not a version that is known, which "
			      "are v1, v1beta2 and v1beta1");
	} else {
		rc = flux_check(&whole, beta, &f->refusal, pointer, err);
	}
	if (rc == 0) {
		own = json_path_str(&whole, "metadata", "namespace", NULL);
		f->name =
		    mem_strdup(json_path_str(&whole, "metadata", "name", NULL));
		f->namespace = mem_strdup(own ? own : namespace);
		f->spec = set_timeout(json_get(&whole, "spec"));
		f->metadata = own_metadata(&whole);
		f->suspend = json_get_bool(&f->spec, "suspend", false);
	}
	jv_free(whole);
	return rc;
}

void
flux_release(struct flux *f)
{
	free(f->name);
	free(f->namespace);
	jv_free(f->spec);
	jv_free(f->metadata);
	buf_release(&f->refusal.what);
	buf_release(&f->refusal.pointer);
	*f = (struct flux){ .spec = jv_invalid(), .metadata = jv_invalid() };
}

/* --- what it says ------------------------------------------------------- */

void
flux_stage_name(const struct flux *f, struct buf *out)
{
	buf_addf(out, "%s/%s", f->namespace, f->name);
}

jv
flux_after(const struct flux *f)
{
	jv depends = json_get(&f->spec, "dependsOn"), after = jv_array();
	struct buf name = BUF_INIT;
	int i;

	for (i = 0; i < json_len(&depends); i++) {
		jv d = json_at(&depends, i);
		const char *namespace = json_get_str(&d, "namespace");

		buf_clear(&name);
		buf_addf(&name, "%s/%s", namespace ? namespace : f->namespace,
		    json_get_str(&d, "name"));
		after = jv_array_append(after, jv_string(buf_str(&name)));
		jv_free(d);
	}
	buf_release(&name);
	jv_free(depends);
	return after;
}

struct flux_source
flux_source(const struct flux *f)
{
	struct flux_source s = {
		.kind = json_path_str(&f->spec, "sourceRef", "kind", NULL),
		.namespace =
		    json_path_str(&f->spec, "sourceRef", "namespace", NULL),
		.name = json_path_str(&f->spec, "sourceRef", "name", NULL),
	};

	if (!s.namespace)
		s.namespace = f->namespace;
	return s;
}

static jv
merge_into(jv object, const jv *from, const char *key)
{
	jv metadata, map, add = json_get(from, key);
	int it;

	if (json_len(&add) == 0) {
		jv_free(add);
		return object;
	}
	metadata = json_take(&object, "metadata");
	map = json_take(&metadata, key);
	if (!json_is(&map, JV_KIND_OBJECT)) {
		jv_free(map);
		map = jv_object();
	}
	for (it = jv_object_iter(add); jv_object_iter_valid(add, it);
	     it = jv_object_iter_next(add, it))
		map = jv_object_set(map, jv_object_iter_key(add, it),
		    jv_object_iter_value(add, it));
	jv_free(add);
	return json_set(object, "metadata", json_set(metadata, key, map));
}

jv
flux_add_metadata(const struct flux *f, jv object)
{
	jv common = json_get(&f->spec, "commonMetadata");

	object = merge_into(object, &common, "labels");
	object = merge_into(object, &common, "annotations");
	jv_free(common);
	return object;
}
