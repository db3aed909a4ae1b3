/*
 * JSON text: reading through libjq's parser, behind a scan that refuses what it
 * would quietly change (big integers, odd number spellings, deep nesting), and
 * writing with the numbers that Go would print.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"

/* --- reading ------------------------------------------------------------ */

static size_t
digits(const char *s, size_t i, size_t len)
{
	while (i < len && s[i] >= '0' && s[i] <= '9')
		i++;
	return i;
}

/*
 * The end of the number that starts at s[i], or 0 if it is none by RFC 8259;
 * *whole tells that it has neither fraction nor exponent.
 */
static size_t
number_end(const char *s, size_t i, size_t len, bool *whole)
{
	size_t start;

	if (i < len && s[i] == '-')
		i++;
	start = i;
	i = digits(s, i, len);
	if (i == start || (s[start] == '0' && i - start > 1))
		return 0;
	*whole = true;
	if (i < len && s[i] == '.') {
		*whole = false;
		start = ++i;
		i = digits(s, i, len);
		if (i == start)
			return 0;
	}
	if (i < len && (s[i] == 'e' || s[i] == 'E')) {
		*whole = false;
		i++;
		if (i < len && (s[i] == '+' || s[i] == '-'))
			i++;
		start = i;
		i = digits(s, i, len);
		if (i == start)
			return 0;
	}
	return i;
}

/* Integers that a double holds may be long: 1e16 is written as one. */
static bool
is_exact(const char *text, bool whole)
{
	double d = strtod(text, NULL);
	char back[400];

	if (isinf(d) || !whole)
		return !isinf(d);
	/* No other integer is read as one below this. */
	if (fabs(d) < (double)JSON_EXACT)
		return true;
	snprintf(back, sizeof(back), "%.0f", d);
	return strcmp(back, text) == 0;
}

/* Check one number; returns its end, or 0 with a message. */
static size_t
check_number(const char *s, size_t i, size_t len, struct buf *err)
{
	char text[400];
	bool whole = false;
	size_t end = number_end(s, i, len, &whole);

	if (!end) {
		buf_adds(err, "not a JSON number");
		return 0;
	}
	if (end - i < 16)
		return end;
	if (end - i >= sizeof(text)) {
		buf_adds(err, "a number of too many digits");
		return 0;
	}
	memcpy(text, s + i, end - i);
	text[end - i] = '\0';
	if (!is_exact(text, whole)) {
		buf_addf(err, "the number %.40s can't be kept exact", text);
		return 0;
	}
	return end;
}

/*
 * The end of the string whose first quote is s[i], or len if it has none; 0,
 * with a message, for one that JSON doesn't have, and for a key with a NUL,
 * which C would take for its end.
 */
static size_t
check_string(const char *s, size_t i, size_t len, struct buf *err)
{
	bool nul = false;
	size_t end;

	for (i++; i < len && s[i] != '"'; i++) {
		if ((unsigned char)s[i] < ' ') {
			buf_adds(err, "a control character in a string");
			return 0;
		}
		if (s[i] == '\\') {
			i++;
			nul = nul ||
			      (len - i > 5 && memcmp(s + i, "u0000", 5) == 0);
		}
	}
	if (i >= len)
		return len;
	i++;
	end = i;
	while (nul && i < len && s[i] && strchr(" \t\r\n", s[i]))
		i++;
	if (nul && i < len && s[i] == ':') {
		buf_adds(err, "a NUL in a key");
		return 0;
	}
	return end;
}

/* Where in a text, and what stood before. */
struct scan {
	const char *s;
	size_t len, i;
	int depth;
	bool ended; /* a value has, and nothing has separated the next */
	struct buf *err;
};

/*
 * A string that follows another value at once is an error that libjq sees, but
 * loses the string's memory over.
 */
static bool
scan_string(struct scan *t)
{
	if (t->ended) {
		buf_adds(t->err, t->depth
				     ? "not JSON: no separator between values"
				     : "more than one JSON value");
		return false;
	}
	t->i = check_string(t->s, t->i, t->len, t->err);
	t->ended = true;
	return t->i > 0;
}

static bool
scan_number(struct scan *t)
{
	t->i = check_number(t->s, t->i, t->len, t->err);
	t->ended = true;
	return t->i > 0;
}

