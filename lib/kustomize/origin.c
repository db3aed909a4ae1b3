/* Where objects came from; see origin.h. */
#include "kustomize/origin.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "manifest/manifest.h"
#include "mem.h"

static void
annotate(struct resource *r, const char *key, const char *value)
{
	jv map = resource_map(r, "annotations");

	resource_set_map(r, "annotations", json_set_str(map, key, value));
}

/* Annotation values are YAML, with an item of a list behind "- ". */
static void
add_line(struct buf *b, bool *first, const char *indent, const char *key,
    const char *value)
{
	jv v, o;
	struct buf line = BUF_INIT;

	if (!value || !*value)
		return;
	v = jv_string(value);
	o = json_set(jv_object(), key, v);
	manifest_write(&line, &o);
	jv_free(o);
	buf_addf(b, "%s%s", *first ? "" : indent, buf_str(&line));
	*first = false;
	buf_release(&line);
}

static void
describe(struct buf *b, const struct origin *o, const char *indent)
{
	struct buf deeper = BUF_INIT;
	bool first = true;

	buf_addf(&deeper, "%s  ", indent);
	add_line(b, &first, indent, "configuredIn", o->path);
	buf_addf(b, "%sconfiguredBy:\n", first ? "" : indent);
	first = false;
	add_line(b, &first, deeper.s, "apiVersion", o->api_version);
	add_line(b, &first, deeper.s, "kind", o->kind);
	add_line(b, &first, deeper.s, "name", o->name);
	add_line(b, &first, deeper.s, "namespace", o->namespace);
	buf_release(&deeper);
}

void
origin_set_path(struct resource *r, const char *path)
{
	struct buf b = BUF_INIT;
	bool first = true;

	add_line(&b, &first, "", "path", path);
	annotate(r, ORIGIN_ANNOTATION, buf_str(&b));
	buf_release(&b);
}

static bool
has(const struct resource *r, const char *key)
{
	jv map = resource_map(r, "annotations");
	bool is = json_has(&map, key);

	jv_free(map);
	return is;
}

void
origin_set_generator(struct resource *r, const struct origin *o)
{
	struct buf b = BUF_INIT;

	if (!o->path || has(r, ORIGIN_ANNOTATION))
		return;
	describe(&b, o, "");
	annotate(r, ORIGIN_ANNOTATION, b.s);
	buf_release(&b);
}

void
origin_add_transformation(struct resmap *m, const struct origin *o)
{
	for (size_t i = 0; i < m->n && o->path; i++) {
		struct resource *r = m->list[i];
		struct buf b = BUF_INIT;
		jv map;

		if (!has(r, ORIGIN_ANNOTATION)) {
			origin_set_generator(r, o);
			continue;
		}
		map = resource_map(r, "annotations");
		if (json_has(&map, TRANSFORMATIONS_ANNOTATION))
			buf_adds(
			    &b, json_get_str(&map, TRANSFORMATIONS_ANNOTATION));
		jv_free(map);
		buf_adds(&b, "- ");
		describe(&b, o, "  ");
		annotate(r, TRANSFORMATIONS_ANNOTATION, b.s);
		buf_release(&b);
	}
}

static bool
wants(const jv *metadata, const char *what)
{
	bool found = false;

	for (int i = 0; i < json_len(metadata) && !found; i++) {
		jv s = json_at(metadata, i);

		found = json_str(&s) && strcmp(json_str(&s), what) == 0;
		jv_free(s);
	}
	return found;
}

#define MIGRATION_ID \
	"internal.config.kubernetes.io/annotations-migration-resource-id"

