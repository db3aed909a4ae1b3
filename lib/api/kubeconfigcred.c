/*
 * What a plugin answered: an ExecCredential with a token or a certificate, good
 * until it expires.  Processes of one run share it in a file that only the user
 * can read; whoever comes first runs the plugin, the others wait for it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "api/kubeconfigimpl.h"
#include "json.h"
#include "timestamp.h"

/* A credential that is about to expire is none. */
#define EARLY_MS 10000

/* --- its answer --------------------------------------------------------- */

/* The status of an ExecCredential; invalid after a message. */
static jv
read_answer(
    const struct kubeconfig_exec *e, const struct buf *answer, struct buf *err)
{
	struct buf why = BUF_INIT;
	jv v = json_parse(buf_str(answer), answer->len, &why);
	const char *kind = json_get_str(&v, "kind");
	const char *version = json_get_str(&v, "apiVersion");
	jv status = json_get(&v, "status");

	if (!jv_is_valid(v))
		buf_addf(err, "its answer: %s", buf_str(&why));
	else if (!kind || strcmp(kind, "ExecCredential") != 0)
		buf_adds(err, "its answer: not an ExecCredential");
	else if (!version || strcmp(version, e->version) != 0)
		buf_addf(err, "its answer: apiVersion is not %s", e->version);
	else if (!json_get_str(&status, "token") &&
		 !json_get_str(&status, "clientCertificateData"))
		buf_adds(err, "its answer: no token and no certificate");
	buf_release(&why);
	jv_free(v);
	if (!err->len)
		return status;
	jv_free(status);
	return jv_invalid();
}

/* When a credential expires, in ms since the epoch; 0: never. */
static long long
expiry(const jv *status)
{
	long long ms = 0;

	timestamp_parse(json_get_str(status, "expirationTimestamp"), &ms);
	return ms;
}

static bool
is_expired(long long expires)
{
	return expires && (long long)time(NULL) * 1000 >= expires - EARLY_MS;
}

static bool
set_pem(struct buf *pem, const jv *status, const char *key)
{
	const char *s = json_get_str(status, key);

	if (!s || strcmp(s, buf_str(pem)) == 0)
		return s != NULL;
	buf_clear(pem);
	buf_adds(pem, s);
	return true;
}

/* Use a credential from now on; consumes it. */
static int
use(struct kubeconfig *k, jv status, struct buf *err)
{
	struct kubeconfig_exec *e = k->exec;

	if (set_pem(&k->cert, &status, "clientCertificateData") &&
	    !set_pem(&k->key, &status, "clientKeyData")) {
		buf_adds(err, "its answer: a certificate without its key");
		jv_free(status);
		return -1;
	}
	e->expires = expiry(&status);
	jv_free(e->status);
	e->status = status;
	e->have = true;
	k->credentials++;
	return 0;
}

/* --- sharing it --------------------------------------------------------- */

/* Open and lock the run's file for it, -1 where there is none. */
static int
open_shared(const struct kubeconfig_exec *e)
{
	const char *dir = getenv("POUNDLOCK_RUN_DIR");
	struct buf path = BUF_INIT;
	int fd;

	if (!dir || !*dir)
		return -1;
	buf_addf(&path, "%s/credential-%s", dir, e->hash);
	fd = open(path.s, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	buf_release(&path);
	while (fd >= 0 && flock(fd, LOCK_EX) && errno == EINTR)
		;
	return fd;
}

/* What another process left there, if it is still good and not what the
 * server has just refused. */
static jv
read_shared(const struct kubeconfig_exec *e, int fd, bool fresh)
{
	struct buf text = BUF_INIT, err = BUF_INIT;
	jv status = jv_invalid();

	if (fd >= 0 && buf_read_fd(&text, fd, KUBECONFIG_MAX_ANSWER) == 0 &&
	    text.len)
		status = json_parse(text.s, text.len, &err);
	if (is_expired(expiry(&status)) ||
	    (fresh && (!e->have || json_equal(&status, &e->status)))) {
		jv_free(status);
		status = jv_invalid();
	}
	if (text.s)
		OPENSSL_cleanse(text.s, text.len);
	buf_release(&text);
	buf_release(&err);
	return status;
}

/* Failing to share is no failure: the others run the plugin themselves. */
static void
write_shared(int fd, const jv *status)
{
	struct buf text = BUF_INIT;

	if (fd < 0)
		return;
	json_write(&text, status, 0);
	if (ftruncate(fd, 0) == 0 &&
	    pwrite(fd, text.s, text.len, 0) != (ssize_t)text.len)
		(void)!ftruncate(fd, 0);
	OPENSSL_cleanse(text.s, text.len);
	buf_release(&text);
}

static int
renew(struct kubeconfig *k, bool fresh, struct buf *err)
{
	struct kubeconfig_exec *e = k->exec;
	struct buf answer = BUF_INIT, why = BUF_INIT;
	int fd = open_shared(e), rc = -1;
	jv status = read_shared(e, fd, fresh);

	if (!json_is(&status, JV_KIND_OBJECT) &&
	    !kubeconfig_exec_run(e, &answer, &why)) {
		jv_free(status);
		status = read_answer(e, &answer, &why);
		if (jv_is_valid(status))
			write_shared(fd, &status);
	}
	if (jv_is_valid(status))
		rc = use(k, status, &why);
	else
		jv_free(status);
	if (fd >= 0)
		close(fd);
	if (rc)
		buf_addf(err, "exec plugin %s: %s", e->command, buf_str(&why));
	if (answer.s)
		OPENSSL_cleanse(answer.s, answer.len);
	buf_release(&answer);
	buf_release(&why);
	return rc;
}

int
kubeconfig_exec_token(
    struct kubeconfig *k, bool fresh, struct buf *out, struct buf *err)
{
	const struct kubeconfig_exec *e = k->exec;
	const char *token;

	if ((fresh || !e->have || is_expired(e->expires)) &&
	    renew(k, fresh, err))
		return -1;
	token = json_get_str(&e->status, "token");
	if (token)
		buf_adds(out, token);
	return 0;
}
