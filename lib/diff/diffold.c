/*
 * A stream against an older one, without any server.
 */
#include <stdlib.h>
#include <string.h>

#include "diff/diff.h"
#include "diff/jobreads.h"
#include "diff/jobrun.h"
#include "diff/stages.h"
#include "fields/compare.h"
#include "json.h"
#include "judge/immutable.h"
#include "judge/transition.h"
#include "judge/verdict.h"
#include "mem.h"
#include "object.h"

struct old_work {
	struct diff *diff;
	struct stages stages, old_stages;
	struct record *old;
	jv index; /* id of an old object -> index of its record */
	bool *met;
};

/* Scope and path of a kind as far as the streams and the table tell. */
static struct kind
kind_of(const struct stages *s, const jv *object)
{
	const char *v = json_get_str(object, "apiVersion");
	const char *k = json_get_str(object, "kind");
	const struct kind *builtin = kind_find(v, object_group_len(v), NULL, k);
	struct kind kind;

	if (builtin)
		return *builtin;
	stages_kind(s, object, &kind);
	return kind;
}

static jv
desired_of(struct stages *s, const struct record *r, struct buf *key)
{
	jv object = record_object(r);
	struct kind kind = kind_of(s, &object);
	struct buf err = BUF_INIT;
	struct object_id id;
	jv desired = stages_desired(s, r, jv_copy(object), &kind);

	buf_clear(key);
	object_id(&desired, &id, &err);
	object_id_key(&id, key);
	buf_release(&err);
	jv_free(object);
	return desired;
}

/* What the change of a custom resource's field means, as far as it is told. */
static enum immutable_change
custom_change(const jv *schema, const jv *from, const jv *to, const char *path)
{
	if (strncmp(path, "/metadata/", 10) == 0)
		return CHANGE_MUTABLE;
	if (!jv_is_valid(*schema))
		return CHANGE_UNKNOWN;
	switch (transition_judge(schema, from, to, path)) {
	case TRANSITION_IMMUTABLE:
		return CHANGE_IMMUTABLE;
	case TRANSITION_UNKNOWN:
		return CHANGE_UNKNOWN;
	case TRANSITION_FREE:
		break;
	}
	return CHANGE_MUTABLE;
}

/* Mark what is immutable, leave out what only spells out a default. */
static jv
marked(const jv *schema, const jv *from, const jv *to, jv fields, bool *found)
{
	bool builtin = immutable_kind(to) == IMMUTABLE_KNOWN;
	int n = json_len(&fields);
	jv kept = jv_array();

	for (int i = 0; i < n; i++) {
		jv f = json_at(&fields, i);
		const char *path = json_get_str(&f, "path");
		enum immutable_change change =
		    builtin ? immutable_field(from, to, path)
			    : custom_change(schema, from, to, path);
		found[change] = true;
		if (change == CHANGE_IMMUTABLE)
			f = json_set(f, "immutable", jv_true());
		if (change == CHANGE_NONE)
			jv_free(f);
		else
			kept = jv_array_append(kept, f);
	}
	jv_free(fields);
	return kept;
}

/*
 * An old stream may be what the cluster once had.  Its status is not compared,
 * but some fields can change only by it.
 */
static jv
with_status(const jv *from, const struct record *old)
{
	jv object = record_object(old), status = json_get(&object, "status");

	jv_free(object);
	if (jv_is_valid(status))
		return json_set(jv_copy(*from), "status", status);
	jv_free(status);
	return jv_copy(*from);
}

static void
refuse(struct old_work *w, struct diff_entry *e, const struct verdict *v)
{
	record_set_error(
	    e->record, v->error.reason, v->error.message, v->error.http);
	e->refused = true;
	w->diff->status = status_worse(w->diff->status, v->error.exit);
}

/* Takes the entry's before and after, and releases the verdict. */
static void
finish(struct old_work *w, struct diff_entry *e, struct verdict *v)
{
	jv run = jv_invalid();

	if (jobrun_is_job(&e->after))
		run = jobrun_decide(
		    &(struct jobrun){ &e->after, &e->before, true }, v);
	e->action = v->action;
	if (!v->action) {
		refuse(w, e, v);
	} else {
		jv diff = verdict_diff(v, NULL);
		if (jv_is_valid(run))
			diff = json_set(diff, "run", jv_copy(run));
		record_set(e->record, "diff", diff);
	}
	if (!w->diff->keep || !v->action || strcmp(v->action, "none") == 0) {
		jv_free(e->before);
		jv_free(e->after);
		e->before = e->after = jv_invalid();
	}
	jv_free(run);
	verdict_release(v);
}

