/*
 * YAML in block style, line by line; see manifestblock.h.  Every function that
 * returns false has met something that is libyaml's to judge.
 */
#include "manifest/manifestblock.h"

#include <string.h>

#include "json.h"
#include "manifest/manifestline.h"
#include "manifest/manifestquote.h"
#include "mem.h"

/* A member, or with no key an element. */
struct step {
	const char *key;
	size_t len;
	int index;
};

struct block {
	enum manifest_dialect dialect;
	const char *next, *end; /* what has not been looked at */
	const char *at, *eol;	/* what is left of the line at hand */
	int indent;		/* column of at; -1: the document has ended */
	int line;
	bool marker; /* it ended in "---", and so does at begin */
	int depth;
	struct step path[JSON_DEPTH]; /* to the value at hand */
	struct buf notes;
};

static bool read_node(struct block *b, jv *v);
static bool read_flow(struct block *b, const char **p, jv *v);

/* --- lines -------------------------------------------------------------- */

/* Go on to the next line that has more than a comment. */
static void
next_line(struct block *b)
{
	b->indent = -1;
	b->marker = false;
	while (b->next < b->end) {
		const char *start = b->next;
		size_t left = (size_t)(b->end - start);

		b->eol = memchr(start, '\n', left);
		if (!b->eol)
			b->eol = b->end;
		b->next = b->eol < b->end ? b->eol + 1 : b->end;
		b->line++;
		b->at = line_skip_spaces(start, b->eol);
		if (b->at == b->eol || *b->at == '#')
			continue;
		b->marker = b->eol - start >= 3 &&
			    memcmp(start, "---", 3) == 0 &&
			    (b->eol - start == 3 || start[3] == ' ');
		if (!b->marker)
			b->indent = (int)(b->at - start);
		return;
	}
}

static bool
is_item(const struct block *b)
{
	return *b->at == '-' && (b->at + 1 == b->eol || b->at[1] == ' ');
}

/* Nothing is written where a value could be. */
static void
note_blank(struct block *b)
{
	struct buf token = BUF_INIT;

	buf_addc(&b->notes, MANIFEST_BLANK);
	for (int i = 0; i < b->depth; i++) {
		buf_clear(&token);
		if (b->path[i].key)
			buf_add(&token, b->path[i].key, b->path[i].len);
		else
			buf_addi(&token, b->path[i].index);
		json_pointer_add(&b->notes, buf_str(&token));
	}
	buf_addc(&b->notes, '\0');
	buf_release(&token);
}

/*
 * A map that grows.  To ask libjq for a key that is not there takes as long as
 * to add it, and most maps are small: their names are looked through instead.
 */
#define FEW 8

struct growing {
	jv map;
	const char *names[FEW];
	size_t n;
};

static bool
has_name(const struct growing *g, const jv *key)
{
	const char *name = jv_string_value(*key);

	if (g->n > FEW)
		return jv_object_has(jv_copy(g->map), jv_copy(*key));
	for (size_t i = 0; i < g->n; i++)
		if (strcmp(g->names[i], name) == 0)
			return true;
	return false;
}

static bool
add_member(const struct block *b, struct growing *g,
    const struct manifest_scalar *name, jv value)
{
	bool own = b->dialect == MANIFEST_KUSTOMIZE, other;
	const char *what = NULL;
	jv key = manifest_key(name, !own, &other, &what);

	if (what || (own && other) ||
	    (b->dialect != MANIFEST_LENIENT && has_name(g, &key))) {
		jv_free(key);
		jv_free(value);
		return false;
	}
	if (g->n < FEW)
		g->names[g->n] = jv_string_value(key);
	g->n++;
	g->map = jv_object_set(g->map, key, value);
	return true;
}

static bool
make_scalar(struct block *b, const struct manifest_scalar *s, jv *v)
{
	const char *what = NULL;

	*v = manifest_value(s, b->dialect != MANIFEST_KUSTOMIZE, &what);
	if (manifest_is_float(s, v))
		buf_add(&b->notes, MANIFEST_FLOAT_NOTE, 2);
	return !what;
}

static void
add_element(jv *list, jv v)
{
	*list = jv_array_append(*list, v);
}

