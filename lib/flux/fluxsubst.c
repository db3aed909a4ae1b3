/* Post-build substitution; see fluxsubst.h. */
#include "flux/fluxsubst.h"

#include <stdbool.h>
#include <string.h>

#include "flux/substitute.h"
#include "json.h"
#include "manifest/manifest.h"
#include "object.h"

#define KEY "kustomize.toolkit.fluxcd.io/substitute"

static bool
is_disabled(const jv *object)
{
	const char *label =
	    json_path_str(object, "metadata", "labels", KEY, NULL);
	const char *annotation =
	    json_path_str(object, "metadata", "annotations", KEY, NULL);

	return (label && strcmp(label, "disabled") == 0) ||
	       (annotation && strcmp(annotation, "disabled") == 0);
}

/* Values lose their newlines, and every name must be one, as Flux has it. */
static jv
variables(const struct flux *f, struct buf *err)
{
	jv given = json_path(&f->spec, "postBuild", "substitute", NULL);
	jv vars = jv_object();
	int it;

	if (!json_is(&given, JV_KIND_OBJECT)) {
		jv_free(given);
		return vars;
	}
	for (it = jv_object_iter(given);
	     jv_is_valid(vars) && jv_object_iter_valid(given, it);
	     it = jv_object_iter_next(given, it)) {
		jv key = jv_object_iter_key(given, it);
		jv value = jv_object_iter_value(given, it);
		const char *s = jv_string_value(value);
		struct buf line = BUF_INIT;

		for (; *s; s++)
			if (*s != '\n')
				buf_addc(&line, *s);
		if (substitute_name_ok(jv_string_value(key))) {
			vars = json_set_str(
			    vars, jv_string_value(key), buf_str(&line));
		} else {
			buf_addf(err,
			    "spec.postBuild.substitute: %.100s "
			    "can't be the name of a variable",
			    jv_string_value(key));
			jv_free(vars);
			vars = jv_invalid();
		}
		buf_release(&line);
		jv_free(key);
		jv_free(value);
	}
	jv_free(given);
	return vars;
}

/* Say which line of the object's YAML it was: what people can look at. */
static void
say_line(
    const struct buf *text, size_t offset, const jv *object, struct buf *err)
{
	size_t start = offset, end = offset;

	/* A Secret's lines are nobody's business. */
	if (object_is_secret(object))
		return;
	while (start > 0 && text->s[start - 1] != '\n')
		start--;
	while (end < text->len && text->s[end] != '\n')
		end++;
	start += strspn(text->s + start, " -");
	buf_addf(err, ": %.*s", (int)(end - start > 120 ? 120 : end - start),
	    text->s + start);
}

static jv
substitute_object(const jv *object, const jv *vars, struct buf *err)
{
	struct buf text = BUF_INIT, out = BUF_INIT, what = BUF_INIT;
	struct manifest m = { NULL, 0 };
	jv result = jv_invalid();
	size_t offset = 0;

	manifest_write(&text, object);
	if (substitute(text.s, text.len, vars, &out, &offset, &what)) {
		buf_adds(err, buf_str(&what));
		say_line(&text, offset, object, err);
	} else if (manifest_read_as(MANIFEST_KUBERNETES, buf_str(&out), out.len,
		       &m, &what)) {
		buf_addf(err, "broken YAML after the substitution: line %s",
		    buf_str(&what));
	} else if (m.n != 1 || !json_is(&m.docs[0].value, JV_KIND_OBJECT)) {
		buf_adds(err, "no object after the substitution");
	} else {
		jv_free(result);
		result = jv_copy(m.docs[0].value);
	}
	manifest_release(&m);
	buf_release(&what);
	buf_release(&out);
	buf_release(&text);
	return result;
}

jv
flux_substitute(const struct flux *f, jv object, struct buf *err)
{
	const char *strategy =
	    json_path_str(&f->spec, "postBuild", "substituteStrategy", NULL);
	struct buf what = BUF_INIT;
	jv vars = variables(f, err), result;

	if (!jv_is_valid(vars)) {
		jv_free(object);
		return vars;
	}
	if (is_disabled(&object) ||
	    (json_len(&vars) == 0 &&
		(!strategy || strcmp(strategy, "Always") != 0))) {
		jv_free(vars);
		return object;
	}
	result = substitute_object(&object, &vars, &what);
	if (!jv_is_valid(result)) {
		object_subject(&object, err);
		buf_addf(err, ": %s", buf_str(&what));
	}
	buf_release(&what);
	jv_free(object);
	jv_free(vars);
	return result;
}
