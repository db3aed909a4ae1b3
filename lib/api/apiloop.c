/*
 * The event loop: attempts are started, answered, tried again, and told.
 * libcurl never calls into a tool: bytes are gathered first and told from here,
 * so a callback may send, cancel, or run the loop itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/apiimpl.h"
#include "event.h"
#include "json.h"
#include "mem.h"

#define LONGEST_SLEEP_MS 10000LL
#define ALIVE_MS 1000LL
#define CONNECT_MS 1000LL
/* How much later than libcurl we end what is out of time. */
#define GRACE_MS 100LL

/* --- answers ------------------------------------------------------------ */

/* Tell the answer; the call is gone afterwards. */
static void
respond(struct api *api, struct api_call *c, struct api_answer *a)
{
	api_call_unlink(c);
	c->busy = true;
	if (c->done)
		c->done(c->ctx, &a->r);
	api_answer_release(a);
	api_call_end_transfer(api, c);
	api_call_free(c);
}

static long long
time_left(const struct api_call *c)
{
	long long left;

	if (c->timeout_ms < 0)
		return -1;
	left = c->started + c->timeout_ms - api_now();
	return left < 0 ? 0 : left;
}

/* As many in flight as the server bears. */
static void
learn(struct api *api, const struct http_transfer *t)
{
	if (t->failure == HTTP_ANSWERED) {
		api->reached = true;
		api->answered = api_now();
	}
	if (t->status == 429) {
		api->window = api->window > 1 ? api->window / 2 : 1;
		api->credit = 0;
	} else if (t->failure == HTTP_ANSWERED && api->window < api->limit &&
		   ++api->credit >= api->window) {
		api->window++;
		api->credit = 0;
	}
}

static bool
renew_credential(struct api *api, struct api_call *c)
{
	struct buf token = BUF_INIT, err = BUF_INIT;
	bool ok;

	if (c->renewed || !(api->config.exec || api->config.token_file))
		return false;
	/* Many are refused at once: the first has seen to it for all. */
	if (api->config.exec && c->credential != api->config.credentials)
		return true;
	c->renewed = true;
	ok = kubeconfig_token(&api->config, true, &token, &err) == 0;
	buf_release(&token);
	buf_release(&err);
	return ok;
}

static long long
pause_before_retry(struct api *api, struct api_call *c,
    const struct http_transfer *t, bool whole)
{
	struct api_attempt a = { .failure = whole ? t->failure : HTTP_BROKEN,
		.status = t->status,
		.retry_after_ms = t->retry_after_ms,
		.once = c->once,
		.reached = api->reached,
		.alive = api->reached && api_now() - api->answered < ALIVE_MS,
		.tries = c->tries,
		.internal = c->internal,
		.resets = c->resets,
		.spent_ms = api_now() - c->started,
		.left_ms = time_left(c),
		.random = api_random(api) };

	if (t->status == 500)
		a.internal = ++c->internal;
	if (a.failure == HTTP_ANSWERED && a.status == 401)
		return renew_credential(api, c) ? 0 : -1;
	return c->line ? -1 : api_retry_wait(&a);
}

static void
say_retry(const struct api_call *c, const struct api_response *r, long long ms)
{
	jv fields;

	debug("%s %s: %s: trying again in %lld ms", c->method, c->path,
	    r->message, ms);
	if (!event_enabled())
		return;
	fields = json_set_str(jv_object(), "method", c->method);
	fields = json_set_str(fields, "path", c->path);
	fields = json_set(fields, "status", jv_number((double)r->status));
	fields = json_set_str(fields, "message", r->message);
	fields = json_set(fields, "ms", jv_number((double)ms));
	event_write("retry", fields);
}

static void
explain_resets(const struct api_call *c, struct api_answer *a)
{
	buf_addf(&a->message,
	    ", %d times in a row: the server seems to fail at this request; "
	    "its log may say why",
	    c->resets);
	a->r.message = buf_str(&a->message);
}

