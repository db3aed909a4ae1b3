/* What a Kubernetes object is; see object.h. */
#include "object.h"

#include <string.h>

#include "json.h"

size_t
object_group_len(const char *api_version)
{
	const char *slash = strchr(api_version, '/');

	return slash ? (size_t)(slash - api_version) : 0;
}

const char *
object_version(const char *api_version)
{
	const char *slash = strchr(api_version, '/');

	return slash ? slash + 1 : api_version;
}

/* A member that must be a string or absent ("" then). */
static int
optional_str(const jv *v, const char *key, const char **out)
{
	*out = json_get_str(v, key);
	if (*out)
		return 0;
	*out = "";
	if (json_has(v, key)) {
		jv x = json_get(v, key);
		bool null = json_is(&x, JV_KIND_NULL);

		jv_free(x);
		return null ? 0 : -1;
	}
	return 0;
}

/*
 * Kubernetes has no object of such a name, but its path would lead to another
 * one: to the namespace, where it is "..".
 */
static bool
is_no_name(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	       strpbrk(name, "/%") != NULL;
}

static int
metadata_id(const jv *object, struct object_id *id, struct buf *err)
{
	jv metadata = json_get(object, "metadata");
	const char *generate = "";
	int rc = -1;

	if (!json_is(&metadata, JV_KIND_OBJECT))
		buf_adds(err, "metadata is missing or no object");
	else if (optional_str(&metadata, "name", &id->name))
		buf_adds(err, "metadata.name is no string");
	else if (optional_str(&metadata, "namespace", &id->namespace))
		buf_adds(err, "metadata.namespace is no string");
	else if (optional_str(&metadata, "generateName", &generate))
		buf_adds(err, "metadata.generateName is no string");
	else if (!*id->name && !*generate)
		buf_adds(err, "metadata.name is missing");
	else if (is_no_name(id->name))
		buf_adds(err, "metadata.name can't be a name");
	else if (is_no_name(id->namespace))
		buf_adds(err, "metadata.namespace can't be a name");
	else
		rc = 0;
	/* The object still holds what the strings live in. */
	jv_free(metadata);
	return rc;
}

int
object_id(const jv *object, struct object_id *id, struct buf *err)
{
	const char *api_version = json_get_str(object, "apiVersion");

	*id = (struct object_id){ "", "", "", "", "", 0 };
	if (!json_is(object, JV_KIND_OBJECT)) {
		buf_adds(err, "not a Kubernetes object");
		return -1;
	}
	if (!api_version || !*api_version) {
		buf_adds(err, "apiVersion is missing");
		return -1;
	}
	id->group = api_version;
	id->group_len = object_group_len(api_version);
	id->version = object_version(api_version);
	id->kind = json_get_str(object, "kind");
	if (!id->kind || !*id->kind) {
		id->kind = "";
		buf_adds(err, "kind is missing");
		return -1;
	}
	return metadata_id(object, id, err);
}

void
object_id_key(const struct object_id *id, struct buf *out)
{
	buf_add(out, id->group, id->group_len);
	buf_addf(out, "/%s/%s/%s", id->kind, id->namespace, id->name);
}

void
object_subject(const jv *object, struct buf *out)
{
	const char *kind = json_get_str(object, "kind");
	const char *ns = json_path_str(object, "metadata", "namespace", NULL);
	const char *name = json_path_str(object, "metadata", "name", NULL);

	if (!name || !*name)
		name = json_path_str(object, "metadata", "generateName", NULL);
	buf_addf(out, "%s/", kind ? kind : "?");
	if (ns && *ns)
		buf_addf(out, "%s/", ns);
	buf_adds(out, name ? name : "?");
}

bool
object_is(const jv *object, const char *group, const char *kind)
{
	const char *v = json_get_str(object, "apiVersion");
	const char *k = json_get_str(object, "kind");

	return v && k && strcmp(k, kind) == 0 &&
	       object_group_len(v) == strlen(group) &&
	       strncmp(v, group, strlen(group)) == 0;
}

bool
object_is_list(const jv *object)
{
	const char *kind = json_get_str(object, "kind");
	size_t len = kind ? strlen(kind) : 0;
	jv items;
	bool is;

	if (len < 4 || strcmp(kind + len - 4, "List") != 0)
		return false;
	items = json_get(object, "items");
	is = json_is(&items, JV_KIND_ARRAY);
	jv_free(items);
	return is;
}

bool
object_is_secret(const jv *object)
{
	return object_is(object, "", "Secret");
}

const char *
object_annotation(const jv *object, const char *key)
{
	return json_path_str(object, "metadata", "annotations", key, NULL);
}

static jv
set_in_metadata(jv object, const char *map, const char *key, const char *value)
{
	jv metadata = json_take(&object, "metadata"), entries;

	if (!json_is(&metadata, JV_KIND_OBJECT)) {
		jv_free(metadata);
		metadata = jv_object();
	}
	entries = json_take(&metadata, map);
	if (!json_is(&entries, JV_KIND_OBJECT)) {
		jv_free(entries);
		entries = jv_object();
	}
	entries = json_set_str(entries, key, value);
	metadata = json_set(metadata, map, entries);
	return json_set(object, "metadata", metadata);
}

jv
object_set_annotation(jv object, const char *key, const char *value)
{
	return set_in_metadata(object, "annotations", key, value);
}

jv
object_set_label(jv object, const char *key, const char *value)
{
	return set_in_metadata(object, "labels", key, value);
}
