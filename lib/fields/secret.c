/* What may be said about a Secret; see secret.h. */
#include "fields/secret.h"

#include <string.h>

#include "object.h"

void
secret_message(const jv *object, const char *message, struct buf *out)
{
	static const char *const before[] = { ", got ",
		"Invalid value: ", "Unsupported value: ", "Duplicate value: " };
	size_t keep = strlen(message), i;

	for (i = 0; i < sizeof(before) / sizeof(*before); i++) {
		const char *at = strstr(message, before[i]);

		if (at && (size_t)(at - message) + strlen(before[i]) < keep)
			keep = (size_t)(at - message) + strlen(before[i]);
	}
	if (!object_is_secret(object))
		keep = strlen(message);
	buf_add(out, message, keep);
	if (keep < strlen(message))
		buf_adds(out, "***");
}
