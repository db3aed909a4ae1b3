/*
 * One walk over a Flux Kustomization and the table of its fields.  The tables
 * nest only so deep, and so does the walk.
 */
#include "flux/fluxfields.h"

#include <stdio.h>
#include <string.h>

#include "cel/cel.h"
#include "duration.h"
#include "flux/fluxtable.h"
#include "graph/chain.h"
#include "json.h"
#include "near.h"

struct check {
	bool beta;	     /* the object is of a beta version */
	struct buf *pointer; /* to the field at hand */
	struct buf *err;
	struct flux_refusal *refusal;
};

/* Say something of the field that the pointer leads to. */
static void
say(const struct buf *pointer, const char *what, struct buf *out)
{
	json_pointer_say(buf_str(pointer), out);
	buf_addf(out, ": %s", what);
}

static int
fail(struct check *c, const char *what)
{
	say(c->pointer, what, c->err);
	return -1;
}

/* Keep the first field that asks for more than we can do. */
static int
refuse(struct check *c, const char *what)
{
	if (c->refusal->what.len)
		return 0;
	say(c->pointer, what, &c->refusal->what);
	buf_adds(&c->refusal->pointer, buf_str(c->pointer));
	return 0;
}

static const char *
what_string(const char *s, const struct flux_field *f)
{
	long long ms;
	char word[64];

	if (f->filled && !*s)
		return "must not be empty";
	if (f->type == TYPE_DURATION && !duration_parse_flux(s, &ms))
		return "not a duration such as 90s or 1h30m";
	if ((f->type == TYPE_NAME || f->type == TYPE_NAMESPACE) &&
	    (!chain_name_ok(s) || strchr(s, '/')))
		return "not a name that Kubernetes allows";
	if (f->type == TYPE_NAMESPACE && (strlen(s) > 63 || strchr(s, '.')))
		return "not a name that Kubernetes allows for a namespace";
	if (f->max && strlen(s) > f->max)
		return "too long";
	if (!f->values)
		return NULL;
	snprintf(word, sizeof(word), " %s ", s);
	if (strlen(s) + 3 > sizeof(word) || strchr(s, ' ') ||
	    !strstr(f->values, word))
		return "not one of the values allowed";
	return NULL;
}

/* An empty one is none, as in Flux. */
static int
check_expr(struct check *c, const jv *v, const struct flux_field *f)
{
	static const char *const names[] = { "self", "dep", NULL };
	const char *s = json_str(v);
	size_t n = s ? (size_t)jv_string_length_bytes(jv_copy(*v)) : 0;
	struct buf why = BUF_INIT;
	struct cel *cel;
	int rc = 0;

	if (!s)
		return fail(c, "must be a string");
	if (!n)
		return f->filled ? fail(c, "must not be empty") : 0;
	cel = f->type == TYPE_READY ? cel_compile_checked(s, n, names, &why)
				    : cel_compile(s, n, &why);
	if (!cel)
		rc = fail(c, buf_str(&why));
	cel_free(cel);
	buf_release(&why);
	return rc;
}

static int
check_string(struct check *c, const jv *v, const struct flux_field *f)
{
	const char *s = json_str(v), *what;
	struct buf text = BUF_INIT;

	if (!s)
		return fail(c, "must be a string");
	what = what_string(s, f);
	if (!what)
		return 0;
	buf_adds(&text, what);
	if (f->values && strcmp(what, "too long") != 0)
		buf_addf(&text, ":%.*s", (int)strlen(f->values) - 1, f->values);
	fail(c, buf_str(&text));
	buf_release(&text);
	return -1;
}

static int check_object(
    struct check *c, const jv *v, const struct flux_field *fields);

/* The group and kind that an entry is for. */
static void
add_kind(const jv *entry, struct buf *out)
{
	const char *version = json_get_str(entry, "apiVersion");
	const char *kind = json_get_str(entry, "kind");
	const char *slash = strchr(version, '/');

	buf_add(out, version, slash ? (size_t)(slash - version) : 0);
	buf_addf(out, "/%s", kind ? kind : "");
}

static int
check_kinds(struct check *c, const jv *v)
{
	struct buf key = BUF_INIT;
	jv seen = jv_object();
	int i, rc = 0;

	for (i = 0; i < json_len(v) && rc == 0; i++) {
		jv entry = json_at(v, i);

		buf_clear(&key);
		add_kind(&entry, &key);
		if (json_has(&seen, buf_str(&key))) {
			buf_addf(c->pointer, "/%d", i);
			rc = fail(c, "another entry is for the same kind");
		}
		seen = json_set(seen, buf_str(&key), jv_true());
		jv_free(entry);
	}
	jv_free(seen);
	buf_release(&key);
	return rc;
}

