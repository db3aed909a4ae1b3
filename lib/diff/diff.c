/*
 * A stream against the cluster: the live objects by a few lists, then the judge
 * for those that are not settled.
 */
#include "diff/diff.h"

#include <stdlib.h>
#include <string.h>

#include "diff/jobreads.h"
#include "diff/jobrun.h"
#include "diff/live.h"
#include "diff/stages.h"
#include "fields/compare.h"
#include "json.h"
#include "judge/judge.h"
#include "mem.h"
#include "object.h"

/*
 * Of very many objects that are not there yet so many are tried at a time: more
 * than the server takes at once.
 */
#define WINDOW 256

/* One object on its way. */
struct item {
	struct work *work;
	struct diff_entry *entry;
	const struct kind *kind;
	char *namespace, *name;
	jv desired; /* invalid while its record rests */
	jv live;    /* while it is judged */
	bool fed;   /* its turn came: one of the window */
};

struct work {
	struct diff *diff;
	struct api *api;
	struct stages stages;
	struct item *items;
	size_t n;
	struct live_want *wants;
	size_t n_wants;
	struct item **later; /* to be judged when others are done */
	size_t n_later, next, open;
	bool feeding;
	struct buf *err; /* set when all of it must end */
};

void
diff_release(struct diff *d)
{
	for (long i = 0; i < d->n; i++) {
		struct diff_entry *e = &d->entries[i];
		jv_free(e->before);
		jv_free(e->after);
		free(e->subject);
		if (e->own) {
			record_release(e->record);
			free(e->record);
		}
	}
	free(d->entries);
	*d = (struct diff){ 0 };
}

void
diff_name_entry(struct diff_entry *e, const jv *object)
{
	struct buf subject = BUF_INIT;

	object_subject(object, &subject);
	free(e->subject);
	e->subject = buf_detach(&subject);
}

static void
item_error(struct item *item, const char *reason, const char *message,
    long http, enum status status)
{
	record_set_error(item->entry->record, reason, message, http);
	item->entry->refused = true;
	item->work->diff->status =
	    status_worse(item->work->diff->status, status);
}

/* Items of lists come without what all of them have in common. */
static jv
named(jv live, const jv *desired)
{
	if (!jv_is_valid(live))
		return live;
	live = json_set(live, "apiVersion", json_get(desired, "apiVersion"));
	return json_set(live, "kind", json_get(desired, "kind"));
}

static void feed(struct work *w);

static void
settle(struct item *item, struct verdict *v)
{
	struct diff_entry *e = item->entry;
	jv run = jv_invalid();

	if (jobrun_is_job(&item->desired))
		run = jobrun_decide(
		    &(struct jobrun){ &item->desired, &item->live, false }, v);
	if (!v->action) {
		item_error(item, v->error.reason, v->error.message,
		    v->error.http, v->error.exit);
	} else {
		e->action = v->action;
		jv diff = verdict_diff(v, &item->live);
		if (jv_is_valid(run))
			diff = json_set(diff, "run", jv_copy(run));
		record_set(e->record, "diff", diff);
	}
	if (item->work->diff->keep && v->action &&
	    strcmp(v->action, "none") != 0) {
		e->before = jv_copy(item->live);
		e->after = jv_is_valid(v->merged) ? jv_copy(v->merged)
						  : jv_copy(item->desired);
	}
	jv_free(run);
	jv_free(item->live);
	jv_free(item->desired);
	item->live = item->desired = jv_invalid();
	if (item->fed) {
		item->work->open--;
		feed(item->work);
	}
}

static void
on_verdict(void *ctx, struct verdict *v)
{
	settle(ctx, v);
}

/*
 * `apply --prune --dry-run` upstream has found that pruning would delete it:
 * then there is nothing to judge but whether it is still there.
 */
static bool
is_pruned(const struct item *item)
{
	const char *action =
	    json_path_str(&item->entry->record->value, "apply", "action", NULL);

	return action && strcmp(action, "deleted") == 0;
}

static void
settle_pruned(struct item *item)
{
	struct diff_entry *e = item->entry;
	bool there = jv_is_valid(item->live);
	struct verdict v = { .action = there ? "delete" : "none",
		.fields = jv_invalid(),
		.remove = jv_invalid(),
		.merged = jv_invalid() };

	v.reason = mem_strdup("no longer in its stage");
	settle(item, &v);
	verdict_release(&v);
	if (there) {
		jv_free(e->after);
		e->after = jv_invalid();
	}
}

/* Make again what is to be sent. */
static void
wake(struct item *item)
{
	if (!jv_is_valid(item->desired))
		item->desired =
		    stages_desired(&item->work->stages, item->entry->record,
			record_object(item->entry->record), item->kind);
}

static void
rest(struct item *item)
{
	if (!item->entry->record->may_rest)
		return;
	jv_free(item->desired);
	item->desired = jv_invalid();
}

static void
judge(struct item *item)
{
	struct verdict v;

	if (is_pruned(item)) {
		settle_pruned(item);
		return;
	}
	struct judge j = { .api = item->work->api,
		.kind = item->kind,
		.desired = &item->desired,
		.live = &item->live,
		.show = item->work->diff->keep,
		.namespace_comes =
		    stages_have_namespace(&item->work->stages, item->namespace),
		.done = on_verdict,
		.ctx = item };

	if (judge_at_once(&j, &v)) {
		settle(item, &v);
		verdict_release(&v);
	} else {
		judge_start(&j);
	}
}

static void
feed(struct work *w)
{
	if (w->feeding)
		return;
	w->feeding = true;
	while (w->next < w->n_later && w->open < WINDOW) {
		struct item *item = w->later[w->next++];
		item->fed = true;
		w->open++;
		wake(item);
		judge(item);
	}
	w->feeding = false;
}

