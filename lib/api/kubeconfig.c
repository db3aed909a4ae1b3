/*
 * Reading kubeconfig files as kubectl does, and the service account of a Pod.
 * Values of the files never show in a message, only the names of fields.
 */
#include "api/kubeconfig.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "api/kubeconfigimpl.h"
#include "json.h"
#include "mem.h"

#define IN_CLUSTER "/var/run/secrets/kubernetes.io/serviceaccount/"

/* --- the parts of a context --------------------------------------------- */

static int
take_cluster(struct kubeconfig *k, const struct kubeconfig_entry *e,
    const char *name, struct buf *err)
{
	const char *server = json_get_str(&e->value, "server");
	size_t len;

	if (!e->file) {
		buf_addf(err, "no kubeconfig has the cluster %s", name);
		return -1;
	}
	if (!server || (strncmp(server, "https://", 8) != 0 &&
			   strncmp(server, "http://", 7) != 0)) {
		buf_addf(err, "%s: cluster %s: server: not an http address",
		    e->file, name);
		return -1;
	}
	len = strlen(server);
	while (server[len - 1] == '/')
		len--;
	k->server = mem_strndup(server, len);
	k->tls_server_name = kubeconfig_member(e, "tls-server-name");
	k->proxy_url = kubeconfig_member(e, "proxy-url");
	k->insecure =
	    json_get_bool(&e->value, "insecure-skip-tls-verify", false);
	return kubeconfig_pem(e, "certificate-authority", &k->ca, err);
}

static void
take_groups(struct kubeconfig *k, const struct kubeconfig_entry *e)
{
	jv groups = json_get(&e->value, "as-groups");
	int i, n = json_len(&groups);

	k->as_groups = mem_zero((size_t)n, sizeof(*k->as_groups));
	for (i = 0; i < n; i++) {
		jv group = json_at(&groups, i);

		if (json_str(&group))
			k->as_groups[k->n_as_groups++] =
			    mem_strdup(json_str(&group));
		jv_free(group);
	}
	jv_free(groups);
}

static int
take_exec(struct kubeconfig *k, const struct kubeconfig_entry *user,
    const struct kubeconfig_entry *cluster, struct buf *err)
{
	jv exec = json_get(&user->value, "exec");
	jv extensions, found = jv_invalid();
	int i, rc = 0;

	if (!json_is(&exec, JV_KIND_OBJECT)) {
		jv_free(exec);
		return 0;
	}
	extensions = json_get(&cluster->value, "extensions");
	for (i = 0; i < json_len(&extensions); i++) {
		jv item = json_at(&extensions, i);
		const char *name = json_get_str(&item, "name");

		if (name &&
		    strcmp(name, "client.authentication.k8s.io/exec") == 0) {
			jv_free(found);
			found = json_get(&item, "extension");
		}
		jv_free(item);
	}
	jv_free(extensions);
	rc = kubeconfig_exec_new(k, &exec, user->file, found, err);
	jv_free(exec);
	return rc;
}

static int
take_user(struct kubeconfig *k, const struct kubeconfig_entry *e,
    const char *name, struct buf *err)
{
	char *path;

	if (!e->file) {
		buf_addf(err, "no kubeconfig has the user %s", name);
		return -1;
	}
	if (json_has(&e->value, "auth-provider")) {
		buf_addf(err,
		    "%s: user %s: auth-provider: no longer supported by "
		    "Kubernetes; use an exec plugin",
		    e->file, name);
		return -1;
	}
	k->token = kubeconfig_member(e, "token");
	path = kubeconfig_member(e, "tokenFile");
	if (path) {
		k->token_file = kubeconfig_resolve(e->file, path);
		free(path);
	}
	k->username = kubeconfig_member(e, "username");
	k->password = kubeconfig_member(e, "password");
	k->as = kubeconfig_member(e, "as");
	k->as_uid = kubeconfig_member(e, "as-uid");
	take_groups(k, e);
	if (kubeconfig_pem(e, "client-certificate", &k->cert, err) ||
	    kubeconfig_pem(e, "client-key", &k->key, err))
		return -1;
	if (!k->cert.len != !k->key.len) {
		buf_addf(err, "%s: user %s: client-%s is missing", e->file,
		    name, k->cert.len ? "key" : "certificate");
		return -1;
	}
	return 0;
}

static int
take_context(struct kubeconfig *k, const struct kubeconfig_files *files,
    const char *name, struct buf *err)
{
	struct kubeconfig_entry context =
	    kubeconfig_entry(files, "contexts", "context", name);
	struct kubeconfig_entry cluster = { jv_invalid(), NULL };
	struct kubeconfig_entry user = { jv_invalid(), NULL };
	const char *cluster_name, *user_name;
	int rc = -1;

	if (!context.file) {
		buf_addf(err, "no kubeconfig has the context %s", name);
		goto out;
	}
	cluster_name = json_get_str(&context.value, "cluster");
	if (!cluster_name || !*cluster_name) {
		buf_addf(err, "%s: context %s: cluster is missing",
		    context.file, name);
		goto out;
	}
	cluster = kubeconfig_entry(files, "clusters", "cluster", cluster_name);
	if (take_cluster(k, &cluster, cluster_name, err))
		goto out;
	k->namespace = kubeconfig_member(&context, "namespace");
	user_name = json_get_str(&context.value, "user");
	if (user_name && *user_name) {
		user = kubeconfig_entry(files, "users", "user", user_name);
		if (take_user(k, &user, user_name, err) ||
		    take_exec(k, &user, &cluster, err))
			goto out;
	}
	rc = 0;
out:
	jv_free(context.value);
	jv_free(cluster.value);
	jv_free(user.value);
	return rc;
}