/* Brackets, what separates values, blanks, and the letters of true and null. */
static bool
scan_other(struct scan *t, char c)
{
	t->i++;
	if (c == '{' || c == '[') {
		t->depth++;
		t->ended = false;
	} else if (c == '}' || c == ']') {
		t->depth--;
		t->ended = true;
	} else if (c == ',' || c == ':') {
		t->ended = false;
	} else if (c >= 'a' && c <= 'z') {
		t->ended = true;
	} else if ((unsigned char)c < ' ' && c != '\t' && c != '\n' &&
		   c != '\r') {
		/* libjq takes one of them for a blank. */
		buf_adds(t->err, "a control character");
		return false;
	}
	if (t->depth > JSON_DEPTH)
		buf_addf(t->err, "nested deeper than %d levels", JSON_DEPTH);
	return t->depth <= JSON_DEPTH;
}

/* libjq reads nan, 01, 5. and nesting up to 256; JSON has none of these. */
static int
check_text(const char *s, size_t len, struct buf *err)
{
	struct scan t = { .s = s, .len = len, .err = err };
	bool ok = true;

	while (ok && t.i < len) {
		char c = s[t.i];

		if (c == '"') {
			ok = scan_string(&t);
		} else if (c == '-' || c == '+' || c == '.' ||
			   (c >= '0' && c <= '9')) {
			ok = scan_number(&t);
		} else if (c == 'n' && t.i + 2 < len && s[t.i + 1] == 'a') {
			buf_adds(err, "not a JSON number");
			ok = false;
		} else {
			ok = scan_other(&t, c);
		}
	}
	return ok ? 0 : -1;
}

/* Append libjq's reason, which names only what is wrong and where. */
static void
add_reason(struct buf *err, jv invalid)
{
	jv msg = jv_invalid_get_msg(invalid);
	const char *s = json_str(&msg);
	const char *at = s ? strstr(s, " at line ") : NULL;

	if (!s)
		buf_adds(err, "not a JSON value");
	else
		buf_addf(err, "not JSON: %.*s",
		    (int)(at ? at - s : (long)strlen(s)), s);
	jv_free(msg);
}

jv
json_parse(const char *text, size_t len, struct buf *err)
{
	jv_parser *parser;
	jv v, more;

	if (len > JSON_MAX_TEXT) {
		buf_adds(err, "too long a JSON text");
		return jv_invalid();
	}
	if (check_text(text, len, err))
		return jv_invalid();
	parser = jv_parser_new(0);
	jv_parser_set_buf(parser, text, (int)len, 0);
	v = jv_parser_next(parser);
	if (!jv_is_valid(v)) {
		add_reason(err, v);
		v = jv_invalid();
	} else {
		more = jv_parser_next(parser);
		if (jv_is_valid(more) || jv_invalid_has_msg(jv_copy(more))) {
			buf_adds(err, "more than one JSON value");
			jv_free(v);
			v = jv_invalid();
		}
		jv_free(more);
	}
	jv_parser_free(parser);
	return v;
}

/* --- writing ------------------------------------------------------------ */

void
json_write_number(struct buf *out, double d)
{
	char text[40];
	int precision;
	char *e;

	if (floor(d) == d && fabs(d) <= JSON_EXACT) {
		buf_addi(out, (long long)d);
		return;
	}
	if (floor(d) == d && fabs(d) < 1e21) {
		buf_addf(out, "%.0f", d);
		return;
	}
	for (precision = 1; precision <= 17; precision++) {
		snprintf(text, sizeof(text), "%.*g", precision, d);
		if (strtod(text, NULL) == d)
			break;
	}
	if (fabs(d) >= 1e-6 && fabs(d) < 1e21) {
		/* The shortest digits, but never with an exponent. */
		for (precision = 0; precision <= 30; precision++) {
			snprintf(text, sizeof(text), "%.*f", precision, d);
			if (strtod(text, NULL) == d)
				break;
		}
		buf_adds(out, text);
		return;
	}
	/* Go writes e-7 where C writes e-07. */
	snprintf(text, sizeof(text), "%.*e", precision - 1, d);
	e = strchr(text, 'e');
	if (e && e[2] == '0' && e[3] != '\0')
		memmove(e + 2, e + 3, strlen(e + 3) + 1);
	buf_adds(out, text);
}

static bool
needs_escape(unsigned char c, unsigned style)
{
	if (c < ' ' || c == '"' || c == '\\')
		return true;
	return (style & JSON_GO_ESCAPE) &&
	       (c == '<' || c == '>' || c == '&' || c == 0xe2);
}

