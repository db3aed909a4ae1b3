/*
 * The object that is tried in place of one that exists.
 */
#include "judge/fresh.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "json.h"
#include "object.h"

#define SUFFIX "-poundlock"

/* Names of at most 63 bytes serve all kinds; the end makes it another one. */
static char *
fresh_name(const char *name)
{
	size_t len = strlen(name);
	struct buf out = BUF_INIT;

	buf_add(&out, name, len > 52 ? 52 : len);
	while (out.len && strchr(".-", out.s[out.len - 1]))
		buf_truncate(&out, out.len - 1);
	buf_adds(&out, SUFFIX);
	return buf_detach(&out);
}

static void
delete_if_same(jv *spec, const jv *live_spec, const char *key)
{
	jv a = json_get(spec, key), b = json_get(live_spec, key);

	if (jv_is_valid(a) && json_equal(&a, &b))
		*spec = json_delete(*spec, key);
	jv_free(a);
	jv_free(b);
}

/* Addresses and ports that the live Service holds are no fault of the new. */
static jv
free_allocations(jv service, const jv *live)
{
	jv spec = json_take(&service, "spec");
	jv live_spec = json_get(live, "spec");
	jv ports = json_take(&spec, "ports");
	int n = json_len(&ports);

	for (int i = 0; json_is(&ports, JV_KIND_ARRAY) && i < n; i++) {
		jv port = json_take_at(&ports, i);
		if (json_has(&port, "nodePort"))
			port = json_delete(port, "nodePort");
		ports = jv_array_set(ports, i, port);
	}
	if (jv_is_valid(ports))
		spec = json_set(spec, "ports", ports);
	else
		jv_free(ports);
	const char *ip = json_get_str(&spec, "clusterIP");
	if (ip && strcmp(ip, "None") != 0) {
		delete_if_same(&spec, &live_spec, "clusterIP");
		delete_if_same(&spec, &live_spec, "clusterIPs");
	}
	delete_if_same(&spec, &live_spec, "healthCheckNodePort");
	jv_free(live_spec);
	return json_set(service, "spec", spec);
}

/* The name of a definition is its plural and its group. */
static jv
rename_definition(jv definition)
{
	jv spec = json_take(&definition, "spec");
	jv names = json_take(&spec, "names");
	const char *plural = json_get_str(&names, "plural");
	const char *group = json_get_str(&spec, "group");
	struct buf name = BUF_INIT;

	if (plural && group) {
		buf_addf(&name, "%s" SUFFIX, plural);
		names = json_set_str(names, "plural", buf_str(&name));
		buf_addf(&name, ".%s", group);
		jv metadata = json_take(&definition, "metadata");
		metadata = json_set_str(metadata, "name", buf_str(&name));
		definition = json_set(definition, "metadata", metadata);
	}
	if (jv_is_valid(names))
		spec = json_set(spec, "names", names);
	else
		jv_free(names);
	buf_release(&name);
	return json_set(definition, "spec", spec);
}

jv
fresh_object(const jv *desired, const jv *live)
{
	jv object = jv_copy(*desired);
	jv spec = json_get(&object, "spec");
	bool has_spec = json_is(&spec, JV_KIND_OBJECT);
	const char *old = json_path_str(desired, "metadata", "name", NULL);
	char *name = fresh_name(old ? old : "");
	jv metadata = json_take(&object, "metadata");

	jv_free(spec);
	metadata = json_set_str(metadata, "name", name);
	object = json_set(object, "metadata", metadata);
	free(name);
	if (has_spec && object_is(&object, "", "Service"))
		object = free_allocations(object, live);
	if (has_spec && object_is(&object, "apiextensions.k8s.io",
			    "CustomResourceDefinition"))
		object = rename_definition(object);
	return object;
}
