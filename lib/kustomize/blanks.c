/* Fields without a value; see blanks.h. */
#include "kustomize/blanks.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/made.h"
#include "kustomize/merge_known.h"
#include "manifest/manifestquote.h"

struct drop {
	const struct schema *schema;
	const char *rest; /* of the pointer */
	const char *text; /* what the field becomes, NULL: it goes */
	struct buf token;
};

static jv drop(struct drop *d, jv v, struct merge_known at);

static jv
drop_element(struct drop *d, jv list, struct merge_known at)
{
	long long i = strtoll(buf_str(&d->token), NULL, 10);
	struct merge_known below;
	jv element;

	if (!at.field || !at.field->merge || i >= json_len(&list))
		return list;
	below = (struct merge_known){ at.field->value, NULL };
	element = json_take_at(&list, (int)i);
	return jv_array_set(list, (int)i, drop(d, element, below));
}

static bool
is_meant(const struct drop *d, const jv *v)
{
	jv was = d->text ? made_value(d->text) : jv_null();
	bool is = json_equal(&was, v);

	jv_free(was);
	return is;
}

static jv
drop_member(struct drop *d, jv map, struct merge_known at)
{
	jv key = json_key(buf_str(&d->token), d->token.len);
	jv value = jv_object_get(jv_copy(map), jv_copy(key));

	if (at.type < 0 && !at.field)
		at.type = merge_own_type(d->schema, &map);
	at = merge_known_field(d->schema, at, buf_str(&d->token));
	if (!jv_is_valid(value) || (!*d->rest && !is_meant(d, &value))) {
		jv_free(key);
		jv_free(value);
		return map;
	}
	if (!*d->rest) {
		jv_free(value);
		return d->text ? jv_object_set(map, key, jv_string(d->text))
			       : jv_object_delete(map, key);
	}
	map = jv_object_set(map, jv_copy(key), jv_null());
	return jv_object_set(map, key, drop(d, value, at));
}

/* As deep as a pointer, which is no deeper than what was read. */
static jv
drop(struct drop *d, jv v, struct merge_known at)
{
	if (!json_pointer_next(&d->rest, &d->token))
		return v;
	if (json_is(&v, JV_KIND_OBJECT))
		return drop_member(d, v, at);
	return json_is(&v, JV_KIND_ARRAY) ? drop_element(d, v, at) : v;
}

void
blanks_drop(const struct schema *schema, jv *object, const struct buf *pointers)
{
	struct drop d = { .schema = schema };
	const char *p = buf_str(pointers), *end = p + pointers->len;

	for (; p < end; p += strlen(p) + 1) {
		d.rest = p;
		*object = drop(&d, *object, (struct merge_known){ -1, NULL });
	}
	buf_release(&d.token);
}

static jv
settle(jv v)
{
	if (manifest_is_hollow(&v)) {
		jv_free(v);
		return jv_string("");
	}
	return json_each(v, settle);
}

void
blanks_settle(struct resource *r)
{
	if (r->hollow)
		r->object = settle(r->object);
	r->hollow = false;
}

void
blanks_fill(const struct schema *schema, jv *object, const char *pointer,
    const char *text)
{
	struct drop d = { .schema = schema, .rest = pointer, .text = text };

	*object = drop(&d, *object, (struct merge_known){ -1, NULL });
	buf_release(&d.token);
}
