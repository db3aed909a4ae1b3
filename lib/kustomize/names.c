/*
 * Name references: the fields of namerefs.def, and of configurations, follow
 * the objects that they name through every change of name.
 */
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/fieldplan.h"
#include "kustomize/read.h"
#include "kustomize/transform.h"
#include "mem.h"

/* What one field of one resource refers to. */
struct reference {
	struct build *b;
	struct resmap *m;
	struct resource *referrer;
	const struct fieldspec *target;
	const struct fieldspec *field;
	struct fault fault;	   /* with that field */
	struct strings namespaces; /* of a RoleBinding's service accounts */
	struct fieldspec role;	   /* that its roleRef says; kind NULL: none */
};

/* --- which resources may be meant --------------------------------------- */

static bool
was_named(const struct resource *r, const char *name)
{
	for (size_t i = 0; i < r->n_past; i++)
		if (r->past[i].name == name)
			return true;
	return false;
}

static bool
was_kind(const struct resource *r, const struct fieldspec *target)
{
	for (size_t i = 0; i < r->n_past; i++)
		if (fieldspec_selects(target, &r->past[i]))
			return true;
	return false;
}

static bool
among(const struct strings *list, const char *s)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->s[i] == s)
			return true;
	return false;
}

/* Objects of another namespace can't be meant, with few exceptions. */
static bool
within_reach(const struct reference *ref, const struct resource *r)
{
	const struct resource *from = ref->referrer;

	if (from->cluster || r->cluster ||
	    r->id.namespace == from->id.namespace)
		return true;
	if (strcmp(r->id.kind, "ServiceAccount") != 0)
		return false;
	return among(
	    &ref->namespaces, intern(&ref->b->in, resource_namespace(r)));
}

/* roleRef says by itself which kind it means. */
static bool
fits_role(const struct reference *ref, const struct resource *r)
{
	const char *path = ref->field->path;
	size_t n = strlen(path);

	return !ref->role.kind || n < 12 ||
	       strcmp(path + n - 12, "roleRef/name") != 0 ||
	       was_kind(r, &ref->role);
}

/* The shorter list is the end of the longer one. */
static bool
same_end(const struct strings *a, const struct strings *b)
{
	const struct strings *s = a->n < b->n ? a : b;
	const struct strings *l = a->n < b->n ? b : a;

	if (s->n == 0)
		return l->n == 0;
	for (size_t i = 1; i <= s->n; i++)
		if (s->s[s->n - i] != l->s[l->n - i])
			return false;
	return true;
}

static bool
same_affixes(
    const struct resource *a, const struct resource *b, bool allow_empty)
{
	bool any_prefix =
	    allow_empty && (a->prefixes.n == 0 || b->prefixes.n == 0);
	bool any_suffix =
	    allow_empty && (a->suffixes.n == 0 || b->suffixes.n == 0);

	return (any_prefix || same_end(&a->prefixes, &b->prefixes)) &&
	       (any_suffix || same_end(&a->suffixes, &b->suffixes));
}

static void
sieve(struct resources *list, const struct resource *referrer, bool allow_empty)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		if (same_affixes(list->list[i], referrer, allow_empty))
			list->list[n++] = list->list[i];
	list->n = n;
}

/* All candidates would write the same. */
static bool
all_same(const struct resources *list, bool with_namespace)
{
	const struct resource *a = list->list[0];

	for (size_t i = 1; i < list->n; i++) {
		const struct resource *b = list->list[i];

		if (a->id.name != b->id.name ||
		    (with_namespace && strcmp(resource_namespace(a),
					   resource_namespace(b)) != 0))
			return false;
	}
	return true;
}

/*
 * The namespace that a mapping names restricts who is meant: by the original
 * one if anybody came from there, else by the current one.
 */
static void
keep_namespace(struct reference *ref, struct resources *list, const char *ns)
{
	bool original = false;
	size_t n = 0;

	for (size_t i = 0; i < ref->m->n && !original; i++) {
		struct id first = resource_first_id(ref->m->list[i]);
		original = first.namespace == ns;
	}
	for (size_t i = 0; i < list->n; i++) {
		struct id first = resource_first_id(list->list[i]);

		if (original ? first.namespace == ns
			     : list->list[i]->id.namespace == ns)
			list->list[n++] = list->list[i];
	}
	list->n = n;
}

