/* What the schema says to a merge; see merge_known.h. */
#include "kustomize/merge_known.h"

#include "json.h"
#include "kustomize/merge_list.h"

struct merge_known
merge_known_field(
    const struct schema *schema, struct merge_known known, const char *name)
{
	const struct schema_field *f = NULL;

	if (known.type >= 0)
		f = schema_field(schema, known.type, name);
	return (struct merge_known){ f && !f->list ? f->value : -1, f };
}

int
merge_own_type(const struct schema *schema, const jv *v)
{
	const char *kind = json_get_str(v, "kind");
	const char *api_version = kind ? json_get_str(v, "apiVersion") : NULL;

	return api_version ? schema_type(schema, api_version, kind) : -1;
}

static bool
is_list_settled(
    const struct schema *schema, const jv *list, const struct schema_field *f)
{
	struct merge_known known = { f->value, NULL };
	struct merge_keys keys;
	int n = json_len(list);
	bool settled;

	merge_keys_parse(f->keys, &keys);
	settled = merge_list_is_keyed(list, &keys);
	for (int i = 0; i < n && settled; i++) {
		jv element = json_at(list, i);

		settled = merge_is_settled(schema, &element, known);
		jv_free(element);
	}
	return settled;
}

bool
merge_is_settled(
    const struct schema *schema, const jv *v, struct merge_known known)
{
	bool settled = true;

	if (json_is(v, JV_KIND_ARRAY))
		return !known.field || !known.field->merge ||
		       is_list_settled(schema, v, known.field);
	if (!json_is(v, JV_KIND_OBJECT))
		return true;
	if (known.type < 0 && !known.field)
		known.type = merge_own_type(schema, v);
	if (known.type < 0)
		return true;
	for (int i = jv_object_iter(*v); settled && jv_object_iter_valid(*v, i);
	     i = jv_object_iter_next(*v, i)) {
		jv child = jv_object_iter_value(*v, i);

		if (json_is(&child, JV_KIND_OBJECT) ||
		    json_is(&child, JV_KIND_ARRAY)) {
			jv key = jv_object_iter_key(*v, i);

			settled = merge_is_settled(schema, &child,
			    merge_known_field(
				schema, known, jv_string_value(key)));
			jv_free(key);
		}
		jv_free(child);
	}
	return settled;
}
