/*
 * Borrowing accessors and careful changes over libjq's values.  Text is in
 * jsonread.c and jsonwrite.c.  Nothing here prints, and nothing aborts on a
 * value of an unexpected kind.
 */
#include "json.h"

#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "jsonint.h"

const char *
json_str(const jv *v)
{
	return json_is(v, JV_KIND_STRING) ? jv_string_value(*v) : NULL;
}

/*
 * Keys that were made, each in the one place that its hash names.  A longer key
 * is somebody's data rather than a field and won't come again soon.
 */
#define KEYS 1024
#define LONGEST_KEY 48

static struct kept_key {
	const char *text; /* of key; NULL: there is none */
	size_t len;
	jv key;
} kept_keys[KEYS];

jv
json_key(const char *key, size_t len)
{
	struct kept_key *kept;
	unsigned hash = 0;
	size_t i;

	if (len > LONGEST_KEY)
		return jv_string_sized(key, (int)len);
	for (i = 0; i < len; i++)
		hash = hash * 31 + (unsigned char)key[i];
	kept = &kept_keys[(hash ^ hash >> 10) % KEYS];
	if (!kept->text || kept->len != len ||
	    memcmp(kept->text, key, len) != 0) {
		if (kept->text)
			jv_free(kept->key);
		kept->key = jv_string_sized(key, (int)len);
		kept->text = jv_string_value(kept->key);
		kept->len = (size_t)jv_string_length_bytes(jv_copy(kept->key));
	}
	return jv_copy(kept->key);
}

/*
 * A key that the program's text names is always in the same place, so that it
 * is known by its address, before its length and its hash.
 */
#define NAMES 509

static struct kept_name {
	const char *at, *text; /* at NULL: there is none; text is of key */
	jv key;
} kept_names[NAMES];

static jv
key_of(const char *key)
{
	struct kept_name *kept = &kept_names[(uintptr_t)key % NAMES];

	/* Some keys are data, in memory that others will have later on. */
	if (kept->at != key || strcmp(kept->text, key) != 0) {
		if (kept->at)
			jv_free(kept->key);
		kept->key = json_key(key, strlen(key));
		kept->text = jv_string_value(kept->key);
		kept->at = key;
	}
	return jv_copy(kept->key);
}

jv
json_get(const jv *v, const char *key)
{
	if (!json_is(v, JV_KIND_OBJECT))
		return jv_invalid();
	return jv_object_get(jv_copy(*v), key_of(key));
}

bool
json_has(const jv *v, const char *key)
{
	return json_is(v, JV_KIND_OBJECT) &&
	       jv_object_has(jv_copy(*v), key_of(key));
}

jv
json_at(const jv *v, int i)
{
	if (!json_is(v, JV_KIND_ARRAY) || i < 0)
		return jv_invalid();
	return jv_array_get(jv_copy(*v), i);
}

int
json_len(const jv *v)
{
	if (json_is(v, JV_KIND_ARRAY))
		return jv_array_length(jv_copy(*v));
	if (json_is(v, JV_KIND_OBJECT))
		return jv_object_length(jv_copy(*v));
	return 0;
}

bool
json_is_empty(const jv *v)
{
	if (json_is(v, JV_KIND_OBJECT))
		return !jv_object_iter_valid(*v, jv_object_iter(*v));
	return !json_is(v, JV_KIND_ARRAY) || json_len(v) == 0;
}

static jv
follow(const jv *v, va_list ap)
{
	jv at = jv_copy(*v), next;
	const char *key;

	while ((key = va_arg(ap, const char *)) && jv_is_valid(at)) {
		next = json_get(&at, key);
		jv_free(at);
		at = next;
	}
	return at;
}

jv
json_path(const jv *v, ...)
{
	va_list ap;
	jv at;

	va_start(ap, v);
	at = follow(v, ap);
	va_end(ap);
	return at;
}

/* The text stays valid: whoever holds the parent holds this value too. */
static const char *
str_of_held(jv held)
{
	const char *s = json_str(&held);

	jv_free(held);
	return s;
}

const char *
json_path_str(const jv *v, ...)
{
	va_list ap;
	jv at;

	va_start(ap, v);
	at = follow(v, ap);
	va_end(ap);
	return str_of_held(at);
}

const char *
json_get_str(const jv *v, const char *key)
{
	return str_of_held(json_get(v, key));
}

bool
json_get_bool(const jv *v, const char *key, bool otherwise)
{
	jv x = json_get(v, key);
	jv_kind kind = jv_get_kind(x);

	jv_free(x);
	if (kind == JV_KIND_TRUE || kind == JV_KIND_FALSE)
		return kind == JV_KIND_TRUE;
	return otherwise;
}

bool
json_int(const jv *v, long long *out)
{
	double d;

	if (!json_is(v, JV_KIND_NUMBER))
		return false;
	d = jv_number_value(*v);
	if (floor(d) != d || fabs(d) > JSON_EXACT)
		return false;
	*out = (long long)d;
	return true;
}

long long
json_get_int(const jv *v, const char *key, long long otherwise)
{
	jv x = json_get(v, key);
	long long n;
	bool ok = json_int(&x, &n);

	jv_free(x);
	return ok ? n : otherwise;
}

static bool
take_room(size_t *room, size_t n)
{
	bool enough = n <= *room;

	*room -= enough ? n : *room;
	return enough;
}

