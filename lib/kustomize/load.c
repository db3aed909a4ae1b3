/* Directories and files; see load.h. */
#include "kustomize/load.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "manifest/manifest.h"
#include "mem.h"

static bool
is_below(const char *path, const char *root)
{
	size_t n = strlen(root);

	while (n > 0 && root[n - 1] == '/')
		n--;
	return strncmp(path, root, n) == 0 && (!path[n] || path[n] == '/');
}

/* "a/./b/../c" is "a/c": what a reader would call it. */
static void
clean(const char *path, struct buf *out)
{
	size_t from = out->len;

	if (*path == '/')
		buf_addc(out, '/');
	while (*path) {
		size_t n = strcspn(path, "/");
		const char *last = NULL;

		if (out->len > from)
			last = strrchr(out->s + from, '/');
		last = last ? last + 1 : buf_str(out) + (out->len ? from : 0);
		if (n == 2 && memcmp(path, "..", 2) == 0 && *last &&
		    strcmp(last, "..") != 0) {
			size_t keep = (size_t)(last - buf_str(out));
			if (keep > from + 1 ||
			    (keep > from && *buf_str(out) != '/'))
				keep--;
			buf_truncate(out, keep);
		} else if (n > 0 && !(n == 1 && *path == '.')) {
			if (out->len > from && out->s[out->len - 1] != '/')
				buf_addc(out, '/');
			buf_add(out, path, n);
		}
		path += n + (path[n] == '/');
	}
	if (out->len == from)
		buf_addc(out, '.');
}

static void
join(const char *dir, const char *path, struct buf *out)
{
	struct buf both = BUF_INIT;

	if (*path != '/' && *dir) {
		buf_adds(&both, dir);
		buf_addc(&both, '/');
	}
	buf_adds(&both, path);
	clean(both.s, out);
	buf_release(&both);
}

void
dir_name(const struct dir *d, const char *path, struct buf *name)
{
	join(d->name, path, name);
}

static int
resolve_dir(struct dir *d, const char *path, struct buf *err)
{
	char root[PATH_MAX];
	struct stat st;

	if (!realpath(path, root) || stat(root, &st) != 0) {
		buf_adds(err, strerror(errno));
		return -1;
	}
	if (!S_ISDIR(st.st_mode)) {
		buf_adds(err, "is no directory");
		return -1;
	}
	d->root = mem_strdup(root);
	if (d->confine && !is_below(root, d->confine)) {
		buf_addf(err, "lies outside of %s", d->confine);
		return -1;
	}
	return 0;
}

/* What is below the other one, as seen from there. */
static const char *
seen_from(const char *root, const char *path)
{
	size_t n = root ? strlen(root) : 0;

	return n > 0 && strncmp(path, root, n) == 0 && path[n] == '/'
		   ? path + n + 1
		   : path;
}

int
dir_open(struct dir *d, const char *name, const char *confine, bool load_any,
    struct buf *err)
{
	struct buf what = BUF_INIT, cleaned = BUF_INIT;
	char real[PATH_MAX];
	int rc;

	*d = (struct dir){ .load_any = load_any };
	clean(seen_from(confine, name), &cleaned);
	d->name = buf_detach(&cleaned);
	if (confine)
		d->confine =
		    mem_strdup(realpath(confine, real) ? real : confine);
	rc = resolve_dir(d, name, &what);
	if (rc)
		buf_addf(err, "%s: %s", d->name, buf_str(&what));
	buf_release(&what);
	return rc;
}

bool
dir_is_remote(const char *path)
{
	static const char *const marks[] = { "http://", "https://", "ssh://",
		"git::", "git@", "gh:", "github.com/",
		"github.com:", "file://" };

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (strncmp(path, marks[i], strlen(marks[i])) == 0)
			return true;
	return strstr(path, "://") || strstr(path, "?ref=") ||
	       strstr(path, ".git/") || strstr(path, "_git/");
}

int
dir_open_below(
    struct dir *d, const struct dir *parent, const char *path, struct buf *err)
{
	struct buf name = BUF_INIT, real = BUF_INIT;
	int rc;

