/*
 * One object before the judge: at most three dry runs, one after the other.
 *
 *   apply ──accepted──► compare: none, update, create
 *     └─refused─► without the fields that nobody holds ──accepted──► update
 *                   └─refused─► under another name ──accepted──► recreate
 *                                 └─refused─► error
 */
#include "judge.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "compare.h"
#include "fresh.h"
#include "immutable.h"
#include "json.h"
#include "managed.h"
#include "mem.h"
#include "object.h"

#define FLUX "kustomize.toolkit.fluxcd.io/"

struct trial {
	struct judge j;
	jv desired, live;
	char *name; /* of the new object that is tried */
	jv causes;  /* fields that the refusal of the apply names */
	jv remove;  /* fields that may be removed */
};

void
verdict_release(struct verdict *v)
{
	jv_free(v->fields);
	jv_free(v->remove);
	jv_free(v->merged);
	free(v->reason);
	free(v->error.reason);
	free(v->error.message);
	*v = (struct verdict){ .fields = jv_invalid(),
		.remove = jv_invalid(),
		.merged = jv_invalid() };
}

static struct verdict
verdict_of(const char *action)
{
	return (struct verdict){ .action = action,
		.fields = jv_array(),
		.remove = jv_invalid(),
		.merged = jv_invalid() };
}

static jv
copy_str(jv to, const char *key, const jv *live)
{
	const char *s = json_path_str(live, "metadata", key, NULL);

	return s ? json_set_str(to, key, s) : to;
}

jv
verdict_diff(const struct verdict *v, const jv *live)
{
	jv diff = json_set_str(jv_object(), "action", v->action);

	if (json_len(&v->fields) > 0)
		diff = json_set(diff, "fields", jv_copy(v->fields));
	if (json_len(&v->remove) > 0)
		diff = json_set(diff, "remove", jv_copy(v->remove));
	if (v->ownership)
		diff = json_set(diff, "ownership", jv_true());
	if (live && jv_is_valid(*live)) {
		diff = copy_str(diff, "uid", live);
		diff = copy_str(diff, "resourceVersion", live);
	}
	if (v->reason)
		diff = json_set_str(diff, "reason", v->reason);
	return diff;
}

/* --- without a request -------------------------------------------------- */

static bool
asks(const jv *object, const char *key, const char *value)
{
	const char *s = object_label_or_annotation(object, key);

	return s && strcasecmp(s, value) == 0;
}

/* Why the object is not to be applied, NULL if it is. */
static const char *
hands_off(const jv *desired, const jv *live)
{
	if (asks(desired, FLUX "reconcile", "disabled") ||
	    asks(live, FLUX "reconcile", "disabled"))
		return FLUX "reconcile is disabled";
	if (asks(desired, FLUX "ssa", "Ignore") ||
	    asks(live, FLUX "ssa", "Ignore"))
		return FLUX "ssa is Ignore";
	if (jv_is_valid(*live) && asks(desired, FLUX "ssa", "IfNotPresent"))
		return FLUX "ssa is IfNotPresent";
	return NULL;
}

static bool
is_terminating(const jv *live)
{
	return json_path_str(live, "metadata", "deletionTimestamp", NULL) !=
	       NULL;
}

bool
judge_at_once(const struct judge *j, struct verdict *v)
{
	jv none = jv_invalid();
	const jv *live = j->live ? j->live : &none;
	const char *why = hands_off(j->desired, live);

	if (!why && (!jv_is_valid(*live) || is_terminating(live) ||
			!managed_settled(j->desired, live, JUDGE_MANAGER)))
		return false;
	*v = verdict_of("none");
	if (why)
		v->reason = mem_strdup(why);
	return true;
}

/* --- the end of a trial ------------------------------------------------- */

static void
finish(struct trial *t, struct verdict *v)
{
	v->fields = compare_mask_fields(&t->desired, v->fields);
	t->j.done(t->j.ctx, v);
	verdict_release(v);
	jv_free(t->desired);
	jv_free(t->live);
	jv_free(t->causes);
	jv_free(t->remove);
	free(t->name);
	free(t);
}