static size_t
write_escaped(struct buf *out, const char *s, size_t left)
{
	unsigned char c = (unsigned char)*s;
	/* Each that has a short form, and its letter behind it. */
	static const char letters[] = "\"\"\\\\\nn\rr\tt\bb\ff";
	const char *p;

	if (c == 0xe2) {
		if (left >= 3 && (unsigned char)s[1] == 0x80 &&
		    ((unsigned char)s[2] & 0xfe) == 0xa8) {
			buf_addf(out, "\\u202%x", (unsigned char)s[2] & 0xf);
			return 3;
		}
		buf_addc(out, *s);
		return 1;
	}
	p = memchr(letters, c, sizeof(letters) - 1);
	if (p) {
		buf_addc(out, '\\');
		buf_addc(out, p[1]);
	} else {
		buf_addf(out, "\\u%04x", c);
	}
	return 1;
}

void
json_write_str(struct buf *out, const char *s, size_t len, unsigned style)
{
	size_t i = 0, start;

	buf_addc(out, '"');
	while (i < len) {
		for (start = i; i < len; i++)
			if (needs_escape((unsigned char)s[i], style))
				break;
		buf_add(out, s + start, i - start);
		if (i < len)
			i += write_escaped(out, s + i, len - i);
	}
	buf_addc(out, '"');
}

static void
write_jv_str(struct buf *out, const jv *v, unsigned style)
{
	json_write_str(out, jv_string_value(*v),
	    (size_t)jv_string_length_bytes(jv_copy(*v)), style);
}

static int
compare_keys(const void *a, const void *b)
{
	const jv *x = a, *y = b;

	return strcmp(jv_string_value(*x), jv_string_value(*y));
}

static void
write_sorted(struct buf *out, const jv *v, unsigned style)
{
	int n = json_len(v), i = 0, it;
	jv *keys = mem_zero((size_t)n, sizeof(*keys));

	for (it = jv_object_iter(*v); jv_object_iter_valid(*v, it);
	     it = jv_object_iter_next(*v, it))
		keys[i++] = jv_object_iter_key(*v, it);
	qsort(keys, (size_t)n, sizeof(*keys), compare_keys);
	for (i = 0; i < n; i++) {
		jv x = jv_object_get(jv_copy(*v), jv_copy(keys[i]));

		if (i)
			buf_addc(out, ',');
		write_jv_str(out, &keys[i], style);
		buf_addc(out, ':');
		json_write(out, &x, style);
		jv_free(x);
		jv_free(keys[i]);
	}
	free(keys);
}

static void
write_in_order(struct buf *out, const jv *v, unsigned style)
{
	const char *comma = "";
	int it;

	for (it = jv_object_iter(*v); jv_object_iter_valid(*v, it);
	     it = jv_object_iter_next(*v, it)) {
		jv key = jv_object_iter_key(*v, it);
		jv x = jv_object_iter_value(*v, it);

		buf_adds(out, comma);
		comma = ",";
		write_jv_str(out, &key, style);
		buf_addc(out, ':');
		json_write(out, &x, style);
		jv_free(key);
		jv_free(x);
	}
}

static void
write_array(struct buf *out, const jv *v, unsigned style)
{
	int n = json_len(v), i;

	for (i = 0; i < n; i++) {
		jv x = json_at(v, i);

		if (i)
			buf_addc(out, ',');
		json_write(out, &x, style);
		jv_free(x);
	}
}

/* Recursion is as deep as the value, which the readers cap at JSON_DEPTH. */
void
json_write(struct buf *out, const jv *v, unsigned style)
{
	switch (jv_get_kind(*v)) {
	case JV_KIND_TRUE:
		buf_adds(out, "true");
		break;
	case JV_KIND_FALSE:
		buf_adds(out, "false");
		break;
	case JV_KIND_NUMBER:
		json_write_number(out, jv_number_value(*v));
		break;
	case JV_KIND_STRING:
		write_jv_str(out, v, style);
		break;
	case JV_KIND_ARRAY:
		buf_addc(out, '[');
		write_array(out, v, style);
		buf_addc(out, ']');
		break;
	case JV_KIND_OBJECT:
		buf_addc(out, '{');
		if (style & JSON_SORTED)
			write_sorted(out, v, style);
		else
			write_in_order(out, v, style);
		buf_addc(out, '}');
		break;
	default:
		buf_adds(out, "null");
		break;
	}
}