static void
finish_attempt(struct api *api, struct api_call *c)
{
	const struct http_transfer *t = c->transfer;
	struct api_answer a;
	long long wait;
	bool whole;

	learn(api, t);
	whole = api_answer_read(&a, c, t, api->config.server);
	c->resets = t->reset ? c->resets + 1 : 0;
	wait = pause_before_retry(api, c, t, whole);
	if (wait < 0) {
		if (c->resets >= API_MAX_RESETS)
			explain_resets(c, &a);
		respond(api, c, &a);
		return;
	}
	say_retry(c, &a.r, wait);
	api_answer_release(&a);
	api_call_end_transfer(api, c);
	c->due = api_now() + wait;
	api_call_append(&api->delayed, c);
}

/* --- streams ------------------------------------------------------------ */

/* Tell the whole lines of c->lines; at the end of the stream also the last one
 * that has no newline.  Returns false when c is gone. */
static bool
tell_lines(struct api *api, struct api_call *c, bool last)
{
	size_t at = 0;
	bool more = true;

	c->busy = true;
	while (more && !c->dropped && at < c->lines.len) {
		const char *s = c->lines.s + at;
		const char *end = memchr(s, '\n', c->lines.len - at);

		if (!end && !last)
			break;
		if (!end)
			end = c->lines.s + c->lines.len;
		at = (size_t)(end - c->lines.s) + 1;
		more = c->line(c->ctx, s, (size_t)(end - s));
	}
	c->busy = false;
	if (c->dropped) {
		api_call_free(c);
		return false;
	}
	if (at > c->lines.len)
		at = c->lines.len;
	if (at) {
		memmove(c->lines.s, c->lines.s + at, c->lines.len - at);
		buf_truncate(&c->lines, c->lines.len - at);
	}
	if (!more) {
		struct http_transfer ended = { .status = c->transfer->status };
		struct api_answer a;

		api_answer_read(&a, c, &ended, api->config.server);
		respond(api, c, &a);
	}
	return more;
}

/* Take what came; an error's body stays where it is until it is whole. */
static bool
take_lines(struct api_call *c)
{
	struct http_transfer *t = c->transfer;

	if (!c->line || c->busy || !t->got.len || t->status < 200 ||
	    t->status >= 300)
		return false;
	buf_add(&c->lines, t->got.s, t->got.len);
	buf_clear(&t->got);
	return true;
}

/* The end of an attempt, behind the last lines that came with it. */
static void
finish_call(struct api *api, struct api_call *c)
{
	take_lines(c);
	if (c->lines.len &&
	    !tell_lines(api, c, c->transfer->failure == HTTP_ANSWERED))
		return;
	finish_attempt(api, c);
}

static bool
tell_streams(struct api *api)
{
	struct api_call *c;
	bool told = false;

again:
	for (c = api->running.first; c; c = c->next) {
		if (!c->line || c->busy || api_is_stopped(api))
			continue;
		if (c->late)
			finish_call(api, c);
		else if (take_lines(c))
			tell_lines(api, c, false);
		else
			continue;
		told = true;
		goto again; /* the list may be another one by now */
	}
	return told;
}

static bool
finish_attempts(struct api *api)
{
	struct http_transfer *t;
	bool any = false;

	while (!api_is_stopped(api) && (t = http_next_done(api->http))) {
		struct api_call *c = t->ctx;

		any = true;
		if (c->busy)
			c->late = true;
		else
			finish_call(api, c);
	}
	return any;
}

/*
 * libcurl has no eye on the time of a request that waits for a connection, so
 * the end is kept here too.
 */
static bool
end_overdue(struct api *api)
{
	struct api_call *c;
	bool any = false;

again:
	for (c = api->running.first; c; c = c->next)
		if (!api_is_stopped(api) && !c->busy && c->timeout_ms >= 0 &&
		    c->started + c->timeout_ms + GRACE_MS < api_now()) {
			http_give_up(c->transfer);
			finish_call(api, c);
			any = true;
			goto again;
		}
	return any;
}

/* --- starting ----------------------------------------------------------- */

/* Answer without an attempt: there is no credential to make it with. */
static void
respond_failed(struct api *api, struct api_call *c, const char *why)
{
	struct http_transfer t = { .failure = HTTP_LOCAL };
	struct api_answer a;

	snprintf(t.error, sizeof(t.error), "%s", why);
	api_answer_read(&a, c, &t, api->config.server);
	respond(api, c, &a);
}

