#ifndef POUNDLOCK_APIIMPL_H
#define POUNDLOCK_APIIMPL_H

#include "api/api.h"
#include "api/http.h"
#include "api/kubeconfig.h"

/* What the parts of api share; nobody else includes it. */

/* A list of calls, in order. */
struct api_calls {
	struct api_call *first, *last;
};

/*
 * A call is in one list at a time: queued or urgent until an attempt starts,
 * running while one is under way, delayed until its next attempt is due, and
 * in none while its done is called.
 */
struct api_call {
	struct api_call *prev, *next;
	struct api_calls *list;
	char *method, *path, *content_type, *accept;
	struct buf body;
	bool has_body, once, raw, fresh;
	jv (*trim)(jv item);
	api_line_fn *line;
	api_done_fn *done;
	void *ctx;
	long long timeout_ms; /* of all attempts together; -1: none */
	long long started;    /* when the first attempt began; 0: not yet */
	long long due;	      /* the next attempt, while delayed */
	int tries, internal;  /* attempts; those answered with 500 */
	int resets;	      /* the last ones, whose streams were reset */
	bool renewed; /* a fresh credential was fetched for it already */
	unsigned long credential; /* which of them it was tried with */
	struct http_transfer *transfer;
	struct buf lines; /* bytes of a stream that were not told yet */
	bool busy;	  /* within its line or done callback */
	bool dropped;	  /* cancelled there */
	bool late;	  /* its stream ended meanwhile */
};

struct api_timer {
	struct api_timer *next; /* the later one */
	long long due;
	api_timer_fn *fn;
	void *ctx;
};

struct api {
	struct kubeconfig config;
	struct http *http;
	struct http_identity as;
	const char **groups; /* of as */
	char *namespace;
	long long request_timeout;
	struct api_calls urgent, queued, delayed, running;
	struct api_timer *timers;
	struct api_watch *watches; /* each keeps the loop running */
	struct api_resources *resources;
	int limit;	    /* what the caller allows in flight */
	int window;	    /* what the server has been found to bear */
	int in_flight;	    /* streams don't count */
	int credit;	    /* good answers since the window grew */
	int held;	    /* times that timers alone keep it running */
	int asking;	    /* depth of api_ask */
	bool reached;	    /* the server has answered once */
	long long answered; /* when it last did */
	bool stopped;
	unsigned long long random;
};

/* --- apiretry.c: what to do about an attempt that failed ----------------- */

struct api_attempt {
	enum http_failure failure;
	long status;
	long long retry_after_ms;
	bool once;
	bool reached;	    /* the server has answered before */
	bool alive;	    /* and did so just now */
	int tries;	    /* so far, this one included */
	int internal;	    /* of these, answered with 500 */
	int resets;	    /* the last ones, whose streams were reset */
	long long spent_ms; /* since the first one began */
	long long left_ms;  /* until the time is up; -1: no end */
	unsigned random;    /* any number */
};

/*
 * A server that fails inside at a request (a panic) resets its stream, while
 * all others go on.  It will do so each time.
 */
#define API_MAX_RESETS 6

/* Milliseconds until the next attempt, or -1 to let it be. */
long long api_retry_wait(const struct api_attempt *a);

/* What to exit with, for an answer that is final. */
enum status api_exit_status(enum http_failure failure, long status,
    const char *method, const char *message);

/* --- apianswer.c: what the server said ----------------------------------- */

struct api_answer {
	struct api_response r;
	jv body;
	struct buf message;
};

/*
 * Make a response of a transfer that ended.  Returns false for a success whose
 * body is not whole; it is then to be taken as cut off.
 */
bool api_answer_read(struct api_answer *a, const struct api_call *call,
    const struct http_transfer *t, const char *server);
void api_answer_release(struct api_answer *a);

/* As json_parse for a list, each of whose items goes through trim. */
jv api_decode_list(
    const char *text, size_t len, jv (*trim)(jv item), struct buf *err);

/* --- apiresource.c ------------------------------------------------------- */

void api_resources_free(struct api_resources *resources);

/* --- apitimer.c ---------------------------------------------------------- */

/* Call what is due; returns true if anything was. */
bool api_fire_timers(struct api *api);

/* Somebody called api_stop, and nobody waits for an answer in api_ask. */
bool api_is_stopped(const struct api *api);

/* --- api.c --------------------------------------------------------------- */

/* A number to spread pauses with. */
unsigned api_random(struct api *api);

/* Move a call to the end of a list; take it out of any; forget it. */
void api_call_append(struct api_calls *list, struct api_call *call);
void api_call_unlink(struct api_call *call);
void api_call_free(struct api_call *call);
void api_call_end_transfer(struct api *api, struct api_call *call);

/* It should have ended: its connection may lead nowhere. */
void api_call_distrust(struct api_call *c);

#endif
