/* Vars: $(NAME) in the fields of varReference; see transform.h. */
#include <string.h>

#include "json.h"
#include "kustomize/fieldplan.h"
#include "kustomize/path.h"
#include "kustomize/transform.h"
#include "object.h"

/* --- collecting --------------------------------------------------------- */

static const char *
text(const jv *v, const char *key)
{
	const char *s = json_get_str(v, key);

	return s ? s : "";
}

/* The id that a var points to; without a namespace any will do. */
static struct id
target(struct build *b, const jv *objref)
{
	const char *api = text(objref, "apiVersion");
	const char *slash = strchr(api, '/');
	struct id id = {
		intern(&b->in, text(objref, "group")),
		intern(&b->in, text(objref, "version")),
		intern(&b->in, text(objref, "kind")),
		intern(&b->in, text(objref, "name")),
		text(objref, "namespace"),
	};

	if (slash)
		id.group = intern_len(&b->in, api, (size_t)(slash - api));
	if (*api)
		id.version = intern(&b->in, slash ? slash + 1 : api);
	if (schema_cluster_scoped(
		b->schema, id.group, strlen(id.group), id.version, id.kind))
		id.namespace = NO_NAMESPACE;
	id.namespace = *id.namespace ? intern(&b->in, id.namespace) : NULL;
	return id;
}

static bool
is_target(const struct id *id, const struct id *want)
{
	return id->name == want->name && id->kind == want->kind &&
	       id->group == want->group && id->version == want->version &&
	       (!want->namespace || id->namespace == want->namespace);
}

static size_t
find(struct resmap *m, const struct id *want, struct resource **found)
{
	struct resmap_walk walk = resmap_named(m, want->name);
	struct resource *r;
	size_t n = 0;

	while ((r = resmap_next(&walk))) {
		bool is = is_target(&r->id, want);

		for (size_t i = 0; i < r->n_past && !is; i++)
			is = is_target(&r->past[i], want);
		if (is) {
			*found = r;
			n++;
		}
	}
	return n;
}

int
vars_collect(const struct where *w, struct accumulator *a, const jv *vars)
{
	for (int i = 0; i < json_len(vars); i++) {
		jv v = json_at(vars, i), objref = json_get(&v, "objref");
		const char *name = text(&v, "name");
		struct id id = target(w->b, &objref);
		struct resource *r = NULL;
		size_t n = find(&a->map, &id, &r);
		int rc = 0;

		if (n > 1)
			rc = where_fail(
			    w, "var %s may mean more than one object", name);
		else if (json_has(&a->vars, name))
			rc = where_fail(w, "var %s is there already", name);
		if (rc == 0 && n == 1)
			strings_add(&r->vars, intern(&w->b->in, name));
		jv_free(objref);
		if (rc) {
			jv_free(v);
			return rc;
		}
		a->vars = json_set(a->vars, name, jv_copy(v));
		jv_free(v);
	}
	return 0;
}

/* --- resolving ---------------------------------------------------------- */

/* Append the value of $(NAME), or the text itself when there is none. */
static jv
value_of(const jv *values, const char *name, size_t n)
{
	struct buf key = BUF_INIT;
	jv v;

	buf_add(&key, name, n);
	v = json_get(values, buf_str(&key));
	buf_release(&key);
	return v;
}

static void
add_value(struct buf *out, const jv *v)
{
	jv s = scalar_string(v);

	buf_adds(out, json_str(&s));
	jv_free(s);
}

/* What stands behind a $ at s: its length goes to *used. */
static void
expand_one(struct buf *out, const char *s, const jv *values, size_t *used)
{
	const char *close = s[1] == '(' ? strchr(s, ')') : NULL;
	jv v;

	*used = 2;
	if (s[1] == '$') {
		buf_addc(out, '$');
	} else if (!close) {
		buf_add(out, s, 2);
	} else {
		*used = (size_t)(close - s) + 1;
		v = value_of(values, s + 2, *used - 3);
		if (jv_is_valid(v))
			add_value(out, &v);
		else
			buf_add(out, s, *used);
		jv_free(v);
	}
}

