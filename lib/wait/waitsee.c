/*
 * What it means that an object was seen, has gone, or is not there; by UID
 * where it is known, and for Jobs also after the fact.
 */
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "object.h"
#include "wait/waitimpl.h"

/* How often to look again at what time alone changes. */
#define RECHECK_MS 1000

static bool
is_job(const struct wait_target *t)
{
	return object_is(&t->object, "batch", "Job");
}

/* Resource versions are decimal numbers; a is the smaller one. */
static bool
is_older(const char *a, const char *b)
{
	size_t m = strlen(a), n = strlen(b);

	return m != n ? m < n : strcmp(a, b) < 0;
}

/* The state from before what apply did says nothing. */
static bool
is_stale(const struct wait_target *t, const jv *object)
{
	const char *version =
	    json_path_str(object, "metadata", "resourceVersion", NULL);

	return version && t->resource_version &&
	       is_older(version, t->resource_version);
}

static bool
is_other(const struct wait_target *t, const jv *object)
{
	const char *uid = json_path_str(object, "metadata", "uid", NULL);

	return t->uid && uid && strcmp(t->uid, uid) != 0;
}

static void
update(struct wait_run *run, struct wait_target *t, enum health_status status,
    const char *reason, const char *message)
{
	struct health h = HEALTH_INIT;

	health_set(&h, status, reason, "%s", message);
	wait_update(run, t, &h);
	health_release(&h);
}

/* --- waiting for the end of an object ----------------------------------- */

static void
append_finalizers(const jv *object, struct buf *out)
{
	jv list = json_path(object, "metadata", "finalizers", NULL), f;
	int i;

	for (i = 0; i < json_len(&list); i++) {
		f = json_at(&list, i);
		if (json_str(&f))
			buf_addf(out, "%s%s",
			    i ? ", " : "; finalizers: ", json_str(&f));
		jv_free(f);
	}
	jv_free(list);
}

static void
see_deleted(
    struct wait_run *run, struct wait_target *t, bool gone, const jv *object)
{
	const char *since =
	    json_path_str(object, "metadata", "deletionTimestamp", NULL);
	struct buf text = BUF_INIT;

	if (gone || is_other(t, object)) {
		update(run, t, HEALTH_NOT_FOUND, "", "gone");
		return;
	}
	buf_addf(&text, since ? "being deleted since %s" : "still there%s",
	    since ? since : "");
	append_finalizers(object, &text);
	update(run, t, since ? HEALTH_TERMINATING : HEALTH_IN_PROGRESS,
	    since ? "Terminating" : "NotDeleted", buf_str(&text));
	buf_release(&text);
}

/* --- Jobs that are gone ------------------------------------------------- */

/* A Job is gone and this was its last state. */
static void
see_job_gone(struct wait_run *run, struct wait_target *t, const jv *object)
{
	struct health_options o = wait_health_options(run, NULL);
	struct health h = HEALTH_INIT;

	health_judge(object, &o, &h);
	if (h.status == HEALTH_CURRENT || h.status == HEALTH_FAILED) {
		buf_adds(&h.message, ", and was removed since");
		wait_update(run, t, &h);
	} else {
		update(run, t, HEALTH_FAILED, "Deleted",
		    "deleted by someone before it ended");
	}
	t->final = true;
	health_release(&h);
}

static void
see_job_vanished(struct wait_run *run, struct wait_target *t)
{
	jv ttl = json_path(&t->object, "spec", "ttlSecondsAfterFinished", NULL);

	update(run, t, HEALTH_FAILED, "Vanished",
	    json_is(&ttl, JV_KIND_NUMBER)
		? "gone, and nobody saw how it ended (its "
		  "ttlSecondsAfterFinished may be too short)"
		: "gone, and nobody saw how it ended");
	t->final = true;
	jv_free(ttl);
}

static void
end_search(struct wait_search *s)
{
	if (s->over)
		return;
	s->over = true;
	s->run->searching--;
	if (s->watch)
		api_watch_stop(s->run->api, s->watch);
	s->watch = NULL;
}

static void
search_event(void *ctx, const char *type, const jv *object)
{
	struct wait_search *s = ctx;

	if (s->over)
		return;
	if (strcmp(type, "SYNCED") == 0) {
		/* The server has forgotten that far back. */
		see_job_vanished(s->run, s->target);
	} else if (is_other(s->target, object)) {
		return;
	} else if (strcmp(type, "DELETED") == 0) {
		jv_free(s->target->live);
		s->target->live = jv_copy(*object);
		see_job_gone(s->run, s->target, object);
	} else {
		return;
	}
	end_search(s);
}

static void
search_failed(void *ctx, const struct api_response *r)
{
	struct wait_search *s = ctx;

	(void)r;
	s->watch = NULL;
	see_job_vanished(s->run, s->target);
	end_search(s);
}

