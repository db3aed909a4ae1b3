/*
 * The options of one easy handle: where to, as whom, verified by what, and
 * which bytes.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include <curl/curl.h>

#include "api/httpimpl.h"
#include "json.h"
#include "msg.h"

#define CONNECT_TIMEOUT_MS 10000L
/* A dead peer is noticed after about this long, even when we are silent. */
#define PEER_TIMEOUT_MS 30000U
/* A read that gets no byte for so long is broken; a write may be waiting. */
#define STALL_S 30L
void
http_add_header(
    struct curl_slist **list, const char *name, const char *value, size_t len)
{
	struct buf b = BUF_INIT;
	struct curl_slist *grown;

	buf_addf(&b, "%s: %.*s", name, (int)len, value);
	grown = curl_slist_append(*list, b.s);
	if (!grown)
		die(STATUS_FAILED, "out of memory");
	*list = grown;
	buf_release(&b);
}

static size_t
take_bytes(char *data, size_t size, size_t n, void *ctx)
{
	struct handle *h = ctx;

	n *= size;
	if (h->t.got.len + n > JSON_MAX_TEXT)
		return 0;
	if (!h->t.status)
		curl_easy_getinfo(
		    h->easy, CURLINFO_RESPONSE_CODE, &h->t.status);
	buf_add(&h->t.got, data, n);
	*h->moved = true;
	return n;
}

static size_t
give_bytes(char *out, size_t size, size_t n, void *ctx)
{
	struct handle *h = ctx;

	n *= size;
	if (n > h->body_left)
		n = h->body_left;
	memcpy(out, h->body, n);
	h->body += n;
	h->body_left -= n;
	h->body_begun = true;
	return n;
}

/* libcurl rewinds when it would send on a new connection what may have been
 * read from the old one. */
static int
rewind_bytes(void *ctx, curl_off_t offset, int origin)
{
	struct handle *h = ctx;

	(void)offset;
	(void)origin;
	return h->body_begun ? CURL_SEEKFUNC_FAIL : CURL_SEEKFUNC_OK;
}

/* Without this a peer that vanished is noticed after a quarter of an hour. */
static int
tune_socket(void *ctx, curl_socket_t fd, curlsocktype purpose)
{
	unsigned ms = PEER_TIMEOUT_MS;

	(void)ctx;
	(void)purpose;
#ifdef TCP_USER_TIMEOUT
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof(ms));
#else
	(void)fd;
	(void)ms;
#endif
	return CURL_SOCKOPT_OK;
}

static CURLcode
set_blob(CURL *easy, CURLoption option, const struct buf *pem)
{
	struct curl_blob blob = { pem->s, pem->len, CURL_BLOB_COPY };

	return pem->len ? curl_easy_setopt(easy, option, &blob) : CURLE_OK;
}

/* What verifies them and us; any refusal ends the attempt. */
static CURLcode
set_tls(CURL *easy, const struct kubeconfig *k)
{
	long verify = k->insecure ? 0L : 1L;
	CURLcode rc = set_blob(easy, CURLOPT_CAINFO_BLOB, &k->ca);

	/* A blob replaces the file of CAs, but not the directory. */
	if (rc == CURLE_OK && k->ca.len)
		rc = curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, verify);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2 * verify);
	if (rc == CURLE_OK)
		rc = curl_easy_setopt(
		    easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (rc == CURLE_OK)
		rc = set_blob(easy, CURLOPT_SSLCERT_BLOB, &k->cert);
	if (rc == CURLE_OK)
		rc = set_blob(easy, CURLOPT_SSLKEY_BLOB, &k->key);
	return rc;
}

