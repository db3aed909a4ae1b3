#include "cel/celfunc.h"

#include <string.h>

#include "cel/celtime.h"

/* getHours() and its like, of timestamps and durations. */
#define PART(name, part) \
	static struct cel_value name( \
	    struct cel_run *r, const struct cel_value *a, size_t n) \
	{ \
		return cel_time_part(r, part, &a[0], n > 1 ? &a[1] : NULL); \
	}

PART(full_year, CEL_P_YEAR)
PART(month, CEL_P_MONTH)
PART(day_of_year, CEL_P_DAY_OF_YEAR)
PART(day_of_month, CEL_P_DAY_OF_MONTH)
PART(date, CEL_P_DATE)
PART(day_of_week, CEL_P_DAY_OF_WEEK)
PART(hours, CEL_P_HOURS)
PART(minutes, CEL_P_MINUTES)
PART(seconds, CEL_P_SECONDS)
PART(milliseconds, CEL_P_MILLISECONDS)

static const struct cel_function functions[] = {
	{ "base64.decode", false, 1, 1, CEL_F_PLAIN, cel_base64_decode, "s:y" },
	{ "base64.encode", false, 1, 1, CEL_F_PLAIN, cel_base64_encode, "y:s" },
	{ "bool", false, 1, 1, CEL_F_PLAIN, cel_to_bool, "b:b|s:b" },
	{ "bytes", false, 1, 1, CEL_F_PLAIN, cel_to_bytes, "y:y|s:y" },
	{ "charAt", true, 2, 2, CEL_F_PLAIN, cel_char_at, "si:s" },
	{ "contains", true, 2, 2, CEL_F_PLAIN, cel_contains, "ss:b" },
	{ "double", false, 1, 1, CEL_F_PLAIN, cel_to_double,
	    "d:d|i:d|s:d|u:d" },
	{ "duration", false, 1, 1, CEL_F_PLAIN, cel_to_duration,
	    "D:D|i:D|s:D" },
	{ "dyn", false, 1, 1, CEL_F_PLAIN, cel_to_dyn, "A:*" },
	{ "endsWith", true, 2, 2, CEL_F_PLAIN, cel_ends_with, "ss:b" },
	{ "first", true, 1, 1, CEL_F_PLAIN, cel_first, "[A:?A" },
	{ "format", true, 2, 2, CEL_F_PLAIN, cel_format, "s[*:s" },
	{ "getDate", true, 1, 2, CEL_F_PLAIN, date, "t:i|ts:i" },
	{ "getDayOfMonth", true, 1, 2, CEL_F_PLAIN, day_of_month, "t:i|ts:i" },
	{ "getDayOfWeek", true, 1, 2, CEL_F_PLAIN, day_of_week, "t:i|ts:i" },
	{ "getDayOfYear", true, 1, 2, CEL_F_PLAIN, day_of_year, "t:i|ts:i" },
	{ "getFullYear", true, 1, 2, CEL_F_PLAIN, full_year, "t:i|ts:i" },
	{ "getHours", true, 1, 2, CEL_F_PLAIN, hours, "t:i|ts:i|D:i" },
	{ "getMilliseconds", true, 1, 2, CEL_F_PLAIN, milliseconds,
	    "t:i|ts:i|D:i" },
	{ "getMinutes", true, 1, 2, CEL_F_PLAIN, minutes, "t:i|ts:i|D:i" },
	{ "getMonth", true, 1, 2, CEL_F_PLAIN, month, "t:i|ts:i" },
	{ "getSeconds", true, 1, 2, CEL_F_PLAIN, seconds, "t:i|ts:i|D:i" },
	{ "hasValue", true, 1, 1, CEL_F_PLAIN, cel_has_value, "?A:b" },
	{ "indexOf", true, 2, 3, CEL_F_PLAIN, cel_index_of, "ss:i|ssi:i" },
	{ "int", false, 1, 1, CEL_F_PLAIN, cel_to_int,
	    "i:i|d:i|D:i|s:i|t:i|u:i" },
	{ "join", true, 1, 2, CEL_F_PLAIN, cel_join, "[s:s|[ss:s" },
	{ "last", true, 1, 1, CEL_F_PLAIN, cel_last, "[A:?A" },
	{ "lastIndexOf", true, 2, 3, CEL_F_PLAIN, cel_last_index_of,
	    "ss:i|ssi:i" },
	{ "lowerAscii", true, 1, 1, CEL_F_PLAIN, cel_lower, "s:s" },
	{ "matches", false, 2, 2, CEL_F_PLAIN, cel_matches, "ss:b" },
	{ "matches", true, 2, 2, CEL_F_PLAIN, cel_matches, "ss:b" },
	{ "optional.none", false, 0, 0, CEL_F_PLAIN, cel_optional_none, ":?A" },
	{ "optional.of", false, 1, 1, CEL_F_PLAIN, cel_optional_of, "A:?A" },
	{ "optional.ofNonZeroValue", false, 1, 1, CEL_F_PLAIN,
	    cel_optional_nonzero, "A:?A" },
	{ "optional.unwrap", false, 1, 1, CEL_F_PLAIN, cel_unwrap, "[?A:[A" },
	{ "or", true, 2, 2, CEL_F_OR, NULL, "?A?A:?A" },
	{ "orValue", true, 2, 2, CEL_F_OR_VALUE, NULL, "?AA:A" },
	{ "replace", true, 3, 4, CEL_F_PLAIN, cel_replace, "sss:s|sssi:s" },
	{ "reverse", true, 1, 1, CEL_F_PLAIN, cel_reverse, "s:s" },
	{ "sets.contains", false, 2, 2, CEL_F_PLAIN, cel_sets_contains,
	    "[A[A:b" },
	{ "sets.equivalent", false, 2, 2, CEL_F_PLAIN, cel_sets_equivalent,
	    "[A[A:b" },
	{ "sets.intersects", false, 2, 2, CEL_F_PLAIN, cel_sets_intersects,
	    "[A[A:b" },
	{ "size", false, 1, 1, CEL_F_PLAIN, cel_size, "s:i|y:i|[A:i|{AB:i" },
	{ "size", true, 1, 1, CEL_F_PLAIN, cel_size, "s:i|y:i|[A:i|{AB:i" },
	{ "split", true, 2, 3, CEL_F_PLAIN, cel_split, "ss:[s|ssi:[s" },
	{ "startsWith", true, 2, 2, CEL_F_PLAIN, cel_starts_with, "ss:b" },
	{ "string", false, 1, 1, CEL_F_PLAIN, cel_to_string,
	    "s:s|b:s|y:s|d:s|D:s|i:s|t:s|u:s" },
	{ "strings.quote", false, 1, 1, CEL_F_PLAIN, cel_quote, "s:s" },
	{ "substring", true, 2, 3, CEL_F_PLAIN, cel_substring, "si:s|sii:s" },
	{ "timestamp", false, 1, 1, CEL_F_PLAIN, cel_to_timestamp,
	    "t:t|i:t|s:t" },
	{ "trim", true, 1, 1, CEL_F_PLAIN, cel_trim, "s:s" },
	{ "type", false, 1, 1, CEL_F_PLAIN, cel_to_type, "A:T" },
	{ "uint", false, 1, 1, CEL_F_PLAIN, cel_to_uint, "u:u|d:u|i:u|s:u" },
	{ "unwrapOpt", true, 1, 1, CEL_F_PLAIN, cel_unwrap, "[?A:[A" },
	{ "upperAscii", true, 1, 1, CEL_F_PLAIN, cel_upper, "s:s" },
	{ "value", true, 1, 1, CEL_F_PLAIN, cel_get_value, "?A:A" },
};

const struct cel_function *
cel_function(const char *name, bool method)
{
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		if (functions[i].method == method &&
		    strcmp(functions[i].name, name) == 0)
			return &functions[i];
	return NULL;
}

bool
cel_function_namespace(const char *name)
{
	size_t n = strlen(name);
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		if (strncmp(functions[i].name, name, n) == 0 &&
		    functions[i].name[n] == '.')
			return true;
	return false;
}
