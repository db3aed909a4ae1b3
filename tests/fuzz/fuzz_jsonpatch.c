/*
 * The second document of an input as a JSON patch of the first one.  What comes
 * out can be written, and read again.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
#include "json.h"
#include "kustomize/jsonpatch.h"
#include "manifest/manifest.h"

static void
check_result(const jv *v)
{
	struct buf text = BUF_INIT, err = BUF_INIT;
	jv again;

	json_write(&text, v, 0);
	again = json_parse(buf_str(&text), text.len, &err);
	fuzz_check(json_equal(&again, v));
	jv_free(again);
	buf_release(&text);
	buf_release(&err);
}

static void
apply(const jv *document, const jv *patch)
{
	struct buf pointer = BUF_INIT, err = BUF_INIT;
	jv v = jv_copy(*document);
	int rc = jsonpatch_check(patch, &pointer, &err);

	if (rc == 0)
		rc = jsonpatch_apply(&v, patch, &pointer, &err);
	fuzz_check((rc == 0) == (err.len == 0));
	fuzz_check(rc || pointer.len == 0);
	fuzz_check(jv_is_valid(v));
	if (rc == 0)
		check_result(&v);
	jv_free(v);
	buf_release(&pointer);
	buf_release(&err);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf err = BUF_INIT;
	struct manifest m;

	if (manifest_read((const char *)data, size, &m, &err) == 0) {
		if (m.n >= 2)
			apply(&m.docs[0].value, &m.docs[1].value);
		manifest_release(&m);
	}
	buf_release(&err);
	return 0;
}
