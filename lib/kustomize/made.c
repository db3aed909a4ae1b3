/* Fields that replacements made; see made.h. */
#include "kustomize/made.h"

#include <string.h>

#include "json.h"
#include "kustomize/blanks.h"
#include "manifest/manifest.h"

jv
made_plain(jv v, const char *text)
{
	if (json_is(&v, JV_KIND_NUMBER) || json_is(&v, JV_KIND_TRUE) ||
	    json_is(&v, JV_KIND_FALSE))
		return v;
	jv_free(v);
	return jv_string(text);
}

jv
made_value(const char *text)
{
	struct buf ignored = BUF_INIT;
	struct manifest m = { NULL, 0 };
	jv v = jv_invalid();

	if (*text && manifest_read(text, strlen(text), &m, &ignored) == 0 &&
	    m.n == 1)
		v = jv_copy(m.docs[0].value);
	manifest_release(&m);
	buf_release(&ignored);
	return made_plain(v, text);
}

static bool
is_annotation(const jv *way)
{
	jv a = json_at(way, 0), b = json_at(way, 1);
	bool is = json_str(&a) && strcmp(json_str(&a), "metadata") == 0 &&
		  json_str(&b) && strcmp(json_str(&b), "annotations") == 0;

	jv_free(a);
	jv_free(b);
	return is;
}

jv
made_value_at(const jv *way, const char *text)
{
	return is_annotation(way) ? jv_string(text) : made_value(text);
}

void
made_pointer(struct buf *out, const jv *way)
{
	struct buf index = BUF_INIT;

	for (int i = 0; i < json_len(way); i++) {
		jv step = json_at(way, i);

		buf_clear(&index);
		if (json_is(&step, JV_KIND_NUMBER))
			buf_addi(&index, (long long)jv_number_value(step));
		json_pointer_add(
		    out, json_str(&step) ? json_str(&step) : buf_str(&index));
		jv_free(step);
	}
	buf_release(&index);
}

static const char *
next(const char *p)
{
	return p + strlen(p) + 1;
}

const char *
made_text(const struct buf *made, const jv *way)
{
	const char *p = buf_str(made), *end = p + made->len, *text = NULL;
	struct buf pointer = BUF_INIT;

	if (p < end)
		made_pointer(&pointer, way);
	for (; p < end; p = next(next(p)))
		if (strcmp(p, buf_str(&pointer)) == 0)
			text = next(p);
	buf_release(&pointer);
	return text;
}

void
made_note(struct buf *made, const jv *way, const char *text)
{
	made_pointer(made, way);
	buf_addc(made, '\0');
	buf_adds(made, text);
	buf_addc(made, '\0');
}

jv
made_spelled(const struct buf *made, const jv *way, jv value)
{
	const char *text = made_text(made, way);
	jv v = text ? made_value(text) : jv_invalid();
	bool same = text && json_equal(&v, &value);

	jv_free(v);
	if (!same)
		return value;
	jv_free(value);
	return jv_string(text);
}

void
made_settle(const struct schema *schema, jv *object, const struct buf *made)
{
	const char *p = buf_str(made), *end = p + made->len;

	for (; p < end; p = next(next(p)))
		blanks_fill(schema, object, p, next(p));
}