/* A value that is one var and nothing else keeps the var's type. */
static jv
expand(jv value, const jv *values)
{
	const char *s = json_str(&value);
	struct buf out = BUF_INIT;
	size_t n;

	if (!s || !strchr(s, '$'))
		return value;
	n = strlen(s);
	if (strncmp(s, "$(", 2) == 0 && strchr(s, ')') == s + n - 1) {
		jv v = value_of(values, s + 2, n - 3);

		if (!jv_is_valid(v)) {
			jv_free(v);
			return value;
		}
		jv_free(value);
		return v;
	}
	while (*s) {
		size_t used = 1;

		if (*s == '$' && s[1])
			expand_one(&out, s, values, &used);
		else
			buf_addc(&out, *s);
		s += used;
	}
	jv_free(value);
	value = jv_string(buf_str(&out));
	buf_release(&out);
	return value;
}

static jv
expand_map(jv map, const jv *values)
{
	jv out = jv_copy(map);

	jv_object_foreach (map, key, value)
		out = jv_object_set(out, key, expand(value, values));
	jv_free(map);
	return out;
}

static jv
set(jv value, void *context, struct buf *err)
{
	const jv *values = context;

	if (json_is(&value, JV_KIND_OBJECT))
		return expand_map(value, values);
	if (!json_is(&value, JV_KIND_ARRAY))
		return expand(value, values);
	for (int i = 0; i < json_len(&value); i++) {
		jv e = json_take_at(&value, i);

		if (!json_is(&e, JV_KIND_STRING)) {
			buf_adds(err, "is no list of strings");
			jv_free(e);
			jv_free(value);
			return jv_invalid();
		}
		value = jv_array_set(value, i, expand(e, values));
	}
	return value;
}

static bool
points_here(const struct resource *r, const char *name)
{
	for (size_t i = 0; i < r->vars.n; i++)
		if (r->vars.s[i] == name)
			return true;
	return false;
}

/* The value of a var: a field of the object that it points to. */
static int
find_value(const struct where *w, const struct accumulator *a, const jv *var,
    jv *value)
{
	const char *name = intern(&w->b->in, text(var, "name"));
	const char *path = json_path_str(var, "fieldref", "fieldPath", NULL);

	for (size_t i = 0; i < a->map.n; i++) {
		if (!points_here(a->map.list[i], name))
			continue;
		*value = path_get(&a->map.list[i]->object,
		    path && *path ? path : "metadata.name");
		if (jv_is_valid(*value))
			return 0;
		jv_free(*value);
		return where_fail_at(w, a->map.list[i],
		    "var %s wants a field that is not there: %s", name,
		    path ? path : "metadata.name");
	}
	return where_fail(w, "var %s points to no object", name);
}

int
vars_resolve(const struct where *where, struct accumulator *a)
{
	struct where w = *where;
	struct fieldplan plan = { .specs =
				      &a->config->lists[SPECS_VAR_REFERENCE] };
	struct buf what = BUF_INIT;
	jv values = jv_object();
	int rc = 0;

	w.pointer = "/vars";
	jv_object_foreach (a->vars, key, var) {
		jv value = jv_invalid();

		if (rc == 0)
			rc = find_value(&w, a, &var, &value);
		if (rc == 0)
			values = jv_object_set(values, jv_copy(key), value);
		jv_free(key);
		jv_free(var);
	}
	for (size_t i = 0; i < a->map.n && json_len(&values) && rc == 0; i++) {
		struct resource *r = a->map.list[i];

		const struct fieldpaths *paths =
		    fieldplan_look(&plan, &r->id, &r->object);

		for (size_t k = 0; k < paths->n && rc == 0; k++)
			rc = fieldpath_apply(&r->object, &paths->list[k],
			    MAKE_NOTHING, set, &values, &what);
		if (rc)
			where_fail_at(&w, r, "%s", buf_str(&what));
	}
	fieldplan_release(&plan);
	jv_free(values);
	buf_release(&what);
	return rc;
}
