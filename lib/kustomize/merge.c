/*
 * The strategic merge over jv.  A missing value is an invalid jv here, and so
 * is one that the patch takes away.  Both sides of a walk may be the same
 * value: what only the patch has is walked against itself, so that the
 * directives and nulls within it take effect too.
 */
#include "kustomize/merge.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/made.h"
#include "kustomize/merge_known.h"
#include "kustomize/merge_list.h"
#include "mem.h"

enum directive { MERGE, REPLACE, DELETE, UNKNOWN };

/* A member, or with no key an element. */
struct step {
	const struct step *up;
	const char *key;
	int index;
};

struct merger {
	const struct schema *schema;
	const struct merge_spelling *spelling;
	const struct step *at; /* in the patch */
	struct fault *fault;   /* where in the object, once it has failed */
	struct fault patch;    /* where in the patch */
	bool failed;
};

static jv walk(struct merger *m, jv dest, jv src, struct merge_known known);

void
merge_scalar_text(const jv *v, struct buf *out)
{
	jv s;

	switch (jv_get_kind(*v)) {
	case JV_KIND_STRING:
		s = jv_copy(*v);
		buf_add(out, jv_string_value(s),
		    (size_t)jv_string_length_bytes(jv_copy(s)));
		jv_free(s);
		break;
	case JV_KIND_NUMBER:
	case JV_KIND_TRUE:
	case JV_KIND_FALSE:
	case JV_KIND_NULL:
		json_write(out, v, 0);
		break;
	default:
		break;
	}
}

static bool
is_scalar(const jv *v)
{
	return !json_is(v, JV_KIND_OBJECT) && !json_is(v, JV_KIND_ARRAY);
}

static bool
none(const jv *v)
{
	return !jv_is_valid(*v) || json_is(v, JV_KIND_NULL);
}

static jv
failed(struct merger *m, jv dest, jv src)
{
	jv_free(dest);
	jv_free(src);
	m->failed = true;
	return jv_invalid();
}

static enum directive
directive_named(const char *name)
{
	if (!name)
		return UNKNOWN;
	return strcmp(name, "merge") == 0     ? MERGE
	       : strcmp(name, "replace") == 0 ? REPLACE
	       : strcmp(name, "delete") == 0  ? DELETE
					      : UNKNOWN;
}

/* The $patch of a mapping, which is taken out of it. */
static enum directive
map_directive(jv *src)
{
	jv value = json_get(src, "$patch");
	enum directive d = MERGE;

	if (jv_is_valid(value)) {
		d = directive_named(json_str(&value));
		if (d != UNKNOWN)
			*src = json_delete(*src, "$patch");
	}
	jv_free(value);
	return d;
}

/* The $patch of a list: an element that has nothing else. */
static enum directive
list_directive(jv *src)
{
	struct merge_keys keys = { .n = 1, .k = { "$patch" } };
	enum directive d = MERGE;

	for (int i = 0; i < json_len(src); i++) {
		jv element = json_at(src, i);
		jv value = json_get(&element, "$patch");
		bool alone = json_len(&element) == 1;
		struct merge_tuple values = { .n = 1 };

		jv_free(element);
		if (!jv_is_valid(value))
			continue;
		d = alone ? directive_named(json_str(&value)) : MERGE;
		if (alone && d != UNKNOWN) {
			values.v[0] = mem_strdup(json_str(&value));
			*src =
			    merge_list_put(*src, jv_invalid(), &keys, &values);
			merge_tuple_release(&values);
		}
		jv_free(value);
		break;
	}
	return d;
}

/*
 * Which value the fields go into, and that both sides are walked with.  Returns
 * false when nothing remains; then *dest is the result.
 */
static bool
choose(struct merger *m, jv *dest, jv *src, enum directive d)
{
	bool added = none(dest);
	bool remains = true;

	if (d == UNKNOWN && !added) {
		if (!m->failed)
			buf_adds(&m->fault->what,
			    "$patch must be delete, replace or merge");
		*dest = failed(m, *dest, *src);
		*src = jv_invalid();
		return false;
	}
	if (added && !jv_is_valid(*src)) {
		remains = false; /* a null that was there stays there */
	} else if (d == DELETE || json_is(src, JV_KIND_NULL)) {
		jv_free(*dest);
		*dest = jv_invalid();
		remains = false;
	} else if (added || d == REPLACE) {
		jv_free(*dest);
		*dest = jv_copy(*src);
	}
	if (!remains) {
		jv_free(*src);
		*src = jv_invalid();
	}
	return remains;
}

static jv
put_member(jv map, jv key, jv value)
{
	if (jv_is_valid(value))
		return jv_object_set(map, key, value);
	jv_free(value);
	return jv_object_delete(map, key);
}

