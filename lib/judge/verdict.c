/*
 * What the judge says, and what it can tell without the server's answer.
 */
#include "judge/verdict.h"

#include <stdlib.h>

#include "fields/compare.h"
#include "fields/managed.h"
#include "json.h"
#include "judge/immutable.h"

void
verdict_release(struct verdict *v)
{
	jv_free(v->fields);
	jv_free(v->remove);
	jv_free(v->merged);
	free(v->reason);
	free(v->error.reason);
	free(v->error.message);
	*v = (struct verdict){ .fields = jv_invalid(),
		.remove = jv_invalid(),
		.merged = jv_invalid() };
}

struct verdict
verdict_of(const char *action)
{
	return (struct verdict){ .action = action,
		.fields = jv_array(),
		.remove = jv_invalid(),
		.merged = jv_invalid() };
}

static jv
copy_str(jv to, const char *key, const jv *live)
{
	const char *s = json_path_str(live, "metadata", key, NULL);

	return s ? json_set_str(to, key, s) : to;
}

jv
verdict_diff(const struct verdict *v, const jv *live)
{
	jv diff = json_set_str(jv_object(), "action", v->action);

	if (json_len(&v->fields) > 0)
		diff = json_set(diff, "fields", jv_copy(v->fields));
	if (json_len(&v->remove) > 0)
		diff = json_set(diff, "remove", jv_copy(v->remove));
	if (v->ownership)
		diff = json_set(diff, "ownership", jv_true());
	if (live && jv_is_valid(*live)) {
		diff = copy_str(diff, "uid", live);
		diff = copy_str(diff, "resourceVersion", live);
	}
	if (v->reason)
		diff = json_set_str(diff, "reason", v->reason);
	return diff;
}

void
verdict_mark(
    struct verdict *v, const jv *desired, const jv *live, const jv *causes)
{
	bool known = immutable_kind(desired) == IMMUTABLE_KNOWN;
	bool any = false;
	int n = json_len(&v->fields);

	/* Where neither the table nor the server is exact, all may be it. */
	for (int pass = known ? 0 : 1; pass < 3 && !any; pass++)
		for (int i = 0; i < n; i++) {
			jv f = json_take_at(&v->fields, i);
			const char *path = json_get_str(&f, "path");
			bool yes =
			    pass == 2 ||
			    (pass == 1 && immutable_covers(causes, path)) ||
			    (pass == 0 && immutable_field(live, desired,
					      path) == CHANGE_IMMUTABLE);
			if (yes)
				f = json_set(f, "immutable", jv_true());
			any |= yes;
			v->fields = jv_array_set(v->fields, i, f);
		}
}

/* Fields of live that the new object will not have. */
static void
add_dropped(struct verdict *v, const jv *desired, const jv *live)
{
	jv dropped = managed_dropped(desired, live, JUDGE_MANAGER);
	int n = json_len(&dropped);

	for (int i = 0; i < n; i++) {
		jv pointer = json_at(&dropped, i);
		const char *p = jv_string_value(pointer);
		jv field = json_set_str(jv_object(), "path", p);
		field = json_set(field, "from", json_pointer_get(live, p));
		v->fields = jv_array_append(v->fields, field);
		jv_free(pointer);
	}
	for (int i = n - 1; i >= 0; i--) {
		jv pointer = json_at(&dropped, i);
		v->merged = compare_remove(v->merged, jv_string_value(pointer));
		jv_free(pointer);
	}
	jv_free(dropped);
}

void
verdict_foresee(struct verdict *v, const jv *desired, const jv *live)
{
	jv_free(v->fields);
	v->fields =
	    compare_objects(live, desired, COMPARE_SUBSET | COMPARE_CONTENT);
	v->merged = compare_overlay(jv_copy(*live), desired);
	add_dropped(v, desired, live);
}
