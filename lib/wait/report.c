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
report_create(
    struct report *r, int dirfd, const char *sub, const char *name, bool again)
{
	int in = sub ? open_folder(dirfd, sub) : dirfd, fd = -1;
	FILE *f = NULL;

	if (in >= 0)
		fd = openat(in, name,
		    O_WRONLY | O_CREAT | (again ? O_APPEND : O_EXCL) |
			O_NOFOLLOW | O_CLOEXEC,
		    0600);
	if (fd >= 0)
		f = fdopen(fd, again ? "a" : "w");
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
	FILE *f = report_create(r, dirfd, sub, name, false);

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

/* --- folders of objects ------------------------------------------------- */

/* What has the same name, of another group or another stage, gets a number. */
static void
make_folder(struct report_folder *f)
{
	const struct wait_target *t = f->target;
	struct buf name = BUF_INIT;
	size_t len;
	int i;

	report_safe_name(&name, t->kind);
	if (t->namespace.len) {
		buf_addc(&name, '_');
		report_safe_name(&name, buf_str(&t->namespace));
	}
	buf_addc(&name, '_');
	report_safe_name(&name, t->name);
	len = name.len;
	for (i = 2;
	     mkdirat(f->report->fd, buf_str(&name), 0700) && errno == EEXIST;
	     i++) {
		buf_truncate(&name, len);
		buf_addf(&name, "~%d", i);
	}
	f->name = buf_detach(&name);
}

static struct report_folder *
find_folder(const struct report *r, const struct wait_target *t)
{
	size_t i;

	for (i = 0; i < r->n_folders; i++)
		if (r->folders[i]->target == t)
			return r->folders[i];
	return NULL;
}

struct report_folder *
report_folder(struct report *r, const struct wait_target *t)
{
	struct report_folder *f = find_folder(r, t);

	if (!f) {
		f = mem_zero(1, sizeof(*f));
		*f = (struct report_folder){ .report = r,
			.target = t,
			.fd = -1,
			.streamed = jv_object(),
			.object = jv_invalid(),
			.events = jv_array(),
			.missing = jv_array() };
		make_folder(f);
		r->folders = mem_resize(
		    r->folders, r->n_folders + 1, sizeof(*r->folders));
		r->folders[r->n_folders++] = f;
	}
	if (f->fd < 0)
		f->fd = open_folder(r->fd, f->name);
	return f;
}

void
report_folder_close(struct report_folder *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

static void
free_folder(struct report_folder *f)
{
	report_folder_close(f);
	free(f->name);
	jv_free(f->streamed);
	jv_free(f->object);
	jv_free(f->events);
	jv_free(f->missing);
	free(f);
}

/* --- logs that are followed --------------------------------------------- */

void
report_log_name(
    struct buf *out, const char *pod, const char *container, bool previous)
{
	report_safe_name(out, pod ? pod : "");
	buf_addc(out, '_');
	report_safe_name(out, container);
	buf_adds(out, previous ? ".previous.log" : ".log");
}

FILE *
report_log_open(struct report *r, const struct wait_target *t, const char *pod,
    const char *container)
{
	struct report_folder *f = report_folder(r, t);
	struct buf name = BUF_INIT;
	FILE *file;

	report_log_name(&name, pod, container, false);
	file = report_create(r, f->fd, "logs", buf_str(&name), true);
	f->streamed = json_set(f->streamed, buf_str(&name), jv_true());
	report_folder_close(f);
	buf_release(&name);
	return file;
}

void
report_log_close(struct report *r, FILE *file, const char *pod)
{
	report_finish_file(r, file, pod);
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

/* What became of one object; the evidence is in its folder. */
static jv
summary_of(const struct report *r, const struct wait_target *t)
{
	const struct report_folder *f = find_folder(r, t);
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
		evidence_write(&text, buf_str(&t->subject),
		    buf_str(&t->health.message), &t->evidence);
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
	for (i = 0; i < r->n_folders; i++)
		free_folder(r->folders[i]);
	free(r->folders);
	buf_release(&r->failed);
	close(r->fd);
	free(r->dir);
	free(r);
	return rc;
}
