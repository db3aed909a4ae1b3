/* Post-build substitution; see fluxsubst.h. */
#include "flux/fluxsubst.h"

#include <stdbool.h>
#include <string.h>

#include "base64.h"
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
static int
add_variable(jv *vars, const char *name, const char *value, struct buf *err)
{
	struct buf line = BUF_INIT;

	if (!substitute_name_ok(name)) {
		buf_addf(err, "%.100s can't be the name of a variable", name);
		return -1;
	}
	for (; *value; value++)
		if (*value != '\n')
			buf_addc(&line, *value);
	*vars = json_set_str(*vars, name, buf_str(&line));
	buf_release(&line);
	return 0;
}

/* A map of strings, which are base64 where encoded says so. */
static int
add_variables(jv *vars, const jv *map, bool encoded, struct buf *err)
{
	int it, rc = 0;

	if (!json_is(map, JV_KIND_OBJECT))
		return 0;
	for (it = jv_object_iter(*map);
	     rc == 0 && jv_object_iter_valid(*map, it);
	     it = jv_object_iter_next(*map, it)) {
		jv key = jv_object_iter_key(*map, it);
		jv value = jv_object_iter_value(*map, it);
		const char *name = jv_string_value(key), *s = json_str(&value);
		struct buf decoded = BUF_INIT;

		if (!s || (encoded && !base64_decode(&decoded, s))) {
			buf_addf(err, "the value of %.100s is no %s", name,
			    encoded ? "base64" : "string");
			rc = -1;
		} else {
			rc = add_variable(
			    vars, name, encoded ? buf_str(&decoded) : s, err);
		}
		buf_release(&decoded);
		jv_free(key);
		jv_free(value);
	}
	return rc;
}

/* Whether an object is what a reference in a namespace means. */
static bool
is_meant(const jv *object, const jv *ref, const char *namespace)
{
	const char *name = json_path_str(object, "metadata", "name", NULL);
	const char *own = json_path_str(object, "metadata", "namespace", NULL);

	return object_is(object, "", json_get_str(ref, "kind")) && name &&
	       strcmp(name, json_get_str(ref, "name")) == 0 &&
	       (!own || strcmp(own, namespace) == 0);
}

static int
add_object(jv *vars, const jv *object, struct buf *err)
{
	jv data = json_get(object, "data"),
	   text = json_get(object, "stringData");
	bool secret = object_is_secret(object);
	int rc = add_variables(vars, &data, secret, err);

	if (rc == 0 && secret)
		rc = add_variables(vars, &text, false, err);
	jv_free(data);
	jv_free(text);
	return rc;
}

static int
add_reference(const struct flux *f, const jv *values, const jv *ref, jv *vars,
    struct buf *err)
{
	struct buf what = BUF_INIT;
	bool found = false;
	int i, rc = 0;

	for (i = 0; !found && i < json_len(values); i++) {
		jv object = json_at(values, i);

		found = is_meant(&object, ref, f->namespace);
		if (found)
			rc = add_object(vars, &object, &what);
		if (rc) {
			object_subject(&object, err);
			buf_addf(err, ": %s", buf_str(&what));
		}
		jv_free(object);
	}
	buf_release(&what);
	if (found || json_get_bool(ref, "optional", false))
		return rc;
	buf_addf(err, "%s/%s/%s is in no file of --substitute-from",
	    json_get_str(ref, "kind"), f->namespace, json_get_str(ref, "name"));
	return -1;
}

/* Say that what is wrong is a field of spec.postBuild, of its element i. */
static void
say_field(const char *field, int i, const char *what, struct buf *pointer,
    struct buf *err)
{
	buf_addf(pointer, "/spec/postBuild/%s", field);
	if (i >= 0)
		buf_addf(pointer, "/%d", i);
	json_pointer_say(buf_str(pointer), err);
	buf_addf(err, ": %s", what);
}