/* --- flow collections on one line --------------------------------------- */

/* Returns whether the collection ends at once. */
static bool
take_opening(const char **p, const char *eol, char close)
{
	*p = line_skip_spaces(*p + 1, eol);
	if (*p == eol || **p != close)
		return false;
	++*p;
	return true;
}

/* After an element: true behind a comma; *closed at the end. */
static bool
take_comma(const char **p, const char *eol, char close, bool *closed)
{
	*p = line_skip_spaces(*p, eol);
	if (*p == eol || (**p != ',' && **p != close))
		return false;
	*closed = *(*p)++ == close;
	return true;
}

static bool
read_flow_list(struct block *b, const char **p, jv *v)
{
	bool ok = true, closed;

	*v = jv_array();
	closed = take_opening(p, b->eol, ']');
	while (ok && !closed) {
		jv element = jv_invalid();

		ok = read_flow(b, p, &element);
		if (ok)
			add_element(v, element);
		else
			jv_free(element);
		ok = ok && take_comma(p, b->eol, ']', &closed);
	}
	return ok;
}

static bool
read_flow_map(struct block *b, const char **p, jv *v)
{
	struct growing g = { .map = jv_object() };
	bool ok = true, closed;

	closed = take_opening(p, b->eol, '}');
	while (ok && !closed) {
		struct manifest_scalar key;
		jv value = jv_invalid();

		*p = line_skip_spaces(*p, b->eol);
		ok = line_take_key(p, b->eol, &key) && read_flow(b, p, &value);
		if (ok)
			ok = add_member(b, &g, &key, value);
		else
			jv_free(value);
		ok = ok && take_comma(p, b->eol, '}', &closed);
	}
	*v = g.map;
	return ok;
}

static bool
read_flow(struct block *b, const char **p, jv *v)
{
	struct manifest_scalar s;
	bool ok;

	*p = line_skip_spaces(*p, b->eol);
	if (*p == b->eol || b->depth == JSON_DEPTH)
		return false;
	if (**p != '[' && **p != '{')
		return line_take_word(p, b->eol, &s) && make_scalar(b, &s, v);
	b->depth++;
	ok = **p == '[' ? read_flow_list(b, p, v) : read_flow_map(b, p, v);
	b->depth--;
	return ok;
}

/* --- what a line ends in ------------------------------------------------ */

/* A literal block whose parent stands in this column. */
static bool
read_literal(struct block *b, int column, jv *v)
{
	bool strip = b->at + 1 < b->eol && b->at[1] == '-';
	const char *p = b->next, *eol;
	struct buf text = BUF_INIT;
	int indent = 0, spaces, blank = 0;
	bool ok = line_skip_spaces(b->at + 1 + strip, b->eol) == b->eol;

	for (; ok && p < b->end; p = eol + 1) {
		eol = memchr(p, '\n', (size_t)(b->end - p));
		ok = eol != NULL;
		if (!ok)
			break;
		spaces = (int)(line_skip_spaces(p, eol) - p);
		if (p + spaces == eol) {
			ok = indent > 0 && spaces <= indent;
			blank++;
			b->line++;
			continue;
		}
		if (indent == 0)
			indent = spaces;
		if (spaces <= column || spaces < indent) {
			ok = spaces <= column;
			break;
		}
		for (; blank; blank--)
			buf_addc(&text, '\n');
		buf_add(&text, p + indent, (size_t)(eol + 1 - p - indent));
		b->line++;
	}
	b->next = p;
	ok = ok && text.len > 0;
	if (ok)
		*v = manifest_quote(
		    jv_string_sized(text.s, (int)(text.len - strip)), true);
	buf_release(&text);
	next_line(b);
	return ok && b->indent <= column;
}

/* A scalar or a flow collection, whole on this line. */
static bool
read_rest(struct block *b, int column, jv *v)
{
	struct manifest_scalar s;
	const char *p = b->at;
	bool ok;

	if (*p == '[' || *p == '{')
		ok = read_flow(b, &p, v);
	else if (*p == '"' || *p == '\'')
		ok = line_take_quoted(&p, b->eol, &s) && make_scalar(b, &s, v);
	else
		ok = line_take_plain(&p, b->eol, &s) && make_scalar(b, &s, v);
	ok = ok && line_is_over(p, b->eol);
	next_line(b);
	/* A line that stands deeper would be part of it. */
	return ok && b->indent <= column;
}

