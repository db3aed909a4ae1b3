/*
 * One libcurl multi handle.  Easy handles are kept and used again, so that a
 * thousand requests set their TLS options a few times only.
 *
 * PIPEWAIT makes libcurl queue requests for the one connection.  Beyond the
 * streams that the server admits it would open a connection for each of them,
 * hence the limit of connections.
 */
#include "api/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "api/httpimpl.h"
#include "mem.h"
#include "msg.h"

#define HTTP1_CONNECTIONS 8L
#define HTTP2_CONNECTIONS 2L

/* --- opening ------------------------------------------------------------ */

static void
add_common_headers(struct http *http, const struct http_identity *as)
{
	struct buf agent = BUF_INIT;
	size_t i;

	buf_addf(&agent, "poundlock/%s (%s)", VERSION, msg_prog());
	http_add_header(&http->common, "User-Agent", agent.s, agent.len);
	buf_release(&agent);
	if (as->user)
		http_add_header(&http->common, "Impersonate-User", as->user,
		    strlen(as->user));
	if (as->uid)
		http_add_header(
		    &http->common, "Impersonate-Uid", as->uid, strlen(as->uid));
	for (i = 0; i < as->n_groups; i++)
		http_add_header(&http->common, "Impersonate-Group",
		    as->groups[i], strlen(as->groups[i]));
}

/* The host and port of an address, and what stands behind them. */
static const char *
split_address(const char *server, const char **host, size_t *host_len)
{
	const char *p = strstr(server, "://");
	const char *slash, *end;

	p = p ? p + 3 : server;
	slash = strchr(p, '/');
	end = slash ? slash : p + strlen(p);
	*host = p;
	*host_len = (size_t)(end - p);
	return end;
}

static const char *
port_of(const char *host, size_t len, size_t *host_len)
{
	const char *bracket = memchr(host, ']', len);
	const char *p = bracket ? bracket : host;
	const char *colon = memchr(p, ':', len - (size_t)(p - host));

	*host_len = colon ? (size_t)(colon - host) : len;
	return colon ? colon + 1 : NULL;
}

/*
 * With tls-server-name, the address names what the certificate must, and the
 * connection goes to the real host.
 */
static void
set_address(struct http *http, const char *server)
{
	const char *name = http->config->tls_server_name;
	const char *host, *port, *rest;
	size_t len, host_len;
	struct buf to = BUF_INIT;
	int port_len;

	rest = split_address(server, &host, &len);
	port = port_of(host, len, &host_len);
	http->plain = strncmp(server, "http://", 7) == 0;
	http->loopback = (host_len == 9 && !memcmp(host, "localhost", 9)) ||
			 (host_len > 4 && !memcmp(host, "127.", 4)) ||
			 (host_len == 5 && !memcmp(host, "[::1]", 5));
	if (!name || http->plain) {
		buf_adds(&http->base, server);
		return;
	}
	port_len = port ? (int)(len - host_len - 1) : 3;
	if (!port)
		port = "443";
	buf_addf(&http->base, "https://%s:%.*s%s", name, port_len, port, rest);
	buf_addf(&to, "%s:%.*s:%.*s:%.*s", name, port_len, port, (int)host_len,
	    host, port_len, port);
	http->connect_to = curl_slist_append(NULL, to.s);
	buf_release(&to);
	http_add_header(&http->common, "Host", host, len);
}

/*
 * A stream may hold a connection for itself: under HTTP/1.1 always, under
 * HTTP/2 when the server has given that connection up (GOAWAY), which then
 * takes no other request but lasts as long as the stream.
 */
static void
set_connections(struct http *http)
{
	long n = http->streams +
		 (http->http1 ? HTTP1_CONNECTIONS : HTTP2_CONNECTIONS);

	if (n == http->connections)
		return;
	http->connections = n;
	curl_multi_setopt(http->multi, CURLMOPT_MAX_HOST_CONNECTIONS, n);
}

static bool
libcurl_will_do(struct buf *err)
{
	const curl_version_info_data *v;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		buf_adds(err, "libcurl can't be initialised");
		return false;
	}
	v = curl_version_info(CURLVERSION_NOW);
	if (!v->ssl_version || strncmp(v->ssl_version, "OpenSSL", 7) != 0) {
		buf_addf(err, "libcurl %s is built with %s, not with OpenSSL",
		    v->version, v->ssl_version ? v->ssl_version : "no TLS");
		return false;
	}
	if (!(v->features & CURL_VERSION_HTTP2)) {
		buf_addf(err, "libcurl %s is built without HTTP/2", v->version);
		return false;
	}
	return true;
}

struct http *
http_open(const struct kubeconfig *config, const struct http_identity *as,
    struct buf *err)
{
	struct http *http;

	if (!libcurl_will_do(err))
		return NULL;
	http = mem_zero(1, sizeof(*http));
	http->config = config;
	http->multi = curl_multi_init();
	if (!http->multi)
		die(STATUS_FAILED, "out of memory");
	set_address(http, config->server);
	add_common_headers(http, as);
	set_connections(http);
	return http;
}

void
http_close(struct http *http)
{
	struct handle *h;

	while ((h = http->pool)) {
		http->pool = h->next;
		curl_easy_cleanup(h->easy);
		free(h);
	}
	curl_multi_cleanup(http->multi);
	curl_slist_free_all(http->connect_to);
	curl_slist_free_all(http->common);
	buf_release(&http->base);
	free(http);
	curl_global_cleanup();
}

/* --- transfers ---------------------------------------------------------- */

