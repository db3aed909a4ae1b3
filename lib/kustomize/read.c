/* Resources out of YAML; see read.h. */
#include "kustomize/read.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/jsonpatch.h"
#include "kustomize/place.h"
#include "kustomize/spelling.h"
#include "manifest/manifest.h"
#include "mem.h"

void
resources_add(struct resources *list, struct resource *r)
{
	list->list =
	    mem_grow(list->list, list->n, &list->cap, sizeof(*list->list));
	list->list[list->n++] = r;
}

/* What is called a list needs no name. */
static bool
ends_in_list(const char *kind)
{
	size_t n = strlen(kind);

	return n >= 4 && strcmp(kind + n - 4, "List") == 0;
}

/* Something stands where a string is due; null is nothing. */
static bool
is_odd(jv v)
{
	bool odd =
	    jv_is_valid(v) && !json_is(&v, JV_KIND_NULL) && !json_str(&v);

	jv_free(v);
	return odd;
}

static const char *
problem(const jv *object, const jv *meta, const char **at)
{
	const char *kind = json_get_str(object, "kind");
	const char *name = json_get_str(meta, "name");
	jv annotations = json_get(meta, "annotations");
	bool list = json_is(&annotations, JV_KIND_ARRAY);

	*at = "";
	jv_free(annotations);
	if (!json_is(object, JV_KIND_OBJECT))
		return "not a Kubernetes object";
	if (list) {
		*at = "/metadata/annotations";
		return "must be a map";
	}
	if (!kind && is_odd(json_get(object, "kind"))) {
		*at = "/kind";
		return "must be a string";
	}
	if (!kind || !*kind)
		return "kind is missing";
	if (jv_is_valid(*meta) && !json_is(meta, JV_KIND_NULL) &&
	    !json_is(meta, JV_KIND_OBJECT)) {
		*at = "/metadata";
		return "must be a map";
	}
	if (!name && is_odd(json_get(meta, "name"))) {
		*at = "/metadata/name";
		return "must be a string";
	}
	if (!ends_in_list(kind) && (!name || !*name))
		return "metadata.name is missing";
	return NULL;
}

const char *
read_problem(const jv *object, const char **at)
{
	jv meta = json_get(object, "metadata");
	const char *what = problem(object, &meta, at);

	jv_free(meta);
	return what;
}

static bool
is_empty(const jv *v)
{
	return json_is(v, JV_KIND_NULL) ||
	       ((json_is(v, JV_KIND_OBJECT) || json_is(v, JV_KIND_ARRAY)) &&
		   json_is_empty(v));
}

/* Where something stands: in the n-th document, what the pointer leads to. */
struct position {
	size_t n;
	const char *at; /* interned; NULL: the document itself */
};

struct queued {
	struct manifest_doc doc;
	struct position place;
};

struct queue {
	struct build *b;
	const char *text, *name;
	size_t len;
	struct resources *out;
	struct buf *err;
	struct queued *docs; /* yet to come, in order */
	size_t n, cap;
};

/* Fail about a field of what stands there, at being its JSON pointer. */
static int
fail(
    struct queue *q, const struct position *p, const char *at, const char *what)
{
	struct buf pointer = BUF_INIT;
	int line = 1, column = 1;

	buf_addf(&pointer, "%s%s", p->at ? p->at : "", at);
	manifest_locate(
	    q->text, q->len, p->n, buf_str(&pointer), &line, &column);
	buf_addf(q->err, "%d: ", line);
	json_pointer_say(buf_str(&pointer), q->err);
	buf_addf(q->err, "%s%s", pointer.len ? ": " : "", what);
	buf_release(&pointer);
	return -1;
}

/* The i-th item of a list. */
static struct position
item_of(struct queue *q, const struct position *list, int i)
{
	struct buf pointer = BUF_INIT;
	struct position item = *list;

	buf_addf(&pointer, "%s/items/%d", list->at ? list->at : "", i);
	item.at = intern(&q->b->in, pointer.s);
	buf_release(&pointer);
	return item;
}

