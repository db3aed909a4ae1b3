/* Scalars of YAML with their tags; see manifestscalar.h. */
#include "manifest/manifestscalar.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base64.h"
#include "buf.h"
#include "json.h"
#include "manifest/manifestquote.h"
#include "manifest/scalar.h"

/* A long plain word is a string, and jq's strings have an int for length. */
static jv
text_of(const struct manifest_scalar *from)
{
	return json_key(from->text, from->len);
}

/* The part behind tag:yaml.org,2002: of a tag, "" for none or a foreign one. */
static const char *
core_tag(const struct manifest_scalar *from)
{
	static const char prefix[] = "tag:yaml.org,2002:";
	const char *tag = from->tag;

	if (!tag || strncmp(tag, prefix, sizeof(prefix) - 1) != 0)
		return "";
	return tag + sizeof(prefix) - 1;
}

static struct scalar
resolve(const struct manifest_scalar *from, bool v2)
{
	return scalar_resolve(from->text, from->len, v2);
}

bool
manifest_is_merge(const struct manifest_scalar *from)
{
	return from->len == 2 && memcmp(from->text, "<<", 2) == 0 &&
	       (from->plain || strcmp(core_tag(from), "merge") == 0);
}

/*
 * Decode !!binary; text only, since JSON has nothing else.  go-yaml passes over
 * line ends in it, but over no blanks.
 */
static jv
decode_binary(const struct manifest_scalar *from, const char **what)
{
	struct buf digits = BUF_INIT, out = BUF_INIT;
	jv value;

	buf_add(&digits, from->text, from->len);
	if (strcspn(buf_str(&digits), " \t") != from->len ||
	    !base64_decode(&out, buf_str(&digits)))
		*what = "!!binary without good base64";
	value = jv_string_sized(buf_str(&out), (int)out.len);
	if (!*what &&
	    (strlen(jv_string_value(value)) < out.len ||
		memcmp(jv_string_value(value), buf_str(&out), out.len) != 0))
		*what = "!!binary that is no text";
	buf_release(&digits);
	buf_release(&out);
	if (*what) {
		jv_free(value);
		return jv_invalid();
	}
	return value;
}

static jv
time_of(const struct manifest_scalar *from)
{
	struct buf out = BUF_INIT;
	jv value;

	if (!scalar_time(from->text, from->len, &out))
		return text_of(from);
	value = jv_string_sized(out.s, (int)out.len);
	buf_release(&out);
	return value;
}

/* The double next to an integer; 0 has no sign. */
static double
rounded(struct scalar s)
{
	return s.negative && s.size ? -(double)s.size : (double)s.size;
}

static jv
integer_of(struct scalar s)
{
	char digits[24];

	if (s.size <= (uint64_t)JSON_EXACT)
		return jv_number(rounded(s));
	snprintf(digits, sizeof(digits), "%s%" PRIu64, s.negative ? "-" : "",
	    s.size);
	return json_integer(digits);
}

static jv
value_of(const struct manifest_scalar *from, struct scalar s, bool v2,
    const char **what)
{
	switch (s.kind) {
	case SCALAR_NULL:
		return jv_null();
	case SCALAR_BOOL:
		return jv_bool(s.truth);
	case SCALAR_INT:
		return integer_of(s);
	case SCALAR_FLOAT:
		return jv_number(s.number);
	case SCALAR_TIME:
		return v2 ? text_of(from) : time_of(from);
	case SCALAR_INFINITE:
		*what = "a number that JSON does not have";
		return jv_invalid();
	default:
		return text_of(from);
	}
}

/* A scalar whose tag names the type that it must have. */
static jv
tagged(const struct manifest_scalar *from, const char *tag, bool v2,
    const char **what)
{
	struct scalar s = resolve(from, v2);
	bool infinite = s.kind == SCALAR_INFINITE;

	if (strcmp(tag, "binary") == 0)
		return decode_binary(from, what);
	/* go-yaml makes a float of a signed integer alone. */
	if (strcmp(tag, "float") == 0 && s.kind == SCALAR_INT &&
	    (s.size <= INT64_MAX || s.negative))
		return jv_number(rounded(s));
	if ((strcmp(tag, "int") == 0 && (infinite || s.kind == SCALAR_INT)) ||
	    (strcmp(tag, "float") == 0 &&
		(infinite || s.kind == SCALAR_FLOAT)) ||
	    (strcmp(tag, "bool") == 0 && s.kind == SCALAR_BOOL) ||
	    (strcmp(tag, "null") == 0 && s.kind == SCALAR_NULL) ||
	    (strcmp(tag, "timestamp") == 0 && s.kind == SCALAR_TIME))
		return value_of(from, s, v2, what);
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
	return *what ? jv_invalid() : text_of(from);
}

jv
manifest_value(const struct manifest_scalar *from, bool v2, const char **what)
{
	const char *tag = core_tag(from);

	if (*tag && strcmp(tag, "str") != 0)
		return tagged(from, tag, v2, what);
	if (!from->plain)
		return manifest_quote(text_of(from), from->quoted && !v2);
	return value_of(from, resolve(from, v2), v2, what);
}

bool
manifest_is_float(const struct manifest_scalar *from, const jv *value)
{
	double d =
	    json_is(value, JV_KIND_NUMBER) ? jv_number_value(*value) : .5;

	return floor(d) == d && resolve(from, false).kind == SCALAR_FLOAT;
}

/* Go prints a float as a key with %g's shortest form. */
static jv
number_key(jv number)
{
	struct buf out = BUF_INIT;
	jv key;

	json_write(&out, &number, 0);
	jv_free(number);
	key = jv_string_sized(buf_str(&out), (int)out.len);
	buf_release(&out);
	return key;
}

jv
manifest_key(
    const struct manifest_scalar *from, bool v2, bool *other, const char **what)
{
	struct scalar s = { .kind = SCALAR_STRING };

	*other = false;
	if (memchr(from->text, '\0', from->len)) {
		*what = "a NUL in a key";
		return jv_invalid();
	}
	/* Nobody who writes the key y means "true". */
	if (from->plain)
		s = resolve(from, false);
	*other = s.kind != SCALAR_STRING;
	if (s.kind == SCALAR_NULL) {
		*what = "a null as a key";
		return jv_invalid();
	}
	if (!v2)
		return text_of(from);
	if (s.kind == SCALAR_BOOL)
		return jv_string(s.truth ? "true" : "false");
	if (s.kind == SCALAR_INT || s.kind == SCALAR_FLOAT)
		return number_key(value_of(from, s, v2, what));
	if (s.kind == SCALAR_INFINITE)
		return value_of(from, s, v2, what);
	return text_of(from);
}
