/* A YAML text with other values in it; see manifestedit.h. */
#include "manifest/manifestedit.h"

#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "json.h"
#include "manifest/manifestcomment.h"
#include "manifest/manifestmarks.h"
#include "manifest/scalar.h"
#include "mem.h"

#define TAG_STR "tag:yaml.org,2002:str"

/* Both sides of libyaml: events are passed on, some with other texts. */
struct edit {
	yaml_parser_t parser;
	yaml_emitter_t emitter;
	enum manifest_bare bare;
	size_t read;  /* scalars and aliases of the text, so far */
	size_t *from; /* for those written, which one each was */
	size_t n, cap;
};

static void copy_node(
    struct edit *e, yaml_event_t *event, const jv *was, const jv *now);

static void
note_from(struct edit *e, size_t from)
{
	e->from = mem_grow(e->from, e->n, &e->cap, sizeof(*e->from));
	e->from[e->n++] = from;
}

/* Takes the event over; what goes wrong is seen in the end. */
static void
emit(struct edit *e, yaml_event_t *event)
{
	if (event->type == YAML_ALIAS_EVENT)
		note_from(e, e->read - 1);
	yaml_emitter_emit(&e->emitter, event);
}

static void
next(struct edit *e, yaml_event_t *event)
{
	if (!yaml_parser_parse(&e->parser, event))
		memset(event, 0, sizeof(*event)); /* it was read before */
	e->read +=
	    event->type == YAML_SCALAR_EVENT || event->type == YAML_ALIAS_EVENT;
}

/* --- scalars ------------------------------------------------------------ */

/* The tag of what a plain text is read as. */
static const char *
tag_of(const char *s, size_t len)
{
	switch (scalar_resolve(s, len, false).kind) {
	case SCALAR_NULL:
		return "tag:yaml.org,2002:null";
	case SCALAR_BOOL:
		return "tag:yaml.org,2002:bool";
	case SCALAR_INT:
		return "tag:yaml.org,2002:int";
	case SCALAR_FLOAT:
	case SCALAR_INFINITE:
		return "tag:yaml.org,2002:float";
	case SCALAR_TIME:
		return "tag:yaml.org,2002:timestamp";
	default:
		return TAG_STR;
	}
}

/* tag: NULL for none; any style other than plain is kept. */
static void
emit_text(struct edit *e, const char *anchor, const char *tag, const char *s,
    size_t len, yaml_scalar_style_t style)
{
	yaml_event_t event;

	if (style == YAML_PLAIN_SCALAR_STYLE && memchr(s, '\n', len))
		style = YAML_LITERAL_SCALAR_STYLE;
	yaml_scalar_event_initialize(&event, (const yaml_char_t *)anchor,
	    (const yaml_char_t *)tag, (const yaml_char_t *)s, (int)len, !tag,
	    !tag, style);
	emit(e, &event);
}

/* go-yaml says of a merge key that it is one. */
static void
copy_scalar(struct edit *e, yaml_event_t *event)
{
	const char *s = (const char *)event->data.scalar.value;
	const char *tag = (const char *)event->data.scalar.tag;
	yaml_scalar_style_t style = event->data.scalar.style;

	if (!tag && style == YAML_PLAIN_SCALAR_STYLE && strcmp(s, "<<") == 0)
		tag = "tag:yaml.org,2002:merge";
	note_from(e, e->read - 1);
	emit_text(e, (const char *)event->data.scalar.anchor, tag, s,
	    event->data.scalar.length, style);
	yaml_event_delete(event);
}

/* A scalar's node with another text keeps its tag, said or not. */
static void
emit_changed(struct edit *e, const yaml_event_t *event, const jv *now)
{
	const char *s = jv_string_value(*now), *meant;
	size_t len = (size_t)jv_string_length_bytes(jv_copy(*now));
	yaml_scalar_style_t style = event->data.scalar.style;
	const char *anchor = (const char *)event->data.scalar.anchor;
	const char *tag = (const char *)event->data.scalar.tag;

	if (!tag && style == YAML_PLAIN_SCALAR_STYLE) {
		meant = tag_of((const char *)event->data.scalar.value,
		    event->data.scalar.length);
		if (strcmp(meant, tag_of(s, len)) == 0)
			tag = NULL;
		else if (strcmp(meant, TAG_STR) == 0)
			style = memchr(s, '\n', len)
				    ? YAML_LITERAL_SCALAR_STYLE
				    : YAML_DOUBLE_QUOTED_SCALAR_STYLE;
		else
			tag = meant;
	}
	note_from(e, e->read - 1);
	emit_text(e, anchor, tag, s, len, style);
}

