/*
 * What people may see of a Secret, and how they write the path of a field.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fields/compare.h"
#include "fields/merge.h"
#include "json.h"
#include "object.h"

#define LAST_APPLIED "kubectl.kubernetes.io/last-applied-configuration"
#define LAST_APPLIED_POINTER \
	"/metadata/annotations/kubectl.kubernetes.io~1last-applied-" \
	"configuration"

/* A pointer at or below which a Secret's data is found, or above it. */
static bool
holds_data(const char *pointer)
{
	static const char *const hidden[] = { "/data", "/stringData",
		LAST_APPLIED_POINTER, "/metadata/annotations" };

	if (!*pointer || strcmp(pointer, "/metadata") == 0)
		return true;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(*hidden); i++) {
		size_t len = strlen(hidden[i]);
		if (strncmp(pointer, hidden[i], len) == 0 &&
		    (pointer[len] == '\0' || (i < 2 && pointer[len] == '/')))
			return true;
	}
	return false;
}

jv
compare_mask_fields(const jv *object, jv fields)
{
	int n = json_len(&fields);

	if (!object_is_secret(object))
		return fields;
	for (int i = 0; i < n; i++) {
		jv field = json_take_at(&fields, i);
		const char *path = json_get_str(&field, "path");
		if (path && holds_data(path)) {
			if (json_has(&field, "from"))
				field = json_set_str(field, "from", "***");
			if (json_has(&field, "to"))
				field = json_set_str(field, "to", "***");
		}
		fields = jv_array_set(fields, i, field);
	}
	return fields;
}

/* One map of both states, masked; mine is the one to change. */
static jv
masked_map(jv mine, const jv *other, const char *mark)
{
	if (!json_is(&mine, JV_KIND_OBJECT)) {
		jv_free(mine);
		return jv_string("***");
	}
	jv keys = jv_keys(jv_copy(mine));
	int n = json_len(&keys);
	for (int i = 0; i < n; i++) {
		jv key = json_at(&keys, i);
		const char *k = jv_string_value(key);
		jv a = json_get(&mine, k), b = json_get(other, k);
		bool differs = jv_is_valid(b) && !json_equal(&a, &b);
		mine = json_set_str(mine, k, differs ? mark : "***");
		jv_free(a);
		jv_free(b);
		jv_free(key);
	}
	jv_free(keys);
	return mine;
}

static jv
mask_object(jv mine, const jv *other, const char *mark)
{
	static const char *const maps[] = { "data", "stringData" };

	for (int i = 0; i < 2; i++) {
		jv map = json_take(&mine, maps[i]);
		jv theirs = json_get(other, maps[i]);
		if (jv_is_valid(map) && !json_is(&map, JV_KIND_NULL))
			map = masked_map(map, &theirs, mark);
		if (jv_is_valid(map))
			mine = json_set(mine, maps[i], map);
		else
			jv_free(map);
		jv_free(theirs);
	}
	if (object_annotation(&mine, LAST_APPLIED))
		mine = object_set_annotation(mine, LAST_APPLIED, "***");
	return mine;
}

void
compare_mask_objects(jv *from, jv *to)
{
	if (!object_is_secret(from) && !object_is_secret(to))
		return;
	jv before = jv_copy(*from);

	if (jv_is_valid(*from))
		*from = mask_object(*from, to, "*** (before)");
	if (jv_is_valid(*to))
		*to = mask_object(*to, &before, "*** (after)");
	jv_free(before);
}

static bool
is_plain(const char *key)
{
	for (; *key; key++)
		if (!isalnum((unsigned char)*key) && *key != '_' && *key != '-')
			return false;
	return true;
}

void
compare_path_text(const jv *object, const char *pointer, struct buf *out)
{
	struct buf token = BUF_INIT;
	size_t start = out->len;
	jv at = jv_copy(*object), next;

	while (json_pointer_next(&pointer, &token)) {
		const char *key = buf_str(&token);
		if (json_is(&at, JV_KIND_ARRAY)) {
			next = json_at(&at, atoi(key));
			char *label = merge_label(&next);
			buf_addf(out, "[%s]", label ? label : key);
			free(label);
		} else {
			next = json_get(&at, key);
			if (!is_plain(key))
				buf_addf(out, "[%s]", key);
			else
				buf_addf(out, "%s%s",
				    out->len > start ? "." : "", key);
		}
		jv_free(at);
		at = next;
	}
	jv_free(at);
	buf_release(&token);
}