static void
set_network(const struct http *http, CURL *easy)
{
	const struct kubeconfig *k = http->config;

	curl_easy_setopt(
	    easy, CURLOPT_PROTOCOLS_STR, http->plain ? "http" : "https");
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
	    (long)(http->plain ? CURL_HTTP_VERSION_1_1
			       : CURL_HTTP_VERSION_2TLS));
	/* What ".." in a path means is not for us to say. */
	curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_TIMEOUT_MS);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, 15L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, 15L);
	curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, tune_socket);
	if (http->connect_to)
		curl_easy_setopt(easy, CURLOPT_CONNECT_TO, http->connect_to);
	/* As Go does: a proxy of the environment is not for this machine. */
	if (k->proxy_url)
		curl_easy_setopt(easy, CURLOPT_PROXY, k->proxy_url);
	else if (http->loopback)
		curl_easy_setopt(easy, CURLOPT_PROXY, "");
	/* Compressing costs more than it saves where there is no network. */
	if (!http->loopback)
		curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
}

static void
set_auth(const struct kubeconfig *k, CURL *easy, const char *bearer)
{
	if (bearer) {
		curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, bearer);
		curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
	} else if (k->username) {
		curl_easy_setopt(easy, CURLOPT_USERNAME, k->username);
		curl_easy_setopt(
		    easy, CURLOPT_PASSWORD, k->password ? k->password : "");
		curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
	}
}

static void
set_body(struct handle *h, const struct http_request *r)
{
	if (strcmp(r->method, "GET") != 0)
		curl_easy_setopt(h->easy, CURLOPT_CUSTOMREQUEST, r->method);
	if (!r->body)
		return;
	curl_easy_setopt(h->easy, CURLOPT_POST, 1L);
	curl_easy_setopt(
	    h->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body_len);
	if (!r->once) {
		curl_easy_setopt(h->easy, CURLOPT_POSTFIELDS, r->body);
		return;
	}
	h->body = r->body;
	h->body_left = r->body_len;
	curl_easy_setopt(h->easy, CURLOPT_READFUNCTION, give_bytes);
	curl_easy_setopt(h->easy, CURLOPT_READDATA, h);
	curl_easy_setopt(h->easy, CURLOPT_SEEKFUNCTION, rewind_bytes);
	curl_easy_setopt(h->easy, CURLOPT_SEEKDATA, h);
}

static void
set_headers(
    const struct http *http, struct handle *h, const struct http_request *r)
{
	const struct curl_slist *p;

	for (p = http->common; p; p = p->next)
		h->headers = curl_slist_append(h->headers, p->data);
	http_add_header(&h->headers, "Accept", r->accept, strlen(r->accept));
	if (r->body) {
		http_add_header(&h->headers, "Content-Type", r->content_type,
		    strlen(r->content_type));
		h->headers = curl_slist_append(h->headers, "Expect:");
	}
	if (!h->headers)
		die(STATUS_FAILED, "out of memory");
	curl_easy_setopt(h->easy, CURLOPT_HTTPHEADER, h->headers);
}

CURLcode
http_set_options(
    const struct http *http, struct handle *h, const struct http_request *r)
{
	struct buf url = BUF_INIT;

	buf_addf(&url, "%s%s", http->base.s, r->path);
	curl_easy_setopt(h->easy, CURLOPT_URL, url.s);
	buf_release(&url);
	curl_easy_setopt(h->easy, CURLOPT_PRIVATE, h);
	curl_easy_setopt(h->easy, CURLOPT_ERRORBUFFER, h->error);
	curl_easy_setopt(h->easy, CURLOPT_WRITEFUNCTION, take_bytes);
	curl_easy_setopt(h->easy, CURLOPT_WRITEDATA, h);
	set_network(http, h->easy);
	curl_easy_setopt(h->easy, CURLOPT_FRESH_CONNECT, (long)r->fresh);
	set_auth(http->config, h->easy, r->bearer);
	set_body(h, r);
	set_headers(http, h, r);
	if (r->timeout_ms)
		curl_easy_setopt(
		    h->easy, CURLOPT_TIMEOUT_MS, (long)r->timeout_ms);
	if (!r->stream && strcmp(r->method, "GET") == 0) {
		curl_easy_setopt(h->easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
		curl_easy_setopt(h->easy, CURLOPT_LOW_SPEED_TIME, STALL_S);
	}
	return http->plain ? CURLE_OK : set_tls(h->easy, http->config);
}
