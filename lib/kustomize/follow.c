/* Values that follow their fields; see follow.h. */
#include "kustomize/follow.h"

#include "json.h"

void
follow_release(struct follow *f)
{
	jv_free(f->from);
	jv_free(f->at);
}

/* How many steps two ways have in common. */
static int
common(const jv *a, const jv *b)
{
	int n = 0;

	for (; n < json_len(a) && n < json_len(b); n++)
		if (!jv_equal(jv_array_get(jv_copy(*a), n),
			jv_array_get(jv_copy(*b), n)))
			break;
	return n;
}

void
follow_change(struct follow *f, const jv *now)
{
	int n = common(&f->from, &f->at);
	jv rest;

	if (!jv_is_valid(f->from))
		return;
	if (n == json_len(&f->from)) {
		rest = jv_array_slice(jv_copy(f->at), n, json_len(&f->at));
		*f->value = jv_setpath(*f->value, rest, jv_copy(*now));
	} else if (n == json_len(&f->at)) {
		jv_free(f->from);
		f->from = jv_invalid();
	}
}

void
follow_object(struct follow *f, const jv *object)
{
	if (!jv_is_valid(f->from))
		return;
	jv_free(*f->value);
	*f->value = jv_getpath(jv_copy(*object), jv_copy(f->from));
}
