/* The hash of a ConfigMap's or Secret's content; see hash.h. */
#include "kustomize/hash.h"

#include <stdio.h>
#include <string.h>

#include "json.h"
#include "sha256.h"

/* "data" counts even when it is absent, as "". */
static jv
take_field(jv out, const jv *object, const char *key, bool always)
{
	jv v = json_get(object, key);

	if (jv_is_valid(v) && (always || json_is(&v, JV_KIND_OBJECT)))
		return json_set(out, key, v);
	jv_free(v);
	return always ? json_set_str(out, key, "") : out;
}

static jv
content(const jv *object, const char *kind)
{
	jv out = jv_object();

	if (strcmp(kind, "ConfigMap") != 0 && strcmp(kind, "Secret") != 0) {
		jv_free(out);
		return jv_copy(*object);
	}
	out = json_set_str(out, "kind", kind);
	out = json_set_str(out, "name", ""); /* an old slip, kept for ever */
	out = take_field(out, object, "data", true);
	if (strcmp(kind, "ConfigMap") == 0)
		return take_field(out, object, "binaryData", false);
	out = take_field(out, object, "type", true);
	return take_field(out, object, "stringData", false);
}

void
hash_object(const jv *object, char hash[11])
{
	const char *kind = json_get_str(object, "kind");
	jv v = content(object, kind ? kind : "");
	unsigned char sum[SHA256_BYTES];
	struct buf text = BUF_INIT;

	json_write(&text, &v, JSON_SORTED | JSON_GO_ESCAPE);
	sha256(text.s, text.len, sum);
	for (size_t i = 0; i < 5; i++)
		snprintf(&hash[2 * i], 3, "%02x", sum[i]);
	for (char *p = hash; *p; p++) {
		/* No accidental words: neither vowels nor what looks so. */
		static const char from[] = "013ae";
		const char *at = strchr(from, *p);
		if (at)
			*p = "ghkmt"[at - from];
	}
	buf_release(&text);
	jv_free(v);
}
