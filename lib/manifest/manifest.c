/*
 * Reading YAML: libyaml's events, put together on a stack of our own so that no
 * input can choose how deep we recurse.  A container has one owner while it
 * grows, which keeps the reading linear.
 */
#include "manifest/manifest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "json.h"
#include "manifest/manifestanchor.h"
#include "manifest/manifestblock.h"
#include "manifest/manifestframe.h"
#include "manifest/manifestjson.h"
#include "manifest/manifestmarks.h"
#include "manifest/manifestmerge.h"
#include "manifest/manifestnotes.h"
#include "manifest/manifestproblem.h"
#include "manifest/manifestscalar.h"
#include "mem.h"

struct reader {
	yaml_parser_t parser;
	enum manifest_dialect dialect;
	struct manifest *m;
	size_t cap;
	int depth;
	size_t nodes;  /* of this document so far, aliases expanded */
	size_t before; /* nodes of the documents before it */
	struct manifest_anchors anchors;
	int line;	  /* of the document's first node, 0: not seen yet */
	struct buf notes; /* of this document so far */
	bool ended;	  /* the stream has */
	struct buf *err;
	struct manifest_frame stack[JSON_DEPTH];
};

static int
fail_at(struct reader *r, const yaml_mark_t *mark, const char *what)
{
	buf_addf(r->err, "%zu:%zu: %s", mark->line + 1, mark->column + 1, what);
	return -1;
}

/* --- anchors ------------------------------------------------------------ */

/* Takes over the value; what was noted of it begins at noted.from. */
static void
set_anchor(struct reader *r, const char *name, struct manifest_anchor a)
{
	struct buf pointer = BUF_INIT;

	a.noted.to = r->notes.len;
	if (a.noted.to > a.noted.from)
		manifest_point(r->stack, r->depth, &pointer);
	a.noted.pointer = pointer.len;
	buf_release(&pointer);
	manifest_anchors_set(&r->anchors, name, &a);
}

/* --- putting values where they belong ----------------------------------- */

static void
push_doc(struct reader *r, jv value)
{
	struct manifest *m = r->m;

	m->docs = mem_grow(m->docs, m->n, &r->cap, sizeof(*m->docs));
	m->docs[m->n++] = (struct manifest_doc){ value, r->line, r->notes };
	r->notes = (struct buf)BUF_INIT;
}

static int
add_member(struct reader *r, struct manifest_frame *f, jv value,
    const yaml_mark_t *mark)
{
	jv key = f->key;

	f->key = jv_invalid();
	if (f->key_merges) {
		jv_free(key);
		f->key_merges = false;
		f->merges = manifest_merge_list(value);
		return jv_is_valid(f->merges)
			   ? 0
			   : fail_at(r, mark,
				 "<< needs a mapping or a sequence of "
				 "mappings");
	}
	f->container = jv_object_set(f->container, key, value);
	return 0;
}

/* Take a whole node, with height levels of containers in it. */
static int
add_value(struct reader *r, jv value, int height, const yaml_mark_t *mark)
{
	struct manifest_frame *f;

	if (r->depth == 0) {
		push_doc(r, value);
		return 0;
	}
	f = &r->stack[r->depth - 1];
	if (f->height < height + 1)
		f->height = height + 1;
	if (json_is(&f->container, JV_KIND_ARRAY)) {
		f->container = jv_array_append(f->container, value);
		return 0;
	}
	return add_member(r, f, value, mark);
}

static int
count_nodes(struct reader *r, size_t n, const yaml_mark_t *mark)
{
	r->nodes += n;
	if (r->nodes > MANIFEST_NODES)
		return fail_at(r, mark, "too large a document");
	if (r->before + r->nodes > MANIFEST_FILE_NODES)
		return fail_at(r, mark, "too large a file");
	return 0;
}

/* --- events ------------------------------------------------------------- */

/* Put down what is special about the value that comes next. */
static void
note(struct reader *r, char what)
{
	struct buf pointer = BUF_INIT;

	manifest_point(r->stack, r->depth, &pointer);
	manifest_note(&r->notes, what, buf_str(&pointer));
	buf_release(&pointer);
}

static void
note_scalar(struct reader *r, const yaml_event_t *e, const jv *value)
{
	if (r->dialect != MANIFEST_KUSTOMIZE)
		return;
	if (json_is(value, JV_KIND_NULL) && e->data.scalar.length == 0)
		note(r,
		    manifest_in_flow(r->stack, r->depth) && !e->data.scalar.tag
			? MANIFEST_HOLLOW
			: MANIFEST_BLANK);
	if (e->data.scalar.style == YAML_FOLDED_SCALAR_STYLE &&
	    manifest_refolds(value))
		note(r, MANIFEST_FOLDED);
}

/* What was noted of an anchor holds for its alias. */
static int
note_alias(
    struct reader *r, const struct manifest_anchor *a, const yaml_mark_t *mark)
{
	struct manifest_place to = {
		.flow = manifest_in_flow(r->stack, r->depth),
		.merges = manifest_in_merge(r->stack, r->depth),
	};
	struct buf pointer = BUF_INIT;
	int rc = 0;