static int
check_items(struct check *c, const jv *v, const struct flux_field *f)
{
	size_t mark = c->pointer->len;
	int i, rc = 0;

	if (!json_is(v, JV_KIND_ARRAY))
		return fail(c, "must be an array");
	for (i = 0; rc == 0 && i < json_len(v); i++) {
		jv item = json_at(v, i);

		buf_addf(c->pointer, "/%d", i);
		rc = f->type == TYPE_OBJECTS ? check_object(c, &item, f->fields)
					     : check_string(c, &item, f);
		if (rc == 0)
			buf_truncate(c->pointer, mark);
		jv_free(item);
	}
	return rc == 0 && f->kinds ? check_kinds(c, v) : rc;
}

static int
check_map(struct check *c, const jv *v)
{
	size_t mark = c->pointer->len;
	int it, rc = 0;

	if (!json_is(v, JV_KIND_OBJECT))
		return fail(c, "must be a map of strings");
	for (it = jv_object_iter(*v); rc == 0 && jv_object_iter_valid(*v, it);
	     it = jv_object_iter_next(*v, it)) {
		jv key = jv_object_iter_key(*v, it);
		jv value = jv_object_iter_value(*v, it);

		json_pointer_add(c->pointer, jv_string_value(key));
		if (!json_is(&value, JV_KIND_STRING))
			rc = fail(c, "must be a string; quote it");
		else
			buf_truncate(c->pointer, mark);
		jv_free(key);
		jv_free(value);
	}
	return rc;
}

static int
check_field(struct check *c, const jv *v, const struct flux_field *f)
{
	if (f->refused)
		return refuse(c, f->refused);
	switch (f->type) {
	case TYPE_BOOL:
		if (json_is(v, JV_KIND_TRUE) || json_is(v, JV_KIND_FALSE))
			return 0;
		return fail(c, "must be true or false");
	case TYPE_MAP:
		return check_map(c, v);
	case TYPE_OBJECT:
		return check_object(c, v, f->fields);
	case TYPE_OBJECTS:
	case TYPE_STRINGS:
		return check_items(c, v, f);
	case TYPE_EXPR:
	case TYPE_READY:
		return check_expr(c, v, f);
	case TYPE_ANY:
		return 0;
	default:
		return check_string(c, v, f);
	}
}

static const struct flux_field *
find_field(
    const struct check *c, const struct flux_field *fields, const char *name)
{
	for (; fields->name; fields++)
		if (strcmp(fields->name, name) == 0)
			return fields->beta && !c->beta ? NULL : fields;
	return NULL;
}

/* Fail, with the field that was probably meant. */
static int
fail_unknown(struct check *c, const struct flux_field *fields, const char *name)
{
	struct near near;

	near_start(&near, name);
	for (; fields->name; fields++)
		if (c->beta || !fields->beta)
			near_try(&near, fields->name);
	say(c->pointer, "", c->err);
	near_say(&near, c->err);
	return -1;
}

static int
check_member(struct check *c, const struct flux_field *fields, const char *key,
    const jv *v)
{
	const struct flux_field *f = find_field(c, fields, key);
	size_t mark = c->pointer->len;
	int rc;

	json_pointer_add(c->pointer, key);
	rc = f ? check_field(c, v, f) : fail_unknown(c, fields, key);
	if (rc == 0)
		buf_truncate(c->pointer, mark);
	return rc;
}

static int
check_object(struct check *c, const jv *v, const struct flux_field *fields)
{
	int it, rc = 0;

	if (!json_is(v, JV_KIND_OBJECT))
		return fail(c, "must be an object");
	for (it = jv_object_iter(*v); rc == 0 && jv_object_iter_valid(*v, it);
	     it = jv_object_iter_next(*v, it)) {
		jv key = jv_object_iter_key(*v, it);
		jv value = jv_object_iter_value(*v, it);

		rc = check_member(c, fields, jv_string_value(key), &value);
		jv_free(key);
		jv_free(value);
	}
	for (; rc == 0 && fields->name; fields++) {
		if (!fields->required || json_has(v, fields->name))
			continue;
		/* The message names the field, the pointer its parent. */
		size_t mark = c->pointer->len;

		json_pointer_add(c->pointer, fields->name);
		rc = fail(c, "is missing");
		buf_truncate(c->pointer, mark);
	}
	return rc;
}

int
flux_check(const jv *object, bool beta, struct flux_refusal *refusal,
    struct buf *pointer, struct buf *err)
{
	struct check c = { beta, pointer, err, refusal };

	return check_object(&c, object, flux_fields);
}
