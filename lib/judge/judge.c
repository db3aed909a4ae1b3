/*
 * One object before the judge: at most three dry runs, one after the other.
 *
 *   apply ──accepted──► compare: none, update, create (where kubectl or Flux
 *     │                 have left fields: after a look at it without them)
 *     └─refused─► without the fields that nobody holds ──accepted──► update
 *                   └─refused─► under another name ──accepted──► recreate
 *                                 └─refused─► error
 */
#include "judge/judge.h"

#include <stdlib.h>
#include <string.h>

#include "fields/compare.h"
#include "fields/leftover.h"
#include "fields/managed.h"
#include "fields/secret.h"
#include "json.h"
#include "judge/clearing.h"
#include "judge/fresh.h"
#include "judge/immutable.h"
#include "judge/policy.h"
#include "judge/verdict.h"
#include "mem.h"
#include "object.h"

struct trial {
	struct judge j;
	jv desired, live;
	char *name; /* of the new object that is tried */
	jv causes;  /* fields that the refusal of the apply names */
	jv remove;  /* fields that may be removed */
	jv answer;  /* to the apply, where it was accepted */
	jv left;    /* leftovers that the apply would remove */
};

/* --- without a request -------------------------------------------------- */

/* Why the object is not to be applied, NULL if it is. */
static const char *
hands_off(const jv *desired, const jv *live)
{
	switch (policy_apply(desired, live)) {
	case POLICY_LEAVE:
		return "kustomize.toolkit.fluxcd.io/reconcile or ssa says so";
	case POLICY_IF_ABSENT:
		return jv_is_valid(*live)
			   ? "kustomize.toolkit.fluxcd.io/ssa is IfNotPresent"
			   : NULL;
	case POLICY_OVERRIDE:
	case POLICY_MERGE:
		break;
	}
	return NULL;
}

/* What kubectl and Flux have left and the apply will remove; see leftover.h. */
static jv
leftovers(const jv *desired, const jv *live)
{
	if (!jv_is_valid(*live) || policy_apply(desired, live) == POLICY_MERGE)
		return jv_invalid();
	return leftover_fields(desired, live, JUDGE_MANAGER);
}

static bool
is_settled(const jv *desired, const jv *live)
{
	if (!managed_settled(desired, live, JUDGE_MANAGER))
		return false;
	jv left = leftovers(desired, live);
	bool settled = !jv_is_valid(left);
	jv_free(left);
	return settled;
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
			!is_settled(j->desired, live)))
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
	jv_free(t->answer);
	jv_free(t->left);
	free(t->name);
	free(t);
}

/* The server's words about the new object, with its real name, and with no
 * value of a Secret. */
static char *
real_words(const struct trial *t, const char *message)
{
	const char *real = json_path_str(&t->desired, "metadata", "name", NULL);
	struct buf out = BUF_INIT, said = BUF_INIT;
	const char *at;

	while (t->name && real && (at = strstr(message, t->name))) {
		buf_add(&out, message, (size_t)(at - message));
		buf_adds(&out, real);
		message = at + strlen(t->name);
	}
	buf_adds(&out, message);
	secret_message(&t->desired, buf_str(&out), &said);
	buf_release(&out);
	return buf_detach(&said);
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
recreate(struct trial *t, const char *reason)
{
	struct verdict v = verdict_of("recreate");

	verdict_foresee(&v, &t->desired, &t->live);
	verdict_mark(&v, &t->desired, &t->live, &t->causes);
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

/* Of a new object it only counts whether the server would take it. */
static const char *
accept_of(const struct trial *t)
{
	if (t->name || (!jv_is_valid(t->live) && !t->j.show))
		return "application/json;as=PartialObjectMetadata;"
		       "g=meta.k8s.io;v=v1,application/json";
	return NULL;
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
			       .accept = accept_of(t),
			       .body = body,
			       .done = done,
			       .ctx = t,
			   });
	buf_release(&path);
}

