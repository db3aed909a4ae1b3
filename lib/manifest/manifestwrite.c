/*
 * Writing YAML as go-yaml v2 does.  Only what a tree of JSON needs is here:
 * block mappings and sequences, and the four styles of a scalar.  The rules for
 * when a style will do, and where a long line is folded, are those of libyaml's
 * emitter, of which go-yaml's is a port; libyaml itself differs from the port
 * in small things that show in the bytes.
 */
#include "manifest/manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "manifest/manifestkeys.h"
#include "manifest/manifestnumber.h"
#include "manifest/manifeststyle.h"
#include "manifest/scalar.h"

#define WIDTH 80
#define INDENT 2
#define SIMPLE_KEY 128 /* bytes of the longest key that needs no "? " */

struct writer {
	struct buf *out;
	int column;
	struct members members; /* of the objects that are being written */
};

static void write_value(struct writer *w, const jv *v, int indent);

/* --- lines -------------------------------------------------------------- */

/* Characters of one byte each. */
static void
put_bytes(struct writer *w, const char *s, size_t n)
{
	buf_add(w->out, s, n);
	w->column += (int)n;
}

static inline void
put(struct writer *w, const char *s)
{
	put_bytes(w, s, strlen(s));
}

static size_t
put_char(struct writer *w, const char *s)
{
	size_t n = utf8_width(s);

	buf_add(w->out, s, n);
	w->column++;
	return n;
}

static void
pad_to(struct writer *w, int indent)
{
	size_t n = w->column < indent ? (size_t)(indent - w->column) : 0;

	if (n > 0) {
		memset(buf_reserve(w->out, n), ' ', n);
		buf_truncate(w->out, w->out->len + n);
		w->column = indent;
	}
}

static void
new_line(struct writer *w, int indent)
{
	buf_addc(w->out, '\n');
	w->column = 0;
	pad_to(w, indent);
}

/* --- the four styles ---------------------------------------------------- */

static bool
folds(const struct writer *w, const char *s, size_t i, size_t len)
{
	return w->column > WIDTH && i > 0 && i + 1 < len && s[i] == ' ';
}

static void
write_plain(struct writer *w, const char *s, size_t len, int indent)
{
	bool spaces = false;
	size_t i = 0;

	while (i < len) {
		if (indent >= 0 && !spaces && folds(w, s, i, len) &&
		    s[i + 1] != ' ') {
			new_line(w, indent);
			spaces = true;
			i++;
			continue;
		}
		spaces = s[i] == ' ';
		i += put_char(w, s + i);
	}
}

static void
write_single(struct writer *w, const char *s, size_t len, int indent)
{
	bool spaces = false, breaks = false;
	size_t i = 0;

	put(w, "'");
	while (i < len) {
		if (style_is_break(utf8_decode(s + i))) {
			if (!breaks && s[i] == '\n')
				buf_addc(w->out, '\n');
			i += put_char(w, s + i);
			w->column = 0;
			breaks = true;
			continue;
		}
		if (indent >= 0 && !spaces && folds(w, s, i, len) &&
		    s[i + 1] != ' ') {
			new_line(w, indent);
			spaces = true;
			i++;
			continue;
		}
		if (s[i] != ' ' && breaks) {
			pad_to(w, indent);
			breaks = false;
		}
		if (s[i] == '\'')
			put(w, "'");
		spaces = s[i] == ' ';
		i += put_char(w, s + i);
	}
	put(w, "'");
}

static void
write_escape(struct writer *w, unsigned c)
{
	static const struct {
		unsigned c;
		const char *text;
	} names[] = {
		{ 0, "\\0" },
		{ 7, "\\a" },
		{ 8, "\\b" },
		{ 9, "\\t" },
		{ 10, "\\n" },
		{ 11, "\\v" },
		{ 12, "\\f" },
		{ 13, "\\r" },
		{ 27, "\\e" },
		{ '"', "\\\"" },
		{ '\\', "\\\\" },
		{ 0x85, "\\N" },
		{ 0xa0, "\\_" },
		{ 0x2028, "\\L" },
		{ 0x2029, "\\P" },
	};
	char text[16];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (names[i].c == c) {
			put(w, names[i].text);
			return;
		}
	}
	snprintf(text, sizeof(text),
	    c <= 0xff	  ? "\\x%02X"
	    : c <= 0xffff ? "\\u%04X"
			  : "\\U%08X",
	    c);
	put(w, text);
}

static void
write_double(struct writer *w, const char *s, size_t len, int indent)
{
	/* go-yaml looks for a byte order mark at the start only, every time. */
	bool marked = len > 0 && utf8_decode(s) == 0xfeff, spaces = false;
	size_t i = 0;

	put(w, "\"");
	while (i < len) {
		unsigned c = utf8_decode(s + i);

		if (marked || !style_is_printable(c) || style_is_break(c) ||
		    c == '"' || c == '\\') {
			write_escape(w, c);
			i += utf8_width(s + i);
			spaces = false;
		} else if (indent >= 0 && !spaces && folds(w, s, i, len)) {
			new_line(w, indent);
			i++;
			if (s[i] == ' ')
				put(w, "\\");
			spaces = true;
		} else {
			spaces = c == ' ';
			i += put_char(w, s + i);
		}
	}
	put(w, "\"");
}

/*
 * How the text ends: "-" with no break, "+" with more than one, or alone.  To
 * go-yaml any break of Unicode is one, not that of the writing alone.
 */
static const char *
chomping(const char *s, size_t len)
{
	size_t last = len, before = len;
	size_t i;

	for (i = 0; i < len; i += utf8_width(s + i)) {
		before = last;
		last = i;
	}
	if (!style_is_break(utf8_decode(s + last)))
		return "-";
	return before == len || style_is_break(utf8_decode(s + before)) ? "+"
									: "";
}

