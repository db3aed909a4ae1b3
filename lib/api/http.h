#ifndef POUNDLOCK_HTTP_H
#define POUNDLOCK_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "api/kubeconfig.h"
#include "buf.h"

/*
 * HTTP to one server through libcurl's multi interface: single attempts, side
 * by side on one HTTP/2 connection (or on a few, where the server or a proxy
 * speaks HTTP/1.1 only).  Nothing is tried again here, except what libcurl
 * knows never reached the server.  Certificates are taken from memory and
 * verified, unless the kubeconfig itself says otherwise.
 */

struct http;

/* As whom to act; borrowed. */
struct http_identity {
	const char *user; /* NULL: nobody else */
	const char *uid;
	const char *const *groups;
	size_t n_groups;
};

/*
 * config is borrowed and may change its certificate between two transfers.
 * NULL with a message in err: libcurl lacks what is needed.
 */
struct http *http_open(const struct kubeconfig *config,
    const struct http_identity *as, struct buf *err);
void http_close(struct http *http);

/* Why no whole answer came. */
enum http_failure {
	HTTP_ANSWERED,	/* it did */
	HTTP_UNREACHED, /* the request was surely not sent */
	HTTP_UNTRUSTED, /* a certificate was refused, theirs or ours */
	HTTP_BROKEN,	/* cut off; the server may have acted on it */
	HTTP_TIMEOUT,	/* out of time after it was sent */
	HTTP_LOCAL,	/* our own side can't: a bad address, a broken key */
};

struct http_request {
	const char *method;
	const char *path; /* behind the server's address */
	const char *accept;
	const char *content_type;
	const char *bearer; /* NULL: no token */
	const char *body;   /* NULL: none; must live as long as the transfer */
	size_t body_len;
	bool once; /* never send the body twice, not even on a new connection */
	bool fresh;	      /* on a new connection */
	bool stream;	      /* may stay silent, and lasts */
	long long timeout_ms; /* 0: none */
};

/* One attempt under way; got grows as bytes come, done is set at its end. */
struct http_transfer {
	void *ctx; /* the caller's */
	bool done;
	enum http_failure failure;
	long status; /* known as soon as bytes are in got; 0: none */
	long long retry_after_ms; /* what the server asks for; 0: nothing */
	bool reset; /* by the server, this stream alone, for a fault of its own
		     */
	struct buf got;
	char error[256]; /* the network's words, when there was a failure */
};

/* Never calls back; failures too are told through done. */
struct http_transfer *http_start(
    struct http *http, const struct http_request *request, void *ctx);

/* Call it done, out of time, whatever it is waiting for. */
void http_give_up(struct http_transfer *transfer);

/* Its connection shall take no new requests, and end with its last transfer. */
void http_distrust(struct http_transfer *transfer);

/* Drop a transfer, finished or not; its connection lives on. */
void http_end(struct http *http, struct http_transfer *transfer);

/* Move bytes without waiting. */
void http_perform(struct http *http);

/* Sleep until there is something to do, at most ms milliseconds. */
void http_poll(struct http *http, long long ms);

/* The next transfer that is done and was not told yet, or NULL. */
struct http_transfer *http_next_done(struct http *http);

#endif
