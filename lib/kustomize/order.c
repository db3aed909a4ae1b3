/* The order of the output: by kind, then by id; see transform.h. */
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/transform.h"
#include "mem.h"

static const char *const first_kinds[] = { "Namespace", "ResourceQuota",
	"StorageClass", "CustomResourceDefinition", "ServiceAccount",
	"PodSecurityPolicy", "Role", "ClusterRole", "RoleBinding",
	"ClusterRoleBinding", "ConfigMap", "Secret", "Endpoints", "Service",
	"LimitRange", "PriorityClass", "PersistentVolume",
	"PersistentVolumeClaim", "Deployment", "StatefulSet", "CronJob",
	"PodDisruptionBudget" };
static const char *const last_kinds[] = { "MutatingWebhookConfiguration",
	"ValidatingWebhookConfiguration" };

/* What decides, one after another. */
struct item {
	int rank;
	const char *gvk;	      /* interned: group, version and kind */
	const char *namespace, *name; /* as they stand in the object */
	size_t at;
	struct resource *r;
};

static int
index_in(const jv *list, const char *kind)
{
	for (int i = json_len(list) - 1; i >= 0; i--) {
		jv s = json_at(list, i);
		bool is = json_str(&s) && strcmp(json_str(&s), kind) == 0;

		jv_free(s);
		if (is)
			return i;
	}
	return -1;
}

/* The kinds that a kustomization wants first and last. */
struct wanted {
	jv first, last;
};

/* Below 0 for the first kinds, above for the last. */
static int
rank(const char *kind, const struct wanted *wanted)
{
	const jv *first = &wanted->first;
	int i = index_in(&wanted->last, kind);

	if (i >= 0)
		return i + 1;
	i = index_in(first, kind);
	return i >= 0 ? i - json_len(first) : 0;
}

int
order_rank(const char *kind)
{
	const int n_first = sizeof(first_kinds) / sizeof(*first_kinds);
	const int n_last = sizeof(last_kinds) / sizeof(*last_kinds);

	for (int i = 0; i < n_first; i++)
		if (strcmp(first_kinds[i], kind) == 0)
			return i - n_first;
	for (int i = 0; i < n_last; i++)
		if (strcmp(last_kinds[i], kind) == 0)
			return i + 1;
	return 0;
}

static const char *
or_else(const char *s, const char *otherwise)
{
	return s && *s ? s : otherwise;
}

/*
 * The effective namespace of an id is that of the object, but for two that may
 * stand for none.
 */
static const char *
namespace_of(const struct resource *r)
{
	const char *ns = r->id.namespace;

	if (strcmp(ns, NO_NAMESPACE) == 0 || strcmp(ns, "default") == 0)
		ns = resource_namespace(r);
	return or_else(ns, "~X");
}

static const char *
gvk(struct intern *in, const struct id *id)
{
	struct buf b = BUF_INIT;
	const char *s;

	buf_adds(&b, or_else(id->group, "~G"));
	buf_addc(&b, '_');
	buf_adds(&b, or_else(id->version, "~V"));
	buf_addc(&b, '_');
	buf_adds(&b, or_else(id->kind, "~K"));
	s = intern_len(in, b.s, b.len);
	buf_release(&b);
	return s;
}

/* As if both were followed by the sign between namespace and name. */
static int
compare_namespaces(const char *a, const char *b)
{
	if (a == b)
		return 0;
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return (*a ? (unsigned char)*a : '|') - (*b ? (unsigned char)*b : '|');
}

static int
compare(const void *x, const void *y)
{
	const struct item *a = x, *b = y;
	int c;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	c = a->gvk == b->gvk ? 0 : strcmp(a->gvk, b->gvk);
	/* Namespaces of the core group are turned round: an old slip. */
	if (c && strcmp(a->r->id.kind, "Namespace") == 0 &&
	    strcmp(b->r->id.kind, "Namespace") == 0 &&
	    (!*a->r->id.group || !*b->r->id.group))
		return -c;
	if (c == 0)
		c = compare_namespaces(a->namespace, b->namespace);
	if (c == 0)
		c = strcmp(a->name, b->name);
	return c ? c : (a->at > b->at) - (a->at < b->at);
}

/* The legacy order, of kinds that are wanted or (NULL) the built-in ones. */
static void
sort(struct build *b, struct resmap *m, const struct wanted *wanted)
{
	struct item *items = mem_zero(m->n + 1, sizeof(*items));

	for (size_t i = 0; i < m->n; i++) {
		struct resource *r = m->list[i];
		const char *kind = r->id.kind;

		items[i] = (struct item){ .r = r,
			.at = i,
			.rank = wanted ? rank(kind, wanted) : order_rank(kind),
			.gvk = gvk(&b->in, &r->id),
			.namespace = namespace_of(r),
			.name = or_else(r->id.name, "~N") };
	}
	qsort(items, m->n, sizeof(*items), compare);
	for (size_t i = 0; i < m->n; i++)
		m->list[i] = items[i].r;
	free(items);
	resmap_touch(m);
}

int
transform_order(const struct where *w, struct resmap *m, const jv *options)
{
	const char *order = json_get_str(options, "order");
	jv legacy = json_get(options, "legacySortOptions");
	struct wanted wanted;
	int rc = 0;

	if (jv_is_valid(*options) &&
	    (!order ||
		(strcmp(order, "fifo") != 0 && strcmp(order, "legacy") != 0)))
		rc = where_fail_in(w, "/order", "must be fifo or legacy");
	else if (order && strcmp(order, "fifo") == 0 && jv_is_valid(legacy))
		rc = where_fail_in(
		    w, "/legacySortOptions", "is only for the order legacy");
	if (rc == 0 && (!order || strcmp(order, "legacy") == 0)) {
		wanted.first = json_get(&legacy, "orderFirst");
		wanted.last = json_get(&legacy, "orderLast");
		sort(w->b, m, jv_is_valid(legacy) ? &wanted : NULL);
		jv_free(wanted.first);
		jv_free(wanted.last);
	}
	jv_free(legacy);
	return rc;
}