static bool
members_fit(const jv *v, int depth, size_t *room)
{
	bool fits = true;

	for (int i = jv_object_iter(*v); fits && jv_object_iter_valid(*v, i);
	     i = jv_object_iter_next(*v, i)) {
		jv key = jv_object_iter_key(*v, i);
		jv e = jv_object_iter_value(*v, i);

		fits = json_fits(&key, 0, room) && json_fits(&e, depth, room);
		jv_free(key);
		jv_free(e);
	}
	return fits;
}

bool
json_fits(const jv *v, int depth, size_t *room)
{
	jv_kind kind = jv_get_kind(*v);
	bool fits = true;

	if (kind == JV_KIND_STRING)
		return take_room(
		    room, 1 + (size_t)jv_string_length_bytes(jv_copy(*v)) / 64);
	if (!take_room(room, 1))
		return false;
	if (kind != JV_KIND_ARRAY && kind != JV_KIND_OBJECT)
		return true;
	if (depth == 0)
		return false;
	if (kind == JV_KIND_OBJECT)
		return members_fit(v, depth - 1, room);
	for (int i = 0, n = json_len(v); i < n && fits; i++) {
		jv e = json_at(v, i);

		fits = json_fits(&e, depth - 1, room);
		jv_free(e);
	}
	return fits;
}

bool
json_equal(const jv *a, const jv *b)
{
	return jsonint_any() ? jsonint_equal(a, b)
			     : jv_equal(jv_copy(*a), jv_copy(*b));
}

jv
json_set(jv obj, const char *key, jv value)
{
	return jv_object_set(obj, key_of(key), value);
}

jv
json_set_str(jv obj, const char *key, const char *value)
{
	return json_set(obj, key, jv_string(value));
}

jv
json_delete(jv obj, const char *key)
{
	/* libjq copies a shared object even when there is nothing to do. */
	if (!json_has(&obj, key))
		return obj;
	return jv_object_delete(obj, key_of(key));
}

jv
json_take(jv *obj, const char *key)
{
	jv v = json_get(obj, key);

	if (jv_is_valid(v))
		*obj = json_set(*obj, key, jv_null());
	return v;
}

jv
json_take_at(jv *array, int i)
{
	jv v = json_at(array, i);

	if (jv_is_valid(v))
		*array = jv_array_set(*array, i, jv_null());
	return v;
}

jv
json_each(jv container, jv (*change)(jv v))
{
	if (json_is(&container, JV_KIND_ARRAY))
		for (int i = 0, n = json_len(&container); i < n; i++)
			container = jv_array_set(
			    container, i, change(json_take_at(&container, i)));
	if (!json_is(&container, JV_KIND_OBJECT))
		return container;
	/* What is set under a key that is there stays in its place. */
	for (int i = jv_object_iter(container);
	     jv_object_iter_valid(container, i);
	     i = jv_object_iter_next(container, i)) {
		jv key = jv_object_iter_key(container, i);
		jv x = jv_object_iter_value(container, i);

		/* So that it has no other owner while it is changed. */
		container = jv_object_set(container, jv_copy(key), jv_null());
		container = jv_object_set(container, key, change(x));
	}
	return container;
}

void
json_pointer_add(struct buf *pointer, const char *key)
{
	buf_addc(pointer, '/');
	for (; *key; key++) {
		if (*key == '~')
			buf_adds(pointer, "~0");
		else if (*key == '/')
			buf_adds(pointer, "~1");
		else
			buf_addc(pointer, *key);
	}
}

bool
json_pointer_next(const char **p, struct buf *token)
{
	const char *s = *p;

	if (*s != '/')
		return false;
	buf_clear(token);
	for (s++; *s && *s != '/'; s++) {
		if (s[0] == '~' && (s[1] == '0' || s[1] == '1'))
			buf_addc(token, *++s == '0' ? '~' : '/');
		else
			buf_addc(token, *s);
	}
	*p = s;
	return true;
}

void
json_pointer_say(const char *pointer, struct buf *out)
{
	struct buf token = BUF_INIT;
	bool first = true;

	for (; json_pointer_next(&pointer, &token); first = false) {
		const char *s = buf_str(&token);
		bool index = *s && strspn(s, "0123456789") == token.len;

		if (index || (!first && strchr(s, '.')))
			buf_addf(out, "[%.200s]", s);
		else
			buf_addf(out, "%s%.200s", first ? "" : ".", s);
	}
	buf_release(&token);
}

/* The index that a token of a pointer names, or -1. */
static int
token_index(const char *token)
{
	char *end;
	long n;

	if (token[0] < '0' || token[0] > '9' ||
	    (token[0] == '0' && token[1] != '\0') || strlen(token) > 9)
		return -1;
	n = strtol(token, &end, 10);
	return *end == '\0' ? (int)n : -1;
}

jv
json_pointer_get(const jv *v, const char *pointer)
{
	struct buf token = BUF_INIT;
	jv at = jv_copy(*v), next;

	while (jv_is_valid(at) && json_pointer_next(&pointer, &token)) {
		if (json_is(&at, JV_KIND_ARRAY))
			next = json_at(&at, token_index(buf_str(&token)));
		else
			next = json_get(&at, buf_str(&token));
		jv_free(at);
		at = next;
	}
	buf_release(&token);
	return at;
}
