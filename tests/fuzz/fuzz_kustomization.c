/*
 * The build of a whole tree.  An input is an archive of files: a line
 * "== PATH" begins one, "== PATH -> TARGET" is a symbolic link.  The tree is
 * made anew for each input, in memory where /dev/shm is; "top" in it is built.
 */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "kustomize/kustomize.h"
#include "manifest/manifest.h"
#include "mem.h"

#define MAX_FILES 16
#define MAX_PATH 100

static char root[64];

/* --- the tree ------------------------------------------------------------ */

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	return at->level == 0 ? 0 : remove(path);
}

static void
empty_tree(void)
{
	nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void
remove_tree(void)
{
	empty_tree();
	rmdir(root);
}

static void
make_root(void)
{
	if (*root) {
		empty_tree();
		return;
	}
	snprintf(root, sizeof(root), "%s/fuzz-kustomization-XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	fuzz_check(mkdtemp(root));
	atexit(remove_tree);
}

/* Relative, and nowhere above the tree. */
static bool
usable(const char *path)
{
	return *path && *path != '/' && strlen(path) < MAX_PATH &&
	       !strstr(path, "..");
}

static void
make_parents(int at, const char *path)
{
	char *copy = mem_strdup(path), *slash = copy;

	while ((slash = strchr(slash, '/'))) {
		*slash = '\0';
		mkdirat(at, copy, 0700);
		*slash++ = '/';
	}
	free(copy);
}

static void
make_file(int at, char *name, const char *text, size_t len)
{
	char *arrow = strstr(name, " -> ");
	int fd;

	if (arrow)
		*arrow = '\0';
	if (!usable(name))
		return;
	make_parents(at, name);
	if (arrow) {
		if (usable(arrow + 4) && symlinkat(arrow + 4, at, name) != 0)
			return;
		return;
	}
	fd = openat(at, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
	if (fd < 0)
		return;
	fuzz_check(write(fd, text, len) == (ssize_t)len);
	close(fd);
}

static void
make_tree(const char *s, size_t len)
{
	static const char mark[] = "== ";
	const char *end = s + len, *line, *next, *stop;
	int at = open(root, O_RDONLY | O_DIRECTORY), n = 0;

	fuzz_check(at >= 0);
	for (line = s; line < end && n < MAX_FILES; line = stop, n++) {
		char *name;

		next = memchr(line, '\n', (size_t)(end - line));
		if (!next || next - line < 4 || memcmp(line, mark, 3) != 0)
			break;
		name = mem_strndup(line + 3, (size_t)(next - line) - 3);
		stop = ++next;
		while (stop < end &&
		       memcmp(stop, mark,
			   end - stop < 3 ? (size_t)(end - stop) : 3) != 0) {
			stop = memchr(stop, '\n', (size_t)(end - stop));
			stop = stop ? stop + 1 : end;
		}
		make_file(at, name, next, (size_t)(stop - next));
		free(name);
	}
	close(at);
}

/* --- the build ------------------------------------------------------------ */

/* All output can be written, and every message is one line. */
static void
build(const char *dir, const struct kustomize_options *options)
{
	struct kustomize_result result;
	struct buf err = BUF_INIT, text = BUF_INIT;
	int rc = kustomize_build(dir, options, &result, &err);

	fuzz_check((rc == 0) == (err.len == 0));
	fuzz_check(rc == 0 || result.n == 0);
	for (size_t i = 0; i < result.n; i++) {
		fuzz_check(result.objects[i].path);
		buf_clear(&text);
		manifest_write(&text, &result.objects[i].object);
	}
	kustomize_release(&result);
	buf_release(&err);
	buf_release(&text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf top = BUF_INIT;
	struct kustomize_options plain = { 0 };
	struct kustomize_options flux = { .reorder = KUSTOMIZE_REORDER_NONE,
		.flux = true };

	make_root();
	make_tree((const char *)data, size);
	buf_addf(&top, "%s/top", root);
	build(top.s, &plain);
	flux.confine = root;
	build(top.s, &flux);
	buf_release(&top);
	return 0;
}
