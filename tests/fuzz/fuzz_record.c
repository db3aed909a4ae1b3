/* The stream between the tools: each record is read, added to and read again.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
#include "json.h"
#include "object.h"
#include "record.h"

/* The text of a record always is its value. */
static void
check_text(const struct record *r)
{
	struct buf err = BUF_INIT;
	jv v = json_parse(buf_str(&r->text), r->text.len, &err);

	fuzz_check(json_equal(&v, &r->value));
	jv_free(v);
	buf_release(&err);
}

static void
use(struct record *r)
{
	struct buf text = BUF_INIT, err = BUF_INIT;
	jv object = record_object(r);
	struct object_id id;

	fuzz_check(r->line > 0);
	check_text(r);
	if (jv_is_valid(object) && object_id(&object, &id, &err) == 0)
		object_id_key(&id, &text);
	object_subject(&object, &text);
	jv_free(object);
	if (*record_stage(r) || record_has_error(r))
		record_set(r, "wait", jv_string("x"));
	record_set_error(r, "Reason", "a message", 404);
	check_text(r);
	buf_release(&text);
	buf_release(&err);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *f = size ? fmemopen((void *)data, size, "r") : NULL;
	struct record_reader *reader;
	struct record r;
	struct buf err = BUF_INIT;
	int rc;

	if (!f)
		return 0;
	reader = record_reader_new(f, "input");
	while ((rc = record_read(reader, &r, &err)) == 1) {
		use(&r);
		record_release(&r);
	}
	fuzz_check((rc == 0) == (err.len == 0));
	record_complete(reader);
	record_reader_free(reader);
	buf_release(&err);
	fclose(f);
	return 0;
}
