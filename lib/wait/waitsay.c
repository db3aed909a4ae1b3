/* What a wait says to people, and to whoever reads the events. */
#include <string.h>

#include "duration.h"
#include "event.h"
#include "json.h"
#include "wait/waitimpl.h"

/* A heartbeat names so many objects at most. */
#define NAMED 3

/* An object that moves on is worth a line so often. */
#define STEP_MS 1000

static void
send_event(const struct wait_target *t)
{
	jv e;

	if (!event_enabled())
		return;
	e = json_set_str(jv_object(), "stage", buf_str(&t->stage));
	e = json_set_str(e, "object", buf_str(&t->subject));
	event_write("object", jv_object_merge(e, health_value(&t->health)));
}

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

	send_event(t);
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
	}
	buf_release(&line);
}

void
wait_say_pending(struct wait_run *run)
{
	long long now = api_now();
	size_t i, named = 0;

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
	run->spoke = now;
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
