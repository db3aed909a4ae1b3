/*
 * Reading JSON text through libjq's parser, behind a scan that refuses what it
 * would quietly change (odd number spellings, deep nesting) and keeps the large
 * integers away from it.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "jsonint.h"

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

	/* The text without its large integers, as far as copied in it. */
	struct buf exact;
	size_t copied;
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

/*
 * A large integer is [nan,PLACE] to libjq: since no text that passes has a nan,
 * nothing else is read as that.  It is never longer than the digits.
 */
static void
replace_integer(struct scan *t, size_t end, const char *digits)
{
	jv v = json_integer(digits);
	size_t place = jsonint_place(&v);

	jv_free(v);
	if (!place)
		return;
	buf_add(&t->exact, t->s + t->copied, t->i - t->copied);
	buf_addf(&t->exact, "[nan,%zu]", place);
	t->copied = end;
}

/* A number of so many digits that libjq may not read it as it is. */
static bool
scan_long_number(struct scan *t, size_t end, bool whole)
{
	char text[400];

	if (end - t->i >= sizeof(text)) {
		buf_adds(t->err, "a number of too many digits");
		return false;
	}
	memcpy(text, t->s + t->i, end - t->i);
	text[end - t->i] = '\0';
	if (isinf(strtod(text, NULL))) {
		buf_addf(t->err, "the number %.40s is out of range", text);
		return false;
	}
	if (whole)
		replace_integer(t, end, text);
	return true;
}

static bool
scan_number(struct scan *t)
{
	bool whole = false;
	size_t end = number_end(t->s, t->i, t->len, &whole);

	if (!end) {
		buf_adds(t->err, "not a JSON number");
		return false;
	}
	if ((end - t->i >= 16 || !whole) && !scan_long_number(t, end, whole))
		return false;
	t->i = end;
	t->ended = true;
	return true;
}

/* libjq takes NaN, inf and Infinity for numbers. */
static bool
scan_word(struct scan *t)
{
	static const char *const words[] = { "true", "false", "null" };
	size_t left = t->len - t->i, n;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		n = strlen(words[i]);
		if (n <= left && memcmp(t->s + t->i, words[i], n) == 0) {
			t->i += n;
			t->ended = true;
			return true;
		}
	}
	buf_adds(t->err, "not JSON: a word other than true, false and null");
	return false;
}

/* Brackets, what separates values, and blanks. */
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
static bool
scan_text(struct scan *t)
{
	bool ok = true;

	while (ok && t->i < t->len) {
		char c = t->s[t->i];

		if (c == '"')
			ok = scan_string(t);
		else if (c == '-' || c == '+' || c == '.' ||
			 (c >= '0' && c <= '9'))
			ok = scan_number(t);
		else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
			ok = scan_word(t);
		else
			ok = scan_other(t, c);
	}
	if (ok && t->copied)
		buf_add(&t->exact, t->s + t->copied, t->len - t->copied);
	return ok;
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

static jv
parse(const char *text, size_t len, struct buf *err)
{
	jv_parser *parser = jv_parser_new(0);
	jv v, more;

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

/* The number that an array stands for, if it was put there by the scan. */
static jv
number_of(const jv *array)
{
	jv first = json_at(array, 0), second = json_at(array, 1), v;

	if (json_is(&first, JV_KIND_NUMBER) && isnan(jv_number_value(first)))
		v = jsonint_at((size_t)jv_number_value(second));
	else
		v = jv_invalid();
	jv_free(first);
	jv_free(second);
	return v;
}

/* Put the large integers back.  The scan has seen how deep the value is. */
static jv
restore(jv v)
{
	jv number = json_is(&v, JV_KIND_ARRAY) ? number_of(&v) : jv_invalid();

	if (!jv_is_valid(number)) {
		jv_free(number);
		return json_each(v, restore);
	}
	jv_free(v);
	return number;
}

jv
json_parse(const char *text, size_t len, struct buf *err)
{
	struct scan t = { .s = text, .len = len, .err = err };
	jv v = jv_invalid();

	if (len > JSON_MAX_TEXT)
		buf_adds(err, "too long a JSON text");
	else if (scan_text(&t))
		v = t.copied ? restore(parse(t.exact.s, t.exact.len, err))
			     : parse(text, len, err);
	buf_release(&t.exact);
	return v;
}
