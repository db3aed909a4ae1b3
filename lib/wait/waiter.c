/*
 * The run of a wait: when it starts, what each verdict means for it, when it
 * ends.  What is seen comes from waitgroup.c and waitpods.c.
 */
#include "wait/waiter.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "json.h"
#include "object.h"
#include "wait/waitimpl.h"

#define FIRST_LOOK_MS 5000

long long
wait_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool
wait_reached(const struct wait_run *run, const struct wait_target *t)
{
	return t->health.status ==
	       (run->options->deleted ? HEALTH_NOT_FOUND : HEALTH_CURRENT);
}

struct health_options
wait_health_options(const struct wait_run *run, const struct wait_group *g)
{
	return (struct health_options){ .strict = run->options->strict,
		.has_status = g && g->has_status,
		.now = wait_now() };
}

void
wait_end(struct wait_run *run, enum status status)
{
	if (!run->ended) {
		run->ended = true;
		run->status = status;
	}
	api_stop(run->api);
}

/* With no time to wait, one failure is no reason not to look at the rest. */
static bool
looks_once(const struct wait_target *t)
{
	return t->timeout_ms == 0;
}

static bool
same_health(const struct health *a, const struct health *b)
{
	return a->status == b->status &&
	       strcmp(buf_str(&a->reason), buf_str(&b->reason)) == 0 &&
	       strcmp(buf_str(&a->message), buf_str(&b->message)) == 0;
}

void
wait_update(struct wait_run *run, struct wait_target *t, const struct health *h)
{
	struct health before = t->health;
	bool reached = wait_reached(run, t);

	if (t->final || run->draining || same_health(&before, h))
		return;
	t->changed = run->moved = api_now();
	if (before.status != h->status)
		t->since = t->changed;
	t->health = (struct health)HEALTH_INIT;
	health_set(&t->health, h->status, buf_str(&h->reason), "%s",
	    buf_str(&h->message));
	run->pending += reached;
	run->pending -= wait_reached(run, t);
	wait_say_change(run, t, &before);
	health_release(&before);
	if (h->status == HEALTH_FAILED && !run->options->deleted) {
		t->final = true;
		run->failed = true;
		if (!looks_once(t))
			wait_end(run, STATUS_UNHEALTHY);
	} else if (run->pending == 0) {
		wait_end(run, STATUS_OK);
	}
}

/* --- time --------------------------------------------------------------- */

static void check_time(void *ctx);

static bool
is_looking(const struct wait_run *run)
{
	return run->unsynced > 0 || run->searching > 0;
}

/*
 * Who only asks for a look gets one, however long the server takes for it; who
 * waits gets some time for the first one, however short the limit.
 */
static bool
is_too_early(
    const struct wait_run *run, const struct wait_target *t, long long now)
{
	return is_looking(run) &&
	       (looks_once(t) || now < run->start + FIRST_LOOK_MS);
}

static long long
next_time(const struct wait_run *run, long long now)
{
	long long next = -1, at;
	size_t i;

	for (i = 0; i < run->set->n; i++) {
		const struct wait_target *t = &run->set->targets[i];

		at = run->start + t->timeout_ms;
		if (!wait_reached(run, t) && (next < 0 || at < next))
			next = at;
	}
	if (run->options->silence_ms > 0) {
		at = run->moved + run->options->silence_ms;
		if (next < 0 || at < next)
			next = at;
	}
	if (next >= 0 && next <= now && is_looking(run))
		next = now + 5;
	return next;
}

static void
set_timer(struct wait_run *run)
{
	long long now = api_now(), next = next_time(run, now);

	if (next < 0)
		return;
	run->deadline = api_timer_start(
	    run->api, next > now ? next - now : 0, check_time, run);
}

/* Who asks for a look has not waited for anything. */
static void
say_late(struct wait_run *run, struct wait_target *t, const char *limit,
    long long ms)
{
	if (!looks_once(t))
		wait_say_timeout(run, t, limit, ms);
}

static void
check_time(void *ctx)
{
	struct wait_run *run = ctx;
	const struct wait_options *o = run->options;
	long long now = api_now();
	bool late = false;
	size_t i;

	run->deadline = NULL;
	for (i = 0; i < run->set->n; i++) {
		struct wait_target *t = &run->set->targets[i];

		if (wait_reached(run, t) || is_too_early(run, t, now))
			continue;
		if (now >= run->start + t->timeout_ms) {
			say_late(run, t, t->timeout_from, t->timeout_ms);
			late = true;
		} else if (o->silence_ms > 0 &&
			   now >= run->moved + o->silence_ms) {
			say_late(
			    run, t, "--no-activity-timeout", o->silence_ms);
			late = true;
		}
	}
	if (late)
		wait_end(run, run->failed ? STATUS_UNHEALTHY : STATUS_TIMEOUT);
	else
		set_timer(run);
}

