/*
 * Opening and closing, and requests until the loop takes them.
 */
#include "api/api.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "api/apiimpl.h"
#include "json.h"
#include "mem.h"

#define DEFAULT_TIMEOUT_MS 60000LL
#define DEFAULT_LIMIT 32

/* --- opening ------------------------------------------------------------ */

long long
api_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* xorshift64*, by Vigna. */
unsigned
api_random(struct api *api)
{
	api->random ^= api->random >> 12;
	api->random ^= api->random << 25;
	api->random ^= api->random >> 27;
	return (unsigned)((api->random * 2685821657736338717ULL) >> 32);
}

/* Options go before what the kubeconfig's user asks for. */
static void
set_identity(struct api *api, const struct cli *cli)
{
	const struct kubeconfig *k = &api->config;
	size_t n = cli->n_as_groups ? (size_t)cli->n_as_groups : k->n_as_groups;
	size_t i;

	api->groups = mem_zero(n, sizeof(*api->groups));
	for (i = 0; i < n; i++)
		api->groups[i] =
		    cli->n_as_groups ? cli->as_groups[i] : k->as_groups[i];
	api->as.user = cli->as ? cli->as : k->as;
	api->as.uid = k->as_uid;
	api->as.groups = api->groups;
	api->as.n_groups = n;
}

/* The first that is not empty. */
static const char *
first_of(const char *a, const char *b, const char *c)
{
	if (a && *a)
		return a;
	return b && *b ? b : c;
}

struct api *
api_open(const struct cli *cli, struct buf *err)
{
	struct api *api = mem_zero(1, sizeof(*api));

	if (kubeconfig_load(&api->config, cli->kubeconfig, cli->context, err)) {
		free(api);
		return NULL;
	}
	set_identity(api, cli);
	if (api->as.n_groups && !api->as.user) {
		buf_adds(err, "a group to act as needs a user to act as");
		api_close(api);
		return NULL;
	}
	api->http = http_open(&api->config, &api->as, err);
	if (!api->http) {
		api_close(api);
		return NULL;
	}
	api->namespace = mem_strdup(
	    first_of(cli->namespace, api->config.namespace, "default"));
	api->request_timeout =
	    cli->request_timeout ? cli->request_timeout : DEFAULT_TIMEOUT_MS;
	api->limit = api->window = DEFAULT_LIMIT;
	api->random = ((unsigned long long)getpid() << 32) ^
		      (unsigned long long)api_now() ^ 0x9e3779b97f4a7c15ULL;
	return api;
}

const char *
api_namespace(const struct api *api)
{
	return api->namespace;
}

/* --- lists of calls ----------------------------------------------------- */

void
api_call_unlink(struct api_call *c)
{
	if (!c->list)
		return;
	*(c->prev ? &c->prev->next : &c->list->first) = c->next;
	*(c->next ? &c->next->prev : &c->list->last) = c->prev;
	c->list = NULL;
}

void
api_call_append(struct api_calls *list, struct api_call *c)
{
	api_call_unlink(c);
	c->list = list;
	c->prev = list->last;
	c->next = NULL;
	*(list->last ? &list->last->next : &list->first) = c;
	list->last = c;
}

void
api_call_free(struct api_call *c)
{
	api_call_unlink(c);
	free(c->method);
	free(c->path);
	free(c->content_type);
	free(c->accept);
	buf_release(&c->body);
	buf_release(&c->lines);
	free(c);
}

void
api_call_end_transfer(struct api *api, struct api_call *c)
{
	if (!c->transfer)
		return;
	http_end(api->http, c->transfer);
	c->transfer = NULL;
	if (!c->line)
		api->in_flight--;
}

void
api_call_distrust(struct api_call *c)
{
	if (c->transfer)
		http_distrust(c->transfer);
}

static void
free_calls(struct api *api, struct api_calls *list)
{
	struct api_call *c, *next;

	for (c = list->first; c; c = next) {
		next = c->next;
		api_call_end_transfer(api, c);
		api_call_free(c);
	}
}

void
api_close(struct api *api)
{
	if (!api)
		return;
	while (api->watches)
		api_watch_stop(api, api->watches);
	free_calls(api, &api->urgent);
	free_calls(api, &api->queued);
	free_calls(api, &api->delayed);
	free_calls(api, &api->running);
	while (api->timers)
		api_timer_stop(api, api->timers);
	if (api->resources)
		api_resources_free(api->resources);
	if (api->http)
		http_close(api->http);
	kubeconfig_release(&api->config);
	free(api->groups);
	free(api->namespace);
	free(api);
}

/* --- sending ------------------------------------------------------------ */

struct api_call *
api_send(struct api *api, const struct api_request *req)
{
	struct api_call *c = mem_zero(1, sizeof(*c));

	c->method = mem_strdup(req->method);
	c->path = mem_strdup(req->path);
	c->content_type = mem_strdup(
	    req->content_type ? req->content_type : "application/json");
	c->accept = mem_strdup(req->accept ? req->accept : "application/json");
	if (req->body_text)
		buf_adds(&c->body, req->body_text);
	else if (req->body)
		json_write(&c->body, req->body, 0);
	c->has_body = req->body || req->body_text;
	c->once = req->once;
	c->raw = req->raw;
	c->trim = req->trim;
	c->fresh = req->fresh;
	c->line = req->line;
	c->done = req->done;
	c->ctx = req->ctx;
	c->timeout_ms = req->timeout_ms;
	if (!c->timeout_ms)
		c->timeout_ms = c->line ? -1 : api->request_timeout;
	api_call_append(c->line ? &api->urgent : &api->queued, c);
	return c;
}

void
api_cancel(struct api *api, struct api_call *c)
{
	api_call_end_transfer(api, c);
	api_call_unlink(c);
	if (c->busy)
		c->dropped = true;
	else
		api_call_free(c);
}

void
api_set_limit(struct api *api, int n)
{
	api->limit = n < 1 ? 1 : n;
	api->window = api->limit;
}