/* The server's words about the new object, with its real name. */
static char *
real_words(const struct trial *t, const char *message)
{
	const char *real = json_path_str(&t->desired, "metadata", "name", NULL);
	struct buf out = BUF_INIT;
	const char *at;

	while (t->name && real && (at = strstr(message, t->name))) {
		buf_add(&out, message, (size_t)(at - message));
		buf_adds(&out, real);
		message = at + strlen(t->name);
	}
	buf_adds(&out, message);
	return buf_detach(&out);
}

static void
refuse(struct trial *t, const struct api_response *r)
{
	struct verdict v = verdict_of(NULL);
	enum refusal why = immutable_refusal(r->status, r->reason, r->message);

	v.error.exit = why == REFUSAL_SERVER ? STATUS_SERVER : STATUS_REFUSED;
	if (r->exit == STATUS_TIMEOUT)
		v.error.exit = STATUS_TIMEOUT;
	v.error.http = r->status;
	v.error.reason = mem_strdup(*r->reason		    ? r->reason
				    : why == REFUSAL_SERVER ? "ServerError"
							    : "Invalid");
	v.error.message = real_words(t, r->message);
	finish(t, &v);
}

static void
mark_immutable(struct verdict *v, const struct trial *t)
{
	bool known = immutable_kind(&t->desired) == IMMUTABLE_KNOWN;
	bool any = false;
	int n = json_len(&v->fields);

	/* Where neither the table nor the server is exact, all may be it. */
	for (int pass = known ? 0 : 1; pass < 3 && !any; pass++)
		for (int i = 0; i < n; i++) {
			jv f = json_take_at(&v->fields, i);
			const char *path = json_get_str(&f, "path");
			bool yes =
			    pass == 2 ||
			    (pass == 1 && immutable_covers(&t->causes, path)) ||
			    (pass == 0 && immutable_field(&t->live, &t->desired,
					      path) == CHANGE_IMMUTABLE);
			if (yes)
				f = json_set(f, "immutable", jv_true());
			any |= yes;
			v->fields = jv_array_set(v->fields, i, f);
		}
}

/* Fields of live that the new object will not have. */
static void
add_dropped(struct verdict *v, const struct trial *t)
{
	jv dropped = managed_dropped(&t->desired, &t->live, JUDGE_MANAGER);
	int n = json_len(&dropped);

	for (int i = 0; i < n; i++) {
		jv pointer = json_at(&dropped, i);
		const char *p = jv_string_value(pointer);
		jv field = json_set_str(jv_object(), "path", p);
		field = json_set(field, "from", json_pointer_get(&t->live, p));
		v->fields = jv_array_append(v->fields, field);
		jv_free(pointer);
	}
	for (int i = n - 1; i >= 0; i--) {
		jv pointer = json_at(&dropped, i);
		v->merged = compare_remove(v->merged, jv_string_value(pointer));
		jv_free(pointer);
	}
	jv_free(dropped);
}

/* What is told without the server's answer: desired laid over live. */
static void
compare_here(struct verdict *v, const struct trial *t)
{
	jv_free(v->fields);
	v->fields = compare_objects(
	    &t->live, &t->desired, COMPARE_SUBSET | COMPARE_CONTENT);
	v->merged = compare_overlay(jv_copy(t->live), &t->desired);
	add_dropped(v, t);
}

static void
recreate(struct trial *t, const char *reason)
{
	struct verdict v = verdict_of("recreate");

	compare_here(&v, t);
	mark_immutable(&v, t);
	if (reason)
		v.reason = mem_strdup(reason);
	finish(t, &v);
}

/* --- third: a new object under another name ----------------------------- */

static void
on_fresh(void *ctx, const struct api_response *r)
{
	struct trial *t = ctx;
	bool accepted =
	    immutable_refusal(r->status, r->reason, r->message) == REFUSAL_NONE;
	bool quota = immutable_is_quota(r->message);

	if (!accepted && !quota) {
		refuse(t, r);
	} else if (is_terminating(&t->live)) {
		struct verdict v = verdict_of("create");
		v.reason = mem_strdup("the live object is being deleted");
		finish(t, &v);
	} else {
		recreate(t, quota ? "not tried as a new object: the quota "
				    "leaves no room for both"
				  : NULL);
	}
}