static bool
is_break_at(const char *s)
{
	unsigned char c = (unsigned char)*s;

	return c == '\n' || c == '\r' ||
	       (c >= 0x80 && style_is_break(utf8_decode(s)));
}

static size_t
line_length(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len && !is_break_at(s + i); i++)
		;
	return i;
}

/* Within it columns don't matter, only whether a line has begun. */
static void
write_literal(struct writer *w, const char *s, size_t len, int indent)
{
	size_t i = 0;

	put(w, "|");
	if (*s == ' ' || style_is_break(utf8_decode(s)))
		put(w, "2");
	put(w, chomping(s, len));
	buf_addc(w->out, '\n');
	w->column = 0;
	while (i < len) {
		size_t line = line_length(s + i, len - i);

		if (line > 0)
			pad_to(w, indent);
		put_bytes(w, s + i, line);
		for (i += line; i < len && is_break_at(s + i);) {
			i += put_char(w, s + i);
			w->column = 0;
		}
	}
}

/*
 * A negative indent is that of a simple key, which is never folded, and which
 * means something else where it is << without quotes.
 */
static void
write_styled(struct writer *w, const char *s, size_t len, int indent,
    const struct style *a)
{
	bool literal = a->lines && indent >= 0 && memchr(s, '\n', len);
	bool merge = indent < 0 && strcmp(s, "<<") == 0;

	if (literal && a->block)
		write_literal(w, s, len, indent);
	else if (literal || merge || scalar_needs_quotes(s, len))
		write_double(w, s, len, indent);
	else if (a->plain && a->ascii && w->column + (long)len <= WIDTH)
		put_bytes(w, s, len);
	else if (a->plain)
		write_plain(w, s, len, indent);
	else if (a->single && (indent >= 0 || !a->lines))
		write_single(w, s, len, indent);
	else
		write_double(w, s, len, indent);
}

static void
write_string(struct writer *w, const jv *v, int indent)
{
	const char *s = jv_string_value(*v);
	size_t len = (size_t)jv_string_length_bytes(jv_copy(*v));
	struct style a = style_of(s, len);

	write_styled(w, s, len, indent, &a);
}

static void
write_number(struct writer *w, const jv *v)
{
	size_t before = w->out->len;

	manifest_write_number(w->out, v);
	w->column += (int)(w->out->len - before);
}

/* --- containers --------------------------------------------------------- */

static void
write_complex_member(struct writer *w, const struct member *m, int indent)
{
	put(w, "? ");
	write_string(w, &m->key, indent + INDENT);
	if (w->column > 0)
		new_line(w, indent);
	else
		pad_to(w, indent);
	put(w, ": ");
	if (json_is(&m->value, JV_KIND_ARRAY))
		pad_to(w, indent + INDENT);
	write_value(w, &m->value, indent + INDENT);
}

static void
write_member(struct writer *w, const struct member *m, int indent)
{
	struct style a = style_of(m->name, m->len);
	int deeper = indent + INDENT;

	if (m->len > SIMPLE_KEY || a.lines) {
		write_complex_member(w, m, indent);
		return;
	}
	write_styled(w, m->name, m->len, -1, &a);
	put(w, ":");
	/* A container takes lines of its own; {} and [] stand in one. */
	if (!json_is_empty(&m->value)) {
		if (json_is(&m->value, JV_KIND_ARRAY))
			deeper = indent;
		new_line(w, deeper);
	} else {
		put(w, " ");
	}
	write_value(w, &m->value, deeper);
}

/* A line begins, unless what was written last ended one. */
static void
next_line(struct writer *w, int indent)
{
	if (w->column > 0)
		new_line(w, indent);
	else
		pad_to(w, indent);
}

static void
write_object(struct writer *w, const jv *v, int indent)
{
	size_t first = w->members.n, end;

	members_push(&w->members, v);
	end = w->members.n;
	if (end == first)
		put(w, "{}");
	for (size_t i = first; i < end; i++) {
		/* The stack moves when it grows. */
		struct member m = w->members.list[i];

		if (i > first)
			next_line(w, indent);
		write_member(w, &m, indent);
	}
	members_pop(&w->members, first);
}

static void
write_array(struct writer *w, const jv *v, int indent)
{
	int n = json_len(v), i;

	if (n == 0)
		put(w, "[]");
	for (i = 0; i < n; i++) {
		jv x = json_at(v, i);

		if (i)
			next_line(w, indent);
		put(w, "- ");
		write_value(w, &x, indent + INDENT);
		jv_free(x);
	}
}

/*
 * Write v at the current column.  A container's further lines are indented by
 * indent, as are those of a scalar.  Recursion is as deep as the value, which
 * the readers cap at JSON_DEPTH.
 */
static void
write_value(struct writer *w, const jv *v, int indent)
{
	switch (jv_get_kind(*v)) {
	case JV_KIND_TRUE:
		put(w, "true");
		break;
	case JV_KIND_FALSE:
		put(w, "false");
		break;
	case JV_KIND_NUMBER:
		write_number(w, v);
		break;
	case JV_KIND_STRING:
		write_string(w, v, indent);
		break;
	case JV_KIND_ARRAY:
		write_array(w, v, indent);
		break;
	case JV_KIND_OBJECT:
		write_object(w, v, indent);
		break;
	default:
		put(w, "null");
		break;
	}
}

void
manifest_write(struct buf *out, const jv *v)
{
	struct writer w = { .out = out };
	bool container =
	    json_is(v, JV_KIND_OBJECT) || json_is(v, JV_KIND_ARRAY);

	write_value(&w, v, container ? 0 : INDENT);
	free(w.members.list);
	if (w.column > 0)
		buf_addc(out, '\n');
}
