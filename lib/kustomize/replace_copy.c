/* Replacing fields by a value; see replace_copy.h. */
#include "kustomize/replace_copy.h"

#include <math.h>
#include <string.h>

#include "json.h"
#include "kustomize/delimited.h"
#include "kustomize/embedded.h"
#include "kustomize/made.h"
#include "manifest/manifest.h"

bool
copy_is_container(const jv *v)
{
	return json_is(v, JV_KIND_OBJECT) || json_is(v, JV_KIND_ARRAY);
}

static bool
is_bool(const jv *v)
{
	return json_is(v, JV_KIND_TRUE) || json_is(v, JV_KIND_FALSE);
}

/* Whether a text can't stand where something was; with a message. */
static bool
misfits(const struct copy *c, const jv *old, const jv *now, const char *text,
    struct buf *err)
{
	bool other = jv_get_kind(*old) != jv_get_kind(*now) &&
		     !(is_bool(old) && is_bool(now));
	bool whole = json_is(old, JV_KIND_NUMBER) &&
		     floor(jv_number_value(*old)) == jv_number_value(*old);

	if (other)
		buf_addf(err, "a %s can't take the place of a %s",
		    jv_kind_name(jv_get_kind(*now)),
		    jv_kind_name(jv_get_kind(*old)));
	else if (whole && c->integers && made_is_float(text))
		buf_adds(err, "a float can't take the place of an integer");
	else
		return false;
	return true;
}

/* Scalars keep their type. */
static jv
set(jv old, bool made, void *context, struct buf *err)
{
	const struct copy *c = context;
	struct buf text = BUF_INIT;
	jv value = scalar_string(c->value), was;

	made = made || (c->made && made_text(c->made, &c->follow.at));
	if (copy_is_container(&old) && !c->delimiter) {
		jv_free(value);
		jv_free(old);
		return jv_copy(*c->value);
	}
	if (copy_is_container(&old)) {
		buf_adds(err, "a delimiter is for single values only");
		jv_free(value);
		jv_free(old);
		return jv_invalid();
	}
	if (c->delimiter) {
		was = scalar_string(&old);
		delimited_put(&text, json_str(&was), json_str(&value),
		    c->delimiter, c->index);
		jv_free(was);
	} else {
		buf_adds(&text, json_str(&value));
	}
	if (made && c->made)
		was = made_value_at(&c->follow.at, buf_str(&text));
	else if (json_is(&old, JV_KIND_STRING) && !made)
		was = jv_string(buf_str(&text));
	else
		was = made_value(buf_str(&text));
	if (!made && !c->any_type &&
	    misfits(c, &old, &was, buf_str(&text), err)) {
		jv_free(was);
		was = jv_invalid();
	}
	if (made && c->made)
		made_note(c->made, &c->follow.at, buf_str(&text));
	jv_free(value);
	jv_free(old);
	buf_release(&text);
	return was;
}

static jv
set_embedded(jv old, bool made, void *context, struct buf *err)
{
	struct copy c = *(const struct copy *)context;

	c.any_type = true;
	c.made = NULL;
	return set(old, made, &c, err);
}

/* A value that grows in the field that it goes to could grow without an end. */
static jv
set_followed(jv old, bool made, void *context, struct buf *err)
{
	struct copy *c = context;
	jv v = set(old, made, c, err);

	if (!jv_is_valid(v))
		return v;
	follow_change(&c->follow, &v);
	if (copy_is_container(c->value) &&
	    !json_fits(c->value, JSON_DEPTH, c->room)) {
		buf_adds(err, "too much is copied");
		jv_free(v);
		v = jv_invalid();
	}
	return v;
}

int
copy_to(
    const struct where *w, struct resource *r, const char *text, struct copy *c)
{
	struct buf what = BUF_INIT;
	struct path path;
	struct path_change change = { c->make, set, c, 0, &c->follow.at };
	size_t room = MANIFEST_NODES;
	jv copy;
	int rc = 0;

	if (!json_fits(c->value, JSON_DEPTH, &w->b->room))
		return where_fail(w, "too much is copied");
	path_parse(&path, text);
	jv_free(c->follow.at);
	c->follow.at = jv_array();
	c->made = &r->made;
	c->integers = !r->floats;
	r->floats = r->floats || (c->floats && copy_is_container(c->value));
	if (c->source == r)
		change.set = set_followed;
	if (!embedded_apply(&r->object, &path, c->make, set_embedded, c)) {
		copy = jv_copy(r->object);
		r->object = path_apply(r->object, &path, 0, &change, &what);
		if (jv_is_valid(r->object) && change.found > 0) {
			jv_free(copy);
		} else {
			jv_free(r->object);
			r->object = copy;
			rc = where_fail_at(w, r, "target: %.200s: %s", text,
			    what.len ? buf_str(&what)
				     : "there is no such field");
		}
	} else if (c->source == r) {
		follow_object(&c->follow, &r->object);
	}
	if (rc == 0 && (copy_is_container(c->value) || c->delimiter) &&
	    !json_fits(&r->object, JSON_DEPTH, &room))
		rc = where_fail_at(
		    w, r, "the object becomes too large, or nested too deep");
	path_release(&path);
	buf_release(&what);
	return rc;
}