static void
send_apply(struct trial *t, const char *name, const jv *body,
    const char *content_type, api_done_fn *done)
{
	struct buf path = BUF_INIT;
	const char *ns =
	    json_path_str(&t->desired, "metadata", "namespace", NULL);

	api_path(&path, t->j.kind, ns, name);
	api_query(&path, "dryRun", "All");
	api_query(&path, "fieldManager", JUDGE_MANAGER);
	if (strstr(content_type, "apply"))
		api_query(&path, "force", "true");
	api_send(t->j.api, &(struct api_request){
			       .method = "PATCH",
			       .path = buf_str(&path),
			       .content_type = content_type,
			       .body = body,
			       .done = done,
			       .ctx = t,
			   });
	buf_release(&path);
}

#define APPLY_PATCH "application/apply-patch+yaml"
#define MERGE_PATCH "application/merge-patch+json"

static void
try_fresh(struct trial *t)
{
	jv body = fresh_object(&t->desired, &t->live);

	t->name = mem_strdup(json_path_str(&body, "metadata", "name", NULL));
	send_apply(t, t->name, &body, APPLY_PATCH, on_fresh);
	jv_free(body);
}

/* --- second: without what nobody holds ---------------------------------- */

static void
on_removed(void *ctx, const struct api_response *r)
{
	struct trial *t = ctx;

	if (immutable_refusal(r->status, r->reason, r->message) !=
		REFUSAL_NONE ||
	    !r->body || !json_is(r->body, JV_KIND_OBJECT)) {
		try_fresh(t);
		return;
	}
	struct verdict v = verdict_of("update");
	jv_free(v.fields);
	v.fields = compare_objects(&t->live, r->body, COMPARE_CONTENT);
	v.merged = jv_copy(*r->body);
	v.remove = jv_copy(t->remove);
	finish(t, &v);
}

/* A merge patch can't reach into a list. */
static bool
is_in_list(const jv *v, const char *pointer)
{
	struct buf token = BUF_INIT;
	jv at = jv_copy(*v), next;

	while (!json_is(&at, JV_KIND_ARRAY) &&
	       json_pointer_next(&pointer, &token)) {
		next = json_get(&at, buf_str(&token));
		jv_free(at);
		at = next;
	}
	bool in = json_is(&at, JV_KIND_ARRAY) && *pointer;
	jv_free(at);
	buf_release(&token);
	return in;
}

/*
 * Fields that the refusal names, that live has, that desired has not, and that
 * no other manager holds: defaults left behind.
 */
static jv
removable(const struct trial *t)
{
	jv found = jv_array();
	int n = json_len(&t->causes);

	for (int i = 0; i < n; i++) {
		jv pointer = json_at(&t->causes, i);
		const char *p = jv_string_value(pointer);
		jv have = json_pointer_get(&t->live, p);
		jv want = json_pointer_get(&t->desired, p);
		if (strncmp(p, "/spec/", 6) == 0 && jv_is_valid(have) &&
		    !jv_is_valid(want) && !is_in_list(&t->live, p) &&
		    !managed_by_others(&t->live, JUDGE_MANAGER, p))
			found = jv_array_append(found, jv_copy(pointer));
		jv_free(have);
		jv_free(want);
		jv_free(pointer);
	}
	return found;
}

/* Put a null at a pointer, which is how a merge patch removes. */
static jv
put_null(jv v, const char *pointer)
{
	struct buf token = BUF_INIT;

	if (!json_pointer_next(&pointer, &token)) {
		buf_release(&token);
		jv_free(v);
		return jv_null();
	}
	if (!json_is(&v, JV_KIND_OBJECT)) {
		jv_free(v);
		v = jv_object();
	}
	jv x = json_take(&v, buf_str(&token));
	v = json_set(v, buf_str(&token), put_null(x, pointer));
	buf_release(&token);
	return v;
}