/*
 * The object is being changed, and may be one of the two: its id tells enough.
 * A configuration may take what a Secret hides for a name.
 */
static void
say_both(const struct reference *ref, const char *text,
    struct resource *const two[2], struct buf *err)
{
	bool secret = strcmp(ref->referrer->id.kind, "Secret") == 0;

	buf_addf(err, "%s may mean", secret ? "***" : text);
	for (int i = 0; i < 2; i++) {
		buf_addf(err, "%s %s/%s (", i ? " or" : "", two[i]->id.kind,
		    two[i]->id.name);
		build_say_place(ref->b, two[i], NULL, err);
		buf_addc(err, ')');
	}
}

/*
 * Who is meant by a name: NULL for nobody.  namespace is NULL where the field
 * is no mapping with one.  Returns -1 if it can't be told.
 */
static int
find(struct reference *ref, const char *text, const char *namespace,
    bool mapping, struct resource **found, struct buf *err)
{
	const char *name = intern(&ref->b->in, text);
	struct resmap_walk walk = resmap_named(ref->m, name);
	struct resources list = { 0 };
	struct resource *r;

	*found = NULL;
	while ((r = resmap_next(&walk)))
		if (within_reach(ref, r) && was_named(r, name) &&
		    was_kind(r, ref->target) && fits_role(ref, r))
			resources_add(&list, r);
	if (namespace && list.n > 0)
		keep_namespace(ref, &list, intern(&ref->b->in, namespace));
	if (list.n > 1) {
		sieve(&list, ref->referrer, true);
		if (list.n > 1)
			sieve(&list, ref->referrer, false);
	}
	if (list.n == 1 || (list.n > 1 && all_same(&list, mapping)))
		*found = list.list[0];
	else if (list.n > 1)
		say_both(ref, text, list.list, err);
	free(list.list);
	return err->len ? -1 : 0;
}

/* --- the fields --------------------------------------------------------- */

static jv
set_scalar(struct reference *ref, jv value, struct buf *err)
{
	jv text = scalar_string(&value);
	struct resource *r;

	if (find(ref, json_str(&text), NULL, false, &r, err)) {
		jv_free(text);
		jv_free(value);
		return jv_invalid();
	}
	jv_free(text);
	if (!r || r->id.name == intern(&ref->b->in,
				    json_str(&value) ? json_str(&value) : ""))
		return value;
	jv_free(value);
	return jv_string(r->id.name);
}

static jv
set_mapping(struct reference *ref, jv value, struct buf *err)
{
	jv name = json_get(&value, "name");
	jv namespace = json_get(&value, "namespace");
	jv text = scalar_string(&name);
	struct resource *r = NULL;
	int rc = 0;

	if (!jv_is_valid(name)) {
		buf_adds(err, "there is no name in it");
		rc = -1;
	} else {
		rc = find(
		    ref, json_str(&text), json_str(&namespace), true, &r, err);
	}
	if (rc) {
		jv_free(value);
		value = jv_invalid();
	} else if (r) {
		const char *ns = resource_namespace(r);

		value = json_set_str(value, "name", r->id.name);
		if (*ns)
			value = json_set_str(value, "namespace", ns);
	}
	jv_free(name);
	jv_free(namespace);
	jv_free(text);
	return value;
}

static jv
set(jv value, void *context, struct buf *err)
{
	struct reference *ref = context;

	switch (jv_get_kind(value)) {
	case JV_KIND_NULL:
		return value;
	case JV_KIND_OBJECT:
		return set_mapping(ref, value, err);
	case JV_KIND_ARRAY:
		for (int i = 0; i < json_len(&value); i++) {
			jv e = set(json_take_at(&value, i), ref, err);

			if (!jv_is_valid(e)) {
				fault_lead_index(&ref->fault, i);
				jv_free(value);
				return e;
			}
			value = jv_array_set(value, i, e);
		}
		return value;
	default:
		return set_scalar(ref, value, err);
	}
}

