/*
 * A directory without a kustomization file, as Flux takes it: all its YAML
 * files, in byte order of their paths.  A directory with one is for the build
 * proper, which takes this one's place as soon as it is there.
 */
#include "kustomize.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "json.h"
#include "manifest.h"
#include "mem.h"
#include "object.h"

#define MAX_DEPTH 64

struct scan {
	struct kustomize_result *result;
	size_t cap;
	struct buf *err;
};

static int
add_object(struct scan *s, const char *path, jv object, int line)
{
	struct object_id id;
	struct buf what = BUF_INIT;

	if (object_id(&object, &id, &what)) {
		buf_addf(s->err, "%s:%d: %s", path, line, buf_str(&what));
		buf_release(&what);
		jv_free(object);
		return -1;
	}
	s->result->objects = mem_grow(s->result->objects, s->result->n, &s->cap,
	    sizeof(*s->result->objects));
	s->result->objects[s->result->n++] =
	    (struct kustomize_object){ object, mem_strdup(path), line };
	return 0;
}

static int
scan_file(struct scan *s, const char *path)
{
	struct buf text = BUF_INIT, what = BUF_INIT;
	struct manifest m = { NULL, 0 };
	int rc = 0;
	size_t i;

	if (buf_read_file(&text, path, MANIFEST_TEXT)) {
		buf_addf(s->err, "%s: %s", path, strerror(errno));
		rc = -1;
	} else if (manifest_read(buf_str(&text), text.len, &m, &what)) {
		buf_addf(s->err, "%s:%s", path, buf_str(&what));
		rc = -1;
	}
	for (i = 0; rc == 0 && i < m.n; i++)
		rc = add_object(
		    s, path, jv_copy(m.docs[i].value), m.docs[i].line);
	manifest_release(&m);
	buf_release(&what);
	buf_release(&text);
	return rc;
}

static int scan_dir(struct scan *s, const char *dir, int depth);

static int
scan_entry(struct scan *s, const char *path, const char *name, int depth)
{
	const char *dot = strrchr(name, '.');
	struct stat st;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return 0;
	if (strcmp(name, "kustomization.yaml") == 0 ||
	    strcmp(name, "kustomization.yml") == 0 ||
	    strcmp(name, "Kustomization") == 0) {
		buf_addf(s->err, "%s: can't be built", path);
		return -1;
	}
	if (lstat(path, &st) != 0) {
		buf_addf(s->err, "%s: %s", path, strerror(errno));
		return -1;
	}
	if (S_ISDIR(st.st_mode))
		return scan_dir(s, path, depth + 1);
	if (!dot || (strcmp(dot, ".yaml") != 0 && strcmp(dot, ".yml") != 0))
		return 0;
	return scan_file(s, path);
}

static int
scan_dir(struct scan *s, const char *dir, int depth)
{
	struct dirent **entries;
	struct buf path = BUF_INIT;
	int n, i, rc = 0;

	n = depth > MAX_DEPTH ? -1 : scandir(dir, &entries, NULL, alphasort);
	if (n < 0) {
		buf_addf(s->err, "%s: %s", dir, strerror(errno));
		return -1;
	}
	for (i = 0; i < n; i++) {
		buf_clear(&path);
		buf_addf(&path, "%s/%s", dir, entries[i]->d_name);
		if (rc == 0)
			rc = scan_entry(s, path.s, entries[i]->d_name, depth);
		free(entries[i]);
	}
	free(entries);
	buf_release(&path);
	return rc;
}

/* Nothing that a stage asks for is passed over in silence. */
static int
check_overlay(
    const char *dir, const struct kustomize_options *options, struct buf *err)
{
	static const char *const fields[] = { "targetNamespace", "namePrefix",
		"nameSuffix", "patches", "images", "components",
		"buildMetadata" };
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		if (!options->overlay || !json_has(options->overlay, fields[i]))
			continue;
		buf_addf(
		    err, "%s: spec.%s can't be applied to it", dir, fields[i]);
		return -1;
	}
	return 0;
}

int
kustomize_build(const char *dir, const struct kustomize_options *options,
    struct kustomize_result *result, struct buf *err)
{
	struct scan s = { .result = result, .err = err };

	*result = (struct kustomize_result){ NULL, 0 };
	if (check_overlay(dir, options, err))
		return -1;
	return scan_dir(&s, dir, 0);
}

void
kustomize_release(struct kustomize_result *result)
{
	size_t i;

	for (i = 0; i < result->n; i++) {
		jv_free(result->objects[i].object);
		free(result->objects[i].path);
	}
	free(result->objects);
	*result = (struct kustomize_result){ NULL, 0 };
}
