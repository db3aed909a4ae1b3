/*
 * Credentials from a plugin (client.authentication.k8s.io/v1 and v1beta1): its
 * entry in the kubeconfig, and running it.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/kubeconfigimpl.h"
#include "base64.h"
#include "json.h"
#include "mem.h"
#include "sha256.h"

#define GROUP "client.authentication.k8s.io/"

extern char **environ;

/* --- the entry in the kubeconfig ---------------------------------------- */

static char *
copy_member(const jv *object, const char *key)
{
	const char *s = json_get_str(object, key);

	return mem_strdup(s ? s : "");
}

static void
take_args(struct kubeconfig_exec *e, const jv *entry)
{
	jv args = json_get(entry, "args");
	int i, n = json_len(&args);

	e->args = mem_zero((size_t)n + 2, sizeof(*e->args));
	e->args[0] = mem_strdup(e->command);
	for (i = 0; i < n; i++) {
		jv arg = json_at(&args, i);

		e->args[i + 1] =
		    mem_strdup(json_str(&arg) ? json_str(&arg) : "");
		jv_free(arg);
	}
	jv_free(args);
}

static void
take_env(struct kubeconfig_exec *e, const jv *entry)
{
	jv env = json_get(entry, "env");
	int i, n = json_len(&env);

	e->env = mem_zero((size_t)n + 1, sizeof(*e->env));
	for (i = 0; i < n; i++) {
		struct buf b = BUF_INIT;
		jv item = json_at(&env, i);
		const char *name = json_get_str(&item, "name");
		const char *value = json_get_str(&item, "value");

		buf_addf(&b, "%s=%s", name ? name : "", value ? value : "");
		e->env[i] = buf_detach(&b);
		jv_free(item);
	}
	jv_free(env);
}

static int
take_version(struct kubeconfig_exec *e, struct buf *err)
{
	if (strcmp(e->version, GROUP "v1") == 0 ||
	    strcmp(e->version, GROUP "v1beta1") == 0)
		return 0;
	buf_adds(err, "apiVersion: neither " GROUP "v1 nor v1beta1");
	return -1;
}

static int
take_mode(struct kubeconfig_exec *e, const jv *entry, struct buf *err)
{
	const char *mode = json_get_str(entry, "interactiveMode");

	e->mode = MODE_IF_AVAILABLE;
	if (!mode || !*mode || strcmp(mode, "IfAvailable") == 0)
		return 0;
	if (strcmp(mode, "Never") == 0) {
		e->mode = MODE_NEVER;
	} else if (strcmp(mode, "Always") == 0) {
		e->mode = MODE_ALWAYS;
	} else {
		buf_adds(
		    err, "interactiveMode: none of Never, IfAvailable, Always");
		return -1;
	}
	return 0;
}

/* The cluster as the plugin is told of it. */
static jv
describe_cluster(const struct kubeconfig *k, jv config)
{
	jv c = json_set_str(jv_object(), "server", k->server);
	struct buf data = BUF_INIT;

	if (k->tls_server_name)
		c = json_set_str(c, "tls-server-name", k->tls_server_name);
	if (k->insecure)
		c = json_set(c, "insecure-skip-tls-verify", jv_true());
	if (k->proxy_url)
		c = json_set_str(c, "proxy-url", k->proxy_url);
	if (k->ca.len) {
		base64_encode(&data, k->ca.s, k->ca.len);
		c = json_set_str(
		    c, "certificate-authority-data", buf_str(&data));
		buf_release(&data);
	}
	if (jv_is_valid(config))
		return json_set(c, "config", config);
	jv_free(config);
	return c;
}

static void
set_hash(struct kubeconfig_exec *e, const struct kubeconfig *k, const jv *entry)
{
	unsigned char digest[SHA256_BYTES];
	struct buf b = BUF_INIT;
	size_t i;

	buf_addf(&b, "%s\n%s\n", k->server, e->command);
	buf_add(&b, k->ca.s, k->ca.len);
	json_write(&b, entry, JSON_SORTED);
	sha256(b.s, b.len, digest);
	for (i = 0; i < sizeof(e->hash) / 2; i++)
		snprintf(e->hash + 2 * i, 3, "%02x", digest[i]);
	buf_release(&b);
}

