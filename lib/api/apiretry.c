/*
 * Whether to try again, when, and what a failure means for the exit status.
 * Nothing here has a side effect.
 */
#include <string.h>

#include "api/apiimpl.h"

#define FIRST_PAUSE_MS 100LL
#define LONGEST_PAUSE_MS 5000LL
/* A connection that was cut, while the server answers on others. */
#define ALIVE_PAUSE_MS 400LL
/* A server that never answered is more likely a wrong address. */
#define UNREACHED_MS 3000LL
/* An internal error may pass, but often is a webhook that won't come back. */
#define MAX_TRIES_500 4

/* The failure may pass, and trying again can't do harm. */
static bool
worth_it(const struct api_attempt *a)
{
	switch (a->failure) {
	case HTTP_ANSWERED:
		break;
	case HTTP_UNREACHED:
		return true;
	case HTTP_BROKEN:
	case HTTP_TIMEOUT:
		return !a->once && a->resets < API_MAX_RESETS;
	default:
		return false;
	}
	switch (a->status) {
	case 429: /* refused before anything was done */
		return true;
	case 500:
		return !a->once && a->internal < MAX_TRIES_500;
	case 502:
	case 503:
	case 504:
		return !a->once;
	default:
		return false;
	}
}

long long
api_retry_wait(const struct api_attempt *a)
{
	int doublings = a->tries < 8 ? a->tries - 1 : 7;
	long long wait = FIRST_PAUSE_MS << doublings;

	if (!worth_it(a))
		return -1;
	if (wait > LONGEST_PAUSE_MS)
		wait = LONGEST_PAUSE_MS;
	if (a->failure != HTTP_ANSWERED && a->alive && wait > ALIVE_PAUSE_MS)
		wait = ALIVE_PAUSE_MS;
	/* From half of it to all of it, or a tenth more than was asked for. */
	wait = wait / 2 + (long long)a->random % (wait / 2 + 1);
	if (a->retry_after_ms > wait)
		wait = a->retry_after_ms +
		       (long long)a->random % (a->retry_after_ms / 10 + 1);
	if (a->failure == HTTP_UNREACHED && !a->reached &&
	    a->spent_ms + wait > UNREACHED_MS)
		return -1;
	return a->left_ms >= 0 && wait >= a->left_ms ? -1 : wait;
}

/* Who may do what is said in these words; admission says others with a 403. */
static bool
is_forbidden_verb(const char *message)
{
	return strstr(message, "forbidden: User ") &&
	       strstr(message, " cannot ");
}

enum status
api_exit_status(enum http_failure failure, long status, const char *method,
    const char *message)
{
	bool read = strcmp(method, "GET") == 0;

	if (failure == HTTP_TIMEOUT)
		return STATUS_TIMEOUT;
	if (failure != HTTP_ANSWERED)
		return STATUS_SERVER;
	if (status >= 200 && status < 300)
		return STATUS_OK;
	if (status == 401 || status == 429)
		return STATUS_SERVER;
	if (status == 403)
		return read || is_forbidden_verb(message) ? STATUS_SERVER
							  : STATUS_REFUSED;
	if (status == 500)
		return read ? STATUS_SERVER : STATUS_REFUSED;
	return status >= 400 && status < 500 ? STATUS_REFUSED : STATUS_SERVER;
}
