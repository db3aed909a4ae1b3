/*
 * What the records of a stream say about each other.
 */
#include "diff/stages.h"

#include <string.h>

#include "diff/desired.h"
#include "diff/jobreads.h"
#include "inventory.h"
#include "json.h"
#include "object.h"

/* What objects of a stage get; value is the stage's record. */
static jv
stage_entry(struct stages *s, const char *name, const jv *value)
{
	struct buf namespace = BUF_INIT, id = BUF_INIT;
	jv entry = jv_object();

	desired_namespace(&namespace, value, s->fallback);
	inventory_id(name, &id);
	entry = json_set_str(entry, "namespace", buf_str(&namespace));
	entry = json_set_str(entry, "id", buf_str(&id));
	buf_release(&namespace);
	buf_release(&id);
	return entry;
}

static void
add_definition(struct stages *s, const jv *object)
{
	jv spec = json_get(object, "spec");
	const char *group = json_get_str(&spec, "group");
	const char *kind = json_path_str(&spec, "names", "kind", NULL);
	const char *plural = json_path_str(&spec, "names", "plural", NULL);
	const char *scope = json_get_str(&spec, "scope");

	if (group && kind && plural) {
		struct buf key = BUF_INIT;
		bool cluster = scope && strcmp(scope, "Cluster") == 0;
		jv entry = json_set_str(jv_object(), "plural", plural);
		buf_addf(&key, "%s/%s", group, kind);
		entry = json_set(
		    entry, "namespaced", cluster ? jv_false() : jv_true());
		jv versions = json_get(&spec, "versions");
		if (json_is(&versions, JV_KIND_ARRAY))
			entry = json_set(entry, "versions", jv_copy(versions));
		jv_free(versions);
		s->definitions = json_set(s->definitions, buf_str(&key), entry);
		buf_release(&key);
	}
	jv_free(spec);
}

static void
add_object(struct stages *s, const struct record *r)
{
	if (!record_is_kind(r, "Namespace") &&
	    !record_is_kind(r, "CustomResourceDefinition"))
		return;
	jv object = record_object(r);
	const char *name = json_path_str(&object, "metadata", "name", NULL);

	if (name && object_is(&object, "", "Namespace"))
		s->namespaces = json_set(s->namespaces, name, jv_true());
	if (object_is(
		&object, "apiextensions.k8s.io", "CustomResourceDefinition"))
		add_definition(s, &object);
	jv_free(object);
}

void
stages_read(struct stages *s, const char *fallback,
    const struct record *records, long n)
{
	*s = (struct stages){ jv_object(), jv_object(), jv_object(), fallback };
	for (long i = 0; i < n; i++) {
		const struct record *r = &records[i];
		if (r->type == RECORD_OBJECT)
			add_object(s, r);
		else if (r->type == RECORD_STAGE)
			s->by_name = json_set(s->by_name, record_stage(r),
			    stage_entry(s, record_stage(r), &r->value));
	}
}

void
stages_release(struct stages *s)
{
	jv_free(s->by_name);
	jv_free(s->namespaces);
	jv_free(s->definitions);
}

jv
stages_desired(struct stages *s, const struct record *r, jv object,
    const struct kind *kind)
{
	const char *name = record_stage(r);

	object = jobreads_annotate(object, r);

	if (!*name)
		return desired_object(object, kind, NULL, s->fallback);
	/* A stage may be known only by the names in its objects' records. */
	if (!json_has(&s->by_name, name))
		s->by_name =
		    json_set(s->by_name, name, stage_entry(s, name, &r->value));
	jv entry = json_get(&s->by_name, name);
	jv desired = desired_object(object, kind, json_get_str(&entry, "id"),
	    json_get_str(&entry, "namespace"));
	jv_free(entry);
	return desired;
}

bool
stages_have_namespace(const struct stages *s, const char *name)
{
	return name && json_has(&s->namespaces, name);
}

static jv
definition_of(const struct stages *s, const jv *object)
{
	const char *v = json_get_str(object, "apiVersion");
	const char *k = json_get_str(object, "kind");
	struct buf key = BUF_INIT;

	buf_add(&key, v, object_group_len(v));
	buf_addf(&key, "/%s", k);
	jv entry = json_get(&s->definitions, buf_str(&key));
	buf_release(&key);
	return entry;
}

bool
stages_kind(const struct stages *s, const jv *object, struct kind *kind)
{
	const char *v = json_get_str(object, "apiVersion");
	jv entry = definition_of(s, object);
	bool found = jv_is_valid(entry);

	/* A path is never made of it before the definition is there. */
	*kind = (struct kind){ .group = v,
		.version = object_version(v),
		.kind = json_get_str(object, "kind"),
		.plural = json_get_str(&entry, "plural"),
		.namespaced = json_get_bool(&entry, "namespaced", true) };
	jv_free(entry);
	return found;
}

jv
stages_schema(const struct stages *s, const jv *object)
{
	const char *want = object_version(json_get_str(object, "apiVersion"));
	jv entry = definition_of(s, object);
	jv versions = json_get(&entry, "versions");
	jv schema = jv_invalid();
	int n = json_len(&versions);

	for (int i = 0; i < n; i++) {
		jv version = json_at(&versions, i);
		const char *name = json_get_str(&version, "name");
		if (name && strcmp(name, want) == 0) {
			jv_free(schema);
			schema = json_path(
			    &version, "schema", "openAPIV3Schema", NULL);
		}
		jv_free(version);
	}
	jv_free(versions);
	jv_free(entry);
	return schema;
}
