/* Vars: $(NAME) in the fields of varReference; see transform.h. */
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "kustomize/fieldplan.h"
#include "kustomize/made.h"
#include "kustomize/path.h"
#include "kustomize/place.h"
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
find(struct resmap *m, const struct id *want, struct resource *found[2])
{
	struct resmap_walk walk = resmap_named(m, want->name);
	struct resource *r;
	size_t n = 0;

	while ((r = resmap_next(&walk))) {
		bool is = is_target(&r->id, want);

		for (size_t i = 0; i < r->n_past && !is; i++)
			is = is_target(&r->past[i], want);
		if (is && n < 2)
			found[n] = r;
		n += is;
	}
	return n;
}

static int
fail_several(const struct where *w, const char *pointer, const char *name,
    struct resource *const fit[2])
{
	struct buf both = BUF_INIT;

	build_say_both(w->b, fit, &both);
	where_fail_in(w, pointer, "var %s may mean more than one object: %s",
	    name, both.s);
	buf_release(&both);
	return -1;
}

int
vars_collect(const struct where *w, struct accumulator *a, const jv *vars)
{
	for (int i = 0; i < json_len(vars); i++) {
		jv v = json_at(vars, i), objref = json_get(&v, "objref");
		const char *name = text(&v, "name");
		struct id id = target(w->b, &objref);
		struct resource *r[2] = { NULL };
		size_t n = find(&a->map, &id, r);
		char pointer[16];
		int rc = 0;

		snprintf(pointer, sizeof(pointer), "/%d", i);
		if (n > 1)
			rc = fail_several(w, pointer, name, r);
		else if (json_has(&a->vars, name))
			rc = where_fail_in(
			    w, pointer, "var %s is there already", name);
		if (rc == 0 && n == 1)
			strings_add(&r[0]->vars, intern(&w->b->in, name));
		jv_free(objref);
		if (rc) {
			jv_free(v);
			return rc;
		}
		v = json_set_str(v, "file", w->k->name);
		v = json_set(v, "index", jv_number(i));
		a->vars = json_set(a->vars, name, v);
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

/* The values, and how much of them may still be copied. */
struct vars {
	jv values;
	size_t *room;
	bool spent;
	struct fault *fault; /* with the field at hand */
};

/* An owned value of a var, invalid for none, or when there is no more room. */
static jv
take_value(struct vars *vars, const char *name, size_t n)
{
	jv v = value_of(&vars->values, name, n);

	if (!jv_is_valid(v) || json_fits(&v, JSON_DEPTH, vars->room))
		return v;
	vars->spent = true;
	jv_free(v);
	return jv_invalid();
}

/* What stands behind a $ at s, and the ) that comes next: its length. */
static size_t
expand_one(struct buf *out, const char *s, const char *close, struct vars *vars)
{
	size_t used = 2;
	jv v;

	if (s[1] == '$') {
		buf_addc(out, '$');
	} else if (s[1] != '(' || !close) {
		buf_add(out, s, 2);
	} else {
		used = (size_t)(close - s) + 1;
		v = take_value(vars, s + 2, used - 3);
		if (jv_is_valid(v))
			add_value(out, &v);
		else
			buf_add(out, s, used);
		jv_free(v);
	}
	return used;
}

static jv
expand_text(const char *s, struct vars *vars)
{
	const char *close = strchr(s, ')');
	struct buf out = BUF_INIT;
	jv v;

	while (*s && !vars->spent) {
		size_t used = 1;

		if (close && close < s)
			close = strchr(s, ')');
		if (*s == '$' && s[1])
			used = expand_one(&out, s, close, vars);
		else
			buf_addc(&out, *s);
		s += used;
	}
	v = jv_string(buf_str(&out));
	buf_release(&out);
	return v;
}

/* A value that is one var and nothing else keeps the var's type. */
static jv
expand(jv value, struct vars *vars)
{
	const char *s = json_str(&value);
	size_t n;
	jv v;

	if (!s || !strchr(s, '$'))
		return value;
	n = strlen(s);
	if (strncmp(s, "$(", 2) == 0 && strchr(s, ')') == s + n - 1) {
		v = take_value(vars, s + 2, n - 3);
		if (!jv_is_valid(v)) {
			jv_free(v);
			return value;
		}
	} else {
		v = expand_text(s, vars);
	}
	jv_free(value);
	return v;
}

static jv
expand_map(jv map, struct vars *vars)
{
	jv out = jv_copy(map);

	jv_object_foreach (map, key, value)
		out = jv_object_set(out, key, expand(value, vars));
	jv_free(map);
	return out;
}

static jv
set(jv value, void *context, struct buf *err)
{
	struct vars *vars = context;
	const char *problem = NULL;
	bool list = json_is(&value, JV_KIND_ARRAY);

	if (json_is(&value, JV_KIND_OBJECT))
		value = expand_map(value, vars);
	else if (!list)
		value = expand(value, vars);
	for (int i = 0; list && i < json_len(&value) && !problem; i++) {
		jv e = json_take_at(&value, i);

		if (!json_is(&e, JV_KIND_STRING)) {
			problem = "is no string";
			fault_lead_index(vars->fault, i);
		}
		value = jv_array_set(value, i, expand(e, vars));
	}
	if (vars->spent)
		problem = "too much is copied";
	if (!problem)
		return value;
	buf_adds(err, problem);
	jv_free(value);
	return jv_invalid();
}

static bool
points_here(const struct resource *r, const char *name)
{
	for (size_t i = 0; i < r->vars.n; i++)
		if (r->vars.s[i] == name)
			return true;
	return false;
}

/*
 * Begin to fail about a var, of the kustomization that is built or of one below
 * it.
 */
static struct buf *
at_var(const struct where *w, const jv *var)
{
	const struct build *b = w->b;
	const char *file = text(var, "file");
	long long index = json_get_int(var, "index", 0);
	struct buf pointer = BUF_INIT;

	buf_addf(&pointer, "/vars/%lld", index);
	buf_addf(b->err, "%s:%d: vars[%lld]: ", file,
	    place_line(b->options->confine, file, 1, NULL, pointer.s, 0),
	    index);
	buf_release(&pointer);
	return b->err;
}

/* The value of a var: a field of the object that it points to. */
static int
find_value(const struct where *w, const struct accumulator *a, const jv *var,
    jv *value)
{
	const char *name = intern(&w->b->in, text(var, "name"));
	const char *path = json_path_str(var, "fieldref", "fieldPath", NULL);
	const struct resource *r = NULL;
	struct buf pointer = BUF_INIT, *err;
	jv way;

	for (size_t i = 0; i < a->map.n && !r; i++)
		if (points_here(a->map.list[i], name))
			r = a->map.list[i];
	path = path && *path ? path : "metadata.name";
	if (r) {
		*value = path_get(&r->object, path);
		if (jv_is_valid(*value))
			return 0;
		jv_free(*value);
	}
	err = at_var(w, var);
	if (!r) {
		buf_addf(err, "var %s points to no object", name);
		return -1;
	}
	jv_free(path_find(&r->object, path, &way));
	made_pointer(&pointer, &way);
	build_say_object(w->b, r, buf_str(&pointer), err);
	buf_addf(err, ": %.200s: there is no such field", path);
	buf_release(&pointer);
	jv_free(way);
	return -1;
}

/*
 * Values that don't fit where a field asks for them: to blame is any var, the
 * first one for want of a better.
 */
static int
fail_field(const struct where *w, const struct accumulator *a,
    const struct resource *r, const struct fault *fault)
{
	jv var = jv_object_iter_value(a->vars, jv_object_iter(a->vars));
	const char *file = text(&var, "file");
	const char *confine = w->b->options->confine;
	struct buf *err = w->b->err;

	buf_addf(err, "%s:%d: vars: ", file,
	    place_line(confine, file, 1, NULL, "/vars", 0));
	build_say_object(w->b, r, buf_str(&fault->field), err);
	buf_adds(err, ": ");
	fault_say(fault, err);
	jv_free(var);
	return -1;
}

int
vars_resolve(const struct where *w, struct accumulator *a)
{
	struct fieldplan plan = { .specs =
				      &a->config->lists[SPECS_VAR_REFERENCE] };
	struct fault fault = FAULT_INIT;
	struct vars vars = { jv_object(), &w->b->room, false, &fault };
	int rc = 0;

	jv_object_foreach (a->vars, key, var) {
		jv value = jv_invalid();

		if (rc == 0)
			rc = find_value(w, a, &var, &value);
		if (rc == 0)
			vars.values =
			    jv_object_set(vars.values, jv_copy(key), value);
		jv_free(key);
		jv_free(var);
	}
	for (size_t i = 0; i < a->map.n && json_len(&vars.values) && rc == 0;
	     i++) {
		struct resource *r = a->map.list[i];

		const struct fieldpaths *paths =
		    fieldplan_look(&plan, &r->id, &r->object);

		for (size_t k = 0; k < paths->n && rc == 0; k++)
			rc = fieldpath_apply(&r->object, &paths->list[k],
			    MAKE_NOTHING, set, &vars, &fault);
		if (rc)
			fail_field(w, a, r, &fault);
	}
	fieldplan_release(&plan);
	jv_free(vars.values);
	fault_release(&fault);
	return rc;
}