static void
compare_one(struct old_work *w, struct diff_entry *e, const jv *to, long at)
{
	struct buf key = BUF_INIT;
	struct verdict v = verdict_of("none");
	bool found[CHANGE_UNKNOWN + 1] = { false };
	jv from = desired_of(&w->old_stages, &w->old[at], &key);
	jv schema = stages_schema(&w->stages, to);

	jv was = with_status(&from, &w->old[at]);

	w->met[at] = true;
	jv_free(v.fields);
	v.fields =
	    marked(&schema, &was, to, compare_objects(&from, to, 0), found);
	jv_free(was);
	if (found[CHANGE_IMMUTABLE])
		v.action = "recreate";
	else if (json_len(&v.fields) > 0)
		v.action = "update";
	if (found[CHANGE_UNKNOWN] && !found[CHANGE_IMMUTABLE])
		v.reason = mem_strdup(
		    jv_is_valid(schema)
			? "its definition has rules that only a server can "
			  "judge"
			: "without its definition it is not known what can't "
			  "change");
	v.fields = compare_mask_fields(to, v.fields);
	e->before = from;
	e->after = jv_copy(*to);
	finish(w, e, &v);
	jv_free(schema);
	buf_release(&key);
}

static void
add_new(struct old_work *w, struct record *r)
{
	struct diff_entry *e = &w->diff->entries[w->diff->n++];
	struct buf key = BUF_INIT;

	*e = (struct diff_entry){
		.record = r, .before = jv_invalid(), .after = jv_invalid()
	};
	jv to = desired_of(&w->stages, r, &key);
	diff_name_entry(e, &to);
	if (record_has_error(r)) {
		jv_free(to);
		buf_release(&key);
		return;
	}
	const char *name = json_path_str(&to, "metadata", "name", NULL);
	long at = (long)json_get_int(&w->index, buf_str(&key), -1);
	if (at >= 0 && name && *name) {
		compare_one(w, e, &to, at);
	} else {
		struct verdict v = verdict_of("create");
		e->after = jv_copy(to);
		finish(w, e, &v);
	}
	jv_free(to);
	buf_release(&key);
}

static void
add_deleted(struct old_work *w, const struct record *r)
{
	struct diff_entry *e = &w->diff->entries[w->diff->n++];
	struct verdict v = verdict_of("delete");
	struct buf key = BUF_INIT;

	*e = (struct diff_entry){ .record = mem_zero(1, sizeof(*e->record)),
		.own = true,
		.after = jv_invalid() };
	e->before = desired_of(&w->old_stages, r, &key);
	diff_name_entry(e, &e->before);
	record_make_object(e->record, record_stage(r), record_object(r));
	finish(w, e, &v);
	buf_release(&key);
}

static void
index_old(struct old_work *w, long n)
{
	struct buf key = BUF_INIT;

	w->index = jv_object();
	for (long i = 0; i < n; i++) {
		if (w->old[i].type != RECORD_OBJECT)
			continue;
		jv_free(desired_of(&w->old_stages, &w->old[i], &key));
		w->index =
		    json_set(w->index, buf_str(&key), jv_number((double)i));
	}
	buf_release(&key);
}

void
diff_stream(struct diff *d, const char *namespace, struct record *records,
    long n, struct record *old, long n_old)
{
	struct old_work w = { .diff = d, .old = old };

	d->entries = mem_zero((size_t)(n + n_old) + 1, sizeof(*d->entries));
	w.met = mem_zero((size_t)n_old + 1, sizeof(*w.met));
	jobreads_note(records, n);
	jobreads_note(old, n_old);
	stages_read(&w.stages, namespace, records, n);
	stages_read(&w.old_stages, namespace, old, n_old);
	index_old(&w, n_old);
	for (long i = 0; i < n; i++)
		if (records[i].type == RECORD_OBJECT)
			add_new(&w, &records[i]);
	for (long i = 0; i < n_old; i++)
		if (old[i].type == RECORD_OBJECT && !w.met[i])
			add_deleted(&w, &old[i]);
	stages_release(&w.stages);
	stages_release(&w.old_stages);
	jv_free(w.index);
	free(w.met);
}