/* Takes over the document's value. */
static int
enqueue(struct queue *q, const struct manifest_doc *doc,
    const struct position *place)
{
	const char *what, *at;
	jv value = doc->value;

	if (is_empty(&value)) {
		jv_free(value);
		return 0;
	}
	what = read_problem(&value, &at);
	if (what) {
		jv_free(value);
		return fail(q, place, at, what);
	}
	q->docs = mem_grow(q->docs, q->n, &q->cap, sizeof(*q->docs));
	q->docs[q->n++] = (struct queued){ *doc, *place };
	return 0;
}

/* The notes of a list that are about one of its items. */
static void
item_notes(struct buf *out, const struct buf *notes, int i)
{
	const char *p = buf_str(notes), *end = p + notes->len;
	struct buf prefix = BUF_INIT;

	buf_addf(&prefix, "/items/%d/", i);
	for (; p < end; p += strlen(p) + 1) {
		if (p[1] && strncmp(p + 1, prefix.s, prefix.len) != 0)
			continue;
		buf_addc(out, *p);
		if (p[1])
			buf_adds(out, p + prefix.len);
		buf_addc(out, '\0');
	}
	buf_release(&prefix);
}

/*
 * Items go behind all that is in the queue, as in kustomize.  They lose what
 * only the text tells, unless a List is all there is.
 */
static int
expand(struct queue *q, size_t at)
{
	struct queued list = q->docs[at];
	const char *kind = json_get_str(&list.doc.value, "kind");
	bool keeps = q->n == 1 && strcmp(kind, "List") == 0;
	jv items = json_get(&list.doc.value, "items");
	struct manifest_doc item = { .line = list.doc.line };
	const char *text = place_go_to(q->text, list.doc.line);
	struct position place;
	size_t n;
	int rc = 0;

	if (!json_is(&items, JV_KIND_ARRAY) && !json_is(&items, JV_KIND_NULL))
		rc = fail(q, &list.place, "/items", "must be a list");
	for (int i = 0; i < json_len(&items) && rc == 0; i++) {
		place = item_of(q, &list.place, i);
		item.value = json_at(&items, i);
		item.notes = (struct buf)BUF_INIT;
		if (keeps)
			item_notes(&item.notes, &list.doc.notes, i);
		else
			buf_add(&item.notes, MANIFEST_QUOTES_NOTE, 2);
		if (keeps && text)
			item.value = spelling_keep(
			    item.value, text, place.at, q->out->patches);
		n = q->n;
		rc = enqueue(q, &item, &place);
		if (q->n == n)
			buf_release(&item.notes);
	}
	jv_free(items);
	jv_free(list.doc.value);
	q->docs[at].doc.value = jv_null();
	return rc;
}

static void
mark_hollow(struct resource *r, const char *pointer)
{
	jv v = json_pointer_get(&r->object, pointer);

	if (json_is(&v, JV_KIND_NULL)) {
		jsonpatch_replace(&r->object, pointer, manifest_hollow());
		r->hollow = true;
	}
	jv_free(v);
}

/* kustomize writes an object and reads it again; see manifest_doc. */
static void
heed_notes(struct resource *r, const struct buf *notes)
{
	const char *p = buf_str(notes), *end = p + notes->len;

	for (; p < end; p += strlen(p) + 1) {
		if (*p == MANIFEST_FOLDED)
			jsonpatch_replace(&r->object, p + 1,
			    manifest_refold(
				json_pointer_get(&r->object, p + 1)));
		else if (*p == MANIFEST_FLOAT)
			r->floats = true;
		else if (*p == MANIFEST_QUOTES)
			r->quotes = QUOTES_ALL;
		else if (*p == MANIFEST_BLANK || *p == MANIFEST_HOLLOW)
			buf_add(&r->blanks, p + 1, strlen(p));
		if (*p == MANIFEST_HOLLOW)
			mark_hollow(r, p + 1);
	}
}

