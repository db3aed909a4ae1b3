/* Scalars of YAML with their tags; see manifestscalar.h. */
#include "manifest/manifestscalar.h"

#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "json.h"
#include "manifest/scalar.h"

/* A long plain word is a string, and jq's strings have an int for length. */
static jv
text_of(const yaml_event_t *e)
{
	return json_key(
	    (const char *)e->data.scalar.value, e->data.scalar.length);
}

/* The part behind tag:yaml.org,2002: of a tag, "" for none or a foreign one. */
static const char *
core_tag(const yaml_event_t *e)
{
	static const char prefix[] = "tag:yaml.org,2002:";
	const char *tag = (const char *)e->data.scalar.tag;

	if (!tag || strncmp(tag, prefix, sizeof(prefix) - 1) != 0)
		return "";
	return tag + sizeof(prefix) - 1;
}

static struct scalar
resolve(const yaml_event_t *e, bool v2)
{
	return scalar_resolve(
	    (const char *)e->data.scalar.value, e->data.scalar.length, v2);
}

bool
manifest_is_merge(const yaml_event_t *e)
{
	return e->data.scalar.length == 2 &&
	       memcmp(e->data.scalar.value, "<<", 2) == 0 &&
	       (e->data.scalar.plain_implicit ||
		   strcmp(core_tag(e), "merge") == 0);
}

static int
base64_digit(unsigned char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz"
				     "0123456789+/";
	const char *p = c ? strchr(digits, c) : NULL;

	return p ? (int)(p - digits) : -1;
}

/* Decode !!binary; text only, since JSON has nothing else. */
static jv
decode_binary(const yaml_event_t *e, const char **what)
{
	const unsigned char *s = e->data.scalar.value;
	size_t i, digits = 0, pads = 0;
	struct buf out = BUF_INIT;
	unsigned bits = 0;
	jv value;

	for (i = 0; i < e->data.scalar.length; i++) {
		int d = base64_digit(s[i]);

		if (strchr(" \t\r\n", s[i]) && s[i])
			continue;
		if (s[i] == '=' && ++pads <= 2)
			continue;
		if (d < 0 || pads) {
			*what = "!!binary without good base64";
			break;
		}
		bits = bits << 6 | (unsigned)d;
		if (digits++ % 4)
			buf_addc(
			    &out, (char)(bits >> (6 - 2 * ((digits - 1) % 4))));
	}
	if ((digits + pads) % 4)
		*what = "!!binary without good base64";
	value = jv_string_sized(buf_str(&out), (int)out.len);
	if (!*what &&
	    (strlen(jv_string_value(value)) < out.len ||
		memcmp(jv_string_value(value), buf_str(&out), out.len) != 0))
		*what = "!!binary that is no text";
	buf_release(&out);
	if (*what) {
		jv_free(value);
		return jv_invalid();
	}
	return value;
}

static jv
time_of(const yaml_event_t *e)
{
	struct buf out = BUF_INIT;
	jv value;

	if (!scalar_time((const char *)e->data.scalar.value,
		e->data.scalar.length, &out))
		return text_of(e);
	value = jv_string_sized(out.s, (int)out.len);
	buf_release(&out);
	return value;
}

static jv
value_of(const yaml_event_t *e, struct scalar s, bool v2, const char **what)
{
	switch (s.kind) {
	case SCALAR_NULL:
		return jv_null();
	case SCALAR_BOOL:
		return jv_bool(s.truth);
	case SCALAR_INT:
	case SCALAR_FLOAT:
		return jv_number(s.number);
	case SCALAR_TIME:
		return v2 ? text_of(e) : time_of(e);
	case SCALAR_INEXACT:
		*what = "an integer too large to be kept exact";
		return jv_invalid();
	case SCALAR_INFINITE:
		*what = "a number that JSON does not have";
		return jv_invalid();
	default:
		return text_of(e);
	}
}

/* A scalar whose tag names the type that it must have. */
static jv
tagged(const yaml_event_t *e, const char *tag, bool v2, const char **what)
{
	struct scalar s = resolve(e, v2);
	bool number = s.kind == SCALAR_INT || s.kind == SCALAR_FLOAT ||
		      s.kind == SCALAR_INEXACT || s.kind == SCALAR_INFINITE;

	if (strcmp(tag, "binary") == 0)
		return decode_binary(e, what);
	if ((strcmp(tag, "int") == 0 && number && s.kind != SCALAR_FLOAT) ||
	    (strcmp(tag, "float") == 0 && number) ||
	    (strcmp(tag, "bool") == 0 && s.kind == SCALAR_BOOL) ||
	    (strcmp(tag, "null") == 0 && s.kind == SCALAR_NULL) ||
	    (strcmp(tag, "timestamp") == 0 && s.kind == SCALAR_TIME))
		return value_of(e, s, v2, what);
	if (strcmp(tag, "int") == 0)
		*what = "an !!int that is none";
	else if (strcmp(tag, "float") == 0)
		*what = "a !!float that is none";
	else if (strcmp(tag, "bool") == 0)
		*what = "a !!bool that is none";
	else if (strcmp(tag, "null") == 0)
		*what = "a !!null that is none";
	else if (strcmp(tag, "timestamp") == 0)
		*what = "a !!timestamp that is none";
	return *what ? jv_invalid() : text_of(e);
}

jv
manifest_value(const yaml_event_t *e, bool v2, const char **what)
{
	const char *tag = core_tag(e);

	if (*tag && strcmp(tag, "str") != 0)
		return tagged(e, tag, v2, what);
	if (!e->data.scalar.plain_implicit)
		return text_of(e);
	return value_of(e, resolve(e, v2), v2, what);
}

/* Go prints a float as a key with %g's shortest form. */
static jv
number_key(double d)
{
	struct buf out = BUF_INIT;
	jv key;

	json_write_number(&out, d);
	key = jv_string_sized(buf_str(&out), (int)out.len);
	buf_release(&out);
	return key;
}

jv
manifest_key(const yaml_event_t *e, bool v2, const char **what)
{
	struct scalar s = { .kind = SCALAR_STRING };

	if (memchr(e->data.scalar.value, '\0', e->data.scalar.length)) {
		*what = "a NUL in a key";
		return jv_invalid();
	}
	/* Nobody who writes the key y means "true". */
	if (e->data.scalar.plain_implicit)
		s = resolve(e, false);
	if (s.kind == SCALAR_NULL) {
		*what = "a null as a key";
		return jv_invalid();
	}
	if (!v2)
		return text_of(e);
	if (s.kind == SCALAR_BOOL)
		return jv_string(s.truth ? "true" : "false");
	if (s.kind == SCALAR_INT || s.kind == SCALAR_FLOAT)
		return number_key(s.number);
	if (s.kind == SCALAR_INEXACT || s.kind == SCALAR_INFINITE)
		return value_of(e, s, v2, what);
	return text_of(e);
}