/* Returns true for one that was told at once. */
static bool
start_attempt(struct api *api, struct api_call *c)
{
	struct buf token = BUF_INIT, err = BUF_INIT;
	struct http_request r = { .method = c->method,
		.path = c->path,
		.accept = c->accept,
		.content_type = c->content_type,
		.body = c->has_body ? buf_str(&c->body) : NULL,
		.body_len = c->body.len,
		.once = c->once,
		.fresh = c->fresh,
		.stream = c->line != NULL };
	bool told;

	if (!c->started)
		c->started = api_now();
	r.timeout_ms = time_left(c);
	if (r.timeout_ms < 0)
		r.timeout_ms = 0;
	else if (r.timeout_ms == 0)
		r.timeout_ms = 1;
	c->tries++;
	told = kubeconfig_token(&api->config, false, &token, &err) != 0;
	c->credential = api->config.credentials;
	if (told) {
		respond_failed(api, c, buf_str(&err));
	} else {
		r.bearer = token.len ? token.s : NULL;
		api_call_append(&api->running, c);
		c->transfer = http_start(api->http, &r, c);
		if (!c->line)
			api->in_flight++;
	}
	buf_release(&token);
	buf_release(&err);
	return told;
}

/* Retries and questions that somebody waits for come before the queue. */
static bool
start_attempts(struct api *api)
{
	long long now = api_now();
	struct api_call *c, *next;
	bool told = false;

	for (c = api->delayed.first; c; c = next) {
		next = c->next;
		if (c->due <= now)
			api_call_append(&api->urgent, c);
	}
	while (!api_is_stopped(api) && api->urgent.first)
		told |= start_attempt(api, api->urgent.first);
	while (!api_is_stopped(api) && api->queued.first &&
	       api->in_flight < api->window)
		told |= start_attempt(api, api->queued.first);
	return told;
}

/* --- running ------------------------------------------------------------ */

static long long
sleep_time(const struct api *api)
{
	const struct api_call *c;
	long long due = api_now() + LONGEST_SLEEP_MS;
	long long ms;

	if (api->timers && api->timers->due < due)
		due = api->timers->due;
	for (c = api->delayed.first; c; c = c->next)
		if (c->due < due)
			due = c->due;
	ms = due - api_now();
	return ms < 0 ? 0 : ms;
}

/* One turn; sleeps only when nothing was there to be told. */
static void
turn(struct api *api)
{
	bool told = api_fire_timers(api);

	told |= start_attempts(api);
	http_perform(api->http);
	told |= tell_streams(api);
	told |= finish_attempts(api);
	told |= end_overdue(api);
	if (!told && !api_is_stopped(api))
		http_poll(api->http, sleep_time(api));
}

static bool
is_idle(const struct api *api)
{
	return !api->watches && !api->held && !api->urgent.first &&
	       !api->queued.first && !api->delayed.first && !api->running.first;
}

void
api_run(struct api *api)
{
	api->stopped = false;
	while (!api->stopped && !is_idle(api))
		turn(api);
}

/* --- asking ------------------------------------------------------------- */

struct question {
	bool answered;
	jv body;
	long http;
	enum status exit;
	struct buf *err;
};

static void
take_answer(void *ctx, const struct api_response *r)
{
	struct question *q = ctx;

	q->answered = true;
	q->body = jv_copy(*r->body);
	q->http = r->status;
	q->exit = r->exit;
	if (r->exit != STATUS_OK)
		buf_adds(q->err, r->message);
}

enum status
api_ask(struct api *api, const struct api_request *req, jv *body, long *http,
    struct buf *err)
{
	struct question q = { .err = err };
	struct api_request asked = *req;

	asked.done = take_answer;
	asked.ctx = &q;
	api_call_append(&api->urgent, api_send(api, &asked));
	api->asking++;
	while (!q.answered)
		turn(api);
	api->asking--;
	*body = q.body;
	if (http)
		*http = q.http;
	return q.exit;
}

void
api_connect(struct api *api)
{
	const struct api_request version = {
		.method = "GET", .path = "/version", .timeout_ms = CONNECT_MS
	};
	struct buf unsaid = BUF_INIT;
	jv body;

	api_ask(api, &version, &body, NULL, &unsaid);
	jv_free(body);
	buf_release(&unsaid);
}