#define APPLY_PATCH "application/apply-patch+yaml"
#define JSON_PATCH "application/json-patch+json"
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

	enum refusal why = immutable_refusal(r->status, r->reason, r->message);

	/* Without an answer, nothing must be deleted that need not be. */
	if (why == REFUSAL_SERVER) {
		refuse(t, r);
		return;
	}
	if (why != REFUSAL_NONE || !r->body ||
	    !json_is(r->body, JV_KIND_OBJECT)) {
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

static void
try_removed(struct trial *t)
{
	jv body = clearing_patch(&t->desired, &t->remove);

	send_apply(t, json_path_str(&t->desired, "metadata", "name", NULL),
	    &body, MERGE_PATCH, on_removed);
	jv_free(body);
}

/* --- first: the apply itself -------------------------------------------- */

static bool
same_at(const jv *a, const jv *b, const char *pointer)
{
	jv x = json_pointer_get(a, pointer), y = json_pointer_get(b, pointer);
	bool same = json_equal(&x, &y);

	jv_free(x);
	jv_free(y);
	return same;
}

/* The live object was accepted, with changes or with none. */
static void
change(struct trial *t, bool takes_over)
{
	struct verdict v = verdict_of("none");

	v.merged = jv_copy(t->answer);
	for (int i = json_len(&t->left) - 1; i >= 0; i--) {
		jv pointer = json_at(&t->left, i);
		const char *p = jv_string_value(pointer);
		/* Not if an index means something else by now. */
		if (same_at(&v.merged, &t->live, p))
			v.merged = compare_remove(v.merged, p);
		jv_free(pointer);
	}
	jv_free(v.fields);
	v.fields = compare_objects(&t->live, &v.merged, COMPARE_CONTENT);
	if (json_len(&v.fields) > 0) {
		v.action = "update";
	} else {
		jv a = managed_fields(&t->live, JUDGE_MANAGER, NULL);
		jv b = managed_fields(&t->answer, JUDGE_MANAGER, NULL);
		v.ownership = takes_over || !json_equal(&a, &b);
		jv_free(a);
		jv_free(b);
	}
	if (v.ownership)
		v.reason = mem_strdup("only who manages its fields");
	finish(t, &v);
}

/*
 * What is the same without the leftovers was a default: kubectl's entries name
 * those too.
 */
static void
on_stripped(void *ctx, const struct api_response *r)
{
	struct trial *t = ctx;
	jv vanished = jv_array();
	int n = r->exit == STATUS_OK && r->body ? json_len(&t->left) : 0;

	if (immutable_refusal(r->status, r->reason, r->message) ==
	    REFUSAL_SERVER) {
		jv_free(vanished);
		refuse(t, r);
		return;
	}
	for (int i = 0; i < n; i++) {
		jv pointer = json_at(&t->left, i);
		if (!same_at(&t->live, r->body, jv_string_value(pointer)))
			vanished = jv_array_append(vanished, jv_copy(pointer));
		jv_free(pointer);
	}
	jv_free(t->left);
	t->left = vanished;
	change(t, true);
}

static void
strip_leftovers(struct trial *t)
{
	jv patch = jv_array();

	/* From the last one on, so that indexes stay what they are. */
	for (int i = json_len(&t->left) - 1; i >= 0; i--) {
		jv op = json_set_str(jv_object(), "op", "remove");
		op = json_set(op, "path", json_at(&t->left, i));
		patch = jv_array_append(patch, op);
	}
	send_apply(t, json_path_str(&t->desired, "metadata", "name", NULL),
	    &patch, JSON_PATCH, on_stripped);
	jv_free(patch);
}

static void
accepted(struct trial *t, const jv *answer)
{
	if (!jv_is_valid(t->live)) {
		struct verdict v = verdict_of("create");
		if (t->j.show)
			v.merged = jv_copy(*answer);
		finish(t, &v);
		return;
	}
	t->answer = jv_copy(*answer);
	t->left = leftovers(&t->desired, &t->live);
	if (json_len(&t->left) > 0)
		strip_leftovers(t);
	else
		change(t, jv_is_valid(t->left));
}

static void
untried(struct trial *t)
{
	struct verdict v = verdict_of("create");

	if (jv_is_valid(t->live)) {
		v.action = "update";
		verdict_foresee(&v, &t->desired, &t->live);
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
	t->remove =
	    clearable_fields(&t->desired, &t->live, &t->causes, JUDGE_MANAGER);
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
	t->remove = t->answer = t->left = jv_invalid();
	t->j.desired = t->j.live = NULL;
	name = json_path_str(&t->desired, "metadata", "name", NULL);
	if (!name || !*name)
		try_generated(t);
	else if (is_terminating(&t->live))
		try_fresh(t);
	else
		send_apply(t, name, &t->desired, APPLY_PATCH, on_applied);
}