int
kubeconfig_exec_new(struct kubeconfig *k, const jv *entry, const char *file,
    jv extension, struct buf *err)
{
	struct kubeconfig_exec *e = mem_zero(1, sizeof(*e));
	const char *command = json_get_str(entry, "command");
	struct buf why = BUF_INIT;

	k->exec = e;
	e->status = jv_invalid();
	e->cluster = jv_invalid();
	e->version = copy_member(entry, "apiVersion");
	e->hint = copy_member(entry, "installHint");
	e->command = kubeconfig_command(file, command ? command : "");
	take_args(e, entry);
	take_env(e, entry);
	if (!*e->command)
		buf_adds(&why, "command is missing");
	else if (!take_version(e, &why))
		take_mode(e, entry, &why);
	if (json_get_bool(entry, "provideClusterInfo", false))
		e->cluster = describe_cluster(k, extension);
	else
		jv_free(extension);
	set_hash(e, k, entry);
	if (!why.len)
		return 0;
	buf_addf(err, "%s: exec: %s", file, why.s);
	buf_release(&why);
	return -1;
}

static void
free_strings(char **v)
{
	size_t i;

	for (i = 0; v && v[i]; i++)
		free(v[i]);
	free(v);
}

void
kubeconfig_exec_free(struct kubeconfig_exec *e)
{
	free(e->version);
	free(e->command);
	free(e->hint);
	free_strings(e->args);
	free_strings(e->env);
	jv_free(e->cluster);
	jv_free(e->status);
	free(e);
}

/* --- running it --------------------------------------------------------- */

static char *
describe_run(const struct kubeconfig_exec *e, bool interactive)
{
	jv info = json_set_str(jv_object(), "kind", "ExecCredential");
	jv spec = json_set(
	    jv_object(), "interactive", interactive ? jv_true() : jv_false());
	struct buf b = BUF_INIT;

	if (jv_is_valid(e->cluster))
		spec = json_set(spec, "cluster", jv_copy(e->cluster));
	info = json_set_str(info, "apiVersion", e->version);
	info = json_set(info, "spec", spec);
	buf_adds(&b, "KUBERNETES_EXEC_INFO=");
	json_write(&b, &info, 0);
	jv_free(info);
	return buf_detach(&b);
}

static bool
names_same(const char *a, const char *b)
{
	size_t len = strcspn(a, "=");

	return strncmp(a, b, len) == 0 && b[len] == '=';
}

/* Our environment, what the entry sets instead, and info. */
static char **
make_env(const struct kubeconfig_exec *e, char *info)
{
	size_t n = 0, own = 0, i, j;
	char **env;

	while (environ[n])
		n++;
	while (e->env[own])
		own++;
	env = mem_zero(n + own + 2, sizeof(*env));
	for (i = j = 0; i < n; i++) {
		size_t o = 0;

		while (o < own && !names_same(e->env[o], environ[i]))
			o++;
		if (o == own && !names_same(info, environ[i]))
			env[j++] = environ[i];
	}
	for (i = 0; i < own; i++)
		env[j++] = e->env[i];
	env[j] = info;
	return env;
}

static int
spawn(const struct kubeconfig_exec *e, bool interactive, int out[2], pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	char *info = describe_run(e, interactive);
	char **env = make_env(e, info);
	int rc;

	posix_spawn_file_actions_init(&actions);
	if (!interactive)
		posix_spawn_file_actions_addopen(
		    &actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&actions, out[0]);
	posix_spawn_file_actions_addclose(&actions, out[1]);
	rc = posix_spawnp(pid, e->command, &actions, NULL, e->args, env);
	posix_spawn_file_actions_destroy(&actions);
	free(env);
	free(info);
	return rc;
}

static void
say_not_found(const struct kubeconfig_exec *e, struct buf *err)
{
	buf_addf(err, "not found%s%s", *e->hint ? ": " : "", e->hint);
}

static int
check_exit(const struct kubeconfig_exec *e, pid_t pid, struct buf *err)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		say_not_found(e, err); /* as shells say it */
	else if (WIFEXITED(status))
		buf_addf(err, "exited with status %d", WEXITSTATUS(status));
	else
		buf_addf(err, "ended by signal %d", WTERMSIG(status));
	return -1;
}

int
kubeconfig_exec_run(
    const struct kubeconfig_exec *e, struct buf *answer, struct buf *err)
{
	bool terminal = isatty(STDIN_FILENO);
	int out[2], rc;
	pid_t pid;

	if (e->mode == MODE_ALWAYS && !terminal) {
		buf_adds(err, "needs a terminal, and standard input is none");
		return -1;
	}
	if (pipe(out)) {
		buf_adds(err, strerror(errno));
		return -1;
	}
	rc = spawn(e, terminal && e->mode != MODE_NEVER, out, &pid);
	close(out[1]);
	if (rc) {
		close(out[0]);
		if (rc == ENOENT)
			say_not_found(e, err);
		else
			buf_adds(err, strerror(rc));
		return -1;
	}
	rc = buf_read_fd(answer, out[0], KUBECONFIG_MAX_ANSWER);
	if (rc)
		buf_addf(err, "its answer: %s", strerror(errno));
	close(out[0]);
	return check_exit(e, pid, err) || rc ? -1 : 0;
}
