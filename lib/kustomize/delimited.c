/* Texts of several parts; see delimited.h. */
#include "kustomize/delimited.h"

#include <string.h>

#include "json.h"
#include "kustomize/resource.h"

jv
delimited_get(jv value, const char *delimiter, long long index)
{
	jv text = scalar_string(&value), part = jv_invalid();
	const char *s = json_str(&text);
	size_t d = strlen(delimiter);

	jv_free(value);
	for (long long i = 0; s && index >= 0; i++) {
		const char *end = strstr(s, delimiter);

		if (i == index) {
			jv_free(part);
			part = jv_string_sized(
			    s, (int)(end ? (size_t)(end - s) : strlen(s)));
			break;
		}
		s = end ? end + d : NULL;
	}
	jv_free(text);
	return part;
}

void
delimited_put(struct buf *out, const char *text, const char *value,
    const char *delimiter, long long index)
{
	size_t d = strlen(delimiter);
	const char *end;
	long long i = 0;

	if (index < 0)
		buf_addf(out, "%s%s", value, delimiter);
	for (;; text = end + d) {
		end = strstr(text, delimiter);
		if (i++ == index)
			buf_adds(out, value);
		else
			buf_add(out, text,
			    end ? (size_t)(end - text) : strlen(text));
		if (!end)
			break;
		buf_adds(out, delimiter);
	}
	if (index >= i)
		buf_addf(out, "%s%s", delimiter, value);
}
