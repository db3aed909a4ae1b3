/*
 * What is kept of thousands of objects: not what is large and tells nothing,
 * and nothing that is a secret.
 */
#include "json.h"
#include "wait/waitimpl.h"

#define LAST_APPLIED "kubectl.kubernetes.io/last-applied-configuration"

/* Delete a member of a member, where both are there. */
static jv
trim_member(jv object, const char *key, const char *of_it)
{
	jv v = json_take(&object, key);

	if (json_is(&v, JV_KIND_OBJECT))
		v = json_delete(v, of_it);
	if (jv_is_valid(v))
		return json_set(object, key, v);
	jv_free(v);
	return object;
}

static jv
trim_metadata(jv object)
{
	jv metadata = json_take(&object, "metadata");

	if (!jv_is_valid(metadata)) {
		jv_free(metadata);
		return object;
	}
	metadata = trim_member(metadata, "annotations", LAST_APPLIED);
	if (json_is(&metadata, JV_KIND_OBJECT))
		metadata = json_delete(metadata, "managedFields");
	return json_set(object, "metadata", metadata);
}

jv
wait_trim(jv object)
{
	object = trim_member(trim_metadata(object), "spec", "template");
	object = json_delete(object, "data");
	object = json_delete(object, "stringData");
	return json_delete(object, "binaryData");
}

jv
wait_trim_pod(jv pod)
{
	return json_delete(trim_metadata(pod), "spec");
}

jv
wait_keep_pod(jv pod)
{
	static const char *const keys[] = { "namespace", "name", "uid",
		"resourceVersion" };
	jv had = json_get(&pod, "metadata"), metadata = jv_object();
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		jv v = json_get(&had, keys[i]);

		if (jv_is_valid(v))
			metadata = json_set(metadata, keys[i], v);
		else
			jv_free(v);
	}
	jv_free(had);
	jv_free(pod);
	return json_set(jv_object(), "metadata", metadata);
}
