/*
 * From an object as it was written to the object that is sent: names filled in,
 * the server's own fields taken out.  Pure, and cheap for an object that needs
 * no change.
 */
#include "diff/desired.h"

#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "inventory.h"
#include "json.h"
#include "mem.h"
#include "object.h"

static const char *const server_fields[] = { "managedFields", "uid",
	"resourceVersion", "generation", "selfLink", "creationTimestamp",
	"deletionTimestamp", "deletionGracePeriodSeconds" };

#define N_SERVER_FIELDS (sizeof(server_fields) / sizeof(server_fields[0]))

/* Whether a null creationTimestamp is anywhere below v, to leave v alone. */
static bool
has_null_time(const jv *v, int depth)
{
	bool found = false;

	if (depth >= JSON_DEPTH)
		return false;
	if (json_is(v, JV_KIND_ARRAY)) {
		int n = json_len(v);
		for (int i = 0; i < n && !found; i++) {
			jv x = json_at(v, i);
			found = has_null_time(&x, depth + 1);
			jv_free(x);
		}
	} else if (json_is(v, JV_KIND_OBJECT)) {
		int i = jv_object_iter(*v);
		while (!found && jv_object_iter_valid(*v, i)) {
			jv x = jv_object_iter_value(*v, i);
			if (json_is(&x, JV_KIND_NULL)) {
				jv key = jv_object_iter_key(*v, i);
				found = strcmp(jv_string_value(key),
					    "creationTimestamp") == 0;
				jv_free(key);
			} else {
				found = has_null_time(&x, depth + 1);
			}
			jv_free(x);
			i = jv_object_iter_next(*v, i);
		}
	}
	return found;
}

static jv drop_null_times(jv v, int depth);

static jv
drop_in_members(jv v, int depth)
{
	jv metadata = json_take(&v, "metadata");

	if (json_is(&metadata, JV_KIND_OBJECT)) {
		jv t = json_get(&metadata, "creationTimestamp");
		if (json_is(&t, JV_KIND_NULL))
			metadata = json_delete(metadata, "creationTimestamp");
		jv_free(t);
	}
	if (jv_is_valid(metadata))
		v = json_set(v, "metadata", metadata);
	else
		jv_free(metadata);

	jv keys = jv_keys(jv_copy(v));
	int n = json_len(&keys);
	for (int i = 0; i < n; i++) {
		jv key = json_at(&keys, i);
		const char *k = jv_string_value(key);
		jv x = json_take(&v, k);
		v = json_set(v, k, drop_null_times(x, depth + 1));
		jv_free(key);
	}
	jv_free(keys);
	return v;
}

/* Rebuild v without them; the nesting is capped by how records are read. */
static jv
drop_null_times(jv v, int depth)
{
	if (depth >= JSON_DEPTH)
		return v;
	if (json_is(&v, JV_KIND_ARRAY)) {
		int n = json_len(&v);
		for (int i = 0; i < n; i++) {
			jv x = json_take_at(&v, i);
			v = jv_array_set(v, i, drop_null_times(x, depth + 1));
		}
	} else if (json_is(&v, JV_KIND_OBJECT)) {
		v = drop_in_members(v, depth);
	}
	return v;
}

static jv
set_namespace(jv metadata, const struct kind *kind, const char *otherwise)
{
	if (!kind->namespaced)
		return json_delete(metadata, "namespace");
	const char *ns = json_get_str(&metadata, "namespace");
	if ((!ns || !*ns) && otherwise && *otherwise)
		metadata = json_set_str(metadata, "namespace", otherwise);
	return metadata;
}

/* A string in base64; consumes it. */
static jv
encoded(jv text)
{
	struct buf out = BUF_INIT;
	jv v;

	base64_encode(&out, jv_string_value(text),
	    (size_t)jv_string_length_bytes(jv_copy(text)));
	v = jv_string_sized(buf_str(&out), (int)out.len);
	buf_release(&out);
	jv_free(text);
	return v;
}

static bool
all_strings(const jv *object)
{
	bool all = json_is(object, JV_KIND_OBJECT);
	int i = all ? jv_object_iter(*object) : 0;

	while (all && jv_object_iter_valid(*object, i)) {
		jv x = jv_object_iter_value(*object, i);
		all = json_is(&x, JV_KIND_STRING);
		jv_free(x);
		i = jv_object_iter_next(*object, i);
	}
	return all;
}

/*
 * The server keeps stringData as data but remembers us as the owner of
 * stringData only: a key taken out of it later would stay for ever.
 */
static jv
encode_string_data(jv secret)
{
	jv from = json_get(&secret, "stringData");
	jv data = json_take(&secret, "data");

	if (json_is(&data, JV_KIND_NULL) || !jv_is_valid(data)) {
		jv_free(data);
		data = jv_object();
	}
	/* What is no map of strings is left to the server to refuse. */
	if (!all_strings(&from) || !json_is(&data, JV_KIND_OBJECT)) {
		jv_free(from);
		return json_set(secret, "data", data);
	}
	int i = jv_object_iter(from);
	while (jv_object_iter_valid(from, i)) {
		data = jv_object_set(data, jv_object_iter_key(from, i),
		    encoded(jv_object_iter_value(from, i)));
		i = jv_object_iter_next(from, i);
	}
	jv_free(from);
	return json_delete(json_set(secret, "data", data), "stringData");
}

jv
desired_object(jv object, const struct kind *kind, const char *part_of,
    const char *default_namespace)
{
	if (!json_is(&object, JV_KIND_OBJECT))
		return object;
	if (json_has(&object, "status"))
		object = json_delete(object, "status");

	jv metadata = json_take(&object, "metadata");
	if (!json_is(&metadata, JV_KIND_OBJECT)) {
		jv_free(metadata);
		metadata = jv_object();
	}
	for (size_t i = 0; i < N_SERVER_FIELDS; i++)
		if (json_has(&metadata, server_fields[i]))
			metadata = json_delete(metadata, server_fields[i]);
	metadata = set_namespace(metadata, kind, default_namespace);
	object = json_set(object, "metadata", metadata);
	if (part_of)
		object = object_set_label(object, INVENTORY_LABEL, part_of);
	if (object_is_secret(&object) && json_has(&object, "stringData"))
		object = encode_string_data(object);
	if (has_null_time(&object, 0))
		object = drop_null_times(object, 0);
	return object;
}

void
desired_namespace(struct buf *out, const jv *stage, const char *fallback)
{
	const char *target = NULL, *name = NULL;

	if (stage) {
		target = json_path_str(stage, "spec", "targetNamespace", NULL);
		name = json_get_str(stage, "stage");
	}
	const char *slash = name ? strchr(name, '/') : NULL;
	if (target && *target)
		buf_adds(out, target);
	else if (slash && slash != name)
		buf_add(out, name, (size_t)(slash - name));
	else
		buf_adds(out, fallback ? fallback : "");
}
