/*
 * Defaults that stand in the way of a change.
 */
#include "judge/clearing.h"

#include <string.h>

#include "buf.h"
#include "fields/managed.h"
#include "json.h"

/* A merge patch can't reach into a list. */
static bool
is_in_list(const jv *v, const char *pointer)
{
	struct buf token = BUF_INIT;
	jv at = jv_copy(*v), next;

	while (!json_is(&at, JV_KIND_ARRAY) &&
	       json_pointer_next(&pointer, &token)) {
		next = json_get(&at, buf_str(&token));
		jv_free(at);
		at = next;
	}
	bool in = json_is(&at, JV_KIND_ARRAY) && *pointer;
	jv_free(at);
	buf_release(&token);
	return in;
}

jv
clearable_fields(
    const jv *desired, const jv *live, const jv *causes, const char *manager)
{
	jv found = jv_array();
	int n = json_len(causes);

	for (int i = 0; i < n; i++) {
		jv pointer = json_at(causes, i);
		const char *p = jv_string_value(pointer);
		jv have = json_pointer_get(live, p);
		jv want = json_pointer_get(desired, p);
		if (strncmp(p, "/spec/", 6) == 0 && jv_is_valid(have) &&
		    !jv_is_valid(want) && !is_in_list(live, p) &&
		    !managed_by_others(live, manager, p))
			found = jv_array_append(found, jv_copy(pointer));
		jv_free(have);
		jv_free(want);
		jv_free(pointer);
	}
	return found;
}

/* Put a null at a pointer, which is how a merge patch removes. */
static jv
put_null(jv v, const char *pointer)
{
	struct buf token = BUF_INIT;

	if (!json_pointer_next(&pointer, &token)) {
		buf_release(&token);
		jv_free(v);
		return jv_null();
	}
	if (!json_is(&v, JV_KIND_OBJECT)) {
		jv_free(v);
		v = jv_object();
	}
	jv x = json_take(&v, buf_str(&token));
	v = json_set(v, buf_str(&token), put_null(x, pointer));
	buf_release(&token);
	return v;
}

jv
clearing_patch(const jv *desired, const jv *pointers)
{
	jv patch = jv_copy(*desired);
	int n = json_len(pointers);

	for (int i = 0; i < n; i++) {
		jv pointer = json_at(pointers, i);
		patch = put_null(patch, jv_string_value(pointer));
		jv_free(pointer);
	}
	return patch;
}