/* kustomize's own bookkeeping, should somebody have kept it */
static bool
is_internal(const char *key)
{
	static const char *const keys[] = {
		"config.kubernetes.io/index",
		"config.kubernetes.io/path",
		"config.k8s.io/id",
		"internal.config.kubernetes.io/path",
		"internal.config.kubernetes.io/index",
		"internal.config.kubernetes.io/seqindent",
		"internal.config.kubernetes.io/id",
		MIGRATION_ID,
		"internal.config.kubernetes.io/previousKinds",
		"internal.config.kubernetes.io/previousNames",
		"internal.config.kubernetes.io/previousNamespaces",
		"internal.config.kubernetes.io/prefixes",
		"internal.config.kubernetes.io/suffixes",
		"internal.config.kubernetes.io/allowNameChange",
		"internal.config.kubernetes.io/allowKindChange",
		"internal.config.kubernetes.io/refBy",
		"internal.config.kubernetes.io/generatorBehavior",
		"internal.config.kubernetes.io/needsHashSuffix",
		"kustomize.config.k8s.io/helm-generated",
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return false;
}

/* For the time after the build: kept on the machine, not in the cluster. */
#define LOCAL "config.kubernetes.io/local-config"

static bool
is_local(const struct resource *r)
{
	jv map = resource_map(r, "annotations");
	const char *s = json_get_str(&map, LOCAL);
	bool is = s && strcmp(s, "false") != 0;

	jv_free(map);
	return is;
}

/* What was asked for, and whether an object was found that is local. */
struct wanted {
	bool origin, transformations, managed;
	bool any_local;
};

static bool
is_unwanted(const char *key, const struct wanted *wanted)
{
	return is_internal(key) ||
	       (!wanted->origin && strcmp(key, ORIGIN_ANNOTATION) == 0) ||
	       (!wanted->transformations &&
		   strcmp(key, TRANSFORMATIONS_ANNOTATION) == 0);
}

/* The annotations say nothing to the build, as those of nearly all objects. */
static bool
is_finished(const struct resource *r, const struct wanted *wanted)
{
	jv map = json_path(&r->object, "metadata", "annotations", NULL);
	bool object = json_is(&map, JV_KIND_OBJECT), any = false, good = object;

	for (int i = object ? jv_object_iter(map) : -1;
	     good && jv_object_iter_valid(map, i);
	     i = jv_object_iter_next(map, i)) {
		jv key = jv_object_iter_key(map, i);
		jv value = jv_object_iter_value(map, i);

		any = true;
		good = json_is(&value, JV_KIND_STRING) &&
		       strcmp(jv_string_value(key), LOCAL) != 0 &&
		       !is_unwanted(jv_string_value(key), wanted);
		jv_free(key);
		jv_free(value);
	}
	jv_free(map);
	return good && any;
}

static void
drop_unwanted(struct resource *r, const struct wanted *wanted)
{
	jv map = resource_map(r, "annotations");
	jv kept = jv_copy(map);

	for (int i = jv_object_iter(map); jv_object_iter_valid(map, i);
	     i = jv_object_iter_next(map, i)) {
		jv key = jv_object_iter_key(map, i);

		if (is_unwanted(jv_string_value(key), wanted))
			kept = jv_object_delete(kept, jv_copy(key));
		jv_free(key);
	}
	jv_free(map);
	resource_set_map(r, "annotations", kept);
}

/* A label's value may have 63 bytes. */
#define MANAGER "kustomize-"
#define LONGEST_VERSION (63 - (sizeof(MANAGER) - 1))

bool
kustomize_is_version(const char *version)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	size_t n = strlen(version), word;

	if (*version == '(') {
		word = strspn(version + 1, letters);
		return word > 0 && strcmp(version + 1 + word, ")") == 0;
	}
	for (word = 0; version[word]; word++)
		if (!strchr(letters, version[word]) &&
		    !strchr("-_.", version[word]))
			return false;
	return n > 0 && n <= LONGEST_VERSION && strchr(letters, version[n - 1]);
}

static void
label(struct resource *r, const char *version)
{
	struct buf value = BUF_INIT;

	buf_addf(&value, MANAGER "%s", version ? version : "v5.8.1");
	resource_set_map(r, "labels",
	    json_set_str(resource_map(r, "labels"),
		"app.kubernetes.io/managed-by", value.s));
	buf_release(&value);
}

static int
finish(struct pass *p, struct resmap *m, struct resource *r)
{
	struct wanted *wanted = p->context;

	(void)m;
	if (!is_finished(r, wanted)) {
		r->local = is_local(r);
		wanted->any_local = wanted->any_local || r->local;
		drop_unwanted(r, wanted);
	}
	if (wanted->managed)
		label(r, p->w->b->options->version);
	return 0;
}

/* Only now: until here others refer to them. */
static int
drop_local(const struct pass *p, struct resmap *m)
{
	const struct wanted *wanted = p->context;

	for (size_t i = 0; i < m->n && wanted->any_local; i++)
		m->list[i]->dropped = m->list[i]->local;
	if (wanted->any_local)
		resmap_sweep(m);
	return 0;
}

struct pass
origin_finish(const struct where *w, const jv *metadata)
{
	struct wanted *wanted = mem_zero(1, sizeof(*wanted));

	*wanted = (struct wanted){ wants(metadata, "originAnnotations"),
		wants(metadata, "transformerAnnotations"),
		wants(metadata, "managedByLabel"), false };
	return (struct pass){
		.w = w,
		.context = wanted,
		.release = free,
		.one = finish,
		.end = drop_local,
	};
}