	if (a->noted.from == a->noted.to)
		return 0;
	manifest_point(r->stack, r->depth, &pointer);
	to.pointer = buf_str(&pointer);
	if (!manifest_note_again(&r->notes, &a->noted, &to))
		rc = fail_at(r, mark, "aliases expand too far");
	buf_release(&pointer);
	return rc;
}

static struct manifest_scalar
scalar_of(const yaml_event_t *e)
{
	return (struct manifest_scalar){
		.text = (const char *)e->data.scalar.value,
		.len = e->data.scalar.length,
		.tag = (const char *)e->data.scalar.tag,
		.plain = e->data.scalar.plain_implicit,
		.quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE,
	};
}

/* Consumes the key. */
static int
set_key(struct reader *r, jv key, const yaml_mark_t *mark)
{
	struct manifest_frame *f = &r->stack[r->depth - 1];

	if (r->dialect != MANIFEST_LENIENT &&
	    jv_object_has(jv_copy(f->container), jv_copy(key))) {
		buf_addf(r->err, "%zu:%zu: the key %.100s stands here twice",
		    mark->line + 1, mark->column + 1, jv_string_value(key));
		jv_free(key);
		return -1;
	}
	f->key = key;
	return 0;
}

static int
take_key(struct reader *r, const yaml_event_t *e)
{
	struct manifest_frame *f = &r->stack[r->depth - 1];
	struct manifest_scalar s = scalar_of(e);
	const char *what = NULL;
	bool other;
	jv key;

	if (manifest_is_merge(&s)) {
		if (jv_is_valid(f->merges))
			return fail_at(r, &e->start_mark, "a second << key");
		f->key = jv_string("<<");
		f->key_merges = true;
		return 0;
	}
	key = manifest_key(&s, r->dialect != MANIFEST_KUSTOMIZE, &other, &what);
	if (what)
		return fail_at(r, &e->start_mark, what);
	if (set_key(r, key, &e->start_mark))
		return -1;
	if (other && r->dialect == MANIFEST_KUSTOMIZE)
		note(r, MANIFEST_KEY);
	return 0;
}

/*
 * kustomize puts quotes around what has a colon, where it writes braces or
 * brackets, so there a time stays as it is spelled.
 */
static jv
as_spelled(const struct reader *r, const struct manifest_scalar *s, jv value)
{
	if (r->dialect != MANIFEST_KUSTOMIZE || !s->plain ||
	    !json_is(&value, JV_KIND_STRING) ||
	    !manifest_in_flow(r->stack, r->depth) ||
	    !memchr(s->text, ':', s->len))
		return value;
	jv_free(value);
	return json_key(s->text, s->len);
}

static int
take_scalar(struct reader *r, const yaml_event_t *e)
{
	const char *anchor = (const char *)e->data.scalar.anchor;
	struct manifest_scalar s = scalar_of(e);
	const char *what = NULL;
	size_t from = r->notes.len;
	jv value;

	if (count_nodes(r, 1, &e->start_mark))
		return -1;
	if (manifest_wants_key(r->stack, r->depth))
		return take_key(r, e);
	/* Nothing between two --- is no document. */
	if (r->depth == 0 && e->data.scalar.length == 0 &&
	    e->data.scalar.plain_implicit)
		return 0;
	value = manifest_value(&s, r->dialect != MANIFEST_KUSTOMIZE, &what);
	if (what)
		return fail_at(r, &e->start_mark, what);
	value = as_spelled(r, &s, value);
	note_scalar(r, e, &value);
	if (anchor)
		set_anchor(r, anchor,
		    (struct manifest_anchor){
			jv_copy(value), 1, 0, { .from = from } });
	if (manifest_is_float(&s, &value))
		buf_add(&r->notes, MANIFEST_FLOAT_NOTE, 2);
	return add_value(r, value, 0, &e->start_mark);
}

static int
take_alias(struct reader *r, const yaml_event_t *e)
{
	const struct manifest_anchor *a = manifest_anchors_find(
	    &r->anchors, (const char *)e->data.alias.anchor);

	if (!a)
		return fail_at(r, &e->start_mark, "an alias of no anchor");
	if (count_nodes(r, a->nodes, &e->start_mark))
		return -1;
	if (r->depth + a->height > JSON_DEPTH)
		return fail_at(r, &e->start_mark, "nested too deep");
	if (manifest_wants_key(r->stack, r->depth) &&
	    !json_is(&a->value, JV_KIND_STRING))
		return fail_at(r, &e->start_mark,
		    "a key that is an alias of something else than a string");
	if (manifest_wants_key(r->stack, r->depth))
		return set_key(r, jv_copy(a->value), &e->start_mark);
	if (note_alias(r, a, &e->start_mark))
		return -1;
	return add_value(r, jv_copy(a->value), a->height, &e->start_mark);
}

