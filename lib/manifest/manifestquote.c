/* Strings in quotes; see manifestquote.h. */
#include "manifest/manifestquote.h"

#include <string.h>

#include "json.h"
#include "manifest/manifeststyle.h"
#include "manifest/scalar.h"

bool
manifest_is_quoted(const jv *v, enum manifest_quotes rule)
{
	const char *s = json_str(v);
	size_t len;

	if (!s || rule == QUOTES_ALL)
		return s != NULL;
	if (rule == QUOTES_MARKED)
		return v->pad_;
	len = strlen(s);
	return scalar_needs_quotes(s, len) || !style_of(s, len).plain;
}
