/*
 * The folder of a report and its files.  What goes into those of an object is
 * asked for in reportgather.c.
 */
#include "wait/report.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fields/compare.h"
#include "json.h"
#include "manifest/manifest.h"
#include "mem.h"
#include "wait/evidence.h"
#include "wait/reportimpl.h"
#include "wait/waiter.h"

/* Longest name of a folder; file systems take 255 bytes. */
#define MAX_NAME 200

/* --- files -------------------------------------------------------------- */

static bool
is_safe(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '.';
}

void
report_safe_name(struct buf *out, const char *s)
{
	size_t start = out->len;

	for (; *s && out->len < MAX_NAME; s++)
		if (is_safe((unsigned char)*s) &&
		    (*s != '.' || out->len > start))
			buf_addc(out, *s);
		else
			buf_addf(out, "%%%02X", (unsigned char)*s);
}

static void
keep_failure(struct report *r, const char *name)
{
	if (!r->failed.len)
		buf_addf(
		    &r->failed, "%s: %s: %s", r->dir, name, strerror(errno));
}

/* A folder in a folder, opened; -1 with errno. */
static int
open_folder(int dirfd, const char *name)
{
	if (mkdirat(dirfd, name, 0700) && errno != EEXIST)
		return -1;
	return openat(
	    dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

FILE *
report_create(struct report *r, int dirfd, const char *sub, const char *name)
{
	int in = sub ? open_folder(dirfd, sub) : dirfd, fd = -1;
	FILE *f = NULL;

	if (in >= 0)
		fd = openat(
		    in, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		f = fdopen(fd, "w");
	if (!f) {
		keep_failure(r, name);
		if (fd >= 0)
			close(fd);
	}
	if (sub && in >= 0)
		close(in);
	return f;
}

void
report_finish_file(struct report *r, FILE *f, const char *name)
{
	bool bad = ferror(f);

	if (bad)
		errno = EIO;
	if (fclose(f) != 0 || bad)
		keep_failure(r, name);
}

static void
write_text(struct report *r, int dirfd, const char *sub, const char *name,
    const struct buf *text)
{
	FILE *f = report_create(r, dirfd, sub, name);

	if (!f)
		return;
	fwrite(buf_str(text), 1, text->len, f);
	report_finish_file(r, f, name);
}

void
report_write_json(struct report *r, int dirfd, const char *name, const jv *v)
{
	struct buf text = BUF_INIT;

	json_write(&text, v, 0);
	buf_addc(&text, '\n');
	write_text(r, dirfd, NULL, name, &text);
	buf_release(&text);
}

void
report_write_yaml(struct report *r, int dirfd, const char *sub,
    const char *name, const jv *object)
{
	jv masked = jv_copy(*object), nothing = jv_invalid();
	jv metadata = json_take(&masked, "metadata");
	struct buf text = BUF_INIT;

	masked = json_set(
	    masked, "metadata", json_delete(metadata, "managedFields"));

	compare_mask_objects(&masked, &nothing);
	manifest_write(&text, &masked);
	write_text(r, dirfd, sub, name, &text);
	buf_release(&text);
	jv_free(masked);
	jv_free(nothing);
}

/* --- the whole ---------------------------------------------------------- */

static bool
is_empty(int fd)
{
	int copy = dup(fd);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *e;
	bool empty = dir != NULL;

	while (dir && (e = readdir(dir)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			empty = false;
	if (dir)
		closedir(dir);
	else if (copy >= 0)
		close(copy);
	return empty;
}

struct report *
report_open(const char *dir, struct buf *err)
{
	struct report *r;
	int fd = open_folder(AT_FDCWD, dir);

	if (fd < 0) {
		buf_addf(err, "--report: %s: %s", dir, strerror(errno));
		return NULL;
	}
	if (!is_empty(fd)) {
		buf_addf(err, "--report: %s: the folder is not empty", dir);
		close(fd);
		return NULL;
	}
	r = mem_zero(1, sizeof(*r));
	r->dir = mem_strdup(dir);
	r->fd = fd;
	return r;
}

static const struct report_folder *
folder_of(const struct report *r, const struct wait_target *t)
{
	size_t i;

	for (i = 0; i < r->n_folders; i++)
		if (r->folders[i].target == t)
			return &r->folders[i];
	return NULL;
}

/* What became of one object; the evidence is in its folder. */
static jv
summary_of(const struct report *r, const struct wait_target *t)
{
	const struct report_folder *f = folder_of(r, t);
	jv v = jv_object();

	if (t->stage.len)
		v = json_set_str(v, "stage", buf_str(&t->stage));
	v = json_set_str(v, "object", buf_str(&t->subject));
	v = jv_object_merge(v, health_value(&t->health));
	v = json_set(v, "seconds", jv_number(t->seconds));
	return f ? json_set_str(v, "folder", f->name) : v;
}

static void
add_line(struct buf *text, const struct wait_target *t)
{
	buf_addf(text, "%s: ", buf_str(&t->subject));
	wait_describe(&t->health, text);
	buf_addc(text, '\n');
}

static void
write_summary(struct report *r, const struct wait_set *set, enum status status)
{
	jv v = json_set(jv_object(), "status", jv_number((double)(int)status)),
	   objects = jv_array();
	struct buf text = BUF_INIT;
	size_t i, current = 0;

	for (i = 0; i < set->n; i++) {
		const struct wait_target *t = &set->targets[i];

		objects = jv_array_append(objects, summary_of(r, t));
		if (t->health.status == HEALTH_CURRENT)
			current++;
		else
			add_line(&text, t);
		evidence_write(&text, buf_str(&t->subject), &t->evidence);
	}
	if (set->errors) {
		v = json_set(v, "errors", jv_number((double)set->errors));
		v = json_set(v, "error", jv_copy(set->first_error));
		buf_addf(&text, "an earlier tool failed on %zu objects\n",
		    set->errors);
	}
	buf_addf(&text, "%zu of %zu objects current, exit status %d\n", current,
	    set->n, (int)status);
	v = json_set(v, "objects", objects);
	report_write_json(r, r->fd, "summary.json", &v);
	write_text(r, r->fd, NULL, "summary.txt", &text);
	buf_release(&text);
	jv_free(v);
}

int
report_close(struct report *r, const struct wait_set *set, enum status status,
    struct buf *err)
{
	size_t i;
	int rc;

	write_summary(r, set, status);
	rc = r->failed.len ? -1 : 0;
	if (rc)
		buf_addf(err, "--report: %s", buf_str(&r->failed));
	for (i = 0; i < r->n_folders; i++) {
		struct report_folder *f = &r->folders[i];

		if (f->fd >= 0)
			close(f->fd);
		free(f->name);
		jv_free(f->object);
		jv_free(f->events);
		jv_free(f->missing);
	}
	free(r->folders);
	buf_release(&r->failed);
	close(r->fd);
	free(r->dir);
	free(r);
	return rc;
}