static struct handle *
take_handle(struct http *http)
{
	struct handle *h = http->pool;

	if (h) {
		http->pool = h->next;
		curl_easy_reset(h->easy);
		h->moved = &http->moved;
		return h;
	}
	h = mem_zero(1, sizeof(*h));
	h->moved = &http->moved;
	h->easy = curl_easy_init();
	if (!h->easy)
		die(STATUS_FAILED, "out of memory");
	return h;
}

static enum http_failure
classify(const struct handle *h, CURLcode rc)
{
	curl_off_t sent = 0;

	switch (rc) {
	case CURLE_OK:
		return HTTP_ANSWERED;
	case CURLE_COULDNT_RESOLVE_PROXY:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
	case CURLE_PROXY:
		return HTTP_UNREACHED;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_CERTPROBLEM:
		return HTTP_UNTRUSTED;
	case CURLE_OPERATION_TIMEDOUT:
		curl_easy_getinfo(h->easy, CURLINFO_PRETRANSFER_TIME_T, &sent);
		return sent ? HTTP_TIMEOUT : HTTP_UNREACHED;
	case CURLE_SSL_CONNECT_ERROR:
		return strstr(h->error, "alert") ? HTTP_UNTRUSTED
						 : HTTP_UNREACHED;
	case CURLE_RECV_ERROR:
		return strstr(h->error, "alert") ? HTTP_UNTRUSTED : HTTP_BROKEN;
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
	case CURLE_PARTIAL_FILE:
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_SEND_FAIL_REWIND:
	case CURLE_BAD_CONTENT_ENCODING:
	case CURLE_WEIRD_SERVER_REPLY:
		return HTTP_BROKEN;
	default:
		return HTTP_LOCAL;
	}
}

/* A handle that failed before it could start is told like any other. */
static void
finish(struct http *http, struct handle *h, CURLcode rc)
{
	const char *words = h->error[0] ? h->error : curl_easy_strerror(rc);
	curl_off_t seconds = 0;
	long version = 0;

	h->t.done = true;
	h->t.failure = classify(h, rc);
	/* A connection that is cut has the same code, but other words. */
	h->t.reset = rc == CURLE_HTTP2_STREAM &&
		     strstr(h->error, "INTERNAL_ERROR") != NULL;
	if (rc != CURLE_OK)
		snprintf(h->t.error, sizeof(h->t.error), "%s", words);
	curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &h->t.status);
	curl_easy_getinfo(h->easy, CURLINFO_RETRY_AFTER, &seconds);
	h->t.retry_after_ms = seconds * 1000;
	curl_easy_getinfo(h->easy, CURLINFO_HTTP_VERSION, &version);
	if (rc == CURLE_OK && version) {
		http->http1 = version < CURL_HTTP_VERSION_2_0;
		set_connections(http);
	}
}

struct http_transfer *
http_start(struct http *http, const struct http_request *r, void *ctx)
{
	struct handle *h = take_handle(http);

	h->t.ctx = ctx;
	h->stream = r->stream;
	if (h->stream)
		http->streams++;
	set_connections(http);
	h->failed = http_set_options(http, h, r);
	if (h->failed != CURLE_OK) {
		h->next = http->failed;
		http->failed = h;
		return &h->t;
	}
	if (curl_multi_add_handle(http->multi, h->easy) != CURLM_OK)
		die(STATUS_FAILED, "out of memory");
	h->added = true;
	return &h->t;
}

static void
forget_failed(struct http *http, const struct handle *h)
{
	struct handle **p;

	for (p = &http->failed; *p; p = &(*p)->next)
		if (*p == h) {
			*p = h->next;
			return;
		}
}

void
http_end(struct http *http, struct http_transfer *t)
{
	struct handle *h = (struct handle *)t;
	CURL *easy = h->easy;

	if (h->added)
		curl_multi_remove_handle(http->multi, easy);
	else
		forget_failed(http, h);
	if (h->stream) {
		http->streams--;
		set_connections(http);
	}
	curl_slist_free_all(h->headers);
	buf_release(&h->t.got);
	memset(h, 0, sizeof(*h));
	h->easy = easy;
	h->next = http->pool;
	http->pool = h;
}

void
http_distrust(struct http_transfer *t)
{
	struct handle *h = (struct handle *)t;

	curl_easy_setopt(h->easy, CURLOPT_FORBID_REUSE, 1L);
}

void
http_give_up(struct http_transfer *t)
{
	t->done = true;
	t->failure = HTTP_TIMEOUT;
	snprintf(t->error, sizeof(t->error), "no answer in time");
}

void
http_perform(struct http *http)
{
	curl_multi_perform(http->multi, &http->running);
}

void
http_poll(struct http *http, long long ms)
{
	int running = http->running;

	if (http->failed)
		return;
	/*
	 * One stream may have read what belongs to another from the socket;
	 * libcurl 7.88 keeps that in memory and would sleep over it.
	 */
	http->moved = false;
	curl_multi_perform(http->multi, &http->running);
	if (http->moved || http->running != running)
		return;
	curl_multi_poll(http->multi, NULL, 0, (int)ms, NULL);
}

struct http_transfer *
http_next_done(struct http *http)
{
	struct handle *h = http->failed;
	CURLMsg *m;
	int left;

	if (h) {
		http->failed = h->next;
		finish(http, h, h->failed);
		return &h->t;
	}
	while ((m = curl_multi_info_read(http->multi, &left))) {
		/* The message dies with the handle's removal. */
		CURL *easy = m->easy_handle;
		CURLcode rc = m->data.result;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&h);
		finish(http, h, rc);
		return &h->t;
	}
	return NULL;
}
