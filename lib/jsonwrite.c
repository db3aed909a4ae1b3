/* Writing JSON text, with the numbers that Go would print. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"

/* Without its exponent: zeros stand for the digits that a double can't know. */
static void
write_whole(struct buf *out, const char *text)
{
	const char *e = strchr(text, 'e'), *p;
	int left = (int)strtol(e + 1, NULL, 10) + 1;

	for (p = text; p < e; p++) {
		if (*p == '.')
			continue;
		buf_addc(out, *p);
		left -= *p != '-';
	}
	for (; left > 0; left--)
		buf_addc(out, '0');
}

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
	for (precision = 1; precision <= 17; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision - 1, d);
		if (strtod(text, NULL) == d)
			break;
	}
	if (fabs(d) > JSON_EXACT && fabs(d) < 1e21) {
		write_whole(out, text);
		return;
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

static void
write_jv_number(struct buf *out, const jv *v)
{
	const char *digits = json_digits(v);

	if (digits)
		buf_adds(out, digits);
	else
		json_write_number(out, jv_number_value(*v));
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
		write_jv_number(out, v);
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
