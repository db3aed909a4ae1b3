#ifndef POUNDLOCK_API_H
#define POUNDLOCK_API_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

#include "buf.h"
#include "cli.h"
#include "kinds.h"
#include "msg.h"

/*
 * The Kubernetes API over one HTTP/2 connection: requests run side by side, one
 * event loop and no threads.  A program sends requests with a callback each and
 * calls api_run; callbacks may send more.
 *
 * What the network does is dealt with here: reads and idempotent writes are
 * tried again after a broken connection, 429 (Retry-After is honoured), 500,
 * 502, 503 and 504, with growing pauses until the request's time is up; 401
 * fetches the credential anew once.
 */

struct api;

/* Connects to nothing yet.  NULL with a message in err: a broken kubeconfig. */
struct api *api_open(const struct cli *cli, struct buf *err);

/*
 * Connect now rather than with the first request, by asking for the server's
 * version, so that it is done while the input is still on its way.  Says
 * nothing and gives up after a second: what is wrong shows with the first
 * request that matters.
 */
void api_connect(struct api *api);

/* What is still under way is dropped without a word. */
void api_close(struct api *api);

/* What -n says, else the context, else "default". */
const char *api_namespace(const struct api *api);

/* --- resources ---------------------------------------------------------- */

/*
 * The resource of a kind: from the table of built-in kinds, else the server is
 * asked (once for each group and version; this runs the loop until it
 * answered). NULL with a message in err and the status to exit with in *status:
 * kind unknown to the server (STATUS_REFUSED), or no answer (STATUS_SERVER).
 * The answer lives as long as api; api_forget drops what is known of other than
 * built-in kinds, after a CRD was created.
 */
const struct kind *api_resource(struct api *api, const char *api_version,
    const char *kind, enum status *status, struct buf *err);
void api_forget(struct api *api);

/*
 * Append the path of a resource: /apis/apps/v1/namespaces/NS/deployments/NAME.
 * namespace and name may be NULL or "" (a collection over all namespaces, a
 * collection).  A subresource such as "log" is appended by hand.
 */
void api_path(struct buf *out, const struct kind *kind, const char *namespace,
    const char *name);

/* Append "?key=value" or "&key=value", escaped. */
void api_query(struct buf *path, const char *key, const char *value);

/* --- requests ----------------------------------------------------------- */

struct api_response {
	long status;	  /* HTTP; 0 when no answer came */
	const jv *body;	  /* of a JSON answer; invalid jv if there is none */
	const char *text; /* the answer's bytes as they came */
	size_t len;
	const char *reason; /* Status.reason ("Conflict"), or "" */
	const char
	    *message;	  /* one line: the server's words, or the network's */
	enum status exit; /* STATUS_OK for 2xx; else what to exit with: 3 for
			     no answer, 401 and 403 on a read; 4 for a
			     refused change; 6 when out of time */
};

typedef void api_done_fn(void *ctx, const struct api_response *r);

/* One line of a stream (without its newline); return false to end it. */
typedef bool api_line_fn(void *ctx, const char *line, size_t len);

struct api_request {
	const char *method;	  /* GET, POST, PATCH, DELETE, PUT */
	const char *path;	  /* copied */
	const char *content_type; /* NULL: application/json */
	const char *accept;	  /* NULL: application/json */
	const jv *body;	       /* NULL: none; written out before send returns */
	const char *body_text; /* instead of body: bytes as they are */
	bool once;	       /* not idempotent (POST): never sent twice once
				  it may have reached the server */
	bool fresh;	       /* on a new connection */
	bool raw;	       /* do not decode the answer (logs) */
	jv (*trim)(jv item);   /* each item of a list goes through it before
				  the next one is decoded, so that the whole
				  is never in memory; consumes it */
	long long timeout_ms;  /* in all, retries included; 0: the default,
				  --request-timeout or 60 s; -1: none */
	api_line_fn *line;     /* a stream: each line as it comes.  No retries;
				  done is called when it ends */
	api_done_fn *done;
	void *ctx;
};

/* Handle of a request under way, valid until its done was called. */
struct api_call;

/*
 * Queue a request; at most api_set_limit's number are in flight at a time, the
 * others wait in order (streams don't count).  done is called exactly once,
 * from api_run, never from here.
 */
struct api_call *api_send(struct api *api, const struct api_request *req);

/* End a request early: its done is not called any more. */
void api_cancel(struct api *api, struct api_call *call);

/* Requests in flight at most; default 32. */
void api_set_limit(struct api *api, int n);

/* Call fn once in ms milliseconds, from api_run. */
typedef void api_timer_fn(void *ctx);
struct api_timer;
struct api_timer *api_timer_start(
    struct api *api, long long ms, api_timer_fn *fn, void *ctx);
void api_timer_stop(struct api *api, struct api_timer *timer);

/*
 * Run until no request is left (timers alone don't keep it running), or until
 * api_stop was called from a callback.
 */
void api_run(struct api *api);
void api_stop(struct api *api);

/* From hold to release, timers alone keep api_run running. */
void api_hold(struct api *api);
void api_release(struct api *api);

/* Milliseconds on a clock that never jumps. */
long long api_now(void);

/*
 * Send one request and run the loop until its answer is there (other requests
 * go on meanwhile).  The answer is kept in *body (owned; invalid if none) and
 * the rest of the response is reported by the return value, the exit status;
 * message in err when it is not STATUS_OK; *http may be NULL.
 */
enum status api_ask(struct api *api, const struct api_request *req, jv *body,
    long *http, struct buf *err);

/* --- watching ----------------------------------------------------------- */

/*
 * One list and one watch of a collection, kept up by itself: bookmarks, a new
 * watch when the server closes one or it falls silent, a new list after 410 and
 * when watches are cut off before they bring anything.
 * event is called for each object of the first list ("ADDED"), once with
 * "SYNCED" and an invalid object when the list is whole, and for each change
 * ("ADDED", "MODIFIED", "DELETED").  After a list anew, objects that vanished
 * meanwhile come as "DELETED" with their last known state.  Nothing is told
 * twice: an object whose resourceVersion is the one told last is left out.
 * Where we may list but not watch, the collection is listed every API_POLL_MS,
 * and polled (or NULL) is called once with the server's words.
 * failed is called when the server says no for good (403, 404); the watch has
 * then ended.
 */
#define API_POLL_MS 2000LL
typedef void api_event_fn(void *ctx, const char *type, const jv *object);
typedef void api_failed_fn(void *ctx, const struct api_response *r);

struct api_watch_options {
	const struct kind *kind;
	const char *namespace;	    /* NULL or "": all */
	const char *label_selector; /* NULL: none */
	const char *field_selector; /* NULL: none */
	const char
	    *resource_version; /* start here without a list; NULL: list */
	jv (*trim)(jv object); /* drop what nobody looks at, before an object
				  is kept and told; consumes it.  NULL: all
				  is kept */
	jv (*keep)(jv object); /* of what was told, what is told again when it
				  vanishes in a gap: its namespace, name, uid
				  and resourceVersion at least; consumes it.
				  NULL: all */
	api_event_fn *event;
	api_failed_fn *polled, *failed;
	void *ctx;
};

struct api_watch;
struct api_watch *api_watch_start(
    struct api *api, const struct api_watch_options *options);
void api_watch_stop(struct api *api, struct api_watch *watch);

#endif
