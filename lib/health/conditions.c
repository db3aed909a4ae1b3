/* status.conditions; see conditions.h. */
#include "health/conditions.h"

#include <string.h>

#include "json.h"

/* Absent, null, or of that kind; consumes v. */
static bool
is_or_absent(jv v, jv_kind kind)
{
	jv_kind is = jv_get_kind(v);

	jv_free(v);
	return is == kind || is == JV_KIND_NULL || is == JV_KIND_INVALID;
}

static bool
is_condition(const jv *c)
{
	static const char *const fields[] = { "type", "status", "reason",
		"message" };
	size_t i;

	if (json_is(c, JV_KIND_NULL))
		return true;
	if (!json_is(c, JV_KIND_OBJECT))
		return false;
	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (!is_or_absent(json_get(c, fields[i]), JV_KIND_STRING))
			return false;
	return true;
}

jv
conditions_of(const jv *object)
{
	jv list = json_path(object, "status", "conditions", NULL), c;
	bool ok = is_or_absent(json_get(object, "status"), JV_KIND_OBJECT) &&
		  is_or_absent(jv_copy(list), JV_KIND_ARRAY);
	int i;

	for (i = 0; ok && i < json_len(&list); i++) {
		c = json_at(&list, i);
		ok = is_condition(&c);
		jv_free(c);
	}
	if (ok && json_is(&list, JV_KIND_ARRAY))
		return list;
	jv_free(list);
	return ok ? jv_array() : jv_invalid();
}

static const char *
text(const jv *c, const char *key)
{
	const char *s = json_get_str(c, key);

	return s ? s : "";
}

bool
condition_at(const jv *conditions, int i, struct condition *c)
{
	jv v = json_at(conditions, i);

	if (!jv_is_valid(v)) {
		jv_free(v);
		return false;
	}
	c->type = text(&v, "type");
	c->status = text(&v, "status");
	c->reason = text(&v, "reason");
	c->message = text(&v, "message");
	jv_free(v);
	return true;
}

bool
condition_find(const jv *conditions, const char *type, const char *status,
    struct condition *c)
{
	int i;

	for (i = 0; condition_at(conditions, i, c); i++)
		if (strcmp(c->type, type) == 0 &&
		    (!status || strcmp(c->status, status) == 0))
			return true;
	return false;
}