/*
 * What follows "KEY:" or "-", whose mapping or sequence stands in this column.
 */
static bool
read_value(struct block *b, int column, bool member, jv *v)
{
	if (!line_is_over(b->at, b->eol)) {
		b->at = line_skip_spaces(b->at, b->eol);
		return *b->at == '|' ? read_literal(b, column, v)
				     : read_rest(b, column, v);
	}
	next_line(b);
	if (b->indent > column || (member && b->indent == column && is_item(b)))
		return read_node(b, v);
	*v = jv_null();
	if (b->dialect == MANIFEST_KUSTOMIZE)
		note_blank(b);
	return true;
}

/* --- block collections -------------------------------------------------- */

static bool
read_map(struct block *b, jv *v)
{
	struct growing g = { .map = jv_object() };
	int column = b->indent;
	bool ok = true;

	while (ok && b->indent == column && !is_item(b)) {
		struct manifest_scalar key;
		jv value = jv_invalid();

		ok = line_take_key(&b->at, b->eol, &key);
		if (ok) {
			b->path[b->depth - 1] =
			    (struct step){ key.text, key.len, 0 };
			ok = read_value(b, column, true, &value);
		}
		if (ok)
			ok = add_member(b, &g, &key, value);
		else
			jv_free(value);
	}
	*v = g.map;
	return ok && b->indent <= column;
}

static bool
read_list(struct block *b, jv *v)
{
	int column = b->indent;
	bool ok = true;

	*v = jv_array();
	while (ok && b->indent == column && is_item(b)) {
		const char *dash = b->at,
			   *p = line_skip_spaces(dash + 1, b->eol);
		struct manifest_scalar key;
		jv element = jv_invalid();
		bool inner;

		b->at = p;
		b->path[b->depth - 1] = (struct step){ NULL, 0, json_len(v) };
		inner = p < b->eol &&
			(is_item(b) || line_take_key(&p, b->eol, &key));
		if (inner) {
			b->indent = column + (int)(b->at - dash);
			ok = read_node(b, &element);
		} else {
			b->at = dash + 1;
			ok = read_value(b, column, false, &element);
		}
		if (ok)
			add_element(v, element);
		else
			jv_free(element);
	}
	return ok && b->indent <= column;
}

/* A collection that begins at hand. */
static bool
read_node(struct block *b, jv *v)
{
	bool ok;

	if (b->depth == JSON_DEPTH)
		return false;
	b->depth++;
	ok = is_item(b) ? read_list(b, v) : read_map(b, v);
	b->depth--;
	return ok;
}

static bool
read_documents(struct block *b, struct manifest *m)
{
	size_t cap = 0;
	bool ok = true;

	next_line(b);
	while (ok && (b->indent >= 0 || b->marker)) {
		struct manifest_doc doc = { jv_invalid(), b->line, BUF_INIT };

		if (b->marker) {
			ok = line_is_over(b->at + 3, b->eol);
			next_line(b);
			continue;
		}
		ok = read_node(b, &doc.value) && b->indent < 0;
		doc.notes = b->notes;
		b->notes = (struct buf)BUF_INIT;
		m->docs = mem_grow(m->docs, m->n, &cap, sizeof(*m->docs));
		m->docs[m->n++] = doc;
	}
	return ok;
}

bool
manifest_read_block(enum manifest_dialect dialect, const char *text, size_t len,
    struct manifest *m)
{
	struct block b;

	/* A text as short as this has no more nodes than are taken. */
	if (len > MANIFEST_NODES)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((text[i] < ' ' || text[i] > '~') && text[i] != '\n')
			return false;
	/* The path need not be cleared. */
	memset(&b, 0, offsetof(struct block, path));
	b.notes = (struct buf)BUF_INIT;
	b.dialect = dialect;
	b.next = text;
	b.end = text + len;
	if (read_documents(&b, m))
		return true;
	manifest_release(m);
	return false;
}
