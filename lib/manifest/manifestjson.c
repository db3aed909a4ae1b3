/* Manifests that are JSON; see manifestjson.h. */
#include "manifest/manifestjson.h"

#include <string.h>

#include "json.h"
#include "manifest/manifestnumber.h"
#include "mem.h"

/*
 * The end of the JSON value that text starts with, or 0 if it has none, and how
 * many members are written in it.
 */
static size_t
json_end(const char *text, size_t len, size_t *members)
{
	size_t i;
	int depth = 0;

	*members = 0;
	for (i = 0; i < len; i++) {
		if (text[i] == '"') {
			for (i++; i < len && text[i] != '"'; i++)
				i += text[i] == '\\';
		} else if (text[i] == '{' || text[i] == '[') {
			depth++;
		} else if (text[i] == '}' || text[i] == ']') {
			if (--depth == 0)
				return i + 1;
		} else if (text[i] == ':') {
			++*members;
		}
	}
	return 0;
}

/*
 * How many members a value has; less than are written when a key is twice.
 * *odd is set where a number is another one in YAML.
 */
static size_t
count_members(const jv *v, bool *odd)
{
	size_t n = 0;
	jv e;

	if (json_is(v, JV_KIND_ARRAY)) {
		for (int i = 0; i < json_len(v); i++) {
			e = json_at(v, i);
			n += count_members(&e, odd);
			jv_free(e);
		}
	} else if (json_is(v, JV_KIND_OBJECT)) {
		for (int i = jv_object_iter(*v); jv_object_iter_valid(*v, i);
		     i = jv_object_iter_next(*v, i)) {
			e = jv_object_iter_value(*v, i);
			n += 1 + count_members(&e, odd);
			jv_free(e);
		}
	} else if (json_digits(v) && !manifest_is_integer(json_digits(v))) {
		*odd = true;
	}
	return n;
}

static size_t
skip_blanks(const char *text, size_t len, size_t i, int *line)
{
	for (; i < len && text[i] && strchr(" \t\r\n", text[i]); i++)
		*line += text[i] == '\n';
	return i;
}

bool
manifest_read_json(
    const char *text, size_t len, bool last_counts, struct manifest *m)
{
	struct buf ignored = BUF_INIT;
	int line = 1;
	size_t i = skip_blanks(text, len, 0, &line), end, cap = 0, n;
	bool ok = i < len && text[i] == '{', odd = false;

	while (ok && i < len) {
		jv value;

		end = i + json_end(text + i, len - i, &n);
		value = json_parse(text + i, end - i, &ignored);
		ok = json_is(&value, JV_KIND_OBJECT) &&
		     (count_members(&value, &odd) == n || last_counts) && !odd;
		if (!ok) {
			jv_free(value);
			break;
		}
		m->docs = mem_grow(m->docs, m->n, &cap, sizeof(*m->docs));
		m->docs[m->n] = (struct manifest_doc){ value, line, BUF_INIT };
		buf_add(&m->docs[m->n].notes, MANIFEST_QUOTES_NOTE, 2);
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