	*d = (struct dir){ .parent = parent,
		.confine = parent->confine,
		.load_any = parent->load_any,
		.depth = parent->depth + 1,
		.read = parent->read };
	if (d->depth > DIR_DEPTH) {
		buf_addf(err, "%d directories stand on each other", d->depth);
		return -1;
	}
	if (!*path || *path == '/') {
		buf_adds(err, *path ? "must be a relative path" : "is empty");
		return -1;
	}
	dir_name(parent, path, &name);
	d->name = buf_detach(&name);
	buf_addf(&real, "%s/%s", parent->root, path);
	rc = resolve_dir(d, real.s, err);
	buf_release(&real);
	for (; rc == 0 && parent; parent = parent->parent) {
		if (!is_below(parent->root, d->root))
			continue;
		if (strcmp(parent->root, d->root) == 0)
			buf_addf(err, "cycle: %s needs itself", d->name);
		else
			buf_addf(err, "cycle: %s contains %s, which needs it",
			    d->name, parent->name);
		rc = -1;
	}
	return rc;
}

void
dir_release(struct dir *d)
{
	free(d->name);
	free(d->root);
	if (!d->parent)
		free((void *)d->confine);
	*d = (struct dir){ 0 };
}

/* Where a file really is.  Fails for what may not be read. */
static int
resolve(const struct dir *d, const char *path, char real[PATH_MAX],
    struct stat *st, struct buf *err)
{
	struct buf full = BUF_INIT;
	int rc = 0;

	if (*path != '/') {
		buf_adds(&full, d->root);
		buf_addc(&full, '/');
	}
	buf_adds(&full, path);
	if (!realpath(full.s, real) || stat(real, st) != 0) {
		buf_adds(err, strerror(errno));
		rc = -1;
	} else if (d->confine && !is_below(real, d->confine)) {
		buf_addf(err, "lies outside of %s", d->confine);
		rc = -1;
	} else if (!S_ISDIR(st->st_mode) && !d->load_any &&
		   !is_below(real, d->root)) {
		buf_addf(err, "is not in or below %s", d->name);
		rc = -1;
	}
	buf_release(&full);
	return rc;
}

bool
dir_allows(const struct dir *d, const char *path)
{
	char *at = mem_strdup(path), *slash;
	char real[PATH_MAX];

	/* The deepest part of it that is there. */
	while (!realpath(at, real) && (slash = strrchr(at, '/')) && slash > at)
		*slash = '\0';
	if (!realpath(at, real))
		strcpy(real, "/");
	free(at);
	return d->load_any || is_below(real, d->root);
}

int
dir_kind(const struct dir *d, const char *path)
{
	struct buf ignored = BUF_INIT;
	char real[PATH_MAX];
	struct stat st;
	int rc = resolve(d, path, real, &st, &ignored);

	buf_release(&ignored);
	return rc ? 0 : S_ISDIR(st.st_mode) ? 'd' : 'f';
}

/*
 * Read the usual file, a name in the directory itself and no link: there is no
 * question of where it is.  Returns -1 for all others.
 */
static int
read_plain(const struct dir *d, const char *path, struct buf *text)
{
	struct buf full = BUF_INIT;
	int fd, rc = -1;

	if (strchr(path, '/'))
		return -1;
	buf_adds(&full, d->root);
	buf_addc(&full, '/');
	buf_adds(&full, path);
	fd = open(full.s, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd >= 0) {
		rc = buf_read_regular(text, fd, MANIFEST_TEXT);
		close(fd);
	}
	buf_release(&full);
	return rc;
}

int
dir_read(
    const struct dir *d, const char *path, struct buf *text, struct buf *err)
{
	size_t before = text->len;
	char real[PATH_MAX];
	struct stat st;

	if (dir_is_remote(path)) {
		buf_adds(err, "is remote: nothing is fetched, keep a copy of "
			      "it beside this file");
		return -1;
	}
	if (read_plain(d, path, text)) {
		buf_truncate(text, before);
		if (resolve(d, path, real, &st, err))
			return -1;
		if (!d->load_any && !S_ISREG(st.st_mode) &&
		    !S_ISDIR(st.st_mode)) {
			buf_adds(err, "is no regular file");
			return -1;
		}
		if (buf_read_file(text, real, MANIFEST_TEXT)) {
			buf_adds(err, strerror(errno));
			return -1;
		}
	}
	if (d->read && (*d->read += text->len) > DIR_READ) {
		buf_adds(err, "the build reads more than 512 MiB");
		return -1;
	}
	return 0;
}
