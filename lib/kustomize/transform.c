/* Namespace, names, labels, annotations, replicas; see transform.h. */
#include "kustomize/transform.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "manifest/manifestquote.h"
#include "mem.h"

/* Apply one spec to one resource; messages name the resource. */
static int
apply(const struct where *w, struct resource *r, const struct fieldpath *path,
    enum fieldspec_make make, fieldspec_set *set, void *context)
{
	struct fault fault = FAULT_INIT;
	int rc = fieldpath_apply(&r->object, path, make, set, context, &fault);

	if (rc)
		where_fail_fault(w, r, &fault);
	fault_release(&fault);
	return rc;
}

/* Read the id again, as far as changes at the paths may have touched it. */
static void
reread(const struct where *w, struct resmap *m, struct resource *r,
    const struct fieldpaths *paths)
{
	if (paths->retypes)
		build_renamed(w->b, m, r);
	else
		build_moved(w->b, m, r);
}

/* --- namespace ---------------------------------------------------------- */

static jv
set_namespace(jv value, void *context, struct buf *err)
{
	const struct namespace_options *o = context;

	if (json_is(&value, JV_KIND_OBJECT) || json_is(&value, JV_KIND_ARRAY)) {
		buf_adds(err, "is no single value");
		jv_free(value);
		return jv_invalid();
	}
	if (o->unset_only && !json_is(&value, JV_KIND_NULL) &&
	    !(json_is(&value, JV_KIND_STRING) && !*json_str(&value)))
		return value;
	jv_free(value);
	return jv_string(o->namespace);
}

/* A subject that stands for an account of this namespace. */
static bool
is_chosen(const struct namespace_options *o, const jv *subject)
{
	bool accounts = o->subjects == SUBJECTS_ACCOUNTS;
	const char *s = json_get_str(subject, accounts ? "kind" : "name");

	return s && strcmp(s, accounts ? "ServiceAccount" : "default") == 0;
}

static void
set_subjects(struct resource *r, const struct namespace_options *o)
{
	jv list = json_take(&r->object, "subjects");

	if (!jv_is_valid(list)) {
		jv_free(list);
		return;
	}
	for (int i = 0; json_is(&list, JV_KIND_ARRAY) && i < json_len(&list);
	     i++) {
		jv subject = json_take_at(&list, i);
		jv old = json_get(&subject, "namespace");

		if (json_is(&subject, JV_KIND_OBJECT) &&
		    is_chosen(o, &subject) &&
		    (!o->unset_only || !json_str(&old) || !*json_str(&old)))
			subject =
			    json_set_str(subject, "namespace", o->namespace);
		jv_free(old);
		list = jv_array_set(list, i, subject);
	}
	r->object = json_set(r->object, "subjects", list);
}

static bool
is_binding(const char *kind)
{
	return strcmp(kind, "RoleBinding") == 0 ||
	       strcmp(kind, "ClusterRoleBinding") == 0;
}

/* These two have rules of their own, whatever the specs say. */
static bool
is_special(const struct fieldspec *spec, const struct resource *r)
{
	return strcmp(spec->path, "metadata/namespace") == 0 ||
	       (strcmp(spec->path, "metadata/name") == 0 &&
		   (*r->id.group || strcmp(r->id.version, "v1") != 0)) ||
	       (strcmp(spec->path, "subjects/namespace") == 0 &&
		   is_binding(spec->kind));
}

static int
set_in_resource(
    const struct pass *p, struct resource *r, const struct fieldpaths *paths)
{
	const struct namespace_options *o = p->context;
	int rc = 0;

	if (!r->cluster && !(o->unset_only && *resource_namespace(r)))
		resource_set_namespace(r, o->namespace);
	if (is_binding(r->id.kind) && o->subjects != SUBJECTS_NONE)
		set_subjects(r, o);
	for (size_t i = 0; i < paths->n && rc == 0; i++)
		if (!is_special(paths->list[i].spec, r))
			rc = apply(p->w, r, &paths->list[i], MAKE_SCALAR,
			    set_namespace, p->context);
	return rc;
}

static int
namespace_one(struct pass *p, struct resmap *m, struct resource *r)
{
	const struct fieldpaths *paths;
	int rc;

	if (r->chart)
		return 0;
	resource_remember(r);
	paths = fieldplan_look(&p->plan, &r->id, &r->object);
	rc = set_in_resource(p, r, paths);
	reread(p->w, m, r, paths);
	return rc;
}

