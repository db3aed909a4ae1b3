/* The kustomization file; see kustomization.h. */
#include "kustomize/kustomization.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/fields.h"
#include "kustomize/overlay.h"
#include "kustomize/scan.h"
#include "manifest/manifest.h"
#include "mem.h"

static const char *const file_names[] = { "kustomization.yaml",
	"kustomization.yml", "Kustomization" };
#define N_NAMES (sizeof(file_names) / sizeof(*file_names))

#define API "kustomize.config.k8s.io/"
#define FLUX_API "kustomize.toolkit.fluxcd.io/"

const char *
kustomization_find(const struct dir *dir)
{
	for (size_t i = 0; i < N_NAMES; i++)
		if (dir_kind(dir, file_names[i]) == 'f')
			return file_names[i];
	return NULL;
}

bool
kustomization_is_component(const struct kustomization *k)
{
	const char *kind = json_get_str(&k->fields, "kind");

	return kind && strcmp(kind, "Component") == 0;
}

static int
fail(const struct kustomization *k, struct build *b, const char *pointer,
    const char *what)
{
	int line = 1, column = 1;

	manifest_locate(
	    buf_str(&k->text), k->text.len, 0, pointer, &line, &column);
	buf_addf(b->err, "%s:%d: %s", k->name, line, what);
	return -1;
}

static int
read_file(struct kustomization *k, struct build *b, const struct dir *dir)
{
	struct buf name = BUF_INIT, what = BUF_INIT;
	int rc;

	k->file = NULL;
	for (size_t i = 0; i < N_NAMES; i++) {
		if (dir_kind(dir, file_names[i]) != 'f')
			continue;
		if (k->file) {
			buf_addf(b->err, "%s: has both %s and %s", dir->name,
			    k->file, file_names[i]);
			return -1;
		}
		k->file = file_names[i];
	}
	if (!k->file) {
		buf_addf(b->err, "%s: has no kustomization.yaml", dir->name);
		return -1;
	}
	dir_name(dir, k->file, &name);
	k->name = buf_detach(&name);
	rc = dir_read(dir, k->file, &k->text, &what);
	if (rc)
		buf_addf(b->err, "%s: %s", k->name, buf_str(&what));
	buf_release(&what);
	return rc;
}

/* The first document, null for none. */
static int
parse(struct kustomization *k, struct build *b, jv *out)
{
	struct buf what = BUF_INIT;
	struct manifest m = { NULL, 0 };

	*out = jv_null();
	if (manifest_read_as(
		MANIFEST_LENIENT, buf_str(&k->text), k->text.len, &m, &what)) {
		buf_addf(b->err, "%s:%s", k->name, buf_str(&what));
		buf_release(&what);
		return -1;
	}
	if (m.n > 0) {
		jv_free(*out);
		*out = jv_copy(m.docs[0].value);
	}
	manifest_release(&m);
	buf_release(&what);
	return 0;
}

/* Append the list of one field to that of another. */
static jv
move_list(jv fields, const char *from, const char *to)
{
	jv old = json_get(&fields, from), list = json_get(&fields, to);

	if (!jv_is_valid(old)) {
		jv_free(old);
		jv_free(list);
		return fields;
	}
	fields = json_delete(fields, from);
	if (!jv_is_valid(list)) {
		jv_free(list);
		list = jv_array();
	}
	return json_set(fields, to, jv_array_concat(list, old));
}

/* Flux has objects of the same kind, which begin a stage. */
static bool
is_flux(const jv *fields)
{
	const char *version = json_get_str(fields, "apiVersion");

	return version && strncmp(version, FLUX_API, strlen(FLUX_API)) == 0;
}

static int
check_version(const struct kustomization *k, struct build *b)
{
	const char *kind = json_get_str(&k->fields, "kind");
	const char *version = json_get_str(&k->fields, "apiVersion");
	bool component = kustomization_is_component(k);

	if (kind && *kind && !component && strcmp(kind, "Kustomization") != 0)
		return fail(
		    k, b, "/kind", "kind: must be Kustomization or Component");
	if (version && *version &&
	    strcmp(version, component ? API "v1alpha1" : API "v1beta1") != 0)
		return fail(k, b, "/apiVersion",
		    component ? "apiVersion: must be " API "v1alpha1"
			      : "apiVersion: must be " API "v1beta1");
	return 0;
}