/* --- within a Pod ------------------------------------------------------- */

static int
load_in_cluster(struct kubeconfig *k, struct buf *err)
{
	const char *host = getenv("KUBERNETES_SERVICE_HOST");
	const char *port = getenv("KUBERNETES_SERVICE_PORT");
	struct buf b = BUF_INIT;

	if (!host || !*host || !port || !*port) {
		buf_adds(err, "no kubeconfig: there is none at --kubeconfig, "
			      "KUBECONFIG or ~/.kube/config");
		return -1;
	}
	buf_addf(&b, strchr(host, ':') ? "https://[%s]:%s" : "https://%s:%s",
	    host, port);
	k->server = buf_detach(&b);
	if (buf_read_file(&k->ca, IN_CLUSTER "ca.crt", KUBECONFIG_MAX_FILE)) {
		buf_addf(err, "%s: %s", IN_CLUSTER "ca.crt", strerror(errno));
		return -1;
	}
	if (buf_read_file(&b, IN_CLUSTER "namespace", KUBECONFIG_MAX_FILE) == 0)
		k->namespace = buf_detach(&b);
	buf_release(&b);
	k->token_file = mem_strdup(IN_CLUSTER "token");
	return 0;
}

/* --- loading ------------------------------------------------------------ */

static const char *
current_context(const struct kubeconfig_files *files)
{
	const char *name = NULL;
	size_t i;

	for (i = 0; i < files->n && (!name || !*name); i++)
		name = json_get_str(&files->v[i].value, "current-context");
	return name && *name ? name : NULL;
}

int
kubeconfig_load(struct kubeconfig *k, const char *file, const char *context,
    struct buf *err)
{
	struct kubeconfig_files files = { NULL, 0, 0 };
	int rc = -1;

	memset(k, 0, sizeof(*k));
	if (kubeconfig_files_read(&files, file, err))
		goto out;
	if (!context || !*context)
		context = current_context(&files);
	if (context)
		rc = take_context(k, &files, context, err);
	else if (!files.n)
		rc = load_in_cluster(k, err);
	else
		buf_addf(err,
		    "%s: current-context is not set; --context NAME "
		    "chooses one",
		    files.v[0].name);
	if (!rc && !k->namespace)
		k->namespace = mem_strdup("");
out:
	kubeconfig_files_release(&files);
	if (rc)
		kubeconfig_release(k);
	return rc;
}

/* Keys and tokens don't stay in freed memory. */
static void
wipe(struct buf *b)
{
	if (b->s)
		OPENSSL_cleanse(b->s, b->len);
	buf_release(b);
}

static void
wipe_str(char *s)
{
	if (s)
		OPENSSL_cleanse(s, strlen(s));
	free(s);
}

void
kubeconfig_release(struct kubeconfig *k)
{
	size_t i;

	for (i = 0; i < k->n_as_groups; i++)
		free(k->as_groups[i]);
	free(k->as_groups);
	free(k->server);
	free(k->tls_server_name);
	free(k->proxy_url);
	free(k->namespace);
	buf_release(&k->ca);
	buf_release(&k->cert);
	wipe(&k->key);
	free(k->token_file);
	wipe_str(k->token);
	free(k->username);
	wipe_str(k->password);
	free(k->as);
	free(k->as_uid);
	if (k->exec)
		kubeconfig_exec_free(k->exec);
	memset(k, 0, sizeof(*k));
}

/* --- tokens ------------------------------------------------------------- */

/* The file is small and local: reading it costs less than being wrong. */
static int
read_token(const char *file, struct buf *out, struct buf *err)
{
	size_t start = out->len;

	if (buf_read_file(out, file, KUBECONFIG_MAX_FILE)) {
		buf_addf(err, "%s: %s", file, strerror(errno));
		return -1;
	}
	while (out->len > start && strchr("\r\n\t ", out->s[out->len - 1]))
		buf_truncate(out, out->len - 1);
	if (out->len == start) {
		buf_addf(err, "%s: holds no token", file);
		return -1;
	}
	return 0;
}

int
kubeconfig_token(
    struct kubeconfig *k, bool fresh, struct buf *out, struct buf *err)
{
	if (k->token_file)
		return read_token(k->token_file, out, err);
	if (k->token)
		buf_adds(out, k->token);
	else if (k->exec)
		return kubeconfig_exec_token(k, fresh, out, err);
	return 0;
}
