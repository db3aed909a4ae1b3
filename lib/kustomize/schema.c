/*
 * Merge keys and scopes.  The tables are written by scripts/merge-keys.jq; a
 * document of the user's is turned into tables of the same form.
 */
#include "kustomize/schema.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"

#define TYPE(number, name) name,
#define FIELD(type, name, value, list, merge, keys)
#define KIND(api_version, kind, type)
#define CLUSTER(api_version, kind)
static const char *const builtin_types[] = {
#include "kustomize/schema.def"
};
#undef TYPE
#undef FIELD
#define TYPE(number, name)
#define FIELD(type, name, value, list, merge, keys) \
	{ type, name, value, list, merge, keys },
static const struct schema_field builtin_fields[] = {
#include "kustomize/schema.def"
};
#undef FIELD
#undef KIND
#define FIELD(type, name, value, list, merge, keys)
#define KIND(api_version, kind, type) { api_version, kind, type },
static const struct schema_kind builtin_kinds[] = {
#include "kustomize/schema.def"
};
#undef KIND
#undef CLUSTER
#define KIND(api_version, kind, type)
#define CLUSTER(api_version, kind) { api_version, kind, 1 },
static const struct schema_kind cluster_kinds[] = {
#include "kustomize/schema.def"
	/* Newer than the schema, but kustomize knows their scope. */
	{ "admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", 1 },
	{ "admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding",
	    1 },
};

static const struct schema builtin = {
	.fields = builtin_fields,
	.n_fields = sizeof(builtin_fields) / sizeof(*builtin_fields),
	.kinds = builtin_kinds,
	.n_kinds = sizeof(builtin_kinds) / sizeof(*builtin_kinds),
	.types = builtin_types,
	.n_types = sizeof(builtin_types) / sizeof(*builtin_types),
};

const struct schema *
schema_builtin(void)
{
	return &builtin;
}

static int
find_kind(const struct schema_kind *kinds, size_t n, const char *api_version,
    const char *kind)
{
	for (size_t i = 0; i < n; i++)
		if (*kinds[i].kind == *kind &&
		    strcmp(kinds[i].kind, kind) == 0 &&
		    strcmp(kinds[i].api_version, api_version) == 0)
			return kinds[i].type;
	return -1;
}

int
schema_type(
    const struct schema *schema, const char *api_version, const char *kind)
{
	return find_kind(schema->kinds, schema->n_kinds, api_version, kind);
}

const struct schema_field *
schema_field(const struct schema *schema, int type, const char *name)
{
	const struct schema_field *any = NULL;
	size_t low = 0, high = schema->n_fields;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (schema->fields[middle].type < type)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < schema->n_fields && schema->fields[low].type == type;
	     low++) {
		if (strcmp(schema->fields[low].name, name) == 0)
			return &schema->fields[low];
		if (strcmp(schema->fields[low].name, "*") == 0)
			any = &schema->fields[low];
	}
	return any;
}

bool
schema_cluster_scoped(const struct schema *schema, const char *group,
    size_t group_len, const char *version, const char *kind)
{
	struct buf api_version = BUF_INIT;
	int type;

	if (group_len > 0) {
		buf_add(&api_version, group, group_len);
		buf_addc(&api_version, '/');
	}
	buf_adds(&api_version, version);
	type = find_kind(cluster_kinds,
	    sizeof(cluster_kinds) / sizeof(*cluster_kinds),
	    buf_str(&api_version), kind);
	if (type < 0)
		type = find_kind(schema->scopes, schema->n_scopes,
		    buf_str(&api_version), kind);
	buf_release(&api_version);
	return type == 1;
}

/* --- a schema of the user's --------------------------------------------- */

/* A type without a name: the properties of a field, spelled out in place. */
struct pending {
	int type;
	jv definition;
};

struct maker {
	struct pending *pending;
	size_t n_pending, cap_pending;
	int n_types;
	struct schema_field *fields;
	size_t n_fields, cap_fields;
	struct schema_kind *kinds;
	size_t n_kinds, cap_kinds;
	struct schema_kind *scopes;
	size_t n_scopes, cap_scopes;
	jv strings; /* array: everything that a const char * here points into */
	jv numbers; /* definition's name: its number */
};

static const char *
keep(struct maker *m, jv string)
{
	const char *s = jv_string_value(string);

	m->strings = jv_array_append(m->strings, string);
	return s;
}