/* Walk what the patch says nothing about, as far as that needs it. */
static jv
walk_others(struct merger *m, jv dest, const jv *src, struct merge_known known)
{
	for (int i = jv_object_iter(dest); jv_object_iter_valid(dest, i);
	     i = jv_object_iter_next(dest, i)) {
		jv child = jv_object_iter_value(dest, i);
		struct merge_known below;
		jv key;

		if (is_scalar(&child)) {
			jv_free(child);
			continue;
		}
		key = jv_object_iter_key(dest, i);
		below =
		    merge_known_field(m->schema, known, jv_string_value(key));
		if ((json_is(src, JV_KIND_OBJECT) &&
			jv_object_has(jv_copy(*src), jv_copy(key))) ||
		    merge_is_settled(m->schema, &child, below)) {
			jv_free(child);
			jv_free(key);
			continue;
		}
		dest = jv_object_set(dest, jv_copy(key), jv_null());
		child = walk(m, child, jv_invalid(), below);
		dest = put_member(dest, key, child);
	}
	return dest;
}

static jv
walk_map(struct merger *m, jv dest, jv src, struct merge_known known)
{
	if (!choose(m, &dest, &src, map_directive(&src)))
		return dest;
	/* Without a schema there is nothing to do where no patch is. */
	if (jv_is_valid(src) || known.type >= 0)
		dest = walk_others(m, dest, &src, known);
	if (!jv_is_valid(src))
		return dest;
	jv_object_foreach (src, key, value) {
		jv child = jv_object_get(jv_copy(dest), jv_copy(key));
		struct step step = { m->at, jv_string_value(key), 0 };
		bool before = m->failed;

		/* It has one owner while it changes; a scalar is replaced. */
		if (!is_scalar(&child))
			dest = jv_object_set(dest, jv_copy(key), jv_null());
		m->at = &step;
		child = walk(m, child, value,
		    merge_known_field(m->schema, known, jv_string_value(key)));
		m->at = step.up;
		if (m->failed && !before) {
			fault_lead(m->fault, jv_string_value(key));
			fault_lead(&m->patch, jv_string_value(key));
		}
		dest = put_member(dest, key, child);
	}
	jv_free(src);
	return dest;
}

/* A value for a key that an element lacks, of the type that it looks like. */
static jv
looks_like(const char *text)
{
	struct buf ignored = BUF_INIT;
	jv v = json_parse(text, strlen(text), &ignored);

	buf_release(&ignored);
	return made_plain(v, text);
}

/*
 * Walk the elements that have these values.  The result takes the place of the
 * element in *dest as well, if it was made from that one.
 */
static jv
walk_element(struct merger *m, jv *dest, const jv *src,
    struct merge_known known, const struct merge_keys *keys,
    const struct merge_tuple *values)
{
	struct merge_keys own_keys;
	struct merge_tuple own;
	struct merge_tuples only = { (struct merge_tuple[]){ *values }, 1, 1 };
	struct step step = { m->at, NULL, 0 };
	int at, from;
	jv was, patch, v, directive;
	bool replaced;

	merge_keys_used(keys, &only, &own_keys);
	merge_tuple_cut(values, keys, &own_keys, &own);
	at = merge_list_find(dest, &own_keys, &own);
	from = merge_list_find(src, &own_keys, &own);
	was = at >= 0 ? json_at(dest, at) : jv_invalid();
	patch = from >= 0 ? json_at(src, from) : jv_invalid();
	step.index = from;
	directive = json_get(&patch, "$patch");
	replaced = directive_named(json_str(&directive)) == REPLACE;
	jv_free(directive);
	m->at = &step;
	v = walk(m, was, patch, known);
	m->at = step.up;
	if (m->failed) {
		fault_lead_index(m->fault, at >= 0 ? at : from);
		fault_lead_index(&m->patch, from);
	}
	if (!jv_is_valid(v) ||
	    (json_is(&v, JV_KIND_OBJECT) && json_is_empty(&v))) {
		jv_free(v);
		return jv_invalid();
	}
	for (int i = 0; i < keys->n && i < values->n; i++)
		if (*keys->k[i] && *values->v[i] &&
		    json_is(&v, JV_KIND_OBJECT) && !json_has(&v, keys->k[i]))
			v = json_set(v, keys->k[i], looks_like(values->v[i]));
	if (at >= 0 && !replaced)
		*dest = jv_array_set(*dest, at, jv_copy(v));
	return v;
}

/* A list that the patch adds is one with the patch's: both lose elements. */
static jv
walk_elements(
    struct merger *m, jv dest, jv src, const struct schema_field *f, bool added)
{
	struct merge_known known = { f->value, NULL };
	struct merge_keys keys, used;
	struct merge_tuples tuples = { 0 };
	jv items = jv_array();

