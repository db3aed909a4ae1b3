#ifndef POUNDLOCK_JSON_H
#define POUNDLOCK_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jv.h>

#include "buf.h"

/*
 * JSON over libjq's jv, with one rule of ownership: a jv parameter is consumed,
 * a const jv * is borrowed, a returned jv is the caller's, and a returned
 * const char * lives as long as the borrowed value is neither freed nor
 * changed.  Nothing here aborts on a value of an unexpected kind: an accessor
 * then answers as if the value were absent.
 */

/* Deepest nesting that is read, written or made. */
#define JSON_DEPTH 100

/* Largest magnitude of an integer that a double holds exactly. */
#define JSON_EXACT 9007199254740992.0

/* --- asking ------------------------------------------------------------- */

static inline bool
json_is(const jv *v, jv_kind kind)
{
	return jv_get_kind(*v) == kind;
}

static inline bool
json_is_true(const jv *v)
{
	return json_is(v, JV_KIND_TRUE);
}

/* The text of a string, NULL for any other kind. */
const char *json_str(const jv *v);

/*
 * A key as a string (owned).  The same few keys are asked for over and over,
 * and libjq takes longer to make and hash a string than to find its member, so
 * those that were made last are kept.  All functions here that take a key go
 * this way.
 */
jv json_key(const char *key, size_t len);

/* The member of an object (owned), invalid if absent or v is no object. */
jv json_get(const jv *v, const char *key);
bool json_has(const jv *v, const char *key);

/* The element of an array (owned), invalid if there is none. */
jv json_at(const jv *v, int i);

/* Number of elements or members; 0 for what is no container. */
int json_len(const jv *v);

/* No container, or one without elements or members: quicker than json_len. */
bool json_is_empty(const jv *v);

/* Follow keys down to a NULL: json_path(&o, "spec", "template", NULL). */
jv json_path(const jv *v, ...) __attribute__((sentinel));

/* The string at the end of such a path, NULL if it is none. */
const char *json_path_str(const jv *v, ...) __attribute__((sentinel));

/* A member that is a string, else NULL. */
const char *json_get_str(const jv *v, const char *key);

/* A member that is a boolean, else otherwise. */
bool json_get_bool(const jv *v, const char *key, bool otherwise);

/* A member that is an integer within JSON_EXACT, else otherwise. */
long long json_get_int(const jv *v, const char *key, long long otherwise);

/* True, and the integer in *out, for one within JSON_EXACT. */
bool json_int(const jv *v, long long *out);

/* Both for any that has 64 bits. */
int64_t json_get_int64(const jv *v, const char *key, int64_t otherwise);
bool json_int64(const jv *v, int64_t *out);

/*
 * Whether a value has at most depth levels of containers, and takes no more
 * than *room nodes, which are taken from it; a text counts as one for each 64
 * bytes.  What is shared counts each time, as it does once it is written.
 */
bool json_fits(const jv *v, int depth, size_t *room);

/* Deep equality; numbers by value, to the last digit, objects in any order. */
bool json_equal(const jv *a, const jv *b);

/* --- large integers ----------------------------------------------------- */

/*
 * An integer beyond JSON_EXACT keeps all its digits: it is of JV_KIND_NUMBER as
 * others are, but its double is a NaN that only names it.  So jv_number_value
 * and jv_equal don't serve where there may be one: json_double, json_int64 and
 * json_equal do, and all that writes.  What a process has read of them it keeps
 * until its end.  A plain double beyond JSON_EXACT is none by its text: 1e18.
 */

/* The integer that -?[0-9]+ says, without zeros in front. */
jv json_integer(const char *digits);
jv json_from_int(int64_t n);

/* The digits of an integer beyond JSON_EXACT; NULL for any other value. */
const char *json_digits(const jv *v);

/* A number as the double next to it.  v must be a number. */
double json_double(const jv *v);

/*
 * The same value with each such integer as that double: what becomes of JSON
 * that Go reads into a map.
 */
jv json_round(jv v);

/* --- changing (consume and return the container) ------------------------ */

jv json_set(jv obj, const char *key, jv value);
jv json_set_str(jv obj, const char *key, const char *value);
jv json_delete(jv obj, const char *key);

/*
 * Take a member out so that the caller is its only owner and can change it in
 * place; put it back with json_set.  *obj keeps a null there meanwhile.
 * Invalid, and *obj untouched, when the key is absent.
 */
jv json_take(jv *obj, const char *key);

/* The same for an element of an array; put it back with jv_array_set. */
jv json_take_at(jv *array, int i);

/*
 * Put each element or member through change (which consumes it), in place; any
 * other value stays as it is.
 */
jv json_each(jv container, jv (*change)(jv v));

/* --- JSON pointers (RFC 6901) ------------------------------------------- */

/* Append "/KEY", escaped. */
void json_pointer_add(struct buf *pointer, const char *key);

/* What a pointer leads to; invalid if nothing.  "" is v itself. */
jv json_pointer_get(const jv *v, const char *pointer);

/*
 * The next token of a pointer that *p points into, unescaped into token.
 * Returns false at the end.  *p is moved behind it.
 */
bool json_pointer_next(const char **p, struct buf *token);

/*
 * Append a pointer as people write it: spec.containers[0].image, and a key that
 * has a dot in brackets as well: metadata.labels[example.org/name].
 */
void json_pointer_say(const char *pointer, struct buf *out);

/* --- text --------------------------------------------------------------- */

/* Largest JSON text or line that is read, in bytes. */
#define JSON_MAX_TEXT (256u << 20)

/*
 * Read one JSON value.  Refused, with a message in err that never repeats the
 * text: anything that is not one whole JSON value by RFC 8259, nesting deeper
 * than JSON_DEPTH, a number that is out of a double's range.  Returns an
 * invalid jv then.  Duplicate keys: the last one counts.
 */
jv json_parse(const char *text, size_t len, struct buf *err);

enum json_style {
	JSON_SORTED = 1,    /* keys in byte order */
	JSON_GO_ESCAPE = 2, /* < > & U+2028 U+2029 as encoding/json does */
};

/*
 * Append v as compact JSON.  Integers print as integers, other numbers with the
 * fewest digits that read back the same, in the spelling of Go's encoding/json.
 */
void json_write(struct buf *out, const jv *v, unsigned style);

/* Append a quoted JSON string. */
void json_write_str(struct buf *out, const char *s, size_t len, unsigned style);

/* Append the number as Go's encoding/json spells a float64. */
void json_write_number(struct buf *out, double d);

#endif