/* The number of the definition that {"$ref": "#/definitions/X"} names. */
static int
referred(const struct maker *m, const jv *node)
{
	const char *ref = json_get_str(node, "$ref");
	const char *name = ref ? strrchr(ref, '/') : NULL;

	return name ? (int)json_get_int(&m->numbers, name + 1, -1) : -1;
}

/* The type of a value: one that is named, or one of its own. */
static int
type_of(struct maker *m, const jv *node)
{
	int type = referred(m, node);

	if (type >= 0 || !json_has(node, "properties"))
		return type;
	m->pending = mem_grow(
	    m->pending, m->n_pending, &m->cap_pending, sizeof(*m->pending));
	m->pending[m->n_pending++] =
	    (struct pending){ m->n_types, jv_copy(*node) };
	return m->n_types++;
}

static bool
has_merge(const char *strategy)
{
	while (strategy && *strategy) {
		size_t n = strcspn(strategy, ",");
		if (n == 5 && strncmp(strategy, "merge", 5) == 0)
			return true;
		strategy += n + (strategy[n] == ',');
	}
	return false;
}

static const char *
merge_keys(struct maker *m, const jv *property)
{
	jv list = json_get(property, "x-kubernetes-list-map-keys");
	struct buf keys = BUF_INIT;
	const char *s = json_get_str(property, "x-kubernetes-patch-merge-key");

	if (json_is(&list, JV_KIND_ARRAY)) {
		for (int i = 0; i < json_len(&list); i++) {
			jv key = json_at(&list, i);
			if (i > 0)
				buf_addc(&keys, ' ');
			if (json_str(&key))
				buf_adds(&keys, json_str(&key));
			jv_free(key);
		}
	} else if (s) {
		buf_adds(&keys, s);
	}
	s = keep(m, jv_string(buf_str(&keys)));
	buf_release(&keys);
	jv_free(list);
	return s;
}

static void
add_property(struct maker *m, int type, const char *name, const jv *property)
{
	struct schema_field f = { .type = type, .value = -1, .keys = "" };
	jv items = json_get(property, "items");

	f.name = keep(m, jv_string(name));
	f.list = jv_is_valid(items);
	f.value = type_of(m, f.list ? &items : property);
	f.merge =
	    has_merge(json_get_str(property, "x-kubernetes-patch-strategy"));
	if (f.merge)
		f.keys = merge_keys(m, property);
	jv_free(items);

	if (f.value < 0 && !f.merge)
		return;
	m->fields = mem_grow(
	    m->fields, m->n_fields, &m->cap_fields, sizeof(*m->fields));
	m->fields[m->n_fields++] = f;
}

static void
add_kind(struct maker *m, struct schema_kind **kinds, size_t *n, size_t *cap,
    const jv *gvk, int type)
{
	const char *group = json_get_str(gvk, "group");
	const char *version = json_get_str(gvk, "version");
	const char *kind = json_get_str(gvk, "kind");

	if (!version || !kind)
		return;
	*kinds = mem_grow(*kinds, *n, cap, sizeof(**kinds));
	(*kinds)[*n].api_version =
	    keep(m, group && *group ? jv_string_fmt("%s/%s", group, version)
				    : jv_string(version));
	(*kinds)[*n].kind = keep(m, jv_string(kind));
	(*kinds)[*n].type = type;
	++*n;
}

static void
add_definition(struct maker *m, int type, const jv *definition)
{
	jv properties = json_get(definition, "properties");
	jv gvks = json_get(definition, "x-kubernetes-group-version-kind");

	if (json_is(&properties, JV_KIND_OBJECT)) {
		jv_object_foreach (properties, name, property) {
			add_property(m, type, jv_string_value(name), &property);
			jv_free(name);
			jv_free(property);
		}
	}
	for (int i = 0; i < json_len(&gvks); i++) {
		jv gvk = json_at(&gvks, i);
		add_kind(m, &m->kinds, &m->n_kinds, &m->cap_kinds, &gvk, type);
		jv_free(gvk);
	}
	jv_free(gvks);
	jv_free(properties);
}

static void
add_path(struct maker *m, const char *path, const jv *value)
{
	jv gvk =
	    json_path(value, "get", "x-kubernetes-group-version-kind", NULL);
	size_t n = strlen(path);

	if (jv_is_valid(gvk) && n > 6 && strcmp(path + n - 6, "{name}") == 0)
		add_kind(m, &m->scopes, &m->n_scopes, &m->cap_scopes, &gvk,
		    strstr(path, "namespaces/{namespace}") == NULL);
	jv_free(gvk);
}

