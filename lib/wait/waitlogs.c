/*
 * The logs of Jobs while they run: one stream a container, begun when its Pod
 * says that it runs, taken up again where it broke for as long as the wait
 * lasts, and read to its end before that is over.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event.h"
#include "json.h"
#include "mem.h"
#include "wait/logstamp.h"
#include "wait/report.h"
#include "wait/waitimpl.h"

/* Streams at a time: each holds one of the connection's. */
#define MAX_OPEN 32

/* A stream that breaks is opened again after so long, at first and at most. */
#define RETRY_MS 300
#define MAX_RETRY_MS 5000

/* What the server refuses so often in a row is not asked for again. */
#define MAX_REFUSALS 3

/* After the verdict, logs may be silent for so long before their ends. */
#define DRAIN_MS 3000

enum state { QUEUED, OPEN, BROKEN, DONE };

struct wait_log {
	struct wait_run *run;
	const struct wait_target *target;
	char *namespace, *pod, *container, *id;
	struct buf last;     /* time stamp of the last line that was shown */
	unsigned same;	     /* how many lines in a row had that one */
	bool behind;	     /* the stream may repeat what was shown */
	unsigned skip;	     /* so many lines with the last time stamp, too */
	bool terminated;     /* the container has ended: so will the log */
	int tries, refusals; /* in a row */
	FILE *file;	     /* of the report; NULL before the first line */
	enum state state;
	struct api_call *call;
	struct api_timer *timer;
	struct wait_log *next;
};

static void give_up(void *ctx);

/* Its Job is done, or done for, so that its log is read to its end. */
static bool
is_over(const struct wait_log *l)
{
	enum health_status status = l->target->health.status;

	return status == HEALTH_CURRENT || status == HEALTH_FAILED;
}

/* As long as lines come of what has ended there is time for more. */
static void
restart_drain(struct wait_run *run)
{
	if (run->drain)
		api_timer_stop(run->api, run->drain);
	run->drain = api_timer_start(run->api, DRAIN_MS, give_up, run);
}

static void
keep(struct wait_log *l, const char *text, size_t len)
{
	struct report *report = l->run->options->report;

	if (!report)
		return;
	if (!l->file)
		l->file =
		    report_log_open(report, l->target, l->pod, l->container);
	if (!l->file)
		return;
	fwrite(text, 1, len, l->file);
	putc('\n', l->file);
}

static void
show(struct wait_log *l, const char *text, size_t len)
{
	const char *subject = buf_str(&l->target->subject);
	jv e;

	warning("%s: Pod %s: %s | %.*s", subject, l->pod, l->container,
	    (int)len, text);
	l->run->spoke = l->run->moved = api_now();
	keep(l, text, len);
	if (l->run->draining && l->terminated && is_over(l))
		restart_drain(l->run);
	if (!event_enabled())
		return;
	e = json_set_str(jv_object(), "stage", buf_str(&l->target->stage));
	e = json_set_str(e, "object", subject);
	e = json_set_str(e, "pod", l->pod);
	e = json_set_str(e, "container", l->container);
	event_write(
	    "log", json_set(e, "line", jv_string_sized(text, (int)len)));
}

/* A line from before the stream broke. */
static bool
was_shown(struct wait_log *l, const char *stamp, size_t len)
{
	int order = logstamp_compare(stamp, len, l->last.s, l->last.len);

	if (order < 0)
		return true;
	if (order > 0 || l->skip == 0)
		return false;
	l->skip--;
	return true;
}

/* "TIME TEXT" */
static bool
take_line(void *ctx, const char *line, size_t len)
{
	struct wait_log *l = ctx;
	const char *space = memchr(line, ' ', len);
	size_t stamp = space ? (size_t)(space - line) : 0;

	l->tries = l->refusals = 0;
	if (l->behind && space && was_shown(l, line, stamp))
		return true;
	l->behind = false;
	if (space && stamp == l->last.len &&
	    memcmp(line, l->last.s, stamp) == 0) {
		l->same++;
	} else if (space) {
		buf_clear(&l->last);
		buf_add(&l->last, line, stamp);
		l->same = 1;
	}
	if (space)
		show(l, space + 1, len - stamp - 1);
	else
		show(l, line, len);
	return true;
}

static void open_log(struct wait_log *l);

/* A container of its Pod that ended before it is shown to its end first. */
static bool
is_next(const struct wait_run *run, const struct wait_log *l)
{
	const struct wait_log *other;

	for (other = run->logs; other != l; other = other->next)
		if (other->terminated && other->state != DONE &&
		    strcmp(other->pod, l->pod) == 0)
			return false;
	return l->state == QUEUED;
}

static bool
is_all_read(const struct wait_run *run)
{
	const struct wait_log *l;

	for (l = run->logs; l; l = l->next)
		if (l->state != DONE && is_over(l))
			return false;
	return wait_pods_known(run);
}

void
wait_logs_next(struct wait_run *run)
{
	struct wait_log *l;
	int n = 0;

	for (l = run->logs; l; l = l->next)
		n += l->state == OPEN || l->state == BROKEN;
	for (l = run->logs; l && n < MAX_OPEN; l = l->next)
		if (is_next(run, l)) {
			open_log(l);
			n++;
		}
	if (run->draining && is_all_read(run))
		api_stop(run->api);
}

static void
open_again(void *ctx)
{
	struct wait_log *l = ctx;

	l->timer = NULL;
	open_log(l);
}

static void
close_file(struct wait_log *l)
{
	if (l->file)
		report_log_close(l->run->options->report, l->file, l->pod);
	l->file = NULL;
}

static void
finish(struct wait_log *l)
{
	l->state = DONE;
	close_file(l);
}