/* Standard error does not stay silent for longer. */
static void
heartbeat(void *ctx)
{
	struct wait_run *run = ctx;
	long long ms = run->options->heartbeat_ms;
	long long left = run->spoke + ms - api_now();

	run->heartbeat = NULL;
	if (ms <= 0)
		return;
	if (left <= 0) {
		wait_say_pending(run);
		left = ms;
	}
	run->heartbeat = api_timer_start(run->api, left, heartbeat, run);
}

static void
stop_timers(struct wait_run *run)
{
	if (run->deadline)
		api_timer_stop(run->api, run->deadline);
	if (run->heartbeat)
		api_timer_stop(run->api, run->heartbeat);
	if (run->recheck)
		api_timer_stop(run->api, run->recheck);
	run->deadline = run->heartbeat = run->recheck = NULL;
}

/* --- the whole ---------------------------------------------------------- */

static void
start_targets(struct wait_run *run)
{
	size_t i;

	run->start = run->spoke = run->moved = api_now();
	run->pending = run->set->n;
	for (i = 0; i < run->set->n; i++)
		run->set->targets[i].since = run->set->targets[i].changed =
		    run->start;
}

static void
end_targets(struct wait_run *run)
{
	long long now = api_now();
	size_t i;

	for (i = 0; i < run->set->n; i++) {
		struct wait_target *t = &run->set->targets[i];
		long long end = wait_reached(run, t) ? t->changed : now;

		t->seconds = (double)(end - run->start) / 1000;
	}
}

/* A kind that the server did not know may have come to be known. */
static void
run_until_end(struct wait_run *run)
{
	api_hold(run->api);
	set_timer(run);
	heartbeat(run);
	do
		api_run(run->api);
	while (!run->ended && wait_groups_resolve(run) == 0);
	api_release(run->api);
}

enum status
wait_cluster(
    struct api *api, struct wait_set *set, const struct wait_options *options)
{
	struct wait_run run = { .api = api, .set = set, .options = options };

	start_targets(&run);
	if (set->n == 0)
		return STATUS_OK;
	wait_say_start(&run);
	if (wait_groups_resolve(&run) == 0)
		run_until_end(&run);
	stop_timers(&run);
	wait_logs_drain(&run);
	wait_logs_stop(&run);
	wait_say_stop(&run);
	end_targets(&run);
	wait_pods_stop(&run);
	wait_attempts_stop(&run);
	wait_searches_stop(&run);
	wait_groups_stop(&run);
	return run.status;
}

/* The targets that are definitions of kinds, as an array. */
static jv
list_definitions(const struct wait_set *set)
{
	jv list = jv_array();
	size_t i;

	for (i = 0; i < set->n; i++)
		if (strcmp(set->targets[i].kind, "CustomResourceDefinition") ==
		    0)
			list = jv_array_append(
			    list, jv_copy(set->targets[i].object));
	return list;
}

/* One of them says that the kind of object has a status. */
static bool
is_defined_with_status(const jv *definitions, const jv *object)
{
	bool has = false;
	int i;

	for (i = 0; i < json_len(definitions) && !has; i++) {
		jv definition = json_at(definitions, i);

		has = health_defines_status(&definition, object);
		jv_free(definition);
	}
	return has;
}

enum status
wait_offline(
    struct wait_set *set, const struct wait_options *options, long long now)
{
	enum status status = STATUS_OK;
	jv definitions = list_definitions(set);
	size_t i;

	for (i = 0; i < set->n; i++) {
		struct wait_target *t = &set->targets[i];
		struct health_options o = { .strict = options->strict,
			.now = now,
			.has_status =
			    is_defined_with_status(&definitions, &t->object) };

		wait_target_judge(t, &t->object, &o, &t->health);
		t->live = jv_copy(t->object);
		if (t->health.status == HEALTH_FAILED)
			status = STATUS_UNHEALTHY;
		else if (t->health.status != HEALTH_CURRENT &&
			 status == STATUS_OK)
			status = STATUS_TIMEOUT;
	}
	jv_free(definitions);
	return status;
}

jv
wait_value(const struct wait_target *t)
{
	jv v = health_value(&t->health);

	v = json_set(v, "seconds", jv_number(t->seconds));
	if (jv_is_valid(t->evidence))
		v = json_set(v, "evidence", jv_copy(t->evidence));
	return v;
}
