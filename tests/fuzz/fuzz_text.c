/*
 * The small languages within fields, each given the whole input as a text:
 * durations, times, quantities, field paths, patterns, label selectors and
 * Flux's variables.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "duration.h"
#include "fields/quantity.h"
#include "flux/substitute.h"
#include "fuzz.h"
#include "json.h"
#include "kustomize/path.h"
#include "kustomize/select.h"
#include "mem.h"
#include "timestamp.h"

static void
try_duration(const char *s)
{
	struct buf text = BUF_INIT;
	long long ms = 0, again = 0;

	if (duration_parse(s, &ms)) {
		fuzz_check(ms >= 0 && ms <= DURATION_MAX_MS);
		duration_write(&text, ms);
		fuzz_check(duration_parse(buf_str(&text), &again));
	}
	if (duration_parse_flux(s, &again))
		fuzz_check(duration_parse(s, &ms) && ms == again);
	timestamp_parse(s, &ms);
	buf_release(&text);
}

/* What is canonical is its own canonical form. */
static void
try_quantity(const char *s)
{
	struct buf first = BUF_INIT, second = BUF_INIT;

	if (quantity_canonical(s, &first)) {
		fuzz_check(quantity_canonical(first.s, &second));
		fuzz_check(strcmp(first.s, second.s) == 0);
		fuzz_check(quantity_compare(s, first.s) == 0);
	} else {
		fuzz_check(first.len == 0);
	}
	buf_release(&first);
	buf_release(&second);
}

static jv
set(jv value, bool made, void *context, struct buf *err)
{
	(void)made;
	(void)context;
	(void)err;
	jv_free(value);
	return jv_string("x");
}

static void
try_path(const char *s)
{
	static const char text[] =
	    "{\"a\":[{\"name\":\"b\",\"c\":{\"d.e\":1}},2],\"f\":\"g\"}";
	struct buf err = BUF_INIT;
	struct fault fault = FAULT_INIT;
	struct path path;
	jv v = json_parse(text, strlen(text), &err);

	jv_free(path_get(&v, s));
	path_parse(&path, s);
	for (int make = PATH_NOTHING; make <= PATH_LIST; make++) {
		struct path_change change = { (enum path_make)make, set, NULL,
			0, NULL };

		jv_free(path_apply(jv_copy(v), &path, 0, &change, &fault));
	}
	jv_free(v);
	path_release(&path);
	fault_release(&fault);
	buf_release(&err);
}

static void
try_pattern(const char *s)
{
	struct buf err = BUF_INIT;
	struct pattern p;

	fuzz_check((pattern_compile(&p, s, &err) == 0) == (err.len == 0));
	pattern_matches(&p, "some-name");
	pattern_release(&p);
	pattern_in(s, "some-name");
	buf_release(&err);
}

static void
try_substitute(const char *s, size_t len)
{
	jv vars = json_set_str(jv_object(), "v", "a value");
	struct buf out = BUF_INIT, err = BUF_INIT;
	size_t offset = 0;
	int rc;

	vars = json_set_str(vars, "p", "*a");
	rc = substitute(s, len, &vars, &out, &offset, &err);
	fuzz_check((rc == 0) == (err.len == 0));
	fuzz_check(offset <= len);
	substitute_match(s, len, "some-name", 9);
	jv_free(vars);
	buf_release(&out);
	buf_release(&err);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = mem_strndup((const char *)data, size);

	try_duration(s);
	try_quantity(s);
	try_path(s);
	try_pattern(s);
	try_substitute(s, strlen(s));
	free(s);
	return 0;
}
