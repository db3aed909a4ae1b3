/*
 * The strategic merge of the second document of an input into the first one,
 * as an object of the kind that it says it has.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
#include "json.h"
#include "kustomize/merge.h"
#include "manifest/manifest.h"

static void
merge(const jv *object, const jv *patch)
{
	struct buf before = BUF_INIT, after = BUF_INIT;
	struct fault fault = FAULT_INIT;
	jv merged = jv_copy(*object);
	int rc;

	json_write(&before, object, JSON_SORTED);
	rc = merge_strategic(
	    schema_builtin(), &merged, jv_copy(*patch), NULL, NULL, &fault);
	fuzz_check((rc == 0) == (fault.what.len == 0));
	fuzz_check(rc == 0 || !jv_is_valid(merged));
	/* What others hold has not changed with it. */
	json_write(&after, object, JSON_SORTED);
	fuzz_check(before.len == after.len);
	if (jv_is_valid(merged)) {
		buf_clear(&after);
		manifest_write(&after, &merged);
	}
	jv_free(merged);
	buf_release(&before);
	buf_release(&after);
	fault_release(&fault);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf err = BUF_INIT;
	struct manifest m;

	if (manifest_read((const char *)data, size, &m, &err) == 0) {
		if (m.n >= 2 && json_is(&m.docs[0].value, JV_KIND_OBJECT) &&
		    json_is(&m.docs[1].value, JV_KIND_OBJECT)) {
			merge(&m.docs[0].value, &m.docs[1].value);
			merge(&m.docs[0].value, &m.docs[0].value);
		}
		manifest_release(&m);
	}
	buf_release(&err);
	return 0;
}
