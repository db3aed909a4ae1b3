/* Which fields the transformations work on; see config.h. */
#include "kustomize/config.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/transform.h"
#include "mem.h"

static const struct {
	enum spec_list list;
	struct fieldspec spec;
} builtin_specs[] = {
#define SPEC(list, group, version, kind, path, create) \
	{ SPECS_##list, { group, version, kind, path, create } },
#include "kustomize/specs.def"
#undef SPEC
};

static const struct {
	struct fieldspec target, field;
} builtin_refs[] = {
#define REF(tg, tv, tk, g, v, k, path) \
	{ { tg, tv, tk, "", false }, { g, v, k, path, false } },
#include "kustomize/namerefs.def"
#undef REF
};

/* As configuration files name the lists. */
static const char *const list_names[N_SPECS] = {
	[SPECS_NAME_PREFIX] = "namePrefix",
	[SPECS_NAME_SUFFIX] = "nameSuffix",
	[SPECS_NAMESPACE] = "namespace",
	[SPECS_COMMON_LABELS] = "commonLabels",
	[SPECS_LABELS] = "labels",
	[SPECS_TEMPLATE_LABELS] = "templateLabels",
	[SPECS_VOLUME_CLAIM_TEMPLATE_LABELS] = "volumeClaimTemplateLabels",
	[SPECS_COMMON_ANNOTATIONS] = "commonAnnotations",
	[SPECS_VAR_REFERENCE] = "varReference",
	[SPECS_IMAGES] = "images",
	[SPECS_REPLICAS] = "replicas",
};

void
config_release(struct config *c)
{
	for (size_t i = 0; i < N_SPECS; i++)
		free(c->lists[i].specs);
	for (size_t i = 0; i < c->n_refs; i++)
		free(c->refs[i].fields.specs);
	free(c->refs);
	*c = (struct config){ 0 };
}

/* The reference to exactly this group, version and kind; made if need be. */
static struct nameref *
ref_to(struct config *c, const struct fieldspec *target)
{
	for (size_t i = 0; i < c->n_refs; i++) {
		const struct fieldspec *t = &c->refs[i].target;

		if (strcmp(t->kind, target->kind) == 0 &&
		    strcmp(t->group, target->group) == 0 &&
		    strcmp(t->version, target->version) == 0)
			return &c->refs[i];
	}
	c->refs = mem_grow(c->refs, c->n_refs, &c->cap_refs, sizeof(*c->refs));
	c->refs[c->n_refs] = (struct nameref){ .target = *target };
	return &c->refs[c->n_refs++];
}

/* Add one field that holds a name. */
static int
add_ref(struct config *c, const struct fieldspec *target,
    const struct fieldspec *field)
{
	return fieldspecs_add(&ref_to(c, target)->fields, field);
}

static void
append(struct fieldspecs *list, const struct fieldspec *spec)
{
	list->specs =
	    mem_grow(list->specs, list->n, &list->cap, sizeof(*list->specs));
	list->specs[list->n++] = *spec;
}

/* --- order -------------------------------------------------------------- */

static const char *
or_else(const char *s, const char *otherwise)
{
	return *s ? s : otherwise;
}

/* As objects are sorted: by what the kind is, then by its full name. */
static int
compare(const struct fieldspec *a, const struct fieldspec *b)
{
	int x = order_rank(a->kind), y = order_rank(b->kind);
	struct buf s = BUF_INIT, t = BUF_INIT;
	int c;

	if (x != y)
		return x < y ? -1 : 1;
	buf_addf(&s, "%s_%s_%s", or_else(a->group, "~G"),
	    or_else(a->version, "~V"), or_else(a->kind, "~K"));
	buf_addf(&t, "%s_%s_%s", or_else(b->group, "~G"),
	    or_else(b->version, "~V"), or_else(b->kind, "~K"));
	c = strcmp(buf_str(&s), buf_str(&t));
	buf_release(&s);
	buf_release(&t);
	return c;
}

/* Nearly sorted lists, whose equals keep their order. */
static void
sort_specs(struct fieldspecs *list)
{
	for (size_t i = 1; i < list->n; i++) {
		struct fieldspec spec = list->specs[i];
		size_t at = i;

		for (; at > 0 && compare(&spec, &list->specs[at - 1]) < 0; at--)
			list->specs[at] = list->specs[at - 1];
		list->specs[at] = spec;
	}
}

/*
 * The order matters: when lists are merged, a spec for one kind that comes
 * before the same path for any kind swallows it.
 */
static void
sort(struct config *c)
{
	for (size_t l = 0; l < N_SPECS; l++)
		sort_specs(&c->lists[l]);
	for (size_t i = 1; i < c->n_refs; i++) {
		struct nameref ref = c->refs[i];
		size_t at = i;

		for (; at > 0 &&
		       compare(&ref.target, &c->refs[at - 1].target) < 0;
		     at--)
			c->refs[at] = c->refs[at - 1];
		c->refs[at] = ref;
	}
}

void
config_add_builtin(struct config *c)
{
	struct nameref *ref = NULL;

	for (size_t i = 0; i < sizeof(builtin_specs) / sizeof(*builtin_specs);
	     i++)
		append(
		    &c->lists[builtin_specs[i].list], &builtin_specs[i].spec);
	for (size_t i = 0; i < sizeof(builtin_refs) / sizeof(*builtin_refs);
	     i++) {
		const struct fieldspec *t = &builtin_refs[i].target;

		if (!ref || strcmp(ref->target.kind, t->kind) != 0)
			ref = ref_to(c, t);
		append(&ref->fields, &builtin_refs[i].field);
	}
}

static int
conflict(const struct fieldspec *spec, const char *list, struct fault *fault)
{
	fault_lead(fault, list);
	fieldspec_say(spec, &fault->what);
	buf_addf(&fault->what,
	    " of %s is both created and not created when it is missing",
	    *spec->kind ? spec->kind : "any kind");
	return -1;
}

void
config_copy(struct config *c, const struct config *from)
{
	for (size_t l = 0; l < N_SPECS; l++)
		for (size_t i = 0; i < from->lists[l].n; i++)
			append(&c->lists[l], &from->lists[l].specs[i]);
	for (size_t r = 0; r < from->n_refs; r++) {
		const struct fieldspecs *fields = &from->refs[r].fields;
		struct nameref *to = ref_to(c, &from->refs[r].target);

		for (size_t i = 0; i < fields->n; i++)
			append(&to->fields, &fields->specs[i]);
	}
}

int
config_merge(struct config *c, const struct config *more, struct fault *fault)
{
	for (size_t l = 0; l < N_SPECS; l++)
		for (size_t i = 0; i < more->lists[l].n; i++)
			if (fieldspecs_add(
				&c->lists[l], &more->lists[l].specs[i]))
				return conflict(&more->lists[l].specs[i],
				    list_names[l], fault);
	for (size_t r = 0; r < more->n_refs; r++) {
		const struct nameref *from = &more->refs[r];
		struct nameref *to = ref_to(c, &from->target);
		bool new = to->fields.n == 0;

		/* What is new is taken as it is, doublets and all. */
		for (size_t i = 0; i < from->fields.n; i++)
			if (new)
				append(&to->fields, &from->fields.specs[i]);
			else if (fieldspecs_add(
				     &to->fields, &from->fields.specs[i]))
				return conflict(&from->fields.specs[i],
				    "nameReference", fault);
	}
	sort(c);
	return 0;
}

/* --- configuration files ------------------------------------------------ */

static const char *
text_of(struct intern *in, const jv *map, const char *key)
{
	const char *s = json_get_str(map, key);

	return intern(in, s ? s : "");
}

static struct fieldspec
read_spec(struct intern *in, const jv *v)
{
	return (struct fieldspec){ text_of(in, v, "group"),
		text_of(in, v, "version"), text_of(in, v, "kind"),
		text_of(in, v, "path"), json_get_bool(v, "create", false) };
}

void
fieldspecs_read(struct fieldspecs *list, struct intern *in, const jv *v)
{
	for (int i = 0; i < json_len(v); i++) {
		jv e = json_at(v, i);
		struct fieldspec spec = read_spec(in, &e);

		append(list, &spec);
		jv_free(e);
	}
}

static void
read_ref(struct config *c, struct intern *in, const jv *v)
{
	jv specs = json_get(v, "fieldSpecs");

	c->refs = mem_grow(c->refs, c->n_refs, &c->cap_refs, sizeof(*c->refs));
	c->refs[c->n_refs] = (struct nameref){ .target = read_spec(in, v) };
	c->refs[c->n_refs].target.path = "";
	fieldspecs_read(&c->refs[c->n_refs].fields, in, &specs);
	c->n_refs++;
	jv_free(specs);
}

int
config_add_file(
    struct config *c, struct intern *in, const jv *file, struct fault *fault)
{
	jv refs = json_get(file, "nameReference");
	struct config own = { 0 };
	int rc;

	for (size_t l = 0; l < N_SPECS; l++) {
		jv list = json_get(file, list_names[l]);

		fieldspecs_read(&own.lists[l], in, &list);
		jv_free(list);
	}
	for (int i = 0; i < json_len(&refs); i++) {
		jv e = json_at(&refs, i);

		read_ref(&own, in, &e);
		jv_free(e);
	}
	sort(&own);
	rc = config_merge(c, &own, fault);
	config_release(&own);
	jv_free(refs);
	return rc;
}

/* --- crds --------------------------------------------------------------- */

struct crds {
	struct config *config;
	struct intern *in;
	const jv *definitions;
	const char *kind;
	int depth;
};

static void add_definition(
    struct crds *c, const char *name, const char *path, struct buf *err);

static void
add_field(struct crds *c, enum spec_list list, const char *path)
{
	struct fieldspec spec = { "", "", c->kind, intern(c->in, path), false };

	/* A field that the built-in list creates is the same field. */
	if (fieldspecs_add(&c->config->lists[list], &spec))
		return;
}

static void
add_property(
    struct crds *c, const jv *property, const char *path, struct buf *err)
{
	static const struct {
		const char *extension;
		enum spec_list list;
	} marks[] = {
		{ "x-kubernetes-annotation", SPECS_COMMON_ANNOTATIONS },
		{ "x-kubernetes-label-selector", SPECS_COMMON_LABELS },
		{ "x-kubernetes-identity", SPECS_NAME_PREFIX },
	};
	const char *version =
	    json_get_str(property, "x-kubernetes-object-ref-api-version");
	const char *kind =
	    json_get_str(property, "x-kubernetes-object-ref-kind");
	const char *key =
	    json_get_str(property, "x-kubernetes-object-ref-name-key");
	const char *ref = json_get_str(property, "$ref");

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (json_get_str(property, marks[i].extension))
			add_field(c, marks[i].list, path);
	if (version && kind) {
		struct fieldspec target = { "", intern(c->in, version),
			intern(c->in, kind), "", false };
		struct fieldspec field = { "", "", c->kind, NULL, false };
		struct buf full = BUF_INIT;

		buf_addf(&full, "%s/%s", path, key ? key : "name");
		field.path = intern(c->in, full.s);
		buf_release(&full);
		add_ref(c->config, &target, &field);
	}
	if (ref)
		add_definition(c, ref, path, err);
}

static void
add_definition(
    struct crds *c, const char *name, const char *path, struct buf *err)
{
	jv properties =
	    json_path(c->definitions, name, "Schema", "properties", NULL);

	if (!jv_is_valid(properties)) {
		jv_free(properties);
		properties = json_path(
		    c->definitions, name, "schema", "properties", NULL);
	}
	if (json_is(&properties, JV_KIND_OBJECT) && c->depth < 32) {
		c->depth++;
		jv_object_foreach (properties, key, value) {
			struct buf full = BUF_INIT;

			buf_addf(&full, "%s%s%s", path, *path ? "/" : "",
			    jv_string_value(key));
			add_property(c, &value, full.s, err);
			buf_release(&full);
			jv_free(key);
			jv_free(value);
		}
		c->depth--;
	}
	jv_free(properties);
}

/* A definition with these three is one of whole objects. */
static bool
is_object(const jv *definition)
{
	jv properties = json_path(definition, "Schema", "properties", NULL);
	bool is;

	if (!jv_is_valid(properties)) {
		jv_free(properties);
		properties =
		    json_path(definition, "schema", "properties", NULL);
	}
	is = json_has(&properties, "kind") &&
	     json_has(&properties, "apiVersion") &&
	     json_has(&properties, "metadata");
	jv_free(properties);
	return is;
}

int
config_add_crds(
    struct config *c, struct intern *in, const jv *file, struct buf *err)
{
	if (!json_is(file, JV_KIND_OBJECT)) {
		buf_adds(err, "no map of OpenAPI definitions");
		return -1;
	}
	if (json_get_str(file, "kind")) {
		buf_adds(err, "an object, where OpenAPI definitions are due: "
			      "name it in resources");
		return -1;
	}
	jv_object_foreach (*file, key, value) {
		const char *dot = strrchr(jv_string_value(key), '.');
		struct crds crds = { c, in, file,
			intern(in, dot ? dot + 1 : jv_string_value(key)), 0 };

		if (is_object(&value))
			add_definition(&crds, jv_string_value(key), "", err);
		jv_free(key);
		jv_free(value);
	}
	return 0;
}
