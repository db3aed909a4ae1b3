/* Replacing fields by a value; see replace_copy.h. */
#include "kustomize/replace_copy.h"

#include <string.h>

#include "json.h"
#include "kustomize/delimited.h"
#include "kustomize/embedded.h"
#include "kustomize/made.h"
#include "kustomize/misfit.h"
#include "manifest/manifest.h"

bool
copy_is_container(const jv *v)
{
	return json_is(v, JV_KIND_OBJECT) || json_is(v, JV_KIND_ARRAY);
}

/* What is put into a field that is no container, in the place of old. */
static void
text_for(const struct copy *c, const jv *old, struct buf *text)
{
	jv value = scalar_string(c->value), was;

	if (c->delimiter) {
		was = scalar_string(old);
		delimited_put(text, json_str(&was), json_str(&value),
		    c->delimiter, c->index);
		jv_free(was);
	} else {
		buf_adds(text, json_str(&value));
	}
	jv_free(value);
}

static jv
set_container(jv old, const struct copy *c, struct buf *err)
{
	jv_free(old);
	if (!c->delimiter)
		return jv_copy(*c->value);
	buf_adds(err, "a delimiter is for single values only");
	return jv_invalid();
}

/* Scalars keep their type. */
static jv
set(jv old, bool made, void *context, struct buf *err)
{
	const struct copy *c = context;
	const jv *at = &c->follow.at;
	struct buf text = BUF_INIT;
	bool quoted = manifest_is_quoted(&old, QUOTES_MARKED), fits;
	enum field_type type;

	if (copy_is_container(&old)) {
		if (!c->untyped || c->delimiter)
			return set_container(old, c, err);
		made = true;
	}
	text_for(c, &old, &text);
	type = misfit_type(&c->to->misfits, at, &old);
	if (type == FIELD_TEXT)
		type = field_type(&old, c->floating);
	jv_free(old);
	if (made || made_text(&c->to->made, at)) {
		old = made_value_at(at, buf_str(&text));
		made_note(&c->to->made, at, buf_str(&text));
	} else {
		old = field_value(type, buf_str(&text), &fits);
		if (!fits)
			misfit_note(&c->to->misfits, at, type, buf_str(&text));
		if (json_str(&old))
			old = manifest_quote(old, quoted);
	}
	buf_release(&text);
	return old;
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

/* The field path at hand, or the whole target for none, is to blame. */
static struct where
at_path(const struct where *where, const struct copy *c, struct buf *pointer)
{
	struct where w = *where;

	buf_addf(pointer, "%s", w.pointer ? w.pointer : "");
	if (c->field >= 0)
		buf_addf(pointer, "/fieldPaths/%d", c->field);
	w.pointer = buf_str(pointer);
	return w;
}

int
copy_fail(const struct where *w, const struct resource *r, const char *path,
    const char *what)
{
	struct buf pointer = BUF_INIT;
	jv way;

	jv_free(path_find(&r->object, path, &way));
	made_pointer(&pointer, &way);
	where_fail_near(w, r, buf_str(&pointer), "%.200s: %s", path, what);
	buf_release(&pointer);
	jv_free(way);
	return -1;
}

static int
fail(const struct where *where, const struct copy *c, const struct resource *r,
    const char *path, const struct fault *fault)
{
	struct buf pointer = BUF_INIT;
	struct where w = at_path(where, c, &pointer);

	if (fault->field.len)
		where_fail_fault(&w, r, fault);
	else
		copy_fail(&w, r, path,
		    fault->what.len ? buf_str(&fault->what)
				    : "there is no such field");
	buf_release(&pointer);
	return -1;
}

static int
check_size(
    const struct where *where, const struct copy *c, const struct resource *r)
{
	size_t room = MANIFEST_NODES;
	struct buf pointer = BUF_INIT;
	struct where w;

	if ((!copy_is_container(c->value) && !c->delimiter) ||
	    json_fits(&r->object, JSON_DEPTH, &room))
		return 0;
	w = at_path(where, c, &pointer);
	where_fail_at(
	    &w, r, NULL, "the object becomes too large, or nested too deep");
	buf_release(&pointer);
	return -1;
}

int
copy_to(
    const struct where *w, struct resource *r, const char *text, struct copy *c)
{
	struct fault fault = FAULT_INIT;
	struct path path;
	struct path_change change = { c->make, set, c, 0, &c->follow.at };
	jv copy;
	int rc = 0;

	if (!json_fits(c->value, JSON_DEPTH, &w->b->room))
		return where_fail(w, "too much is copied");
	path_parse(&path, text);
	jv_free(c->follow.at);
	c->follow.at = jv_array();
	c->to = r;
	c->floating = r->floats;
	r->floats = r->floats || (c->floats && copy_is_container(c->value));
	if (c->source == r)
		change.set = set_followed;
	if (!embedded_apply(&r->object, &path, c->make, c->value, c->untyped)) {
		copy = jv_copy(r->object);
		r->object = path_apply(r->object, &path, 0, &change, &fault);
		if (json_is(&r->object, JV_KIND_OBJECT) && change.found > 0) {
			jv_free(copy);
		} else {
			jv_free(r->object);
			r->object = copy;
			rc = fail(w, c, r, text, &fault);
		}
	} else if (c->source == r) {
		follow_object(&c->follow, &r->object);
	}
	if (rc == 0)
		rc = check_size(w, c, r);
	path_release(&path);
	fault_release(&fault);
	return rc;
}
