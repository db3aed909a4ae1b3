/* Texts that don't fit their fields; see misfit.h. */
#include "kustomize/misfit.h"

#include <math.h>
#include <string.h>

#include "json.h"
#include "kustomize/made.h"
#include "manifest/scalar.h"

enum field_type
field_type(const jv *v, bool floats)
{
	double d;

	switch (jv_get_kind(*v)) {
	case JV_KIND_NUMBER:
		d = json_double(v);
		return floor(d) == d && !floats ? FIELD_INTEGER : FIELD_NUMBER;
	case JV_KIND_TRUE:
	case JV_KIND_FALSE:
		return FIELD_BOOLEAN;
	case JV_KIND_NULL:
		return FIELD_NULL;
	default:
		return FIELD_TEXT;
	}
}

static bool
fits_type(enum field_type type, const char *text)
{
	enum scalar_kind kind = scalar_resolve(text, strlen(text), false).kind;

	switch (type) {
	case FIELD_INTEGER:
		return kind == SCALAR_INT;
	case FIELD_NUMBER:
		return kind == SCALAR_INT || kind == SCALAR_FLOAT;
	case FIELD_BOOLEAN:
		return kind == SCALAR_BOOL;
	case FIELD_NULL:
		return kind == SCALAR_NULL;
	default:
		return true;
	}
}

jv
field_value(enum field_type type, const char *text, bool *fits)
{
	*fits = fits_type(type, text);
	if (type == FIELD_TEXT || !*fits)
		return jv_string(text);
	if (type == FIELD_NULL)
		return jv_null();
	return type == FIELD_NUMBER ? json_round(made_value(text))
				    : made_value(text);
}

/* A note is a pointer, a NUL, a digit for the type, the text and a NUL. */
struct note {
	const char *pointer, *text;
	enum field_type type;
};

static bool
next_note(const struct buf *misfits, const char **p, struct note *note)
{
	const char *start = buf_str(misfits);

	*p = *p ? *p : start;
	if (*p == start + misfits->len)
		return false;
	note->pointer = *p;
	*p += strlen(*p) + 1;
	note->type = (enum field_type)(**p - '0');
	note->text = *p + 1;
	*p += strlen(*p) + 1;
	return true;
}

void
misfit_note(
    struct buf *misfits, const jv *way, enum field_type type, const char *text)
{
	made_pointer(misfits, way);
	buf_addc(misfits, '\0');
	buf_addc(misfits, (char)('0' + type));
	buf_adds(misfits, text);
	buf_addc(misfits, '\0');
}

static bool
has_text(const jv *value, const char *text)
{
	return json_str(value) && strcmp(json_str(value), text) == 0;
}

enum field_type
misfit_type(const struct buf *misfits, const jv *way, const jv *value)
{
	enum field_type type = FIELD_TEXT;
	struct buf pointer = BUF_INIT;
	const char *p = NULL;
	struct note note;

	if (misfits->len == 0)
		return type;
	made_pointer(&pointer, way);
	while (next_note(misfits, &p, &note))
		if (strcmp(note.pointer, buf_str(&pointer)) == 0)
			type =
			    has_text(value, note.text) ? note.type : FIELD_TEXT;
	buf_release(&pointer);
	return type;
}

bool
misfit_remains(const struct buf *misfits, const jv *object, struct fault *fault)
{
	static const char *const names[] = { "a text", "an integer", "a number",
		"a boolean", "null" };
	const char *p = NULL;
	struct note note;
	bool remains = false;

	while (!remains && next_note(misfits, &p, &note)) {
		jv v = json_pointer_get(object, note.pointer);

		remains = has_text(&v, note.text);
		if (remains) {
			buf_adds(&fault->field, note.pointer);
			buf_addf(&fault->what,
			    "a replacement gave it what is not %s, which it "
			    "was",
			    names[note.type]);
		}
		jv_free(v);
	}
	return remains;
}