/* A word of the server that another try won't change. */
static bool
is_refused(struct wait_log *l, const struct api_response *r)
{
	if (r->status >= 400 && r->status < 500 && r->status != 429)
		l->refusals++;
	return l->refusals >= MAX_REFUSALS;
}

/* More patiently each time, but for a log that only has to be read. */
static long long
pause_of(const struct wait_log *l)
{
	long long ms = RETRY_MS;
	int i;

	for (i = 1; i < l->tries && ms < MAX_RETRY_MS && !l->terminated; i++)
		ms *= 2;
	return ms < MAX_RETRY_MS ? ms : MAX_RETRY_MS;
}

static void
log_done(void *ctx, const struct api_response *r)
{
	struct wait_log *l = ctx;

	l->call = NULL;
	if ((r->exit == STATUS_OK && l->terminated) ||
	    (r->status == 404 && l->last.len)) {
		finish(l); /* of a Pod that is gone there is no more */
	} else if (is_refused(l, r)) {
		warning("%s: Pod %s: the log of %s can't be read: %s",
		    buf_str(&l->target->subject), l->pod, l->container,
		    r->message);
		finish(l);
	} else {
		l->tries++;
		l->state = BROKEN;
		l->timer =
		    api_timer_start(l->run->api, pause_of(l), open_again, l);
	}
	wait_logs_next(l->run);
}

/* sinceTime knows whole seconds only: what was shown comes again. */
static void
open_log(struct wait_log *l)
{
	struct buf path = BUF_INIT, since = BUF_INIT;
	struct api_request r = {
		.method = "GET", .line = take_line, .done = log_done, .ctx = l
	};

	buf_addf(
	    &path, "/api/v1/namespaces/%s/pods/%s/log", l->namespace, l->pod);
	api_query(&path, "container", l->container);
	api_query(&path, "follow", "true");
	api_query(&path, "timestamps", "true");
	if (logstamp_second(&since, buf_str(&l->last), l->last.len))
		api_query(&path, "sinceTime", since.s);
	l->behind = l->last.len > 0;
	l->skip = l->same;
	r.path = path.s;
	r.timeout_ms = -1;
	l->state = OPEN;
	l->call = api_send(l->run->api, &r);
	buf_release(&path);
	buf_release(&since);
}

/* --- which logs --------------------------------------------------------- */

static struct wait_log *
find(struct wait_run *run, const char *pod, const char *id)
{
	struct wait_log *l;

	for (l = run->logs; l; l = l->next)
		if (strcmp(l->pod, pod) == 0 && strcmp(l->id, id) == 0)
			return l;
	return NULL;
}

static struct wait_log *
add(struct wait_run *run, const struct wait_target *t, const char *pod,
    const char *container, const char *id)
{
	struct wait_log *l = mem_zero(1, sizeof(*l)), **end = &run->logs;

	l->run = run;
	l->target = t;
	l->namespace = mem_strdup(buf_str(&t->namespace));
	l->pod = mem_strdup(pod);
	l->container = mem_strdup(container);
	l->id = mem_strdup(id);
	while (*end)
		end = &(*end)->next;
	*end = l;
	return l;
}

static void
see_container(struct wait_run *run, const struct wait_target *t,
    const char *pod, const jv *status)
{
	const char *name = json_get_str(status, "name");
	const char *id = json_get_str(status, "containerID");
	jv state = json_get(status, "state");
	bool runs = json_has(&state, "running");
	bool ended = json_has(&state, "terminated");
	struct wait_log *l;
	struct buf key = BUF_INIT;

	jv_free(state);
	if (!name || (!runs && !ended))
		return;
	buf_addf(&key, "%s/%s", name, id ? id : "");
	l = find(run, pod, buf_str(&key));
	if (!l)
		l = add(run, t, pod, name, buf_str(&key));
	if (ended && !l->terminated && l->timer) {
		api_timer_stop(run->api, l->timer);
		l->timer = NULL;
		open_log(l);
	}
	l->terminated = ended;
	buf_release(&key);
}

void
wait_logs_see(struct wait_run *run, const struct wait_target *t, const jv *pod)
{
	static const char *const lists[] = { "initContainerStatuses",
		"containerStatuses" };
	const char *name = json_path_str(pod, "metadata", "name", NULL);
	size_t i;
	int k;

	for (i = 0; i < 2; i++) {
		jv statuses = json_path(pod, "status", lists[i], NULL);

		for (k = 0; k < json_len(&statuses); k++) {
			jv status = json_at(&statuses, k);

			see_container(run, t, name, &status);
			jv_free(status);
		}
		jv_free(statuses);
	}
	wait_logs_next(run);
}

/* --- the end ------------------------------------------------------------ */

static void
give_up(void *ctx)
{
	struct wait_run *run = ctx;
	const struct wait_log *l;

	run->drain = NULL;
	for (l = run->logs; l; l = l->next)
		if (l->state != DONE && l->terminated && is_over(l))
			warning("%s: Pod %s: the rest of the log of %s does "
				"not come",
			    buf_str(&l->target->subject), l->pod, l->container);
	api_stop(run->api);
}

void
wait_logs_drain(struct wait_run *run)
{
	if (!run->options->logs || is_all_read(run))
		return;
	run->draining = true;
	restart_drain(run);
	api_run(run->api);
	if (run->drain)
		api_timer_stop(run->api, run->drain);
}

void
wait_logs_stop(struct wait_run *run)
{
	struct wait_log *l, *next;

	for (l = run->logs; l; l = next) {
		next = l->next;
		if (l->call)
			api_cancel(run->api, l->call);
		if (l->timer)
			api_timer_stop(run->api, l->timer);
		close_file(l);
		free(l->namespace);
		free(l->pod);
		free(l->container);
		free(l->id);
		buf_release(&l->last);
		free(l);
	}
}
