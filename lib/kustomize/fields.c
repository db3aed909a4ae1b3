/* The fields of kustomization files, checked against a table. */
#include "kustomize/fields.h"

#include <string.h>
#include <strings.h>

#include "json.h"
#include "kustomize/resource.h"
#include "near.h"

enum type {
	ANY,
	STRING,
	TEXT, /* a string that sigs.k8s.io/yaml makes of other scalars, too */
	BOOLEAN,
	INTEGER,
	STRINGS,
	STRINGS_BY_NAME,
	TEXTS_BY_NAME,
	MAP,
	LIST,
};

static const char *const type_names[] = { "anything", "a string", "a string",
	"true or false", "a whole number", "a list of strings",
	"a map of strings", "a map of strings", "a map", "a list of maps" };

static const struct field {
	enum record record;
	const char *name;
	enum type type;
	enum record nested;
} fields[] = {
#define FIELD(record, name, type, nested) \
	{ FIELDS_##record, #name, type, FIELDS_##nested },
#include "kustomize/fields.def"
#undef FIELD
};

struct check {
	bool lenient;
	struct buf *pointer, *err;
};

static jv check_map(struct check *c, enum record record, jv v);

static const struct field *
find(enum record record, const char *name)
{
	const size_t n = sizeof(fields) / sizeof(*fields);
	size_t i = 0;

	while (i < n && fields[i].record != record)
		i++;
	for (; i < n && fields[i].record == record; i++)
		if (strcasecmp(fields[i].name, name) == 0)
			return &fields[i];
	return NULL;
}

/* Fail, naming the path that leads here as people write it: a.b[1].c */
static jv
fail(struct check *c, jv v, const char *what)
{
	if (c->pointer->len) {
		json_pointer_say(buf_str(c->pointer), c->err);
		buf_adds(c->err, ": ");
	}
	buf_adds(c->err, what);
	jv_free(v);
	return jv_invalid();
}

/* Fail about the type of wrong, which is v or in it. */
static jv
fail_type(struct check *c, jv v, enum type type, jv wrong)
{
	struct buf what = BUF_INIT;

	buf_addf(&what, "must be %s", type_names[type]);
	if ((type == STRING || type == TEXT) &&
	    !json_is(&wrong, JV_KIND_ARRAY) && !json_is(&wrong, JV_KIND_OBJECT))
		buf_adds(&what, "; quote it");
	jv_free(wrong);
	v = fail(c, v, what.s);
	buf_release(&what);
	return v;
}

/* Fail, with the field that was probably meant. */
static jv
fail_unknown(struct check *c, enum record record, jv v, const char *name)
{
	struct buf what = BUF_INIT;
	struct near near;

	near_start(&near, name);
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (fields[i].record == record)
			near_try(&near, fields[i].name);
	near_say(&near, &what);
	v = fail(c, v, what.s);
	buf_release(&what);
	return v;
}

static jv
check_strings(struct check *c, jv v)
{
	for (int i = 0; i < json_len(&v); i++) {
		jv e = json_at(&v, i);
		bool ok = json_is(&e, JV_KIND_STRING);
		bool null = json_is(&e, JV_KIND_NULL);

		if (!ok && !null) {
			buf_addf(c->pointer, "/%d", i);
			return fail_type(c, v, STRING, e);
		}
		jv_free(e);
		if (null)
			v = jv_array_set(v, i, jv_string(""));
	}
	return v;
}

/* Where fields are not strict, a number or a boolean becomes a text. */
static jv
as_text(const struct check *c, jv v)
{
	jv text;

	if (!c->lenient || json_is(&v, JV_KIND_ARRAY) ||
	    json_is(&v, JV_KIND_OBJECT) || json_is(&v, JV_KIND_NULL))
		return v;
	text = scalar_string(&v);
	jv_free(v);
	return text;
}

static jv
check_strings_by_name(struct check *c, enum type type, jv v)
{
	jv out = jv_copy(v);

	jv_object_foreach (v, key, value) {
		if (json_is(&value, JV_KIND_NULL))
			value = jv_string("");
		else if (type == TEXTS_BY_NAME)
			value = as_text(c, value);
		if (!jv_is_valid(out)) {
			jv_free(value);
		} else if (json_is(&value, JV_KIND_STRING)) {
			out = jv_object_set(out, jv_copy(key), value);
		} else {
			json_pointer_add(c->pointer, jv_string_value(key));
			out = fail_type(c, out, STRING, value);
		}
		jv_free(key);
	}
	jv_free(v);
	return out;
}

static jv
check_list(struct check *c, enum record record, jv v)
{
	size_t len = c->pointer->len;

	for (int i = 0; i < json_len(&v); i++) {
		jv e = json_take_at(&v, i);

		buf_addf(c->pointer, "/%d", i);
		if (!json_is(&e, JV_KIND_OBJECT) && !json_is(&e, JV_KIND_NULL))
			e = fail_type(c, e, MAP, jv_null());
		else
			e = check_map(c, record, e);
		if (!jv_is_valid(e)) {
			jv_free(v);
			return e;
		}
		v = jv_array_set(v, i, e);
		buf_truncate(c->pointer, len);
	}
	return v;
}

static jv
check_value(struct check *c, const struct field *f, jv v)
{
	static const jv_kind kinds[] = {
		[STRING] = JV_KIND_STRING,
		[TEXT] = JV_KIND_STRING,
		[INTEGER] = JV_KIND_NUMBER,
		[STRINGS] = JV_KIND_ARRAY,
		[STRINGS_BY_NAME] = JV_KIND_OBJECT,
		[TEXTS_BY_NAME] = JV_KIND_OBJECT,
		[MAP] = JV_KIND_OBJECT,
		[LIST] = JV_KIND_ARRAY,
	};
	int64_t n;

	if (f->type == ANY)
		return v;
	if (f->type == BOOLEAN) {
		if (json_is(&v, JV_KIND_TRUE) || json_is(&v, JV_KIND_FALSE))
			return v;
		return fail_type(c, v, f->type, jv_copy(v));
	}
	if (f->type == TEXT)
		v = as_text(c, v);
	if (!json_is(&v, kinds[f->type]) ||
	    (f->type == INTEGER && !json_int64(&v, &n)))
		return fail_type(c, v, f->type, jv_copy(v));
	switch (f->type) {
	case STRINGS:
		return check_strings(c, v);
	case STRINGS_BY_NAME:
	case TEXTS_BY_NAME:
		return check_strings_by_name(c, f->type, v);
	case MAP:
		return check_map(c, f->nested, v);
	case LIST:
		return check_list(c, f->nested, v);
	default:
		return v;
	}
}

static jv
check_member(
    struct check *c, enum record record, jv out, const char *key, jv value)
{
	const struct field *f = find(record, key);
	size_t len = c->pointer->len;

	json_pointer_add(c->pointer, key);
	if (!f && !c->lenient) {
		jv_free(value);
		return fail_unknown(c, record, out, key);
	}
	if (f && !json_is(&value, JV_KIND_NULL)) {
		value = check_value(c, f, value);
		if (!jv_is_valid(value)) {
			jv_free(out);
			return value;
		}
		out = json_set(out, f->name, value);
	} else {
		jv_free(value);
	}
	buf_truncate(c->pointer, len);
	return out;
}

static jv
check_map(struct check *c, enum record record, jv v)
{
	jv out = jv_object();

	if (!json_is(&v, JV_KIND_OBJECT)) {
		jv_free(v);
		return out;
	}
	for (int i = jv_object_iter(v); jv_object_iter_valid(v, i);
	     i = jv_object_iter_next(v, i)) {
		jv key = jv_object_iter_key(v, i);

		out = check_member(c, record, out, jv_string_value(key),
		    jv_object_iter_value(v, i));
		jv_free(key);
		if (!jv_is_valid(out))
			break;
	}
	jv_free(v);
	return out;
}

jv
fields_check(enum record record, jv v, bool lenient, struct buf *pointer,
    struct buf *err)
{
	struct check c = { lenient, pointer, err };

	if (!json_is(&v, JV_KIND_OBJECT) && !json_is(&v, JV_KIND_NULL))
		return fail_type(&c, v, MAP, jv_null());
	return check_map(&c, record, v);
}

jv
fields_check_plugin(
    const jv *config, bool generator, struct buf *pointer, struct buf *err)
{
	enum record record = generator ? FIELDS_OPTIONS : FIELDS_PATCH_OPTIONS;
	jv v =
	    fields_check(FIELDS_PLUGIN, jv_copy(*config), true, pointer, err);
	jv options = json_get(&v, "options");

	if (!jv_is_valid(options)) {
		jv_free(options);
		return v;
	}
	json_pointer_add(pointer, "options");
	options = fields_check(record, options, true, pointer, err);
	if (jv_is_valid(options))
		return json_set(v, "options", options);
	jv_free(v);
	return options;
}