/*
 * spec.components without those that are not there, where spec says to ignore
 * them; those of the file itself must exist.
 */
static jv
existing_components(const struct build *b, const struct dir *dir)
{
	jv spec =
	    b->options->overlay ? jv_copy(*b->options->overlay) : jv_object();
	jv list, kept;

	if (!json_get_bool(&spec, "ignoreMissingComponents", false))
		return spec;
	list = json_get(&spec, "components");
	kept = jv_array();
	for (int i = 0; i < json_len(&list); i++) {
		jv s = json_at(&list, i);

		if (json_str(&s) && dir_kind(dir, json_str(&s)) == 'd')
			kept = jv_array_append(kept, s);
		else
			jv_free(s);
	}
	jv_free(list);
	return json_set(spec, "components", kept);
}

static void
write_overlay(
    struct kustomization *k, const struct build *b, const struct dir *dir)
{
	jv spec = existing_components(b, dir);

	k->own = jv_copy(k->fields);
	k->fields = overlay_apply(k->fields, &spec);
	jv_free(spec);
}

/* Nothing but apiVersion and kind. */
static bool
is_empty(const jv *fields)
{
	return json_len(fields) - json_has(fields, "kind") -
		   json_has(fields, "apiVersion") ==
	       0;
}

int
kustomization_read(
    struct kustomization *k, struct build *b, const struct dir *dir, bool top)
{
	struct buf pointer = BUF_INIT, what = BUF_INIT;
	bool flux = top && b->options->flux;
	int rc = 0;
	jv raw;

	*k = (struct kustomization){
		.fields = jv_invalid(), .own = jv_invalid(), .dir = dir
	};
	if (read_file(k, b, dir) || parse(k, b, &raw))
		return -1;
	if (is_flux(&raw)) {
		jv_free(raw);
		return fail(k, b, "/apiVersion",
		    "apiVersion: an object of Flux, which --flux reads");
	}
	k->fields =
	    fields_check(FIELDS_KUSTOMIZATION, raw, false, &pointer, &what);
	if (!jv_is_valid(k->fields))
		rc = fail(k, b, buf_str(&pointer), buf_str(&what));
	if (rc == 0) {
		k->fields = move_list(k->fields, "bases", "resources");
		k->fields = move_list(k->fields, "imageTags", "images");
		if (flux)
			write_overlay(k, b, dir);
		if (is_empty(&k->fields) && !flux)
			rc = fail(k, b, "", "the kustomization is empty");
		else
			rc = check_version(k, b);
	}
	buf_release(&pointer);
	buf_release(&what);
	return rc;
}

int
kustomization_scan(
    struct kustomization *k, struct build *b, const struct dir *dir)
{
	jv paths = scan_directory(dir, b->err);

	*k = (struct kustomization){ .fields = jv_invalid(),
		.own = jv_invalid(),
		.file = "kustomization.yaml",
		.name = mem_strdup(dir->name),
		.dir = dir };
	if (!jv_is_valid(paths))
		return -1;
	if (json_len(&paths) == 0 && !b->options->flux) {
		jv_free(paths);
		buf_addf(b->err,
		    "%s: has neither a kustomization.yaml nor other YAML "
		    "files",
		    dir->name);
		return -1;
	}
	jv_free(k->fields);
	k->fields = json_set(jv_object(), "resources", paths);
	if (b->options->flux)
		write_overlay(k, b, dir);
	return 0;
}

void
kustomization_release(struct kustomization *k)
{
	jv_free(k->fields);
	jv_free(k->own);
	free(k->name);
	buf_release(&k->text);
	*k = (struct kustomization){ .fields = jv_invalid(),
		.own = jv_invalid() };
}
