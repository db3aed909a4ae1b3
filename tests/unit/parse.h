#ifndef POUNDLOCK_TEST_PARSE_H
#define POUNDLOCK_TEST_PARSE_H

#include "buf.h"
#include "json.h"

/* The value of a JSON text; the test fails where it is none. */
static inline jv
parse_json(const char *text)
{
	struct buf err = BUF_INIT;
	jv v = json_parse(text, strlen(text), &err);

	if (!jv_is_valid(v))
		fail_msg("%s: %s", text, buf_str(&err));
	buf_release(&err);
	return v;
}

#endif