static int
fail_subject(const struct reference *ref, int i)
{
	struct buf pointer = BUF_INIT;

	buf_addf(&pointer, "/subjects/%d/namespace", i);
	build_fail_at(ref->b, ref->referrer, pointer.s, "must be a string");
	buf_release(&pointer);
	return -1;
}

/*
 * Read what the referrer says of whom it refers to: its roleRef, and the
 * namespaces that the accounts of a RoleBinding come from.
 */
static int
look_ahead(struct reference *ref)
{
	const jv *o = &ref->referrer->object;
	jv subjects = json_get(o, "subjects");
	jv role_ref = json_get(o, "roleRef");
	const char *group = json_get_str(&role_ref, "apiGroup");
	const char *role = json_get_str(&role_ref, "kind");
	int rc = 0;

	ref->role = (struct fieldspec){ NULL, "", NULL, "", false };
	if (group && role) {
		ref->role.group = intern(&ref->b->in, group);
		ref->role.kind = intern(&ref->b->in, role);
	}
	ref->namespaces.n = 0;
	for (int i = 0; i < json_len(&subjects) &&
			strcmp(ref->referrer->id.kind, "RoleBinding") == 0;
	     i++) {
		jv s = json_at(&subjects, i);
		const char *ns = json_get_str(&s, "namespace");
		const char *kind = json_get_str(&s, "kind");
		bool account = kind && strcmp(kind, "ServiceAccount") == 0;

		if (account && ns)
			strings_add(&ref->namespaces, intern(&ref->b->in, ns));
		else if (account && json_has(&s, "namespace") && rc == 0)
			rc = fail_subject(ref, i);
		jv_free(s);
	}
	jv_free(role_ref);
	jv_free(subjects);
	return rc;
}

/* --- all of them -------------------------------------------------------- */

/* All fields that hold names, and what each of them refers to. */
struct table {
	struct fieldspecs fields;
	const struct fieldspec **targets;
	size_t cap_targets;
};

static void
make_table(struct table *table, const struct config *config)
{
	struct fieldspecs *all = &table->fields;

	for (size_t i = 0; i < config->n_refs; i++) {
		const struct nameref *ref = &config->refs[i];

		for (size_t k = 0; k < ref->fields.n; k++) {
			table->targets = mem_grow(table->targets, all->n,
			    &table->cap_targets, sizeof(*table->targets));
			table->targets[all->n] = &ref->target;
			all->specs = mem_grow(
			    all->specs, all->n, &all->cap, sizeof(*all->specs));
			all->specs[all->n++] = ref->fields.specs[k];
		}
	}
}

static int
follow(struct reference *ref, const struct table *table,
    const struct fieldpaths *paths)
{
	int rc = 0;

	for (size_t i = 0; i < paths->n && rc == 0; i++) {
		const struct fieldpath *path = &paths->list[i];

		ref->field = path->spec;
		ref->target = table->targets[path->spec - table->fields.specs];
		rc = fieldpath_apply(&ref->referrer->object, path, MAKE_NOTHING,
		    set, ref, &ref->fault);
	}
	if (rc)
		build_fail_fault(ref->b, ref->referrer, &ref->fault);
	fault_release(&ref->fault);
	return rc;
}

struct context {
	struct reference ref;
	struct table table;
};

static void
release(void *context)
{
	struct context *c = context;

	free(c->table.fields.specs);
	free(c->table.targets);
	free(c->ref.namespaces.s);
	free(c);
}

static int
one(struct pass *p, struct resmap *m, struct resource *r)
{
	struct context *c = p->context;
	struct id first = resource_first_id(r);

	c->ref.b = p->w->b;
	c->ref.m = m;
	c->ref.referrer = r;
	if (look_ahead(&c->ref))
		return -1;
	return follow(
	    &c->ref, &c->table, fieldplan_look(&p->plan, &first, &r->object));
}

struct pass
transform_names(const struct where *w, const struct config *config)
{
	struct context *c = mem_zero(1, sizeof(*c));

	make_table(&c->table, config);
	return (struct pass){
		.w = w,
		.plan = { .specs = &c->table.fields },
		.context = c,
		.release = release,
		.one = one,
	};
}
