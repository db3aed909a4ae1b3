/* JSON and YAML inside of strings; see embedded.h. */
#include "kustomize/embedded.h"

#include <string.h>

#include "json.h"
#include "kustomize/made.h"
#include "kustomize/misfit.h"
#include "kustomize/resource.h"
#include "manifest/manifest.h"
#include "manifest/manifestedit.h"

/* JSON with an indent of two, as encoding/json writes it. */
static void
write_indented(struct buf *out, const jv *v, int depth)
{
	struct buf pad = BUF_INIT;
	jv keys;

	for (int i = 0; i <= depth; i++)
		buf_adds(&pad, "  ");
	if (json_is(v, JV_KIND_ARRAY) && json_len(v) > 0) {
		for (int i = 0; i < json_len(v); i++) {
			jv e = json_at(v, i);

			buf_addf(out, "%s%s", i ? ",\n" : "[\n", pad.s);
			write_indented(out, &e, depth + 1);
			jv_free(e);
		}
		buf_addf(out, "\n%.*s]", 2 * depth, pad.s);
	} else if (json_is(v, JV_KIND_OBJECT) && json_len(v) > 0) {
		keys = jv_keys(jv_copy(*v));
		for (int i = 0; i < json_len(&keys); i++) {
			jv key = json_at(&keys, i);
			jv e = json_get(v, json_str(&key));

			buf_addf(out, "%s%s", i ? ",\n" : "{\n", pad.s);
			json_write(out, &key, JSON_GO_ESCAPE);
			buf_adds(out, ": ");
			write_indented(out, &e, depth + 1);
			jv_free(e);
			jv_free(key);
		}
		jv_free(keys);
		buf_addf(out, "\n%.*s}", 2 * depth, pad.s);
	} else {
		json_write(out, v, JSON_SORTED | JSON_GO_ESCAPE);
	}
	buf_release(&pad);
}

static bool
is_json(const char *text)
{
	char first = text[strspn(text, " \t\r\n")];

	return first == '{' || first == '[';
}

/* On one line or on many, as it was. */
static void
write_json(struct buf *out, const jv *v, const char *was)
{
	if (strchr(was, '\n') && strstr(was, "  "))
		write_indented(out, v, 0);
	else
		json_write(out, v, JSON_SORTED | JSON_GO_ESCAPE);
}

struct inner {
	const struct path *p;
	size_t from; /* the part that is the first inside */
	enum path_make make;
	const jv *value;
	enum manifest_bare bare;
	bool json; /* the text is JSON */
	bool done;
};

/* Scalars keep their type; what doesn't fit is no JSON. */
static jv
set(jv old, bool made, void *context, struct buf *err)
{
	const struct inner *in = context;
	bool fits = true;
	jv text, v;

	(void)err;
	if (json_is(&old, JV_KIND_OBJECT) || json_is(&old, JV_KIND_ARRAY)) {
		jv_free(old);
		if (in->json && in->bare == MANIFEST_BARE_ALL)
			return made_value(json_str(in->value));
		return jv_copy(*in->value);
	}
	text = scalar_string(in->value);
	if (!in->json) {
		jv_free(old);
		return text;
	}
	v = made ? made_value(json_str(&text))
		 : field_value(field_type(&old, false), json_str(&text), &fits);
	jv_free(old);
	jv_free(text);
	if (fits)
		return v;
	jv_free(v);
	return jv_invalid();
}

/* The text with what a document has become. */
static bool
write_back(const struct inner *in, const char *text, const jv *was,
    const jv *now, struct buf *out)
{
	if (!in->json)
		return manifest_edit(
		    text, strlen(text), was, now, in->bare, out);
	write_json(out, now, text);
	return true;
}

static jv
set_inside(jv value, bool made, void *context, struct buf *err)
{
	struct inner *in = context;
	const char *text = json_str(&value);
	struct manifest m = { NULL, 0 };
	struct buf out = BUF_INIT, ignored = BUF_INIT;
	struct fault fault = FAULT_INIT;
	struct path_change change = { in->make, set, in, 0, NULL };
	jv v;

	(void)made;
	(void)err;
	if (!text || manifest_read(text, strlen(text), &m, &ignored) ||
	    m.n == 0) {
		buf_release(&ignored);
		return value;
	}
	in->json = is_json(text);
	v = path_apply(
	    jv_copy(m.docs[0].value), in->p, in->from, &change, &fault);
	in->done = change.found > 0 && (jv_is_valid(v) || in->json);
	/* What can't be written as JSON is left alone. */
	if (in->done && jv_is_valid(v) &&
	    write_back(in, text, &m.docs[0].value, &v, &out)) {
		jv_free(value);
		value = jv_string_sized(buf_str(&out), (int)out.len);
	}
	jv_free(v);
	manifest_release(&m);
	buf_release(&out);
	buf_release(&ignored);
	fault_release(&fault);
	return value;
}

bool
embedded_apply(jv *object, const struct path *p, enum path_make make,
    const jv *value, bool untyped)
{
	jv at = jv_copy(*object);
	struct path outer = { p->parts, 0, 0 };
	struct inner in = { .p = p, .make = make, .value = value };
	struct fault ignored = FAULT_INIT;
	struct path_change change = { PATH_NOTHING, set_inside, &in, 0, NULL };

	if (untyped)
		in.bare = MANIFEST_BARE_ALL;
	else if (!json_is(value, JV_KIND_OBJECT) &&
		 !json_is(value, JV_KIND_ARRAY))
		in.bare = MANIFEST_BARE_NEW;
	/* The first string on the way, with parts to come. */
	while (outer.n + 1 < p->n && !json_is(&at, JV_KIND_STRING)) {
		jv next = path_step(&at, p->parts[outer.n]);

		jv_free(at);
		at = next;
		outer.n++;
		if (!jv_is_valid(at))
			break;
	}
	if (json_is(&at, JV_KIND_STRING) && outer.n > 0) {
		in.from = outer.n;
		*object = path_apply(*object, &outer, 0, &change, &ignored);
	}
	jv_free(at);
	fault_release(&ignored);
	return in.done;
}
