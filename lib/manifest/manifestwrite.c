/*
 * Writing YAML as go-yaml v2 does.  Only what a tree of JSON needs is here:
 * block mappings and sequences, and the four styles of a scalar.  The rules for
 * when a style will do, and where a long line is folded, are those of libyaml's
 * emitter, of which go-yaml's is a port; libyaml itself differs from the port
 * in small things that show in the bytes.
 */
#include "manifest/manifest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "manifest/manifestkeys.h"
#include "manifest/manifeststyle.h"
#include "manifest/scalar.h"
#include "mem.h"

#define WIDTH 80
#define INDENT 2
#define SIMPLE_KEY 128 /* bytes of the longest key that needs no "? " */

struct writer {
	struct buf *out;
	int column;
};

static void write_value(struct writer *w, const jv *v, int indent);

/* --- lines -------------------------------------------------------------- */

static void
put(struct writer *w, const char *s)
{
	buf_adds(w->out, s);
	w->column += (int)strlen(s);
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
	while (w->column < indent)
		put(w, " ");
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

static void
write_literal(struct writer *w, const char *s, size_t len, int indent)
{
	bool breaks = true;
	size_t i = 0;

	put(w, "|");
	if (*s == ' ' || style_is_break(utf8_decode(s)))
		put(w, "2");
	put(w, chomping(s, len));
	buf_addc(w->out, '\n');
	w->column = 0;
	while (i < len) {
		if (style_is_break(utf8_decode(s + i))) {
			i += put_char(w, s + i);
			w->column = 0;
			breaks = true;
			continue;
		}
		if (breaks)
			pad_to(w, indent);
		breaks = false;
		i += put_char(w, s + i);
	}
}

/*
 * A negative indent is that of a simple key, which is never folded, and which
 * means something else where it is << without quotes.
 */
static void
write_string(struct writer *w, const jv *v, int indent)
{
	const char *s = jv_string_value(*v);
	size_t len = (size_t)jv_string_length_bytes(jv_copy(*v));
	bool literal = memchr(s, '\n', len) && indent >= 0;
	bool merge = indent < 0 && strcmp(s, "<<") == 0;
	struct style a = style_of(s, len);

	if (literal && a.block)
		write_literal(w, s, len, indent);
	else if (literal || merge || scalar_needs_quotes(s, len))
		write_double(w, s, len, indent);
	else if (a.plain)
		write_plain(w, s, len, indent);
	else if (a.single && (indent >= 0 || !a.lines))
		write_single(w, s, len, indent);
	else
		write_double(w, s, len, indent);
}

/* An integer where Go has one for it, else its %g with the fewest digits. */
static void
write_number(struct writer *w, double d)
{
	char text[40];
	int precision, exponent;

	if (floor(d) == d && d < 18446744073709551616.0 &&
	    d >= -9223372036854775808.0) {
		snprintf(text, sizeof(text), "%.0f", d == 0 ? 0.0 : d);
		put(w, text);
		return;
	}
	for (precision = 0; precision < 17; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision, d);
		if (strtod(text, NULL) == d)
			break;
	}
	exponent = atoi(strchr(text, 'e') + 1);
	if (exponent >= -4 && exponent < 6)
		snprintf(text, sizeof(text), "%.*f",
		    precision > exponent ? precision - exponent : 0, d);
	put(w, text);
}

/* --- containers --------------------------------------------------------- */

static bool
is_container(const jv *v)
{
	return json_is(v, JV_KIND_OBJECT) || json_is(v, JV_KIND_ARRAY);
}

static bool
is_simple_key(const jv *key)
{
	const char *s = jv_string_value(*key);
	size_t len = (size_t)jv_string_length_bytes(jv_copy(*key));

	return len <= SIMPLE_KEY && !style_of(s, len).lines;
}

static void
write_member(struct writer *w, const jv *key, const jv *v, int indent)
{
	if (!is_simple_key(key)) {
		put(w, "? ");
		write_string(w, key, indent + INDENT);
		if (w->column > 0)
			new_line(w, indent);
		else
			pad_to(w, indent);
		put(w, ": ");
		if (json_is(v, JV_KIND_ARRAY))
			pad_to(w, indent + INDENT);
		write_value(w, v, indent + INDENT);
		return;
	}
	write_string(w, key, -1);
	put(w, ":");
	if (is_container(v) && json_len(v) > 0) {
		int deeper =
		    json_is(v, JV_KIND_ARRAY) ? indent : indent + INDENT;

		new_line(w, deeper);
		write_value(w, v, deeper);
		return;
	}
	put(w, " ");
	write_value(w, v, indent + INDENT);
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
	int n = json_len(v), i;
	jv *keys = manifest_sorted_keys(v);

	for (i = 0; i < n; i++) {
		jv x = jv_object_get(jv_copy(*v), jv_copy(keys[i]));

		if (i)
			next_line(w, indent);
		write_member(w, &keys[i], &x, indent);
		jv_free(x);
		jv_free(keys[i]);
	}
	free(keys);
}

static void
write_array(struct writer *w, const jv *v, int indent)
{
	int n = json_len(v), i;

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
		write_number(w, jv_number_value(*v));
		break;
	case JV_KIND_STRING:
		write_string(w, v, indent);
		break;
	case JV_KIND_ARRAY:
		if (json_len(v) == 0)
			put(w, "[]");
		else
			write_array(w, v, indent);
		break;
	case JV_KIND_OBJECT:
		if (json_len(v) == 0)
			put(w, "{}");
		else
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
	struct writer w = { out, 0 };

	write_value(&w, v, is_container(v) ? 0 : INDENT);
	if (w.column > 0)
		buf_addc(out, '\n');
}
