/*
 * Timers, and what keeps the loop running or ends it.
 */
#include <stdlib.h>

#include "api/apiimpl.h"
#include "mem.h"

struct api_timer *
api_timer_start(struct api *api, long long ms, api_timer_fn *fn, void *ctx)
{
	struct api_timer *timer = mem_alloc(sizeof(*timer)), **p;

	timer->due = api_now() + ms;
	timer->fn = fn;
	timer->ctx = ctx;
	for (p = &api->timers; *p && (*p)->due <= timer->due; p = &(*p)->next)
		;
	timer->next = *p;
	*p = timer;
	return timer;
}

void
api_timer_stop(struct api *api, struct api_timer *timer)
{
	struct api_timer **p;

	for (p = &api->timers; *p; p = &(*p)->next)
		if (*p == timer) {
			*p = timer->next;
			free(timer);
			return;
		}
}

bool
api_is_stopped(const struct api *api)
{
	return api->stopped && !api->asking;
}

bool
api_fire_timers(struct api *api)
{
	long long now = api_now();
	bool fired = false;

	while (!api_is_stopped(api) && api->timers && api->timers->due <= now) {
		struct api_timer *timer = api->timers;
		api_timer_fn *fn = timer->fn;
		void *ctx = timer->ctx;

		api->timers = timer->next;
		free(timer);
		fired = true;
		fn(ctx);
	}
	return fired;
}

void
api_stop(struct api *api)
{
	api->stopped = true;
}

void
api_hold(struct api *api)
{
	api->held++;
}

void
api_release(struct api *api)
{
	api->held--;
}