/* --- what is new -------------------------------------------------------- */

/* Bare, a text says what it is; else quotes keep it a string. */
static void
emit_new_text(struct edit *e, const jv *v, bool bare)
{
	const char *s = jv_string_value(*v);
	size_t len = (size_t)jv_string_length_bytes(jv_copy(*v));
	bool quote = !bare && strcmp(tag_of(s, len), TAG_STR) != 0;

	note_from(e, MANIFEST_NEW);
	emit_text(e, NULL, NULL, s, len,
	    quote ? YAML_DOUBLE_QUOTED_SCALAR_STYLE : YAML_PLAIN_SCALAR_STYLE);
}

/* As deep as what was read and copied. */
static void
emit_new(struct edit *e, const jv *v, bool bare)
{
	struct buf text = BUF_INIT;
	yaml_event_t event;

	if (json_is(v, JV_KIND_OBJECT)) {
		yaml_mapping_start_event_initialize(
		    &event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE);
		emit(e, &event);
		jv_object_foreach (*v, key, value) {
			emit_new_text(e, &key, false);
			emit_new(e, &value, bare);
			jv_free(key);
			jv_free(value);
		}
		yaml_mapping_end_event_initialize(&event);
		emit(e, &event);
	} else if (json_is(v, JV_KIND_ARRAY)) {
		yaml_sequence_start_event_initialize(
		    &event, NULL, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE);
		emit(e, &event);
		for (int i = 0; i < json_len(v); i++) {
			jv element = json_at(v, i);

			emit_new(e, &element, bare);
			jv_free(element);
		}
		yaml_sequence_end_event_initialize(&event);
		emit(e, &event);
	} else if (json_is(v, JV_KIND_STRING)) {
		emit_new_text(e, v, bare);
	} else {
		json_write(&text, v, 0);
		note_from(e, MANIFEST_NEW);
		emit_text(e, NULL, NULL, buf_str(&text), text.len,
		    YAML_PLAIN_SCALAR_STYLE);
	}
	buf_release(&text);
}

/* --- walking ------------------------------------------------------------ */

/* Pass over a node whose first event (taken over) is read already. */
static void
skip_node(struct edit *e, yaml_event_t *event)
{
	int depth = 0;

	for (;;) {
		yaml_event_type_t type = event->type;

		depth += type == YAML_MAPPING_START_EVENT ||
			 type == YAML_SEQUENCE_START_EVENT;
		depth -= type == YAML_MAPPING_END_EVENT ||
			 type == YAML_SEQUENCE_END_EVENT;
		yaml_event_delete(event);
		if (depth == 0 || type == YAML_NO_EVENT)
			return;
		next(e, event);
	}
}

static void
copy_sequence(struct edit *e, const jv *was, const jv *now)
{
	yaml_event_t event;
	int i = 0;

	for (;; i++) {
		jv a = json_at(was, i), b = json_at(now, i);

		next(e, &event);
		if (event.type == YAML_SEQUENCE_END_EVENT ||
		    event.type == YAML_NO_EVENT) {
			jv_free(a);
			jv_free(b);
			break;
		}
		copy_node(e, &event, &a, &b);
		jv_free(a);
		jv_free(b);
	}
	for (; i < json_len(now); i++) {
		jv b = json_at(now, i);

		emit_new(e, &b, e->bare != MANIFEST_BARE_NONE);
		jv_free(b);
	}
	emit(e, &event);
}

/* The members that a map has got; merge keys (<<) were there before. */
static void
add_members(struct edit *e, const jv *was, const jv *now)
{
	jv_object_foreach (*now, key, value) {
		if (!json_has(was, jv_string_value(key))) {
			emit_new_text(e, &key, false);
			emit_new(e, &value, e->bare != MANIFEST_BARE_NONE);
		}
		jv_free(key);
		jv_free(value);
	}
}

static void
copy_mapping(struct edit *e, const jv *was, const jv *now)
{
	yaml_event_t key, value;

	for (;;) {
		jv name, a, b;

		next(e, &key);
		if (key.type != YAML_SCALAR_EVENT)
			break;
		name = json_key((const char *)key.data.scalar.value,
		    key.data.scalar.length);
		a = json_get(was, jv_string_value(name));
		b = json_get(now, jv_string_value(name));
		copy_scalar(e, &key);
		next(e, &value);
		copy_node(e, &value, &a, &b);
		jv_free(name);
		jv_free(a);
		jv_free(b);
	}
	add_members(e, was, now);
	emit(e, &key);
}

