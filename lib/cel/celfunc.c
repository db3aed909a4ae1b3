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
	{ "base64.decode", false, 1, 1, CEL_F_PLAIN, cel_base64_decode },
	{ "base64.encode", false, 1, 1, CEL_F_PLAIN, cel_base64_encode },
	{ "bool", false, 1, 1, CEL_F_PLAIN, cel_to_bool },
	{ "bytes", false, 1, 1, CEL_F_PLAIN, cel_to_bytes },
	{ "charAt", true, 2, 2, CEL_F_PLAIN, cel_char_at },
	{ "contains", true, 2, 2, CEL_F_PLAIN, cel_contains },
	{ "double", false, 1, 1, CEL_F_PLAIN, cel_to_double },
	{ "duration", false, 1, 1, CEL_F_PLAIN, cel_to_duration },
	{ "dyn", false, 1, 1, CEL_F_PLAIN, cel_to_dyn },
	{ "endsWith", true, 2, 2, CEL_F_PLAIN, cel_ends_with },
	{ "first", true, 1, 1, CEL_F_PLAIN, cel_first },
	{ "format", true, 2, 2, CEL_F_PLAIN, cel_format },
	{ "getDate", true, 1, 2, CEL_F_PLAIN, date },
	{ "getDayOfMonth", true, 1, 2, CEL_F_PLAIN, day_of_month },
	{ "getDayOfWeek", true, 1, 2, CEL_F_PLAIN, day_of_week },
	{ "getDayOfYear", true, 1, 2, CEL_F_PLAIN, day_of_year },
	{ "getFullYear", true, 1, 2, CEL_F_PLAIN, full_year },
	{ "getHours", true, 1, 2, CEL_F_PLAIN, hours },
	{ "getMilliseconds", true, 1, 2, CEL_F_PLAIN, milliseconds },
	{ "getMinutes", true, 1, 2, CEL_F_PLAIN, minutes },
	{ "getMonth", true, 1, 2, CEL_F_PLAIN, month },
	{ "getSeconds", true, 1, 2, CEL_F_PLAIN, seconds },
	{ "hasValue", true, 1, 1, CEL_F_PLAIN, cel_has_value },
	{ "indexOf", true, 2, 3, CEL_F_PLAIN, cel_index_of },
	{ "int", false, 1, 1, CEL_F_PLAIN, cel_to_int },
	{ "join", true, 1, 2, CEL_F_PLAIN, cel_join },
	{ "last", true, 1, 1, CEL_F_PLAIN, cel_last },
	{ "lastIndexOf", true, 2, 3, CEL_F_PLAIN, cel_last_index_of },
	{ "lowerAscii", true, 1, 1, CEL_F_PLAIN, cel_lower },
	{ "matches", false, 2, 2, CEL_F_PLAIN, cel_matches },
	{ "matches", true, 2, 2, CEL_F_PLAIN, cel_matches },
	{ "optional.none", false, 0, 0, CEL_F_PLAIN, cel_optional_none },
	{ "optional.of", false, 1, 1, CEL_F_PLAIN, cel_optional_of },
	{ "optional.ofNonZeroValue", false, 1, 1, CEL_F_PLAIN,
	    cel_optional_nonzero },
	{ "optional.unwrap", false, 1, 1, CEL_F_PLAIN, cel_unwrap },
	{ "or", true, 2, 2, CEL_F_OR, NULL },
	{ "orValue", true, 2, 2, CEL_F_OR_VALUE, NULL },
	{ "replace", true, 3, 4, CEL_F_PLAIN, cel_replace },
	{ "reverse", true, 1, 1, CEL_F_PLAIN, cel_reverse },
	{ "sets.contains", false, 2, 2, CEL_F_PLAIN, cel_sets_contains },
	{ "sets.equivalent", false, 2, 2, CEL_F_PLAIN, cel_sets_equivalent },
	{ "sets.intersects", false, 2, 2, CEL_F_PLAIN, cel_sets_intersects },
	{ "size", false, 1, 1, CEL_F_PLAIN, cel_size },
	{ "size", true, 1, 1, CEL_F_PLAIN, cel_size },
	{ "split", true, 2, 3, CEL_F_PLAIN, cel_split },
	{ "startsWith", true, 2, 2, CEL_F_PLAIN, cel_starts_with },
	{ "string", false, 1, 1, CEL_F_PLAIN, cel_to_string },
	{ "strings.quote", false, 1, 1, CEL_F_PLAIN, cel_quote },
	{ "substring", true, 2, 3, CEL_F_PLAIN, cel_substring },
	{ "timestamp", false, 1, 1, CEL_F_PLAIN, cel_to_timestamp },
	{ "trim", true, 1, 1, CEL_F_PLAIN, cel_trim },
	{ "type", false, 1, 1, CEL_F_PLAIN, cel_to_type },
	{ "uint", false, 1, 1, CEL_F_PLAIN, cel_to_uint },
	{ "unwrapOpt", true, 1, 1, CEL_F_PLAIN, cel_unwrap },
	{ "upperAscii", true, 1, 1, CEL_F_PLAIN, cel_upper },
	{ "value", true, 1, 1, CEL_F_PLAIN, cel_get_value },
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
