/*
 * Where in a YAML text a value stands.  The text is parsed again, up to the
 * place and no further: only a message about a mistake ever asks.
 */
#include "manifest/manifest.h"

#include <stdio.h>
#include <string.h>

#include <yaml.h>

#include "json.h"
#include "manifest/manifestmarks.h"

struct search {
	size_t doc;	     /* how many documents to pass over */
	const char *pointer; /* what of it is still to be followed */
	struct buf token;    /* the part being looked for in this container */
	bool inside;	     /* a container of the path has begun */
	bool mapping, key_next, match;
	long index;
	size_t skip; /* containers open that are not on the path */
	yaml_mark_t key;
	yaml_mark_t found;
	bool done;
};

static bool
is_empty_document(const yaml_event_t *e)
{
	return e->type == YAML_SCALAR_EVENT && e->data.scalar.length == 0 &&
	       e->data.scalar.plain_implicit;
}

static bool
is_start(const yaml_event_t *e)
{
	return e->type == YAML_MAPPING_START_EVENT ||
	       e->type == YAML_SEQUENCE_START_EVENT;
}

/* Does this node lie on the path?  Sets found if so. */
static bool
on_path(struct search *s, const yaml_event_t *e)
{
	char index[24];

	if (!s->inside) {
		if (is_empty_document(e))
			return false;
		if (s->doc > 0) {
			s->doc--;
			return false;
		}
		s->found = e->start_mark;
		return true;
	}
	if (s->mapping) {
		s->key_next = true;
		s->found = s->match ? s->key : s->found;
		return s->match;
	}
	snprintf(index, sizeof(index), "%ld", s->index++);
	if (strcmp(index, buf_str(&s->token)) != 0)
		return false;
	s->found = e->start_mark;
	return true;
}

static void
take_node(struct search *s, const yaml_event_t *e)
{
	if (s->inside && s->mapping && s->key_next) {
		s->key = e->start_mark;
		s->key_next = false;
		s->match = e->type == YAML_SCALAR_EVENT &&
			   e->data.scalar.length == s->token.len &&
			   memcmp(e->data.scalar.value, buf_str(&s->token),
			       s->token.len) == 0;
		s->skip = is_start(e);
	} else if (!on_path(s, e)) {
		s->skip = is_start(e);
	} else if (!is_start(e) || !json_pointer_next(&s->pointer, &s->token)) {
		s->done = true;
	} else {
		s->inside = true;
		s->mapping = s->key_next = e->type == YAML_MAPPING_START_EVENT;
		s->index = 0;
	}
}

static void
take_event(struct search *s, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_MAPPING_START_EVENT:
	case YAML_SEQUENCE_START_EVENT:
	case YAML_SCALAR_EVENT:
	case YAML_ALIAS_EVENT:
		if (s->skip == 0)
			take_node(s, e);
		else
			s->skip += is_start(e);
		break;
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		if (s->skip > 0)
			s->skip--;
		else
			s->done = true;
		break;
	case YAML_STREAM_END_EVENT:
		s->done = true;
		break;
	default:
		break;
	}
}

bool
manifest_locate(const char *text, size_t len, size_t doc, const char *pointer,
    int *line, int *column)
{
	struct search s = { .doc = doc, .pointer = pointer };
	struct buf clean = BUF_INIT;
	yaml_parser_t parser;
	yaml_event_t event;
	bool ok = true, found;

	if (!yaml_parser_initialize(&parser))
		return false;
	text = manifest_unmark(text, &len, &clean);
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	while (ok && !s.done) {
		ok = yaml_parser_parse(&parser, &event);
		if (!ok)
			break;
		take_event(&s, &event);
		found = s.done && event.type != YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
		ok = !s.done || found || s.inside;
	}
	yaml_parser_delete(&parser);
	buf_release(&s.token);
	buf_release(&clean);
	*line = (int)s.found.line + 1;
	*column = (int)s.found.column + 1;
	return ok;
}