/* A container that only changed inside has at least what it had. */
static bool
is_changed(const jv *was, const jv *now, jv_kind kind)
{
	bool has = json_is(now, kind) && json_len(now) >= json_len(was);

	if (!has || kind != JV_KIND_OBJECT)
		return has;
	jv_object_foreach (*was, key, value) {
		has = has && json_has(now, jv_string_value(key));
		jv_free(key);
		jv_free(value);
	}
	return has;
}

/* The node whose first event (taken over) is read already. */
static void
copy_node(struct edit *e, yaml_event_t *event, const jv *was, const jv *now)
{
	bool map = event->type == YAML_MAPPING_START_EVENT;
	bool list = event->type == YAML_SEQUENCE_START_EVENT;
	bool same =
	    !jv_is_valid(*was) || !jv_is_valid(*now) || json_equal(was, now);

	if (map && (same || is_changed(was, now, JV_KIND_OBJECT))) {
		emit(e, event);
		copy_mapping(e, was, same ? was : now);
	} else if (list && (same || is_changed(was, now, JV_KIND_ARRAY))) {
		emit(e, event);
		copy_sequence(e, was, same ? was : now);
	} else if (same && event->type == YAML_SCALAR_EVENT) {
		copy_scalar(e, event);
	} else if (same) {
		emit(e, event);
	} else if (event->type == YAML_SCALAR_EVENT &&
		   json_is(now, JV_KIND_STRING)) {
		emit_changed(e, event, now);
		yaml_event_delete(event);
	} else {
		emit_new(e, now, e->bare == MANIFEST_BARE_ALL);
		skip_node(e, event);
	}
}

static int
append(void *out, unsigned char *text, size_t len)
{
	buf_add(out, text, len);
	return 1;
}

/* False if there is nothing in it: what was is of another one. */
static bool
copy_document(struct edit *e, const jv *was, const jv *now)
{
	yaml_event_t event;
	bool empty;

	next(e, &event);
	while (event.type == YAML_STREAM_START_EVENT ||
	       event.type == YAML_DOCUMENT_START_EVENT) {
		if (event.type == YAML_DOCUMENT_START_EVENT) {
			yaml_event_delete(&event);
			yaml_document_start_event_initialize(
			    &event, NULL, NULL, NULL, 1);
		}
		emit(e, &event);
		next(e, &event);
	}
	empty = event.type == YAML_SCALAR_EVENT &&
		event.data.scalar.length == 0 &&
		event.data.scalar.plain_implicit;
	copy_node(e, &event, was, now);
	yaml_document_end_event_initialize(&event, 1);
	emit(e, &event);
	yaml_stream_end_event_initialize(&event);
	emit(e, &event);
	return !empty;
}

bool
manifest_edit(const char *text, size_t len, const jv *was, const jv *now,
    enum manifest_bare bare, struct buf *out)
{
	struct edit e = { .bare = bare };
	struct buf clean = BUF_INIT;
	bool written;

	/* As manifest_read does: the two have to see the same document. */
	text = manifest_unmark(text, &len, &clean);
	yaml_parser_initialize(&e.parser);
	yaml_parser_set_input_string(
	    &e.parser, (const unsigned char *)text, len);
	yaml_parser_set_encoding(&e.parser, YAML_UTF8_ENCODING);
	yaml_emitter_initialize(&e.emitter);
	yaml_emitter_set_output(&e.emitter, append, out);
	yaml_emitter_set_encoding(&e.emitter, YAML_UTF8_ENCODING);
	yaml_emitter_set_unicode(&e.emitter, 1);
	yaml_emitter_set_indent(&e.emitter, 2);
	yaml_emitter_set_width(&e.emitter, -1);
	written = copy_document(&e, was, now) &&
		  e.emitter.error == YAML_NO_ERROR &&
		  e.parser.error == YAML_NO_ERROR;
	yaml_emitter_delete(&e.emitter);
	yaml_parser_delete(&e.parser);
	if (written && memchr(text, '#', len))
		manifest_comments(text, len, e.from, e.n, out);
	free(e.from);
	buf_release(&clean);
	while (out->len > 0 && strchr(" \t\r\n", out->s[out->len - 1]))
		buf_truncate(out, out->len - 1);
	return written;
}
