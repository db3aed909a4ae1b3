/* Running a program; see command.h. */
#include "kustomize/command.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mem.h"

#define MAX_COMPLAINT 16384 /* bytes of standard error that are kept */

extern char **environ;

static bool
is_set(const char *const *env, const char *variable)
{
	size_t n = strcspn(variable, "=");

	for (; *env; env++)
		if (strncmp(*env, variable, n + 1) == 0)
			return true;
	return false;
}

static char **
environment(const char *const *env)
{
	size_t n = 0, own = 0, i;
	char **all;

	while (environ[n])
		n++;
	while (env[own])
		own++;
	all = mem_zero(n + own + 1, sizeof(*all));
	for (i = n = 0; environ[i]; i++)
		if (!is_set(env, environ[i]))
			all[n++] = environ[i];
	for (i = 0; i < own; i++)
		all[n++] = (char *)env[i];
	return all;
}

static int
spawn(pid_t *pid, char *const *argv, const char *const *env, int out[2],
    int complaint)
{
	posix_spawn_file_actions_t actions;
	char **all = environment(env);
	int rc;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(
	    &actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, complaint, STDERR_FILENO);
	posix_spawn_file_actions_addclose(&actions, out[0]);
	posix_spawn_file_actions_addclose(&actions, out[1]);
	posix_spawn_file_actions_addclose(&actions, complaint);
	rc = posix_spawnp(pid, argv[0], &actions, NULL, argv, all);
	posix_spawn_file_actions_destroy(&actions);
	free(all);
	return rc;
}

/* What it complained of, its lines one behind the other. */
static void
add_complaint(struct buf *err, FILE *complaint)
{
	char text[MAX_COMPLAINT + 1];
	const char *s = text;

	rewind(complaint);
	text[fread(text, 1, MAX_COMPLAINT, complaint)] = '\0';
	while (*s) {
		size_t n = strcspn(s, "\r\n");

		if (n)
			buf_addf(err, ": %.*s", (int)n, s);
		s += n + strspn(s + n, "\r\n");
	}
}

static int
wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 0; /* somebody has us ignore SIGCHLD */
	return status;
}

/* Take the output of what runs, and see how it ends. */
static int
collect(pid_t pid, int fd, size_t max, const char *name, struct buf *out,
    struct buf *err)
{
	int rc = buf_read_fd(out, fd, max), status;

	if (rc)
		buf_addf(err, "%s: its output: %s", name, strerror(errno));
	close(fd); /* what writes on is ended by that */
	status = wait_for(pid);
	if (rc == 0 && WIFSIGNALED(status))
		buf_addf(err, "%s: ended by signal %d", name, WTERMSIG(status));
	else if (rc == 0 && status)
		buf_addf(err, "%s: exited with status %d", name,
		    WEXITSTATUS(status));
	return rc || status ? -1 : 0;
}

int
command_run(char *const *argv, const char *const *env, struct buf *out,
    size_t max, struct buf *err)
{
	FILE *complaint = tmpfile();
	int fd[2], rc;
	pid_t pid;

	if (!complaint || pipe(fd)) {
		buf_addf(err, "%s: %s", argv[0], strerror(errno));
		if (complaint)
			fclose(complaint);
		return -1;
	}
	rc = spawn(&pid, argv, env, fd, fileno(complaint));
	close(fd[1]);
	if (rc) {
		buf_addf(err, "%s: %s", argv[0],
		    rc == ENOENT ? "not found" : strerror(rc));
		close(fd[0]);
	} else {
		rc = collect(pid, fd[0], max, argv[0], out, err);
		if (rc)
			add_complaint(err, complaint);
	}
	fclose(complaint);
	return rc ? -1 : 0;
}