static int
take(struct queue *q, size_t at)
{
	struct manifest_doc *doc = &q->docs[at].doc;
	const char *kind = json_get_str(&doc->value, "kind");
	struct resource *r;

	if (ends_in_list(kind) && json_has(&doc->value, "items"))
		return expand(q, at);
	r = build_resource(q->b, doc->value, q->name, doc->line);
	r->at = q->docs[at].place.at;
	doc->value = jv_null();
	heed_notes(r, &doc->notes);
	resources_add(q->out, r);
	return 0;
}

/* --- keys -------------------------------------------------------------- */

/*
 * kustomize can't write a map that has a key that is no string.  It takes one
 * at the top for its text.
 */
static int
check_keys(const struct manifest_doc *doc, const char *text, size_t len,
    size_t at, struct buf *err)
{
	const struct buf *notes = &doc->notes;
	const char *p = buf_str(notes), *end = p + notes->len;
	int line = doc->line, column = 1;

	while (p < end && (*p != MANIFEST_KEY || !strchr(p + 2, '/')))
		p += strlen(p) + 1;
	if (p == end)
		return 0;
	manifest_locate(text, len, at, p + 1, &line, &column);
	buf_addf(err, "%d:%d: a key that is no string: quote it", line, column);
	return -1;
}

/*
 * kustomize splits a text at its --- lines before it reads, which leaves no
 * document for a directive to stand before, and nothing but a comment behind
 * --- from the second one on.
 */
static int
check_separators(const char *text, struct buf *err)
{
	const char *p = text, *eol, *rest;
	int line = 1;

	while (p && *p) {
		for (; *p && strchr(" \t\r\n#", *p); p++) {
			if (*p == '#')
				p += strcspn(p, "\n");
			if (!*p)
				return 0;
			line += *p == '\n';
		}
		if (*p == '%') {
			buf_addf(err, "%d: a directive", line);
			return -1;
		}
		rest = strstr(p, "\n---");
		eol = rest ? strchr(rest + 1, '\n') : NULL;
		if (!eol)
			return 0;
		for (; p <= rest; p++)
			line += *p == '\n';
		rest += strlen("\n---");
		rest += strspn(rest, " \t\r\v\f");
		if (rest < eol && *rest != '#') {
			buf_addf(
			    err, "%d: more than a comment behind ---", line);
			return -1;
		}
		p = eol + 1;
		line++;
	}
	return 0;
}

int
read_resources(struct build *b, const char *text, size_t len, const char *name,
    struct resources *out, struct buf *err)
{
	struct queue q = { .b = b,
		.text = text,
		.len = len,
		.name = name,
		.out = out,
		.err = err };
	struct manifest m = { NULL, 0 };
	const char *whole = text;
	int rc = check_separators(text, err), line = 1;

	if (rc == 0)
		rc = manifest_read(text, len, &m, err);

	for (size_t i = 0; i < m.n && rc == 0; i++) {
		struct manifest_doc doc = m.docs[i];
		struct position place = { i, NULL };

		rc = out->patches ? 0 : check_keys(&doc, whole, len, i, err);
		if (rc)
			break;
		m.docs[i].value = jv_null();
		/* From where the one before it begins. */
		text = place_go_to(text, doc.line - line + 1);
		line = doc.line;
		if (text)
			doc.value =
			    spelling_keep(doc.value, text, "", out->patches);
		rc = enqueue(&q, &doc, &place);
	}
	for (size_t i = 0; i < q.n && rc == 0; i++)
		rc = take(&q, i);
	for (size_t i = 0; i < q.n; i++) {
		jv_free(q.docs[i].doc.value);
		/* The notes of the others are m's. */
		if (q.docs[i].place.at)
			buf_release(&q.docs[i].doc.notes);
	}
	free(q.docs);
	manifest_release(&m);
	return rc;
}