static int
namespace_end(const struct pass *p, struct resmap *m)
{
	struct resource *a, *b;
	struct buf other = BUF_INIT;

	if (!resmap_conflict(m, &a, &b))
		return 0;
	build_say_place(p->w->b, b, NULL, &other);
	where_fail_at(p->w, a, NULL, "is now the same object as that of %s",
	    buf_str(&other));
	buf_release(&other);
	return -1;
}

struct pass
transform_namespace(const struct where *w,
    const struct namespace_options *options, const struct fieldspecs *specs)
{
	struct namespace_options *own = mem_zero(1, sizeof(*own));

	*own = *options;
	return (struct pass){ .w = w,
		.plan = { .specs = specs, .makes = true },
		.context = own,
		.release = free,
		.one = namespace_one,
		.end = namespace_end };
}

/* --- prefix and suffix -------------------------------------------------- */

/* One of the two is "". */
struct affix {
	const char *prefix, *suffix; /* interned */
};

static jv
set_affix(jv value, void *context, struct buf *err)
{
	const struct affix *a = context;
	struct buf text = BUF_INIT;
	jv s = scalar_string(&value);

	(void)err;
	buf_adds(&text, a->prefix);
	buf_adds(&text, json_str(&s));
	buf_adds(&text, a->suffix);
	jv_free(s);
	jv_free(value);
	value = jv_string(text.s);
	buf_release(&text);
	return value;
}

/* Kinds whose names are not theirs to choose. */
static bool
keeps_name(const struct id *id)
{
	return strcmp(id->kind, "CustomResourceDefinition") == 0 ||
	       strcmp(id->kind, "Namespace") == 0 ||
	       (strcmp(id->kind, "APIService") == 0 &&
		   strcmp(id->group, "apiregistration.k8s.io") == 0);
}

static int
affix_one(struct pass *p, struct resmap *m, struct resource *r)
{
	const struct affix *a = p->context;
	struct id first = resource_first_id(r);
	const struct fieldpaths *paths;
	int rc = 0;

	if (keeps_name(&first))
		return 0;
	paths = fieldplan_look(&p->plan, &first, &r->object);
	for (size_t i = 0; i < paths->n && rc == 0; i++) {
		const struct fieldpath *path = &paths->list[i];

		if (strcmp(path->spec->path, "metadata/name") == 0) {
			strings_add(*a->prefix ? &r->prefixes : &r->suffixes,
			    *a->prefix ? a->prefix : a->suffix);
			resource_remember(r);
		}
		if (fieldspec_selects(path->spec, &r->id))
			rc = apply(
			    p->w, r, path, MAKE_SCALAR, set_affix, p->context);
	}
	reread(p->w, m, r, paths);
	return rc;
}

static struct pass
affix(const struct where *w, const char *prefix, const char *suffix,
    const struct fieldspecs *specs)
{
	struct affix *own = mem_zero(1, sizeof(*own));

	own->prefix = intern(&w->b->in, prefix);
	own->suffix = intern(&w->b->in, suffix);
	return (struct pass){ .w = w,
		.plan = { .specs = specs, .makes = true },
		.context = own,
		.release = free,
		.one = affix_one };
}

struct pass
transform_prefix(
    const struct where *w, const char *prefix, const struct fieldspecs *specs)
{
	return affix(w, prefix, "", specs);
}

struct pass
transform_suffix(
    const struct where *w, const char *suffix, const struct fieldspecs *specs)
{
	return affix(w, "", suffix, specs);
}

/* --- labels and annotations --------------------------------------------- */

static jv
set_pairs(jv value, void *context, struct buf *err)
{
	const jv *pairs = context;

	if (json_is(&value, JV_KIND_NULL)) {
		jv_free(value);
		value = jv_object();
	}
	if (!json_is(&value, JV_KIND_OBJECT)) {
		buf_adds(err, "is no map");
		jv_free(value);
		return jv_invalid();
	}
	jv_object_foreach (*pairs, key, pair)
		value = jv_object_set(value, key, pair);
	return value;
}