static void
try_removed(struct trial *t)
{
	jv body = jv_copy(t->desired);
	int n = json_len(&t->remove);

	for (int i = 0; i < n; i++) {
		jv pointer = json_at(&t->remove, i);
		body = put_null(body, jv_string_value(pointer));
		jv_free(pointer);
	}
	send_apply(t, json_path_str(&t->desired, "metadata", "name", NULL),
	    &body, MERGE_PATCH, on_removed);
	jv_free(body);
}

/* --- first: the apply itself -------------------------------------------- */

static void
accepted(struct trial *t, const jv *answer)
{
	struct verdict v = verdict_of("create");

	v.merged = jv_copy(*answer);
	if (jv_is_valid(t->live)) {
		jv_free(v.fields);
		v.fields = compare_objects(&t->live, answer, COMPARE_CONTENT);
		v.action = json_len(&v.fields) > 0 ? "update" : "none";
	}
	if (strcmp(v.action, "none") == 0) {
		jv a = managed_fields(&t->live, JUDGE_MANAGER, NULL);
		jv b = managed_fields(answer, JUDGE_MANAGER, NULL);
		v.ownership = !json_equal(&a, &b);
		if (v.ownership)
			v.reason = mem_strdup("only who manages its fields");
		jv_free(a);
		jv_free(b);
	}
	finish(t, &v);
}

static void
untried(struct trial *t)
{
	struct verdict v = verdict_of("create");

	if (jv_is_valid(t->live)) {
		v.action = "update";
		compare_here(&v, t);
	}
	v.reason = mem_strdup("not tried: a webhook can't do dry runs");
	finish(t, &v);
}

static void
refused_change(struct trial *t, const struct api_response *r)
{
	if (r->body) {
		jv_free(t->causes);
		t->causes = immutable_causes(r->body);
	}
	jv_free(t->remove);
	t->remove = removable(t);
	if (json_len(&t->remove) > 0)
		try_removed(t);
	else
		try_fresh(t);
}

static void
on_applied(void *ctx, const struct api_response *r)
{
	struct trial *t = ctx;
	enum refusal why = immutable_refusal(r->status, r->reason, r->message);

	if (why == REFUSAL_NONE && r->body &&
	    json_is(r->body, JV_KIND_OBJECT)) {
		accepted(t, r->body);
	} else if (why == REFUSAL_CHANGE && jv_is_valid(t->live)) {
		refused_change(t, r);
	} else if (why == REFUSAL_UNTRIED) {
		untried(t);
	} else if (why == REFUSAL_MISSING && t->j.namespace_comes) {
		struct verdict v = verdict_of("create");
		v.reason = mem_strdup("not tried: its Namespace comes first");
		finish(t, &v);
	} else {
		refuse(t, r);
	}
}

/* An object without a name gets a new one each time. */
static void
try_generated(struct trial *t)
{
	struct buf path = BUF_INIT;

	api_path(&path, t->j.kind,
	    json_path_str(&t->desired, "metadata", "namespace", NULL), NULL);
	api_query(&path, "dryRun", "All");
	api_query(&path, "fieldManager", JUDGE_MANAGER);
	api_send(t->j.api, &(struct api_request){
			       .method = "POST",
			       .path = buf_str(&path),
			       .body = &t->desired,
			       .done = on_applied,
			       .ctx = t,
			   });
	buf_release(&path);
}

void
judge_start(const struct judge *j)
{
	struct trial *t = mem_zero(1, sizeof(*t));
	const char *name;

	t->j = *j;
	t->desired = jv_copy(*j->desired);
	t->live = j->live ? jv_copy(*j->live) : jv_invalid();
	t->causes = jv_array();
	t->remove = jv_invalid();
	t->j.desired = t->j.live = NULL;
	name = json_path_str(&t->desired, "metadata", "name", NULL);
	if (!name || !*name)
		try_generated(t);
	else if (is_terminating(&t->live))
		try_fresh(t);
	else
		send_apply(t, name, &t->desired, APPLY_PATCH, on_applied);
}
