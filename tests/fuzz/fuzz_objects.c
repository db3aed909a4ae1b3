/*
 * What is asked of whole objects: the documents of an input as Kustomizations
 * of Flux, as selectors, as live objects whose health is judged, and compared
 * with each other.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fields/compare.h"
#include "flux/flux.h"
#include "fuzz.h"
#include "health/health.h"
#include "health/labelselector.h"
#include "json.h"
#include "manifest/manifest.h"

static void
try_flux(const jv *v)
{
	struct buf pointer = BUF_INIT, err = BUF_INIT;
	struct flux f;
	int rc = flux_parse(&f, v, "default", &pointer, &err);

	fuzz_check((rc == 0) == (err.len == 0));
	if (rc == 0) {
		buf_clear(&pointer);
		flux_stage_name(&f, &pointer);
		jv_free(flux_after(&f));
		flux_source(&f);
		jv_free(flux_add_metadata(&f, jv_copy(*v)));
	}
	flux_release(&f);
	buf_release(&pointer);
	buf_release(&err);
}

static void
try_health(const jv *v)
{
	struct health_options options = { .now = 1700000000000 };
	struct health h = HEALTH_INIT;
	struct buf text = BUF_INIT;

	for (int strict = 0; strict < 2; strict++) {
		options.strict = options.has_status = strict;
		health_judge(v, &options, &h);
		jv_free(health_value(&h));
	}
	health_defines_status(v, v);
	label_selector_write(v, &text);
	health_release(&h);
	buf_release(&text);
}

static void
try_compare(const jv *a, const jv *b)
{
	jv fields = compare_objects(a, b, COMPARE_SUBSET | COMPARE_CONTENT);
	jv from = jv_copy(*a), to = jv_copy(*b);

	jv_free(compare_mask_fields(a, fields));
	compare_mask_objects(&from, &to);
	jv_free(from);
	jv_free(to);
	fields = compare_objects(a, a, 0);
	fuzz_check(json_len(&fields) == 0);
	jv_free(fields);
	jv_free(compare_overlay(jv_copy(*a), b));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf err = BUF_INIT;
	struct manifest m;
	int rc = manifest_read_as(
	    MANIFEST_KUBERNETES, (const char *)data, size, &m, &err);

	for (size_t i = 0; rc == 0 && i < m.n; i++) {
		if (flux_is_kustomization(&m.docs[i].value))
			try_flux(&m.docs[i].value);
		try_health(&m.docs[i].value);
		if (i > 0)
			try_compare(&m.docs[i - 1].value, &m.docs[i].value);
	}
	if (rc == 0)
		manifest_release(&m);
	buf_release(&err);
	return 0;
}