/* Look into the server's history for what became of it. */
static void
search(struct wait_group *g, struct wait_target *t)
{
	struct wait_run *run = g->run;
	struct wait_search *s = mem_zero(1, sizeof(*s));
	struct api_watch_options o = { .kind = g->kind,
		.namespace = g->namespace,
		.resource_version = t->resource_version,
		.event = search_event,
		.failed = search_failed,
		.ctx = s };

	s->run = run;
	s->target = t;
	buf_addf(&s->field, "metadata.name=%s", t->name);
	o.field_selector = buf_str(&s->field);
	run->searches = mem_resize(
	    run->searches, run->n_searches + 1, sizeof(struct wait_search *));
	run->searches[run->n_searches++] = s;
	run->searching++;
	s->watch = api_watch_start(run->api, &o);
}

void
wait_searches_stop(struct wait_run *run)
{
	size_t i;

	for (i = 0; i < run->n_searches; i++) {
		end_search(run->searches[i]);
		buf_release(&run->searches[i]->field);
		free(run->searches[i]);
	}
	free(run->searches);
}

/* --- waiting for health ------------------------------------------------- */

static void
see_gone(struct wait_run *run, struct wait_target *t, const jv *object)
{
	if (is_job(t) && t->uid)
		see_job_gone(run, t, object);
	else
		update(run, t, HEALTH_NOT_FOUND, "Deleted",
		    "deleted while it was waited for");
}

/* Somebody has put another object of that name in its place. */
static void
see_other(struct wait_run *run, struct wait_target *t, const jv *object)
{
	if (is_job(t)) {
		update(run, t, HEALTH_FAILED, "Replaced",
		    "deleted and created again by someone else");
		t->final = true;
		return;
	}
	warning("%s: deleted and created again by someone else, with uid %s",
	    buf_str(&t->subject),
	    json_path_str(object, "metadata", "uid", NULL));
	t->uid = NULL;
}

/*
 * A Job that was over before the first look at it still has its log to show,
 * unless apply found it so.
 */
static bool
has_just_run(const struct wait_target *t)
{
	const char *action = t->record ? json_path_str(&t->record->value,
					     "apply", "action", NULL)
				       : NULL;

	return is_job(t) && (!action || strcmp(action, "unchanged") != 0);
}

static void recheck(void *ctx);

/* A verdict that changes with time although the object does not. */
static bool
is_passing(const struct wait_target *t)
{
	const char *reason = buf_str(&t->health.reason);

	return !t->final && t->health.status == HEALTH_IN_PROGRESS &&
	       (strcmp(reason, "NoStatus") == 0 ||
		   strcmp(reason, "PodNotScheduled") == 0);
}

static void
judge(struct wait_group *g, struct wait_target *t, const jv *object)
{
	struct health_options o = wait_health_options(g->run, g);
	struct health h = HEALTH_INIT;
	bool by_expr = wait_target_judge(t, object, &o, &h);

	wait_update(g->run, t, &h);
	if (is_passing(t) && !g->run->recheck)
		g->run->recheck =
		    api_timer_start(g->run->api, RECHECK_MS, recheck, g->run);
	/* Where expressions judge, what its Pods do is no matter. */
	if ((h.status == HEALTH_IN_PROGRESS && !t->final && !by_expr) ||
	    (g->run->options->logs && has_just_run(t)))
		wait_pods_look(g->run, g, t);
	health_release(&h);
}

static void
recheck(void *ctx)
{
	struct wait_run *run = ctx;
	size_t i;

	run->recheck = NULL;
	for (i = 0; i < run->set->n; i++) {
		struct wait_target *t = &run->set->targets[i];
		jv live = jv_copy(t->live);

		if (is_passing(t))
			judge(t->group, t, &live);
		jv_free(live);
	}
}

void
wait_see(
    struct wait_group *g, struct wait_target *t, bool gone, const jv *object)
{
	if (t->final || (!gone && is_stale(t, object)))
		return;
	if (is_other(t, object) && !g->run->options->deleted) {
		if (gone)
			return;
		see_other(g->run, t, object);
		if (t->final)
			return;
	}
	jv_free(t->live);
	t->live = jv_copy(*object);
	if (g->run->options->deleted)
		see_deleted(g->run, t, gone, object);
	else if (gone)
		see_gone(g->run, t, object);
	else
		judge(g, t, object);
}

void
wait_see_none(struct wait_group *g, struct wait_target *t)
{
	if (t->final)
		return;
	if (g->run->options->deleted)
		update(g->run, t, HEALTH_NOT_FOUND, "", "gone");
	else if (!is_job(t) || !t->uid)
		update(g->run, t, HEALTH_NOT_FOUND, "NotFound", "not found");
	else if (t->resource_version)
		search(g, t);
	else
		see_job_vanished(g->run, t);
}
