#ifndef POUNDLOCK_HTTPIMPL_H
#define POUNDLOCK_HTTPIMPL_H

#include <curl/curl.h>

#include "api/http.h"

/* What http.c and httphandle.c share; nobody else includes it. */

struct handle {
	struct http_transfer t; /* first: a handle is its transfer */
	CURL *easy;
	bool *moved; /* of its http */
	struct curl_slist *headers;
	const char *body; /* what is left of a body that is sent once */
	size_t body_left;
	bool body_begun, stream, added;
	CURLcode failed;
	char error[CURL_ERROR_SIZE];
	struct handle *next; /* in pool or failed */
};

struct http {
	CURLM *multi;
	const struct kubeconfig *config;
	struct buf base;	       /* https://HOST:PORT/PREFIX */
	struct curl_slist *connect_to; /* for tls-server-name */
	struct curl_slist *common;     /* headers of every request */
	bool plain, loopback;
	bool http1; /* the server answered with HTTP/1.1 */
	bool moved; /* a transfer got bytes since this was cleared */
	int running;
	long streams, connections;
	struct handle *pool;   /* to be used again */
	struct handle *failed; /* before they could start; not told yet */
};

/* Append "NAME: VALUE" to a list. */
void http_add_header(
    struct curl_slist **list, const char *name, const char *value, size_t len);

/*
 * Set all options of a fresh handle.  Returns an error of libcurl's for what
 * the server or we are verified by; nothing may be sent then.
 */
CURLcode http_set_options(
    const struct http *http, struct handle *h, const struct http_request *r);

#endif
