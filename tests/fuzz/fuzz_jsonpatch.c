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
	struct fault fault = FAULT_INIT;
	jv v = jv_copy(*document);
	int i = 0, rc = jsonpatch_check(patch, &fault);

	if (rc == 0)
		rc = jsonpatch_apply(&v, patch, &i, &fault);
	fuzz_check((rc == 0) == (fault.what.len == 0));
	fuzz_check(rc || fault.field.len == 0);
	fuzz_check(jv_is_valid(v));
	if (rc == 0)
		check_result(&v);
	jv_free(v);
	fault_release(&fault);
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
