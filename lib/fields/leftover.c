/*
 * The fields of earlier tools that vanish when their owners' entries become
 * ours: seen before it is done, since a dry run can't take over first.
 */
#include "fields/leftover.h"

#include <string.h>

#include "fields/compare.h"
#include "fields/managed.h"
#include "fields/takeover.h"
#include "json.h"

/* The object as if its fields had been taken over. */
static jv
taken_over(const jv *live, const jv *patch)
{
	jv view = jv_copy(*live);
	int n = json_len(patch);

	for (int i = 0; i < n; i++) {
		jv op = json_at(patch, i);
		const char *path = json_get_str(&op, "path");
		const char *what = json_get_str(&op, "op");
		if (strcmp(what, "remove") == 0) {
			view = compare_remove(view, path);
		} else if (strcmp(path, "/metadata/managedFields") == 0) {
			jv metadata = json_take(&view, "metadata");
			metadata = json_set(
			    metadata, "managedFields", json_get(&op, "value"));
			view = json_set(view, "metadata", metadata);
		}
		jv_free(op);
	}
	return view;
}

jv
leftover_fields(const jv *desired, const jv *live, const char *manager)
{
	jv patch = takeover_patch(live, manager, true);

	if (!jv_is_valid(patch))
		return patch;
	jv found = jv_array();
	jv view = taken_over(live, &patch);
	jv dropped = managed_dropped(desired, &view, manager);
	int n = json_len(&dropped);
	for (int i = 0; i < n; i++) {
		jv pointer = json_at(&dropped, i);
		if (!managed_by_others(
			&view, manager, jv_string_value(pointer)))
			found = jv_array_append(found, jv_copy(pointer));
		jv_free(pointer);
	}
	jv_free(dropped);
	jv_free(view);
	jv_free(patch);
	return found;
}
