/* How a text spells values; see spelling.h. */
#include "kustomize/spelling.h"

#include <string.h>

#include "json.h"
#include "kustomize/place.h"
#include "manifest/manifest.h"

/* The scalar behind the key that stands at p, if it is v's spelling. */
static jv
spelled_at(const char *p, const jv *v)
{
	struct manifest m = { NULL, 0 };
	struct buf ignored = BUF_INIT;
	const char *colon, *comment;
	jv s = jv_invalid();
	size_t n;

	if (*p == '"' || *p == '\'')
		p = strchr(p + 1, *p);
	colon = p ? strchr(p, ':') : NULL;
	if (!colon || memchr(p, '\n', (size_t)(colon - p)))
		return s; /* it is no field */
	p = colon + 1 + strspn(colon + 1, " \t");
	if (*p == '&') {
		p += strcspn(p, " \t\r\n");
		p += strspn(p, " \t");
	}
	n = strcspn(p, "\t\r\n,}");
	comment = strstr(p, " #");
	if (comment && comment < p + n)
		n = (size_t)(comment - p);
	while (n > 0 && p[n - 1] == ' ')
		n--;
	if (n > 0 && !strchr("\"'&*![{", *p) &&
	    manifest_read(p, n, &m, &ignored) == 0 && m.n == 1 &&
	    json_equal(&m.docs[0].value, v)) {
		jv_free(s);
		s = jv_string_sized(p, (int)n);
	}
	manifest_release(&m);
	buf_release(&ignored);
	return s;
}

/* Where the key of a field of the text's first document stands. */
static const char *
find_field(const char *text, const char *pointer)
{
	int line, column;

	if (!manifest_locate(text, strlen(text), 0, pointer, &line, &column))
		return NULL;
	text = place_go_to(text, line);
	return text && strlen(text) >= (size_t)column ? text + column - 1
						      : NULL;
}

/* A string that may have been read from a shorter time, such as a day. */
static bool
is_time(const char *s)
{
	return s && strlen(s) > 10 && s[4] == '-' && s[7] == '-' &&
	       s[10] == 'T' && strspn(s, "0123456789-") == 10;
}

bool
spelling_may_differ(const jv *value)
{
	return json_str(value) ? is_time(json_str(value))
			       : !json_is(value, JV_KIND_OBJECT) &&
				     !json_is(value, JV_KIND_ARRAY);
}

jv
spelling_find(const char *text, const char *pointer, const jv *value)
{
	const char *at = NULL;

	if (spelling_may_differ(value))
		at = find_field(text, pointer);
	return at ? spelled_at(at, value) : jv_invalid();
}

/* The spelling of one annotation. */
static jv
annotation_spelling(
    const char *text, const char *at, const char *key, const jv *value)
{
	struct buf pointer = BUF_INIT;
	jv s;

	buf_addf(&pointer, "%s/metadata/annotations", at);
	json_pointer_add(&pointer, key);
	s = spelling_find(text, pointer.s, value);
	buf_release(&pointer);
	return s;
}

jv
spelling_keep(jv object, const char *text, const char *at, bool patch)
{
	jv map = json_path(&object, "metadata", "annotations", NULL);
	jv kept = jv_copy(map), meta;
	bool any = false;

	for (int i = json_is(&map, JV_KIND_OBJECT) ? jv_object_iter(map) : -1;
	     i >= 0 && jv_object_iter_valid(map, i);
	     i = jv_object_iter_next(map, i)) {
		jv key = jv_object_iter_key(map, i);
		jv value = jv_object_iter_value(map, i);
		jv s = jv_invalid();

		if (!patch || !json_is(&value, JV_KIND_NULL)) {
			jv_free(s);
			s = annotation_spelling(
			    text, at, jv_string_value(key), &value);
		}
		if (jv_is_valid(s)) {
			kept = jv_object_set(kept, jv_copy(key), s);
			any = true;
		} else {
			jv_free(s);
		}
		jv_free(key);
		jv_free(value);
	}
	jv_free(map);
	if (!any) {
		jv_free(kept);
		return object;
	}
	meta = json_set(json_get(&object, "metadata"), "annotations", kept);
	return json_set(object, "metadata", meta);
}
