/* What a wait says to people, and to whoever reads the events. */
#include <string.h>

#include "duration.h"
#include "event.h"
#include "json.h"
#include "show/live.h"
#include "wait/waitimpl.h"

/* A heartbeat names so many objects at most. */
#define NAMED 3

/* An object that moves on is worth a line so often. */
#define STEP_MS 1000

/* --- events and the display --------------------------------------------- */

static void
show_frame(void *ctx)
{
	struct wait_run *run = ctx;
	long long ms = live_draw(run->live);

	run->frame =
	    ms < 0 ? NULL : api_timer_start(run->api, ms, show_frame, run);
}

/* The frame that is due later may be due earlier now. */
static void
show(struct wait_run *run)
{
	if (run->frame)
		api_timer_stop(run->api, run->frame);
	show_frame(run);
}

static void
show_line(void *ctx, const char *line, size_t len)
{
	struct wait_run *run = ctx;

	live_line(run->live, line, len);
	show(run);
}

static void
send_event(struct wait_run *run, const char *what, jv fields)
{
	jv e;

	if (run->live) {
		e = json_set_str(jv_copy(fields), "event", what);
		live_event(run->live, &e);
		jv_free(e);
		show(run);
	}
	event_write(what, fields);
}

static void
send_state(struct wait_run *run, const struct wait_target *t)
{
	jv e;

	if (!run->live && !event_enabled())
		return;
	e = json_set_str(jv_object(), "stage", buf_str(&t->stage));
	e = json_set_str(e, "object", buf_str(&t->subject));
	e = jv_object_merge(e, health_value(&t->health));
	send_event(
	    run, "object", json_set(e, "done", jv_bool(wait_reached(run, t))));
}

/* How many of each stage; the targets of a stage follow each other. */
static void
send_counts(struct wait_run *run)
{
	const struct wait_set *set = run->set;
	size_t i, k;
	jv e;

	for (i = 0; i < set->n; i = k) {
		const char *stage = buf_str(&set->targets[i].stage);

		for (k = i; k < set->n; k++)
			if (strcmp(buf_str(&set->targets[k].stage), stage) != 0)
				break;
		e = json_set_str(jv_object(), "stage", stage);
		send_event(run, "waiting",
		    json_set(e, "objects", jv_number((double)(k - i))));
	}
}

void
wait_say_start(struct wait_run *run)
{
	size_t i;

	for (i = 0; i < run->set->n && !run->live; i++)
		if (run->set->targets[i].timeout_ms > 0)
			run->live = live_open();
	if (run->live)
		msg_set_sink(show_line, run);
	send_counts(run);
}

void
wait_say_stop(struct wait_run *run)
{
	if (!run->live)
		return;
	msg_set_sink(NULL, NULL);
	if (run->frame)
		api_timer_stop(run->api, run->frame);
	live_close(run->live);
	run->live = NULL;
}

/* --- lines -------------------------------------------------------------- */

void
wait_describe(const struct health *h, struct buf *out)
{
	const char *reason = buf_str(&h->reason);
	const char *message = buf_str(&h->message);

	buf_adds(out, health_status_name(h->status));
	/* The message of what is on its way says it all. */
	if (*reason && (h->status == HEALTH_FAILED || !*message))
		buf_addf(out, ": %s", reason);
	if (*message)
		buf_addf(out, ": %s", message);
}

/*
 * What people want to know: not what is well from the start, nor each step of a
 * rollout of hundreds of Pods.
 */
static bool
is_news(const struct wait_run *run, const struct wait_target *t,
    const struct health *before)
{
	if (wait_reached(run, t))
		return t->said > 0;
	if ((run->live || run->options->quiet) &&
	    t->health.status != HEALTH_FAILED)
		return false;
	return t->health.status != before->status ||
	       strcmp(buf_str(&t->health.reason), buf_str(&before->reason)) !=
		   0 ||
	       t->changed - t->said >= STEP_MS;
}

void
wait_say_change(
    struct wait_run *run, struct wait_target *t, const struct health *before)
{
	struct buf line = BUF_INIT;

	send_state(run, t);
	if (wait_reached(run, t)) {
		buf_addf(&line, "%s after ",
		    run->options->deleted
			? "gone"
			: health_status_name(t->health.status));
		duration_write(&line, t->changed - run->start);
	} else {
		wait_describe(&t->health, &line);
	}
	if (is_news(run, t, before)) {
		warning("%s: %s", buf_str(&t->subject), buf_str(&line));
		run->spoke = t->said = t->changed;
	} else {
		debug("%s: %s", buf_str(&t->subject), buf_str(&line));
		if (!wait_reached(run, t) && (run->live || run->options->quiet))
			t->said = t->changed;
	}
	buf_release(&line);
}

void
wait_say_pending(struct wait_run *run)
{
	long long now = api_now();
	size_t i, named = 0;

	run->spoke = now;
	if (run->live || run->options->quiet)
		return;
	for (i = 0; i < run->set->n && named < NAMED; i++) {
		const struct wait_target *t = &run->set->targets[i];
		struct buf line = BUF_INIT;

		if (wait_reached(run, t))
			continue;
		wait_describe(&t->health, &line);
		buf_adds(&line, ", for ");
		duration_write(&line, now - t->changed);
		warning("%s: still %s", buf_str(&t->subject), buf_str(&line));
		buf_release(&line);
		named++;
	}
	if (run->pending > named)
		warning("and %zu objects more are waited for",
		    run->pending - named);
}

void
wait_say_timeout(struct wait_run *run, const struct wait_target *t,
    const char *which, long long ms)
{
	struct buf line = BUF_INIT;

	buf_adds(&line, run->options->deleted ? "not gone" : "not healthy");
	if (ms > 0) {
		buf_adds(&line, " after ");
		duration_write(&line, ms);
		buf_addf(&line, " (%s)", which);
	}
	buf_adds(&line, ": ");
	wait_describe(&t->health, &line);
	if (ms > 0) {
		buf_adds(&line, ", for ");
		duration_write(&line, api_now() - t->changed);
	}
	warning("%s: %s", buf_str(&t->subject), buf_str(&line));
	buf_release(&line);
}
