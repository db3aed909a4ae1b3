/*
 * The logs of Jobs while they run: one stream a container, begun when its Pod
 * says that it runs, taken up again where it broke, and read to its end before
 * the wait is over.
 */
#include <stdlib.h>
#include <string.h>

#include "event.h"
#include "json.h"
#include "mem.h"
#include "wait/waitimpl.h"

/* Streams at a time: each holds one of the connection's. */
#define MAX_OPEN 32

/* A stream that breaks is opened again so often, after so long. */
#define MAX_TRIES 10
#define RETRY_MS 300

/* How long the rest of the logs may take after the verdict. */
#define DRAIN_MS 3000

enum state { QUEUED, OPEN, BROKEN, DONE };

struct wait_log {
	struct wait_run *run;
	const struct wait_target *target;
	char *namespace, *pod, *container, *id;
	struct buf last; /* time stamp of the last line that was shown */
	bool terminated; /* the container has ended: so will the log */
	int tries;
	enum state state;
	struct api_call *call;
	struct api_timer *timer;
	struct wait_log *next;
};

/*
 * Time stamps have as many digits behind the point as they need, and are all
 * UTC.
 */
static bool
is_later(const char *a, size_t len, const struct buf *last)
{
	size_t i = 0;

	while (i < len && i < last->len && a[i] == last->s[i])
		i++;
	/* Where one ends, with its Z, the other has digits that count. */
	if (i == len || i == last->len)
		return len > last->len;
	if (a[i] == 'Z' || last->s[i] == 'Z')
		return last->s[i] == 'Z';
	return a[i] > last->s[i];
}

static void
show(struct wait_log *l, const char *text, size_t len)
{
	const char *subject = buf_str(&l->target->subject);
	jv e;

	warning("%s: Pod %s: %s | %.*s", subject, l->pod, l->container,
	    (int)len, text);
	l->run->spoke = l->run->moved = api_now();
	if (!event_enabled())
		return;
	e = json_set_str(jv_object(), "stage", buf_str(&l->target->stage));
	e = json_set_str(e, "object", subject);
	e = json_set_str(e, "pod", l->pod);
	e = json_set_str(e, "container", l->container);
	event_write(
	    "log", json_set(e, "line", jv_string_sized(text, (int)len)));
}

/* "TIME TEXT" */
static bool
take_line(void *ctx, const char *line, size_t len)
{
	struct wait_log *l = ctx;
	const char *space = memchr(line, ' ', len);
	size_t time = space ? (size_t)(space - line) : 0;

	if (space && !is_later(line, time, &l->last))
		return true;
	if (space) {
		buf_clear(&l->last);
		buf_add(&l->last, line, time);
		show(l, space + 1, len - time - 1);
	} else {
		show(l, line, len);
	}
	l->tries = 0;
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
	if (n == 0 && run->draining && wait_pods_known(run))
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
log_done(void *ctx, const struct api_response *r)
{
	struct wait_log *l = ctx;

	l->call = NULL;
	if (r->exit == STATUS_OK && l->terminated) {
		l->state = DONE;
	} else if (++l->tries > MAX_TRIES ||
		   (r->status >= 400 && l->tries > 2)) {
		debug("%s: the log of Pod %s can't be read: %s",
		    buf_str(&l->target->subject), l->pod, r->message);
		l->state = DONE;
	} else {
		l->state = BROKEN;
		l->timer =
		    api_timer_start(l->run->api, RETRY_MS, open_again, l);
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
	if (l->last.len >= strlen("2026-11-21T00:00:00")) {
		buf_addf(&since, "%.19sZ", l->last.s);
		api_query(&path, "sinceTime", since.s);
	}
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

	run->drain = NULL;
	api_stop(run->api);
}

static bool
is_all_read(const struct wait_run *run)
{
	const struct wait_log *l;

	for (l = run->logs; l; l = l->next)
		if (l->state != DONE)
			return false;
	return wait_pods_known(run);
}

void
wait_logs_drain(struct wait_run *run)
{
	if (!run->options->logs || is_all_read(run))
		return;
	run->draining = true;
	run->drain = api_timer_start(run->api, DRAIN_MS, give_up, run);
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
		free(l->namespace);
		free(l->pod);
		free(l->container);
		free(l->id);
		buf_release(&l->last);
		free(l);
	}
}
