/* Merge keys; see manifestmerge.h. */
#include "manifest/manifestmerge.h"

#include "json.h"

jv
manifest_merge_list(jv value)
{
	bool ok = json_is(&value, JV_KIND_ARRAY);

	if (json_is(&value, JV_KIND_OBJECT))
		return jv_array_append(jv_array(), value);
	for (int i = 0; ok && i < json_len(&value); i++) {
		jv item = json_at(&value, i);

		ok = json_is(&item, JV_KIND_OBJECT);
		jv_free(item);
	}
	if (ok)
		return value;
	jv_free(value);
	return jv_invalid();
}

static jv
add_missing(jv container, const jv *from)
{
	for (int it = jv_object_iter(*from); jv_object_iter_valid(*from, it);
	     it = jv_object_iter_next(*from, it)) {
		jv key = jv_object_iter_key(*from, it);

		if (jv_object_has(jv_copy(container), jv_copy(key)))
			jv_free(key);
		else
			container = jv_object_set(
			    container, key, jv_object_iter_value(*from, it));
	}
	return container;
}

jv
manifest_merge(jv container, const jv *list)
{
	int n = json_len(list);

	for (int i = 0; i < n; i++) {
		jv from = json_at(list, i);

		container = add_missing(container, &from);
		jv_free(from);
	}
	return container;
}
