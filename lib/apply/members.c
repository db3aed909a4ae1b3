/*
 * The members of a stage's inventory, as the cluster has them: found by their
 * label in the kinds and namespaces that the parent lists.
 */
#include "apply/members.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "object.h"

void
members_release(struct members *m)
{
	size_t i;

	for (i = 0; i < m->n; i++)
		jv_free(m->list[i].live);
	free(m->list);
	*m = (struct members){ 0 };
}

void
members_add(struct members *m, struct unit *u, jv live, const struct kind *kind)
{
	struct buf version = BUF_INIT;
	struct member *member;
	jv metadata = json_take(&live, "metadata");

	/* Who owns which fields makes out most of it, and counts no more. */
	metadata = json_delete(metadata, "managedFields");
	live = json_set(live, "metadata", metadata);

	if (*kind->group)
		buf_addf(&version, "%s/", kind->group);
	buf_adds(&version, kind->version);
	live = json_set_str(live, "apiVersion", buf_str(&version));
	live = json_set_str(live, "kind", kind->kind);
	m->list = mem_grow(m->list, m->n, &m->cap, sizeof(*m->list));
	member = &m->list[m->n++];
	*member = (struct member){ .unit = u, .live = live, .kind = kind };
	member->phase = policy_phase(&member->live);
	buf_release(&version);
}

jv
members_elsewhere(jv keys, const struct unit *u)
{
	jv list = u->spec ? json_get(u->spec, "elsewhere") : jv_array();
	int i;

	for (i = 0; i < json_len(&list); i++) {
		jv one = json_at(&list, i);

		if (json_str(&one))
			keys = json_set(keys, json_str(&one), jv_true());
		jv_free(one);
	}
	jv_free(list);
	return keys;
}

void
member_key(const struct member *member, struct buf *out)
{
	buf_addf(out, "%s/%s/%s/%s", member->kind->group, member->kind->kind,
	    metadata_str(&member->live, "namespace"),
	    metadata_str(&member->live, "name"));
}

/* --- kinds -------------------------------------------------------------- */

/* The version in which the stream has objects of that kind. */
static const struct kind *
kind_in_stream(struct unit *u, const char *group, const char *kind)
{
	struct buf err = BUF_INIT;
	enum status status;
	const struct kind *found = NULL;
	size_t i;

	for (i = 0; i < u->n && !found; i++) {
		jv object;

		if (!record_is_kind(u->items[i].record, kind))
			continue;
		object = record_object(u->items[i].record);
		if (object_is(&object, group, kind))
			found = api_resource(u->options->api,
			    json_get_str(&object, "apiVersion"), kind, &status,
			    &err);
		jv_free(object);
	}
	buf_release(&err);
	return found;
}

/* Ask the server in which version it has the kind; NULL if in none. */
static const struct kind *
kind_by_asking(struct unit *u, const char *group, const char *kind)
{
	struct api_request req = { .method = "GET" };
	struct buf path = BUF_INIT, err = BUF_INIT;
	const struct kind *found = NULL;
	enum status status, worst = STATUS_OK;
	jv body = jv_invalid(), versions, one;
	long http = 0;
	int i;

	buf_addf(&path, "/apis/%s", group);
	req.path = buf_str(&path);
	status = api_ask(u->options->api, &req, &body, &http, &err);
	if (status != STATUS_OK && http != 404)
		unit_problem(u, status, buf_str(&err));
	versions = json_get(&body, "versions");
	for (i = 0; i < json_len(&versions) && !found; i++) {
		one = json_at(&versions, i);
		if (json_get_str(&one, "groupVersion"))
			found = api_resource(u->options->api,
			    json_get_str(&one, "groupVersion"), kind, &status,
			    &err);
		if (status == STATUS_SERVER)
			worst = status;
		jv_free(one);
	}
	/* An API that is down now may have it. */
	if (!found && worst != STATUS_OK)
		unit_problem(u, worst, buf_str(&err));
	jv_free(versions);
	jv_free(body);
	buf_release(&path);
	buf_release(&err);
	return found;
}

/* The kind that a word of the parent, "Kind" or "Kind.group", means. */
static const struct kind *
kind_of(struct unit *u, const char *word)
{
	const char *dot = strchr(word, '.');
	const char *group = dot ? dot + 1 : "";
	struct buf kind = BUF_INIT;
	const struct kind *found;

	buf_add(&kind, word, dot ? (size_t)(dot - word) : strlen(word));
	found = kind_find(group, strlen(group), NULL, buf_str(&kind));
	if (!found)
		found = kind_in_stream(u, group, buf_str(&kind));
	if (!found && *group)
		found = kind_by_asking(u, group, buf_str(&kind));
	buf_release(&kind);
	return found;
}

/* --- members ------------------------------------------------------------ */

static bool
sets_the_label(const jv *entry)
{
	jv label = json_path(entry, "fieldsV1", "f:metadata", "f:labels",
	    "f:" INVENTORY_LABEL, NULL);
	bool sets = jv_is_valid(label);

	jv_free(label);
	return sets;
}

/*
 * Some controllers copy the labels of an object to what they make for it (those
 * of a Service to its EndpointSlices), and some people copy whole objects.  A
 * member got its label by being applied.
 */
