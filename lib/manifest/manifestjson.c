/* Manifests that are JSON; see manifestjson.h. */
#include "manifest/manifestjson.h"

#include <string.h>

#include "json.h"
#include "mem.h"

/* The end of the JSON value that text starts with, or 0 if it has none. */
static size_t
json_end(const char *text, size_t len)
{
	size_t i;
	int depth = 0;

	for (i = 0; i < len; i++) {
		if (text[i] == '"') {
			for (i++; i < len && text[i] != '"'; i++)
				i += text[i] == '\\';
		} else if (text[i] == '{' || text[i] == '[') {
			depth++;
		} else if (text[i] == '}' || text[i] == ']') {
			if (--depth == 0)
				return i + 1;
		}
	}
	return 0;
}

static size_t
skip_blanks(const char *text, size_t len, size_t i, int *line)
{
	for (; i < len && text[i] && strchr(" \t\r\n", text[i]); i++)
		*line += text[i] == '\n';
	return i;
}

bool
manifest_read_json(const char *text, size_t len, struct manifest *m)
{
	struct buf ignored = BUF_INIT;
	int line = 1;
	size_t i = skip_blanks(text, len, 0, &line), end, cap = 0;
	bool ok = i < len && text[i] == '{';

	while (ok && i < len) {
		jv value;

		end = i + json_end(text + i, len - i);
		value = json_parse(text + i, end - i, &ignored);
		ok = json_is(&value, JV_KIND_OBJECT);
		if (!ok) {
			jv_free(value);
			break;
		}
		m->docs = mem_grow(m->docs, m->n, &cap, sizeof(*m->docs));
		m->docs[m->n] = (struct manifest_doc){ value, line, BUF_INIT };
		/* There are no notes of JSON, so there may well be one. */
		if (memchr(text + i, '.', end - i))
			buf_add(&m->docs[m->n].notes, MANIFEST_FLOAT_NOTE, 2);
		m->n++;
		for (; i < end; i++)
			line += text[i] == '\n';
		i = skip_blanks(text, len, i, &line);
	}
	buf_release(&ignored);
	if (!ok)
		manifest_release(m);
	return ok;
}