static int
open_container(struct reader *r, const yaml_event_t *e)
{
	bool mapping = e->type == YAML_MAPPING_START_EVENT;
	const yaml_char_t *anchor = mapping ? e->data.mapping_start.anchor
					    : e->data.sequence_start.anchor;
	bool flow =
	    mapping ? e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
		    : e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;

	if (count_nodes(r, 1, &e->start_mark))
		return -1;
	if (r->depth == JSON_DEPTH)
		return fail_at(r, &e->start_mark, "nested too deep");
	if (manifest_wants_key(r->stack, r->depth))
		return fail_at(
		    r, &e->start_mark, "a mapping or sequence as a key");
	flow = flow || manifest_in_flow(r->stack, r->depth);
	r->stack[r->depth++] = (struct manifest_frame){
		.container = mapping ? jv_object() : jv_array(),
		.key = jv_invalid(),
		.merges = jv_invalid(),
		.anchor = anchor ? mem_strdup((const char *)anchor) : NULL,
		.flow = flow,
		.nodes = r->nodes - 1,
		.notes = r->notes.len,
	};
	return 0;
}

static int
close_container(struct reader *r, const yaml_event_t *e)
{
	struct manifest_frame *f = &r->stack[--r->depth];
	jv value;

	value = manifest_merge(f->container, &f->merges);
	if (f->anchor)
		set_anchor(r, f->anchor,
		    (struct manifest_anchor){ jv_copy(value),
			r->nodes - f->nodes, f->height + 1,
			{ .from = f->notes } });
	free(f->anchor);
	jv_free(f->merges);
	return add_value(r, value, f->height, &e->start_mark);
}

static int
take_event(struct reader *r, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		r->before += r->nodes;
		r->nodes = 0;
		r->line = 0;
		return 0;
	case YAML_DOCUMENT_END_EVENT:
		manifest_anchors_clear(&r->anchors);
		return 0;
	case YAML_STREAM_END_EVENT:
		r->ended = true;
		return 0;
	case YAML_STREAM_START_EVENT:
	case YAML_NO_EVENT:
		return 0;
	default:
		break;
	}
	if (!r->line)
		r->line = (int)e->start_mark.line + 1;
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return take_scalar(r, e);
	case YAML_ALIAS_EVENT:
		return take_alias(r, e);
	case YAML_MAPPING_START_EVENT:
	case YAML_SEQUENCE_START_EVENT:
		return open_container(r, e);
	default:
		return close_container(r, e);
	}
}

/* --- the whole ---------------------------------------------------------- */

static int
read_yaml(struct reader *r, const char *text, size_t len)
{
	yaml_event_t event;
	int rc = 0;

	if (!yaml_parser_initialize(&r->parser)) {
		buf_adds(r->err, "1:1: out of memory");
		return -1;
	}
	yaml_parser_set_encoding(&r->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
	    &r->parser, (const unsigned char *)text, len);
	while (rc == 0 && !r->ended) {
		if (!yaml_parser_parse(&r->parser, &event)) {
			manifest_problem(&r->parser, text, r->err);
			rc = -1;
			break;
		}
		rc = take_event(r, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&r->parser);
	while (r->depth) {
		struct manifest_frame *f = &r->stack[--r->depth];

		jv_free(f->container);
		jv_free(f->key);
		jv_free(f->merges);
		free(f->anchor);
	}
	return rc;
}

static int
read_with_libyaml(enum manifest_dialect dialect, const char *text, size_t len,
    struct manifest *m, struct buf *err)
{
	struct reader *r = mem_alloc(sizeof(*r));
	int rc;

	memset(r, 0, offsetof(struct reader, stack));
	r->dialect = dialect;
	r->m = m;
	r->err = err;
	manifest_anchors_init(&r->anchors);
	rc = read_yaml(r, text, len);
	manifest_anchors_release(&r->anchors);
	buf_release(&r->notes);
	free(r);
	if (rc)
		manifest_release(m);
	return rc;
}

int
manifest_read_as(enum manifest_dialect dialect, const char *text, size_t len,
    struct manifest *m, struct buf *err)
{
	struct buf clean = BUF_INIT;
	int rc;

	*m = (struct manifest){ NULL, 0 };
	if (len > MANIFEST_TEXT) {
		buf_adds(err, "1:1: longer than 64 MiB");
		return -1;
	}
	if (manifest_read_json(text, len, dialect == MANIFEST_LENIENT, m) ||
	    manifest_read_block(dialect, text, len, m))
		return 0;
	text = manifest_unmark(text, &len, &clean);
	rc = read_with_libyaml(dialect, text, len, m, err);
	buf_release(&clean);
	return rc;
}

int
manifest_read(const char *text, size_t len, struct manifest *m, struct buf *err)
{
	return manifest_read_as(MANIFEST_KUSTOMIZE, text, len, m, err);
}

void
manifest_release(struct manifest *m)
{
	size_t i;

	for (i = 0; i < m->n; i++) {
		jv_free(m->docs[i].value);
		buf_release(&m->docs[i].notes);
	}
	free(m->docs);
	*m = (struct manifest){ NULL, 0 };
}
