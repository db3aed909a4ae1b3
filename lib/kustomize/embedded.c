/* JSON and YAML inside of strings; see embedded.h. */
#include "kustomize/embedded.h"

#include <string.h>

#include "json.h"
#include "manifest/manifest.h"

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

/* In the form that it had: JSON, on one line or on many, or YAML. */
static jv
write_back(const jv *v, const char *was)
{
	struct buf out = BUF_INIT;
	jv s;

	if (is_json(was)) {
		if (strchr(was, '\n') && strstr(was, "  "))
			write_indented(&out, v, 0);
		else
			json_write(&out, v, JSON_SORTED | JSON_GO_ESCAPE);
	} else {
		manifest_write(&out, v);
		while (out.len > 0 && out.s[out.len - 1] == '\n')
			buf_truncate(&out, out.len - 1);
	}
	s = jv_string_sized(buf_str(&out), (int)out.len);
	buf_release(&out);
	return s;
}

struct inner {
	const struct path *p;
	size_t from; /* the part that is the first inside */
	enum path_make make;
	path_set *set;
	void *context;
	bool done;
};

static jv
set_inside(jv value, bool made, void *context, struct buf *err)
{
	struct inner *in = context;
	const char *text = json_str(&value);
	struct manifest m = { NULL, 0 };
	struct buf ignored = BUF_INIT;
	struct path_change change = { in->make, in->set, in->context, 0, NULL };
	jv v, s;

	(void)made;
	(void)err;
	if (text && manifest_read(text, strlen(text), &m, &ignored) == 0 &&
	    m.n > 0) {
		v = path_apply(jv_copy(m.docs[0].value), in->p, in->from,
		    &change, &ignored);
		if (jv_is_valid(v) && change.found > 0) {
			s = write_back(&v, text);
			jv_free(value);
			value = s;
			in->done = true;
		} else if (change.found > 0 && is_json(text)) {
			/* What can't be written as JSON is left alone. */
			in->done = true;
		}
		jv_free(v);
	}
	manifest_release(&m);
	buf_release(&ignored);
	return value;
}

bool
embedded_apply(jv *object, const struct path *p, enum path_make make,
    path_set *set, void *context)
{
	jv at = jv_copy(*object);
	struct path outer = { p->parts, 0, 0 };
	struct inner in = { p, 0, make, set, context, false };
	struct buf ignored = BUF_INIT;
	struct path_change change = { PATH_NOTHING, set_inside, &in, 0, NULL };

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
	buf_release(&ignored);
	return in.done;
}