/*
 * What lists have brought is judged at once: the next page waits behind it.
 * What is not there brings nothing, and may rest until its turn.
 */
static void
found(struct item *item, const jv *live)
{
	struct work *w = item->work;

	if (!jv_is_valid(*live) && !jv_is_valid(item->desired)) {
		w->later[w->n_later++] = item;
		feed(w);
		return;
	}
	wake(item);
	item->live = named(jv_copy(*live), &item->desired);
	judge(item);
}

static void
on_found(void *ctx, const struct live_want *want, const jv *live,
    const struct api_response *failed)
{
	struct work *w = ctx;
	struct item *item = want->ctx;

	if (!failed) {
		found(item, live);
		return;
	}
	/* Nobody there, or nobody who knows us: no other read will fare
	 * better. */
	if (failed->status == 0 || failed->status == 401) {
		if (w->err->len == 0)
			buf_adds(w->err, failed->message);
		w->diff->status = STATUS_SERVER;
		api_stop(w->api);
		return;
	}
	item_error(item, *failed->reason ? failed->reason : "ServerError",
	    failed->message, failed->status, STATUS_SERVER);
	jv_free(item->desired);
	item->desired = jv_invalid();
}

/* The kind that comes with the stream: nothing can be asked about it yet. */
static bool
comes_with_stream(struct item *item, const jv *object)
{
	struct kind kind;
	struct verdict v = { .action = "create",
		.fields = jv_invalid(),
		.remove = jv_invalid(),
		.merged = jv_invalid() };

	if (!stages_kind(&item->work->stages, object, &kind))
		return false;
	item->desired = stages_desired(
	    &item->work->stages, item->entry->record, jv_copy(*object), &kind);
	diff_name_entry(item->entry, &item->desired);
	v.reason =
	    mem_strdup("not tried: its CustomResourceDefinition comes first");
	settle(item, &v);
	verdict_release(&v);
	return true;
}

static void
note_name(struct item *item)
{
	const char *ns =
	    json_path_str(&item->desired, "metadata", "namespace", NULL);
	const char *name =
	    json_path_str(&item->desired, "metadata", "name", NULL);

	item->namespace = mem_strdup(ns ? ns : "");
	item->name = mem_strdup(name ? name : "");
}

/* Returns false when the whole must end. */
static bool
start_item(struct item *item)
{
	struct work *w = item->work;
	jv object = record_object(item->entry->record);
	struct buf err = BUF_INIT;
	enum status status = STATUS_OK;
	bool go_on = true;

	item->desired = item->live = jv_invalid();
	diff_name_entry(item->entry, &object);
	item->kind = api_resource(w->api, json_get_str(&object, "apiVersion"),
	    json_get_str(&object, "kind"), &status, &err);
	if (!item->kind && status == STATUS_SERVER) {
		buf_adds(w->err, buf_str(&err));
		w->diff->status = status;
		go_on = false;
	} else if (!item->kind && !comes_with_stream(item, &object)) {
		item_error(item, "NotFound", buf_str(&err), 404, status);
	} else if (item->kind) {
		item->desired = stages_desired(&w->stages, item->entry->record,
		    jv_copy(object), item->kind);
		diff_name_entry(item->entry, &item->desired);
		note_name(item);
		rest(item);
	}
	jv_free(object);
	buf_release(&err);
	return go_on;
}

static void
want_live(struct item *item)
{
	struct work *w = item->work;
	jv none = jv_invalid();

	if (*item->name)
		w->wants[w->n_wants++] = (struct live_want){ item->kind,
			item->namespace, item->name, item };
	else
		found(item, &none);
}

static bool
start_all(struct work *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (!start_item(&w->items[i]))
			return false;
	for (size_t i = 0; i < w->n; i++)
		if (w->items[i].name)
			want_live(&w->items[i]);
	live_find(w->api, w->wants, w->n_wants, on_found, w);
	api_run(w->api);
	return w->err->len == 0;
}

/* As it was written. */
static void
name_entry(struct diff_entry *e)
{
	jv object = record_object(e->record);

	diff_name_entry(e, &object);
	jv_free(object);
}

static void
add_entries(struct work *w, struct record *records, long n)
{
	struct diff *d = w->diff;

	d->entries = mem_zero((size_t)n + 1, sizeof(*d->entries));
	w->items = mem_zero((size_t)n + 1, sizeof(*w->items));
	w->wants = mem_zero((size_t)n + 1, sizeof(*w->wants));
	w->later = mem_zero((size_t)n + 1, sizeof(struct item *));
	for (long i = 0; i < n; i++) {
		struct diff_entry *e = &d->entries[d->n];
		if (records[i].type != RECORD_OBJECT)
			continue;
		d->n++;
		*e = (struct diff_entry){ .record = &records[i],
			.before = jv_invalid(),
			.after = jv_invalid() };
		if (record_has_error(&records[i]))
			name_entry(e);
		else
			w->items[w->n++] =
			    (struct item){ .work = w, .entry = e };
	}
}

static void
release(struct work *w)
{
	for (size_t i = 0; i < w->n; i++) {
		jv_free(w->items[i].desired);
		jv_free(w->items[i].live);
		free(w->items[i].namespace);
		free(w->items[i].name);
	}
	stages_release(&w->stages);
	free(w->items);
	free(w->wants);
	free(w->later);
}

int
diff_cluster(struct diff *d, struct api *api, struct record *records, long n,
    struct buf *err)
{
	struct work w = { .diff = d, .api = api, .err = err };

	jobreads_note(records, n);
	stages_read(&w.stages, api_namespace(api), records, n);
	add_entries(&w, records, n);
	bool ok = start_all(&w);
	release(&w);
	return ok ? 0 : -1;
}
