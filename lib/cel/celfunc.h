#ifndef POUNDLOCK_CELFUNC_H
#define POUNDLOCK_CELFUNC_H

#include "cel/celvalue.h"

/*
 * The functions of the language.  A function gets values that are no errors, a
 * method its receiver first, and as many as its table says; it checks their
 * types itself.
 */

#define CEL_MAX_ARGS 4

typedef struct cel_value cel_fn(
    struct cel_run *r, const struct cel_value *a, size_t n);

enum cel_kind {
	CEL_F_PLAIN,
	CEL_F_OR,	/* .or(): the argument only if there is need */
	CEL_F_OR_VALUE, /* .orValue() */
};

struct cel_function {
	const char *name; /* with its namespace, as in "sets.contains" */
	bool method;
	unsigned char min, max; /* arguments, the receiver included */
	enum cel_kind kind;
	cel_fn *call;
	const char *signature; /* as in celtype.h */
};

/* The function of that name, NULL if there is none. */
const struct cel_function *cel_function(const char *name, bool method);

/* Whether any function starts with "NAME.". */
bool cel_function_namespace(const char *name);

/* celconvert.c: int(), string() and so on */
cel_fn cel_to_bool, cel_to_bytes, cel_to_double, cel_to_duration, cel_to_dyn;
cel_fn cel_to_int, cel_to_string, cel_to_timestamp, cel_to_type, cel_to_uint;

/* celstring.c */
cel_fn cel_contains, cel_starts_with, cel_ends_with, cel_matches;
cel_fn cel_char_at, cel_index_of, cel_last_index_of, cel_lower, cel_upper;
cel_fn cel_substring, cel_trim, cel_reverse, cel_quote;

/* celsplit.c */
cel_fn cel_replace, cel_split, cel_join;

/* celformat.c */
cel_fn cel_format;

/* celcollect.c: sizes, lists, sets, optionals */
cel_fn cel_size, cel_first, cel_last, cel_unwrap;
cel_fn cel_sets_contains, cel_sets_equivalent, cel_sets_intersects;
cel_fn cel_optional_of, cel_optional_none, cel_optional_nonzero;
cel_fn cel_get_value, cel_has_value;

/* celencode.c */
cel_fn cel_base64_encode, cel_base64_decode;

#endif
