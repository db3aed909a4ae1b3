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

struct item {
	struct resource *r;
	int rank;
	char *kind, *id; /* what decides within a rank, and within a kind */
	size_t at;
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

/* Below 0 for the first kinds, above for the last. */
static int
rank(const char *kind, const jv *first, const jv *last)
{
	int i = index_in(last, kind);

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
	return *s ? s : otherwise;
}

static struct item
make_item(struct resource *r, size_t at, const jv *first, const jv *last)
{
	struct item item = { r, rank(r->id.kind, first, last), NULL, NULL, at };
	struct buf b = BUF_INIT;

	buf_adds(&b, or_else(r->id.group, "~G"));
	buf_addc(&b, '_');
	buf_adds(&b, or_else(r->id.version, "~V"));
	buf_addc(&b, '_');
	buf_adds(&b, or_else(r->id.kind, "~K"));
	item.kind = buf_detach(&b);
	buf_adds(&b, or_else(resource_namespace(r), "~X"));
	buf_addc(&b, '|');
	buf_adds(&b, or_else(resource_name(r), "~N"));
	item.id = buf_detach(&b);
	return item;
}

static int
compare(const void *x, const void *y)
{
	const struct item *a = x, *b = y;
	int c;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	c = strcmp(a->kind, b->kind);
	/* Namespaces of the core group are turned round: an old slip. */
	if (c && strcmp(a->r->id.kind, "Namespace") == 0 &&
	    strcmp(b->r->id.kind, "Namespace") == 0 &&
	    (!*a->r->id.group || !*b->r->id.group))
		return -c;
	if (c == 0)
		c = strcmp(a->id, b->id);
	return c ? c : (a->at > b->at) - (a->at < b->at);
}

static void
sort(struct resmap *m, const jv *first, const jv *last)
{
	struct item *items = mem_zero(m->n + 1, sizeof(*items));

	for (size_t i = 0; i < m->n; i++)
		items[i] = make_item(m->list[i], i, first, last);
	qsort(items, m->n, sizeof(*items), compare);
	for (size_t i = 0; i < m->n; i++) {
		m->list[i] = items[i].r;
		free(items[i].kind);
		free(items[i].id);
	}
	free(items);
	resmap_touch(m);
}

static jv
default_kinds(const char *const *kinds, size_t n)
{
	jv list = jv_array();

	for (size_t i = 0; i < n; i++)
		list = jv_array_append(list, jv_string(kinds[i]));
	return list;
}

int
transform_order(const struct where *w, struct resmap *m, const jv *options)
{
	const char *order = json_get_str(options, "order");
	jv legacy = json_get(options, "legacySortOptions");
	jv first, last;
	int rc = 0;

	if (jv_is_valid(*options) &&
	    (!order ||
		(strcmp(order, "fifo") != 0 && strcmp(order, "legacy") != 0)))
		rc = where_fail(w, "order must be fifo or legacy");
	else if (order && strcmp(order, "fifo") == 0 && jv_is_valid(legacy))
		rc = where_fail(
		    w, "legacySortOptions are only for the order legacy");
	if (rc == 0 && (!order || strcmp(order, "legacy") == 0)) {
		if (jv_is_valid(legacy)) {
			first = json_get(&legacy, "orderFirst");
			last = json_get(&legacy, "orderLast");
		} else {
			first = default_kinds(first_kinds,
			    sizeof(first_kinds) / sizeof(*first_kinds));
			last = default_kinds(last_kinds,
			    sizeof(last_kinds) / sizeof(*last_kinds));
		}
		sort(m, &first, &last);
		jv_free(first);
		jv_free(last);
	}
	jv_free(legacy);
	return rc;
}