jv
flux_variables(const struct flux *f, const jv *values, struct buf *pointer,
    struct buf *err)
{
	jv own = json_path(&f->spec, "postBuild", "substitute", NULL);
	jv from = json_path(&f->spec, "postBuild", "substituteFrom", NULL);
	jv vars = jv_object();
	struct buf what = BUF_INIT;
	int i, rc = 0;

	for (i = 0; rc == 0 && i < json_len(&from); i++) {
		jv ref = json_at(&from, i);

		rc = add_reference(f, values, &ref, &vars, &what);
		jv_free(ref);
		if (rc)
			say_field(
			    "substituteFrom", i, buf_str(&what), pointer, err);
	}
	if (rc == 0) {
		rc = add_variables(&vars, &own, false, &what);
		if (rc)
			say_field(
			    "substitute", -1, buf_str(&what), pointer, err);
	}
	if (rc) {
		jv_free(vars);
		vars = jv_invalid();
	}
	buf_release(&what);
	jv_free(own);
	jv_free(from);
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

static bool find_field(const jv *v, const jv *vars, struct buf *pointer);

static bool
find_member(const jv *map, const jv *vars, struct buf *pointer)
{
	size_t n = pointer->len;
	bool found = false;

	for (int i = jv_object_iter(*map);
	     !found && jv_object_iter_valid(*map, i);
	     i = jv_object_iter_next(*map, i)) {
		jv key = jv_object_iter_key(*map, i);
		jv value = jv_object_iter_value(*map, i);

		buf_truncate(pointer, n);
		json_pointer_add(pointer, jv_string_value(key));
		found = find_field(&value, vars, pointer);
		jv_free(key);
		jv_free(value);
	}
	return found;
}

static bool
find_element(const jv *list, const jv *vars, struct buf *pointer)
{
	size_t n = pointer->len;
	bool found = false;

	for (int i = 0; !found && i < json_len(list); i++) {
		jv e = json_at(list, i);

		buf_truncate(pointer, n);
		buf_addf(pointer, "/%d", i);
		found = find_field(&e, vars, pointer);
		jv_free(e);
	}
	return found;
}

/* The first text in which nothing can be put; nothing for none. */
static bool
find_field(const jv *v, const jv *vars, struct buf *pointer)
{
	struct buf out = BUF_INIT, ignored = BUF_INIT;
	size_t offset = 0, from = pointer->len;
	bool found = false;

	if (json_is(v, JV_KIND_OBJECT))
		found = find_member(v, vars, pointer);
	else if (json_is(v, JV_KIND_ARRAY))
		found = find_element(v, vars, pointer);
	else if (json_str(v))
		found = substitute(json_str(v), strlen(json_str(v)), vars, &out,
			    &offset, &ignored) != 0;
	if (!found)
		buf_truncate(pointer, from);
	buf_release(&out);
	buf_release(&ignored);
	return found;
}

static jv
substitute_object(
    const jv *object, const jv *vars, struct buf *pointer, struct buf *err)
{
	struct buf text = BUF_INIT, out = BUF_INIT, what = BUF_INIT;
	struct manifest m = { NULL, 0 };
	jv result = jv_invalid();
	size_t offset = 0;

	manifest_write(&text, object);
	if (substitute(text.s, text.len, vars, &out, &offset, &what)) {
		if (find_field(object, vars, pointer)) {
			json_pointer_say(buf_str(pointer), err);
			buf_adds(err, ": ");
		}
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
flux_substitute(const struct flux *f, const jv *vars, jv object,
    struct buf *pointer, struct buf *err)
{
	const char *strategy =
	    json_path_str(&f->spec, "postBuild", "substituteStrategy", NULL);
	struct buf what = BUF_INIT;
	jv result;

	if (is_disabled(&object) ||
	    (json_len(vars) == 0 &&
		(!strategy || strcmp(strategy, "Always") != 0)))
		return object;
	result = substitute_object(&object, vars, pointer, &what);
	if (!jv_is_valid(result)) {
		object_subject(&object, err);
		buf_addf(err, ": %s", buf_str(&what));
	}
	buf_release(&what);
	jv_free(object);
	return result;
}