static int
by_type(const void *a, const void *b)
{
	const struct schema_field *x = a, *y = b;

	return (x->type > y->type) - (x->type < y->type);
}

/*
 * What is built in, behind what the document says, without the types that are
 * in hidden (an object, by name).
 */
static void
add_builtin(struct maker *m, const jv *hidden)
{
	for (size_t i = 0; i < builtin.n_fields; i++) {
		const struct schema_field *f = &builtin.fields[i];

		if (json_has(hidden, builtin.types[f->type]))
			continue;
		m->fields = mem_grow(
		    m->fields, m->n_fields, &m->cap_fields, sizeof(*m->fields));
		m->fields[m->n_fields++] = *f;
	}
	for (size_t i = 0; i < builtin.n_kinds; i++) {
		m->kinds = mem_grow(
		    m->kinds, m->n_kinds, &m->cap_kinds, sizeof(*m->kinds));
		m->kinds[m->n_kinds++] = builtin.kinds[i];
	}
}

/* Number the document's definitions, and what is built in if it counts. */
static void
number_types(struct maker *m, const jv *definitions, enum schema_base base)
{
	for (int i = 0; i < builtin.n_types && base != SCHEMA_ALONE; i++)
		m->numbers = jv_object_set(m->numbers,
		    jv_string(builtin.types[i]), jv_number(m->n_types++));
	jv_object_foreach (*definitions, name, value) {
		if (!json_has(&m->numbers, jv_string_value(name)))
			m->numbers = jv_object_set(
			    m->numbers, jv_copy(name), jv_number(m->n_types++));
		jv_free(name);
		jv_free(value);
	}
}

/* Where what is built in goes first, it hides definitions of its own. */
static jv
drop_builtin(jv definitions)
{
	for (int i = 0; i < builtin.n_types; i++)
		definitions =
		    jv_object_delete(definitions, jv_string(builtin.types[i]));
	return definitions;
}

/* Types without a name, and those that come up on the way. */
static void
add_pending(struct maker *m)
{
	for (size_t i = 0; i < m->n_pending; i++) {
		jv definition = m->pending[i].definition;

		add_definition(m, m->pending[i].type, &definition);
		jv_free(definition);
	}
	free(m->pending);
	if (m->n_fields)
		qsort(m->fields, m->n_fields, sizeof(*m->fields), by_type);
}

struct schema *
schema_custom(jv document, enum schema_base base, struct buf *err)
{
	jv definitions = json_get(&document, "definitions");
	jv paths = json_get(&document, "paths");
	struct maker m = { .strings = jv_array(), .numbers = jv_object() };
	struct schema *schema = NULL;

	/* kustomize takes any map; one without definitions defines nothing. */
	if (json_is(&definitions, JV_KIND_NULL) ||
	    (!jv_is_valid(definitions) &&
		(json_is(&document, JV_KIND_OBJECT) ||
		    json_is(&document, JV_KIND_NULL)))) {
		jv_free(definitions);
		definitions = jv_object();
	}
	if (!json_is(&definitions, JV_KIND_OBJECT)) {
		buf_adds(err, "not an OpenAPI schema: no definitions");
		goto out;
	}
	if (base == SCHEMA_BUILTIN)
		definitions = drop_builtin(definitions);
	number_types(&m, &definitions, base);
	jv_object_foreach (definitions, name, value) {
		add_definition(&m,
		    (int)json_get_int(&m.numbers, jv_string_value(name), -1),
		    &value);
		jv_free(name);
		jv_free(value);
	}
	if (base != SCHEMA_ALONE)
		add_builtin(&m, &definitions);
	add_pending(&m);
	if (json_is(&paths, JV_KIND_OBJECT)) {
		jv_object_foreach (paths, name, value) {
			add_path(&m, jv_string_value(name), &value);
			jv_free(name);
			jv_free(value);
		}
	}
	schema = mem_zero(1, sizeof(*schema));
	*schema = (struct schema){ .fields = m.fields,
		.n_fields = m.n_fields,
		.kinds = m.kinds,
		.n_kinds = m.n_kinds,
		.scopes = m.scopes,
		.n_scopes = m.n_scopes,
		.source = jv_copy(m.strings),
		.custom = true };
out:
	jv_free(m.strings);
	jv_free(m.numbers);
	jv_free(paths);
	jv_free(definitions);
	jv_free(document);
	return schema;
}

void
schema_free(struct schema *schema)
{
	if (!schema)
		return;
	free((void *)schema->fields);
	free((void *)schema->kinds);
	free(schema->scopes);
	jv_free(schema->source);
	free(schema);
}