static bool
was_applied(const jv *live, const char *manager)
{
	jv entries = json_path(live, "metadata", "managedFields", NULL);
	bool applied = false;
	int i;

	for (i = 0; i < json_len(&entries) && !applied; i++) {
		jv entry = json_at(&entries, i);
		const char *name = json_get_str(&entry, "manager");
		const char *op = json_get_str(&entry, "operation");

		applied =
		    name && op && sets_the_label(&entry) &&
		    (strcmp(op, "Apply") == 0 || strcmp(name, manager) == 0 ||
			strcmp(name, "before-first-apply") == 0 ||
			strcmp(name, "kubectl-client-side-apply") == 0);
		jv_free(entry);
	}
	jv_free(entries);
	return applied;
}

/* --- lists -------------------------------------------------------------- */

/* One kind, in one namespace or in none. */
struct question {
	struct members *members;
	struct unit *unit;
	const struct kind *kind;
	char *namespace;
	struct question *next;
};

static void ask(struct question *q, const char *from);

static void
on_page(void *ctx, const struct api_response *r)
{
	struct question *q = ctx;
	const char *next;
	jv items;
	int i;

	if (r->status == 404)
		return; /* the kind is no more, so none of it is */
	if (r->exit != STATUS_OK) {
		if (q->unit->status == STATUS_OK)
			unit_problem(q->unit, r->exit, r->message);
		return;
	}
	items = json_get(r->body, "items");
	for (i = 0; i < json_len(&items); i++) {
		jv live = json_at(&items, i);

		if (was_applied(&live, q->unit->options->manager))
			members_add(q->members, q->unit, live, q->kind);
		else
			jv_free(live);
	}
	jv_free(items);
	next = json_path_str(r->body, "metadata", "continue", NULL);
	if (next && *next)
		ask(q, next);
}

static void
ask(struct question *q, const char *from)
{
	struct api_request req = { .method = "GET" };
	struct buf path = BUF_INIT, selector = BUF_INIT;

	buf_adds(&selector, INVENTORY_LABEL "=");
	inventory_id(q->unit->stage, &selector);
	api_path(&path, q->kind, q->namespace, NULL);
	api_query(&path, "labelSelector", buf_str(&selector));
	api_query(&path, "limit", "500");
	if (from)
		api_query(&path, "continue", from);
	req.path = buf_str(&path);
	req.accept = LIVE_METADATA_LIST;
	req.done = on_page;
	req.ctx = q;
	api_send(q->unit->options->api, &req);
	buf_release(&path);
	buf_release(&selector);
}

static struct question *
add_question(struct question *first, struct members *m, struct unit *u,
    const struct kind *kind, const char *namespace)
{
	struct question *q = mem_zero(1, sizeof(*q));

	q->members = m;
	q->unit = u;
	q->kind = kind;
	q->namespace = mem_strdup(namespace);
	q->next = first;
	return q;
}

static struct question *
add_kind(struct question *first, struct members *m, struct unit *u,
    const struct kind *kind)
{
	jv namespaces, one;
	int i;

	if (!kind->namespaced)
		return add_question(first, m, u, kind, "");
	namespaces = jv_keys(jv_copy(u->inventory.namespaces));
	for (i = 0; i < json_len(&namespaces); i++) {
		one = json_at(&namespaces, i);
		first = add_question(first, m, u, kind, json_str(&one));
		jv_free(one);
	}
	jv_free(namespaces);
	return first;
}

void
members_read(struct members *m, struct unit *u)
{
	jv kinds = jv_keys(jv_copy(u->inventory.kinds)), word;
	struct question *first = NULL, *q;
	const struct kind *kind;
	int i;

	for (i = 0; i < json_len(&kinds); i++) {
		word = json_at(&kinds, i);
		kind = kind_of(u, json_str(&word));
		if (kind)
			first = add_kind(first, m, u, kind);
		jv_free(word);
	}
	jv_free(kinds);
	for (q = first; q; q = q->next)
		ask(q, NULL);
	api_run(u->options->api);
	while ((q = first)) {
		first = q->next;
		free(q->namespace);
		free(q);
	}
}

/* --- the stream's own records ------------------------------------------- */

/* Of each object of the stream its number, by its key. */
static jv
index_records(const struct unit *u)
{
	struct buf namespace = BUF_INIT, key = BUF_INIT, err = BUF_INIT;
	jv index = jv_object();
	struct object_id id;
	size_t i;

	unit_namespace(u, &namespace);
	for (i = 0; i < u->n; i++) {
		jv object = record_object(u->items[i].record);

		buf_clear(&err);
		if (object_id(&object, &id, &err) == 0) {
			buf_clear(&key);
			if (!*id.namespace && !kind_is_cluster_scoped(id.group,
						  id.group_len, id.kind))
				id.namespace = buf_str(&namespace);
			object_id_key(&id, &key);
			index = json_set(
			    index, buf_str(&key), jv_number((double)i));
		}
		jv_free(object);
	}
	buf_release(&namespace);
	buf_release(&key);
	buf_release(&err);
	return index;
}

void
members_match(struct members *m, struct unit *u)
{
	struct buf key = BUF_INIT;
	jv index = index_records(u);
	long long at;
	size_t i;

	for (i = 0; i < m->n; i++) {
		buf_clear(&key);
		member_key(&m->list[i], &key);
		at = json_get_int(&index, buf_str(&key), -1);
		m->list[i].item = at >= 0 ? &u->items[at] : NULL;
	}
	jv_free(index);
	buf_release(&key);
}