static int
pairs_one(struct pass *p, struct resmap *m, struct resource *r)
{
	const struct fieldpaths *paths =
	    fieldplan_look(&p->plan, &r->id, &r->object);
	int rc = 0;

	(void)m;
	for (size_t i = 0; i < paths->n && rc == 0; i++)
		rc = apply(
		    p->w, r, &paths->list[i], MAKE_MAP, set_pairs, p->context);
	return rc;
}

static void
pairs_free(void *context)
{
	jv *own = context;

	jv_free(*own);
	free(own);
}

struct pass
transform_pairs(
    const struct where *w, const jv *pairs, const struct fieldspecs *specs)
{
	jv *own;

	if (json_len(pairs) == 0)
		return (struct pass){ .w = w };
	own = mem_zero(1, sizeof(*own));
	*own = jv_copy(*pairs);
	jv_object_foreach (*pairs, key, value) {
		bool quoted = manifest_is_quoted(&value, QUOTES_NEEDED);

		*own = jv_object_set(
		    *own, key, quoted ? manifest_quote(value, true) : value);
	}
	return (struct pass){ .w = w,
		.plan = { .specs = specs, .makes = true },
		.context = own,
		.release = pairs_free,
		.one = pairs_one };
}

/* --- replicas ----------------------------------------------------------- */

struct replicas {
	const char *name; /* interned */
	int64_t count;
	enum manifest_quotes quotes; /* of the object */
	bool found;
};

/* A field that is there because of us: it has no style to keep. */
static bool
is_made(const jv *value)
{
	const char *s = json_str(value);

	return s && !*s && !manifest_is_quoted(value, QUOTES_MARKED);
}

/* What stood in quotes still does. */
static jv
set_count(jv value, void *context, struct buf *err)
{
	const struct replicas *wanted = context;
	bool quoted =
	    !is_made(&value) && manifest_is_quoted(&value, wanted->quotes);
	bool fits =
	    !json_is(&value, JV_KIND_OBJECT) && !json_is(&value, JV_KIND_ARRAY);
	struct buf text = BUF_INIT;

	jv_free(value);
	if (!fits) {
		buf_adds(err, "must be a number");
		return jv_invalid();
	}
	if (!quoted)
		return json_from_int(wanted->count);
	buf_addi(&text, wanted->count);
	value = manifest_quote(jv_string(buf_str(&text)), true);
	buf_release(&text);
	return value;
}

/* The resource has or had this name as one of the spec's kind. */
static bool
had_name(
    const struct resource *r, const char *name, const struct fieldspec *spec)
{
	if (r->id.name == name && fieldspec_selects(spec, &r->id))
		return true;
	for (size_t i = 0; i < r->n_past; i++)
		if (r->past[i].name == name &&
		    fieldspec_selects(spec, &r->past[i]))
			return true;
	return false;
}

static int
replicas_one(struct pass *p, struct resmap *m, struct resource *r)
{
	const struct fieldspecs *specs = p->plan.specs;
	struct replicas *wanted = p->context;
	struct fault fault = FAULT_INIT;
	int rc = 0;

	(void)m;
	wanted->quotes = r->quotes;
	for (size_t i = 0; i < specs->n && rc == 0; i++) {
		const struct fieldspec *spec = &specs->specs[i];

		if (!had_name(r, wanted->name, spec))
			continue;
		wanted->found = true;
		if (fieldspec_selects(spec, &r->id))
			rc = fieldspec_apply(&r->object, spec, MAKE_SCALAR,
			    set_count, wanted, &fault);
	}
	if (rc)
		where_fail_fault(p->w, r, &fault);
	fault_release(&fault);
	return rc;
}

static int
replicas_end(const struct pass *p, struct resmap *m)
{
	const struct replicas *wanted = p->context;

	(void)m;
	return wanted->found
		   ? 0
		   : where_fail(p->w, "no object with replicas is named %s",
			 wanted->name);
}

struct pass
transform_replicas(
    const struct where *w, const jv *replica, const struct fieldspecs *specs)
{
	const char *name = json_get_str(replica, "name");
	struct replicas *wanted = mem_zero(1, sizeof(*wanted));

	*wanted = (struct replicas){ intern(&w->b->in, name ? name : ""),
		json_get_int64(replica, "count", 0), QUOTES_MARKED, false };
	return (struct pass){ .w = w,
		.plan = { .specs = specs },
		.context = wanted,
		.release = free,
		.one = replicas_one,
		.end = replicas_end };
}
