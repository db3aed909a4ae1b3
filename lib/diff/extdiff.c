/*
 * kubectl's way to show a diff.  Files have names that kubectl gives them:
 * GROUP.VERSION.KIND.NAMESPACE.NAME.
 */
#include "diff/extdiff.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fields/compare.h"
#include "json.h"
#include "manifest/manifest.h"
#include "mem.h"
#include "object.h"

#define MAX_ARGS 64

static int
failed(struct buf *err, const char *what)
{
	buf_addf(err, "%s: %s", what, strerror(errno));
	return -1;
}

static char *
make_dir(const char *base, const char *name)
{
	struct buf path = BUF_INIT;

	buf_addf(&path, "%s/%s", base, name);
	return buf_detach(&path);
}

int
extdiff_open(struct extdiff *x, struct buf *err)
{
	const char *tmp = getenv("TMPDIR");
	struct buf base = BUF_INIT, name = BUF_INIT;

	*x = (struct extdiff){ 0 };
	buf_addf(&base, "%s/poundlock-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	x->base = buf_detach(&base);
	if (!mkdtemp(x->base)) {
		failed(err, x->base);
		free(x->base);
		x->base = NULL;
		return -1;
	}
	buf_addf(&name, "LIVE-%ld", (long)getpid());
	x->live = make_dir(x->base, buf_str(&name));
	buf_clear(&name);
	buf_addf(&name, "MERGED-%ld", (long)getpid());
	x->merged = make_dir(x->base, buf_str(&name));
	buf_release(&name);
	if (mkdir(x->live, 0700) || mkdir(x->merged, 0700))
		return failed(err, x->base);
	return 0;
}

static jv
without_noise(jv object)
{
	static const char *const noise[] = { "managedFields", "uid",
		"resourceVersion", "generation", "selfLink",
		"creationTimestamp" };
	jv metadata = json_take(&object, "metadata");

	if (!jv_is_valid(metadata))
		return object;
	for (size_t i = 0; i < sizeof(noise) / sizeof(*noise); i++)
		if (json_has(&metadata, noise[i]))
			metadata = json_delete(metadata, noise[i]);
	if (json_has(&object, "status"))
		object = json_delete(object, "status");
	return json_set(object, "metadata", metadata);
}

/* The name is the server's or the user's: no slash gets through. */
static void
file_name(const jv *object, struct buf *out)
{
	struct object_id id;
	struct buf err = BUF_INIT;
	size_t start = out->len;

	object_id(object, &id, &err);
	buf_release(&err);
	if (id.group_len > 0) {
		buf_add(out, id.group, id.group_len);
		buf_addc(out, '.');
	}
	buf_addf(out, "%s.%s.%s.%s", id.version, id.kind, id.namespace,
	    *id.name ? id.name : "generated");
	for (size_t i = start; i < out->len; i++)
		if (out->s[i] == '/' || out->s[i] == '\0')
			out->s[i] = '_';
}

static int
write_file(const char *dir, const char *name, const jv *object, struct buf *err)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	int rc = -1;

	buf_addf(&path, "%s/%s", dir, name);
	manifest_write(&text, object);
	int fd = open(
	    buf_str(&path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	if (f) {
		rc = fwrite(text.s, 1, text.len, f) == text.len ? 0 : -1;
		if (fclose(f))
			rc = -1;
	}
	if (rc)
		failed(err, buf_str(&path));
	buf_release(&path);
	buf_release(&text);
	return rc;
}

int
extdiff_add(
    struct extdiff *x, const jv *before, const jv *after, struct buf *err)
{
	jv a = without_noise(jv_copy(*before));
	jv b = without_noise(jv_copy(*after));
	struct buf name = BUF_INIT;
	int rc = 0;

	compare_mask_objects(&a, &b);
	file_name(jv_is_valid(b) ? &b : &a, &name);
	if (jv_is_valid(a))
		rc = write_file(x->live, buf_str(&name), &a, err);
	if (rc == 0 && jv_is_valid(b))
		rc = write_file(x->merged, buf_str(&name), &b, err);
	jv_free(a);
	jv_free(b);
	buf_release(&name);
	return rc;
}

/* Split at blanks; text is written to and must outlive argv. */
static void
split(char *text, char **argv, const struct extdiff *x)
{
	int n = 0;
	char *save, *word = strtok_r(text, " \t", &save);

	for (; word && n < MAX_ARGS; word = strtok_r(NULL, " \t", &save))
		argv[n++] = word;
	argv[n++] = x->live;
	argv[n++] = x->merged;
	argv[n] = NULL;
}

int
extdiff_run(const struct extdiff *x, struct buf *err)
{
	const char *command = getenv("KUBECTL_EXTERNAL_DIFF");
	char *argv[MAX_ARGS + 3], *text;
	int status = 0;

	if (!command || !command[strspn(command, " \t")])
		command = "diff -u -N";
	text = mem_strdup(command);
	split(text, argv, x);
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (pid < 0)
		failed(err, "fork");
	else if (!WIFEXITED(status) || WEXITSTATUS(status) > 1)
		buf_addf(err, "%s failed%s", argv[0],
		    WIFEXITED(status) && WEXITSTATUS(status) == 127
			? ": not found"
			: "");
	free(text);
	if (pid < 0 || !WIFEXITED(status) || WEXITSTATUS(status) > 1)
		return -1;
	return WEXITSTATUS(status);
}

static void
remove_dir(char *dir)
{
	DIR *d = dir ? opendir(dir) : NULL;
	struct dirent *entry;

	while (d && (entry = readdir(d)))
		if (strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			unlinkat(dirfd(d), entry->d_name, 0);
	if (d)
		closedir(d);
	if (dir)
		rmdir(dir);
	free(dir);
}

void
extdiff_close(struct extdiff *x)
{
	remove_dir(x->live);
	remove_dir(x->merged);
	if (x->base)
		rmdir(x->base);
	free(x->base);
	*x = (struct extdiff){ 0 };
}