	merge_keys_parse(f->keys, &keys);
	merge_tuples_add(&tuples, &src, &keys);
	merge_tuples_add(&tuples, &dest, &keys);
	if (keys.n > 1)
		merge_tuples_unite(&tuples);
	merge_keys_used(&keys, &tuples, &used);
	for (size_t i = 0; i < tuples.n && !m->failed; i++) {
		struct merge_tuple values;
		jv v;

		merge_tuple_cut(&tuples.list[i], &keys, &used, &values);
		v = walk_element(m, &dest, &src, known, &used, &values);
		if (jv_is_valid(v)) {
			items = merge_list_put(items, v, &used, &values);
			continue;
		}
		dest = merge_list_put(dest, jv_invalid(), &used, &values);
		if (added)
			src = merge_list_put(src, jv_invalid(), &used, &values);
	}
	jv_free(src);
	if (tuples.n > 0)
		dest = merge_list_append(items, dest, &used);
	else
		jv_free(items);
	merge_tuples_release(&tuples);
	return dest;
}

/* As a whole: what the patch says, if it says anything; null is nothing. */
static jv
take(jv dest, jv src)
{
	if (!jv_is_valid(src))
		return dest;
	jv_free(dest);
	if (!json_is(&src, JV_KIND_NULL))
		return src;
	jv_free(src);
	return jv_invalid();
}

static jv
walk_list(struct merger *m, jv dest, jv src, const struct schema_field *f)
{
	enum directive d;
	bool added;

	if (!f || !f->merge)
		return take(dest, src);
	added = none(&dest);
	d = added ? MERGE : list_directive(&src);
	if (!choose(m, &dest, &src, d))
		return dest;
	if (json_len(&dest) + json_len(&src) > MERGE_ELEMENTS) {
		if (m->fault->what.len == 0)
			buf_addf(&m->fault->what,
			    "lists of more than %d elements", MERGE_ELEMENTS);
		return failed(m, dest, src);
	}
	return walk_elements(m, dest, src, f, added || d == REPLACE);
}

/* Append the pointer; it is no longer than what was read is deep. */
static void
point(const struct step *at, struct buf *pointer)
{
	struct buf index = BUF_INIT;

	if (!at)
		return;
	point(at->up, pointer);
	buf_addi(&index, at->index);
	json_pointer_add(pointer, at->key ? at->key : index.s);
	buf_release(&index);
}

/* A scalar of the patch (consumed) as what it is in quotes. */
static jv
spelled(const struct merger *m, jv src)
{
	struct buf text = BUF_INIT;
	jv s = jv_invalid();

	if (m->spelling && m->spelling->spelled) {
		point(m->at, &text);
		s = m->spelling->spelled(m->spelling, buf_str(&text), &src);
		buf_clear(&text);
	}
	if (!jv_is_valid(s)) {
		jv_free(s);
		merge_scalar_text(&src, &text);
		s = jv_string_sized(buf_str(&text), (int)text.len);
	}
	jv_free(src);
	buf_release(&text);
	return s;
}

/* A scalar keeps its quotes, or the want of them. */
static jv
replace_scalar(const struct merger *m, jv dest, jv src)
{
	bool quoted = manifest_is_quoted(
	    &dest, m->spelling ? m->spelling->quotes : QUOTES_MARKED);

	if (quoted && !none(&src) && !manifest_is_quoted(&src, QUOTES_MARKED))
		src = spelled(m, src);
	if (jv_is_valid(dest) && json_str(&src))
		src = manifest_quote(src, quoted);
	return take(dest, src);
}

static bool
same_shape(const jv *a, const jv *b)
{
	if (none(a) || none(b))
		return true;
	if (is_scalar(a) || is_scalar(b))
		return is_scalar(a) && is_scalar(b);
	return jv_get_kind(*a) == jv_get_kind(*b);
}

static jv
walk(struct merger *m, jv dest, jv src, struct merge_known known)
{
	const jv *first = none(&dest) ? &src : &dest;

	if (m->failed || !same_shape(&dest, &src)) {
		if (!m->failed)
			buf_adds(&m->fault->what,
			    "the patch has another kind of value (map, list "
			    "or scalar) than the object");
		return failed(m, dest, src);
	}
	if (known.type < 0 && !known.field)
		known.type = merge_own_type(m->schema, &dest);
	if (known.type < 0 && !known.field)
		known.type = merge_own_type(m->schema, &src);
	if (json_is(first, JV_KIND_OBJECT) || none(first))
		return walk_map(m, dest, src, known);
	if (json_is(first, JV_KIND_ARRAY))
		return walk_list(m, dest, src, known.field);
	return replace_scalar(m, dest, src);
}

int
merge_strategic(const struct schema *schema, jv *object, jv patch,
    const struct merge_spelling *spelling, struct buf *pointer,
    struct fault *fault)
{
	struct merger m = { .schema = schema,
		.spelling = spelling,
		.fault = fault,
		.patch = FAULT_INIT };

	*object = walk(&m, *object, patch, (struct merge_known){ -1, NULL });
	if (m.failed) {
		jv_free(*object);
		*object = jv_invalid();
		if (pointer)
			buf_adds(pointer, buf_str(&m.patch.field));
	}
	fault_release(&m.patch);
	return m.failed ? -1 : 0;
}
