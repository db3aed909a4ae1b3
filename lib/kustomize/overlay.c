/* What Flux writes into a kustomization; see overlay.h. */
#include "kustomize/overlay.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"

static jv
replace(jv fields, const char *to, const jv *spec, const char *from)
{
	jv v = json_get(spec, from);

	if (jv_is_valid(v) && !(json_str(&v) && !*json_str(&v)) &&
	    !(json_is(&v, JV_KIND_ARRAY) && json_len(&v) == 0))
		return json_set(fields, to, v);
	jv_free(v);
	return fields;
}

static jv
append(jv fields, const jv *spec, const char *key)
{
	jv more = json_get(spec, key), list = json_get(&fields, key);

	if (json_len(&more) == 0) {
		jv_free(more);
		jv_free(list);
		return fields;
	}
	if (!jv_is_valid(list)) {
		jv_free(list);
		list = jv_array();
	}
	return json_set(fields, key, jv_array_concat(list, more));
}

/* A new tag takes an old digest away, and the other way round. */
static jv
merge_image(jv old, const jv *image)
{
	const char *name = json_get_str(image, "newName");
	const char *tag = json_get_str(image, "newTag");
	const char *digest = json_get_str(image, "digest");

	if (name && *name)
		old = json_set_str(old, "newName", name);
	if ((!tag || !*tag) && (!digest || !*digest))
		return old;
	old = json_delete(json_delete(old, "newTag"), "digest");
	if (digest && *digest)
		return json_set_str(old, "digest", digest);
	return json_set_str(old, "newTag", tag);
}

static jv
put_image(jv list, const jv *image)
{
	const char *name = json_get_str(image, "name");

	for (int i = 0; i < json_len(&list); i++) {
		jv old = json_at(&list, i);
		const char *s = json_get_str(&old, "name");

		if (s && name && strcmp(s, name) == 0)
			return jv_array_set(list, i, merge_image(old, image));
		jv_free(old);
	}
	return jv_array_append(list,
	    merge_image(
		json_set_str(jv_object(), "name", name ? name : ""), image));
}

jv
overlay_apply(jv fields, const jv *spec)
{
	jv images, list;

	if (!json_has(&fields, "resources") &&
	    !json_has(&fields, "buildMetadata"))
		fields = json_set(fields, "buildMetadata",
		    jv_array_append(
			jv_array(), jv_string("originAnnotations")));
	fields = replace(fields, "namespace", spec, "targetNamespace");
	fields = replace(fields, "namePrefix", spec, "namePrefix");
	fields = replace(fields, "nameSuffix", spec, "nameSuffix");
	fields = replace(fields, "buildMetadata", spec, "buildMetadata");
	fields = append(fields, spec, "patches");
	fields = append(fields, spec, "components");
	images = json_get(spec, "images");
	if (json_len(&images) > 0) {
		list = json_get(&fields, "images");
		if (!jv_is_valid(list)) {
			jv_free(list);
			list = jv_array();
		}
		for (int i = 0; i < json_len(&images); i++) {
			jv image = json_at(&images, i);

			list = put_image(list, &image);
			jv_free(image);
		}
		fields = json_set(fields, "images", list);
	}
	jv_free(images);
	return fields;
}

/* An element of a list that was appended to the file's. */
static bool
is_appended(const jv *own, const char *field, const char *rest, struct buf *at)
{
	jv list = json_get(own, field);
	int n = json_len(&list);
	char *end;
	long i;

	jv_free(list);
	if (*rest != '/')
		return false;
	i = strtol(rest + 1, &end, 10);
	if (i < n)
		return false;
	buf_addf(at, "/%s/%ld%s", field, i - n, end);
	return true;
}

bool
overlay_is(const jv *own, const jv *spec, const char *pointer, struct buf *at)
{
	static const char *const replaced[][2] = {
		{ "namespace", "targetNamespace" },
		{ "namePrefix", "namePrefix" },
		{ "nameSuffix", "nameSuffix" },
	};
	struct buf field = BUF_INIT;
	bool is = false;

	json_pointer_next(&pointer, &field);
	if (strcmp(buf_str(&field), "patches") == 0 ||
	    strcmp(buf_str(&field), "components") == 0)
		is = is_appended(own, field.s, pointer, at);
	for (size_t i = 0; i < sizeof(replaced) / sizeof(*replaced); i++) {
		const char *s = json_get_str(spec, replaced[i][1]);

		if (strcmp(buf_str(&field), replaced[i][0]) != 0 || !s || !*s)
			continue;
		buf_addf(at, "/%s", replaced[i][1]);
		is = true;
	}
	buf_release(&field);
	return is;
}
