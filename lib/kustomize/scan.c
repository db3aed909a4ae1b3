/* A directory without a kustomization file; see scan.h. */
#include "kustomize/scan.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "mem.h"

#define MAX_DEPTH 64

struct scan {
	const struct dir *dir;
	jv paths;
	struct buf *err;
};

static int scan_below(struct scan *s, const char *path, int depth);

static bool
has_kustomization(const struct scan *s, const char *path)
{
	static const char *const names[] = { "kustomization.yaml",
		"kustomization.yml", "Kustomization" };
	bool found = false;

	for (size_t i = 0; i < 3 && !found; i++) {
		struct buf full = BUF_INIT;

		buf_addf(&full, "%s/%s", path, names[i]);
		found = dir_kind(s->dir, full.s) == 'f';
		buf_release(&full);
	}
	return found;
}

static int
scan_entry(struct scan *s, const char *path, const char *name, int depth)
{
	const char *dot = strrchr(name, '.');
	struct buf full = BUF_INIT;
	struct stat st;
	int rc = 0;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return 0;
	buf_addf(&full, "%s/%s", s->dir->root, path);
	if (lstat(full.s, &st) != 0) {
		buf_addf(
		    s->err, "%s/%s: %s", s->dir->name, path, strerror(errno));
		rc = -1;
	} else if (S_ISDIR(st.st_mode) && !has_kustomization(s, path)) {
		rc = scan_below(s, path, depth + 1);
	} else if (S_ISDIR(st.st_mode) ||
		   (dot && (strcmp(dot, ".yaml") == 0 ||
			       strcmp(dot, ".yml") == 0))) {
		s->paths = jv_array_append(s->paths, jv_string(path));
	}
	buf_release(&full);
	return rc;
}

static int
in_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
scan_below(struct scan *s, const char *path, int depth)
{
	struct dirent **entries;
	struct buf full = BUF_INIT;
	int n, rc = 0;

	buf_addf(&full, "%s/%s", s->dir->root, path);
	n = depth > MAX_DEPTH ? -1 : scandir(full.s, &entries, NULL, in_bytes);
	if (n < 0) {
		buf_addf(s->err, "%s/%s: %s", s->dir->name, path,
		    depth > MAX_DEPTH ? "too deep" : strerror(errno));
		buf_release(&full);
		return -1;
	}
	for (int i = 0; i < n; i++) {
		buf_clear(&full);
		buf_addf(&full, "%s%s%s", path, *path ? "/" : "",
		    entries[i]->d_name);
		if (rc == 0)
			rc = scan_entry(s, full.s, entries[i]->d_name, depth);
		free(entries[i]);
	}
	free(entries);
	buf_release(&full);
	return rc;
}

jv
scan_directory(const struct dir *d, struct buf *err)
{
	struct scan s = { d, jv_array(), err };

	if (scan_below(&s, "", 0) == 0)
		return s.paths;
	jv_free(s.paths);
	return jv_invalid();
}
