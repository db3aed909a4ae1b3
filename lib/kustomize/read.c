/* Resources out of YAML; see read.h. */
#include "kustomize/read.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "manifest/manifest.h"
#include "mem.h"

void
resources_add(struct resources *list, struct resource *r)
{
	list->list =
	    mem_grow(list->list, list->n, &list->cap, sizeof(*list->list));
	list->list[list->n++] = r;
}

/* A null in a list means that somebody indented badly. */
static bool
ends_in_list(const char *kind)
{
	size_t n = strlen(kind);

	return n >= 4 && strcmp(kind + n - 4, "List") == 0;
}

/* What is wrong with an object, NULL when nothing is. */
static const char *
problem(const jv *object)
{
	const char *kind = json_get_str(object, "kind");
	const char *name = json_path_str(object, "metadata", "name", NULL);

	if (!json_is(object, JV_KIND_OBJECT))
		return "not a Kubernetes object";
	if (!kind || !*kind)
		return "kind is missing";
	if (!ends_in_list(kind) && (!name || !*name))
		return "metadata.name is missing";
	return NULL;
}

static bool
is_empty(const jv *v)
{
	return json_is(v, JV_KIND_NULL) ||
	       (json_is(v, JV_KIND_OBJECT) && json_len(v) == 0);
}

struct queue {
	struct build *b;
	const char *name;
	struct resources *out;
	struct buf *err;
	struct manifest_doc *docs; /* yet to come, in order */
	size_t n, cap;
};

/* Takes over the document's value. */
static int
enqueue(struct queue *q, const struct manifest_doc *doc)
{
	const char *what;
	jv value = doc->value;

	if (is_empty(&value)) {
		jv_free(value);
		return 0;
	}
	what = problem(&value);
	if (what) {
		buf_addf(q->err, "%d: %s", doc->line, what);
		jv_free(value);
		return -1;
	}
	q->docs = mem_grow(q->docs, q->n, &q->cap, sizeof(*q->docs));
	q->docs[q->n++] = *doc;
	return 0;
}

/* Items go behind all that is in the queue, as in kustomize. */
static int
expand(struct queue *q, size_t at)
{
	jv items = json_get(&q->docs[at].value, "items");
	struct manifest_doc item = q->docs[at];
	int rc = 0;

	if (!json_is(&items, JV_KIND_ARRAY) && !json_is(&items, JV_KIND_NULL)) {
		buf_addf(q->err, "%d: items is no list", item.line);
		rc = -1;
	}
	for (int i = 0; i < json_len(&items) && rc == 0; i++) {
		item.value = json_at(&items, i);
		rc = enqueue(q, &item);
	}
	jv_free(items);
	jv_free(q->docs[at].value);
	q->docs[at].value = jv_null();
	return rc;
}

static int
take(struct queue *q, size_t at)
{
	struct manifest_doc *doc = &q->docs[at];
	const char *kind = json_get_str(&doc->value, "kind");

	if (ends_in_list(kind) && json_has(&doc->value, "items"))
		return expand(q, at);
	resources_add(
	    q->out, build_resource(q->b, doc->value, q->name, doc->line));
	doc->value = jv_null();
	return 0;
}

int
read_resources(struct build *b, const char *text, size_t len, const char *name,
    struct resources *out, struct buf *err)
{
	struct queue q = { .b = b, .name = name, .out = out, .err = err };
	struct manifest m = { NULL, 0 };
	int rc = manifest_read(text, len, &m, err);

	for (size_t i = 0; i < m.n && rc == 0; i++) {
		struct manifest_doc doc = m.docs[i];

		m.docs[i].value = jv_null();
		rc = enqueue(&q, &doc);
	}
	for (size_t i = 0; i < q.n && rc == 0; i++)
		rc = take(&q, i);
	for (size_t i = 0; i < q.n; i++)
		jv_free(q.docs[i].value);
	free(q.docs);
	manifest_release(&m);
	return rc;
}
