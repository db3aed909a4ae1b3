/* From a Flux Kustomization to the records of a stage; see fluxrender.h. */
#include "flux/fluxrender.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "flux/fluxsubst.h"
#include "flux/git.h"
#include "flux/sops.h"
#include "json.h"
#include "kustomize/kustomize.h"
#include "kustomize/place.h"
#include "manifest/manifest.h"
#include "mem.h"
#include "object.h"

/* --- where a source's files are ----------------------------------------- */

int
flux_roots_add(struct flux_roots *roots, const char *arg, struct buf *err)
{
	const char *equal = strchr(arg, '=');
	const char *slash = strchr(arg, '/'), *second;
	struct flux_mapping m = { 0 };

	if (!equal || !slash || slash > equal || slash == arg || !equal[1]) {
		buf_addf(err, "%s is not KIND/[NAMESPACE/]NAME=DIR", arg);
		return -1;
	}
	second = memchr(slash + 1, '/', (size_t)(equal - slash - 1));
	m.kind = mem_strndup(arg, (size_t)(slash - arg));
	if (second)
		m.namespace =
		    mem_strndup(slash + 1, (size_t)(second - slash - 1));
	slash = second ? second : slash;
	m.name = mem_strndup(slash + 1, (size_t)(equal - slash - 1));
	m.dir = equal + 1;
	roots->maps = mem_grow(roots->maps, roots->n, &roots->cap, sizeof(m));
	roots->maps[roots->n++] = m;
	return 0;
}

void
flux_roots_release(struct flux_roots *roots)
{
	size_t i;

	for (i = 0; i < roots->n; i++) {
		free(roots->maps[i].kind);
		free(roots->maps[i].namespace);
		free(roots->maps[i].name);
	}
	free(roots->maps);
	*roots = (struct flux_roots){ 0 };
}

/* Begin a message about a field of the Kustomization. */
static void
say_field(const struct flux_item *item, const char *pointer, const char *field,
    struct buf *err)
{
	struct buf text = BUF_INIT, full = BUF_INIT;
	int line, column;

	buf_addf(&full, "%s%s", item->at ? item->at : "", pointer);
	/* Only the first Kustomization of its line is surely the one. */
	buf_addf(err, "%s:%d", item->file, item->line);
	if (strcmp(item->file, "standard input") != 0 &&
	    buf_read_file(&text, item->file, MANIFEST_TEXT) == 0) {
		struct manifest m;
		struct buf ignored = BUF_INIT;
		size_t i;

		if (manifest_read_as(MANIFEST_KUBERNETES, buf_str(&text),
			text.len, &m, &ignored) == 0) {
			for (i = 0; i < m.n && m.docs[i].line != item->line;
			     i++)
				;
			if (i < m.n && manifest_locate(buf_str(&text), text.len,
					   i, full.s, &line, &column)) {
				buf_truncate(err,
				    err->len - strlen(strrchr(err->s, ':')));
				buf_addf(err, ":%d:%d", line, column);
			}
		}
		manifest_release(&m);
		buf_release(&ignored);
	}
	buf_release(&text);
	buf_release(&full);
	buf_addf(err, ": Kustomization/%s/%s: %s", item->flux.namespace,
	    item->flux.name, field);
}

/* The directory that a stage's source is mapped to, NULL if none. */
static const char *
mapped_root(const struct flux_item *item, const struct flux_roots *roots)
{
	struct flux_source s = flux_source(&item->flux);
	const char *any = NULL;
	size_t i;

	for (i = 0; i < roots->n; i++) {
		const struct flux_mapping *m = &roots->maps[i];

		if (strcmp(m->kind, s.kind) != 0 ||
		    strcmp(m->name, s.name) != 0)
			continue;
		if (m->namespace && strcmp(m->namespace, s.namespace) == 0)
			return m->dir;
		if (!m->namespace)
			any = m->dir;
	}
	return any;
}

static int
find_root(const struct flux_item *item, const struct flux_roots *roots,
    char *root, struct buf *err)
{
	struct flux_source s = flux_source(&item->flux);
	const char *dir = mapped_root(item, roots);

	if (!dir && !roots->root && strcmp(s.kind, "GitRepository") != 0) {
		say_field(item, "/spec/sourceRef", "spec.sourceRef: ", err);
		buf_addf(err, "say where its files are: --source %s/%s=DIR",
		    s.kind, s.name);
		return -1;
	}
	if (!dir)
		dir = roots->root ? roots->root : item->root;
	if (!realpath(dir, root)) {
		buf_addf(err, "%s: %s", dir, strerror(errno));
		return -1;
	}
	return 0;
}

/* --- the path in there -------------------------------------------------- */

/* Append path to root, part by part; ".." never leads above root. */
static void
join_clamped(const char *root, const char *path, struct buf *out)
{
	size_t top, n;

	buf_adds(out, strcmp(root, "/") == 0 ? "" : root);
	top = out->len;
	for (; *path; path += n) {
		path += strspn(path, "/");
		n = strcspn(path, "/");
		if (n == 0 || (n == 1 && *path == '.'))
			continue;
		if (n == 2 && path[0] == '.' && path[1] == '.') {
			while (out->len > top && out->s[out->len - 1] != '/')
				buf_truncate(out, out->len - 1);
			if (out->len > top)
				buf_truncate(out, out->len - 1);
			continue;
		}
		buf_addc(out, '/');
		buf_add(out, path, n);
	}
}

static bool
is_below(const char *root, const char *path)
{
	size_t n = strcmp(root, "/") == 0 ? 0 : strlen(root);

	return strncmp(root, path, n) == 0 &&
	       (path[n] == '\0' || path[n] == '/');
}

static int
find_dir(
    const struct flux_item *item, const char *root, char *dir, struct buf *err)
{
	const char *path = json_get_str(&item->flux.spec, "path");
	struct buf joined = BUF_INIT;
	struct stat st;
	const char *why = NULL;

	join_clamped(root, path ? path : "", &joined);
	if (!realpath(joined.len ? joined.s : "/", dir) || stat(dir, &st) != 0)
		why = strerror(errno);
	else if (!S_ISDIR(st.st_mode))
		why = "is not a directory";
	else if (!is_below(root, dir))
		why = "leads out of the root";
	buf_release(&joined);
	if (!why)
		return 0;
	say_field(item, "/spec/path", "spec.path: ", err);
	buf_addf(
	    err, "%s in %s (or see --root): %s", path ? path : "./", root, why);
	return -1;
}

/* --- records ------------------------------------------------------------ */

static struct record *
new_record(struct flux_records *out)
{
	out->records =
	    mem_grow(out->records, out->n, &out->cap, sizeof(*out->records));
	return &out->records[out->n++];
}

static void
add_stage(
    struct flux_records *out, const struct flux_item *item, const char *root)
{
	struct record *r = new_record(out);
	const char *account =
	    json_get_str(&item->flux.spec, "serviceAccountName");
	struct buf revision = BUF_INIT, name = BUF_INIT;
	jv v = json_set_str(jv_object(), "type", "stage");

	flux_stage_name(&item->flux, &name);
	v = json_set_str(v, "stage", name.s);
	if (account)
		v = json_set(v, "as",
		    jv_string_fmt("system:serviceaccount:%s:%s",
			item->flux.namespace, account));
	v = json_set(v, "after", jv_copy(item->after));
	if (json_len(&item->flux.metadata))
		v = json_set(v, "metadata", jv_copy(item->flux.metadata));
	v = json_set(v, "spec", jv_copy(item->flux.spec));
	if (git_revision(root, &revision) == 0)
		v = json_set_str(v, "revision", revision.s);
	buf_release(&revision);
	buf_release(&name);
	*r = (struct record){ .type = RECORD_STAGE, .value = v };
	json_write(&r->text, &v, 0);
}

/* The path of an object's file in its root. */
static const char *
path_in_root(const char *root, const struct kustomize_object *from)
{
	size_t n = strlen(root);

	if (strncmp(from->path, root, n) == 0 && from->path[n] == '/')
		return from->path + n + 1;
	return from->path;
}

void
flux_records_add(struct flux_records *out, const char *stage, const char *root,
    struct kustomize_object *from)
{
	struct record *r = new_record(out);
	jv origin = jv_object();

	record_make_object(r, stage, from->object);
	from->object = jv_null();
	origin = json_set_str(origin, "path", path_in_root(root, from));
	origin = json_set(origin, "line", jv_number(from->line));
	record_set(r, "origin", origin);
}

static void
say_origin(const struct record *r, struct buf *err)
{
	jv origin = json_get(&r->value, "origin");
	const char *path = json_get_str(&origin, "path");

	buf_addf(err, "%s:%lld", path ? path : "?",
	    json_get_int(&origin, "line", 1));
	jv_free(origin);
}

/* Two objects of one id in a stage: "FILE:LINE: SUBJECT: is at FILE:LINE too".
 */
static int
check_ids(const struct flux_records *out, size_t from, struct buf *err)
{
	jv seen = jv_object();
	struct buf key = BUF_INIT, what = BUF_INIT;
	int rc = 0;
	size_t i;

	for (i = from; rc == 0 && i < out->n; i++) {
		jv object = record_object(&out->records[i]);
		struct object_id id;
		long long first;

		buf_clear(&key);
		rc = object_id(&object, &id, &what);
		if (rc == 0) {
			object_id_key(&id, &key);
		} else {
			say_origin(&out->records[i], err);
			buf_adds(err, ": ");
			object_subject(&object, err);
			buf_addf(err, ": %s", buf_str(&what));
		}
		if (rc == 0 && *id.name && json_has(&seen, key.s)) {
			first = json_get_int(&seen, key.s, 0);
			say_origin(&out->records[i], err);
			buf_adds(err, ": ");
			object_subject(&object, err);
			buf_adds(err, ": is at ");
			say_origin(&out->records[first], err);
			buf_adds(err, " too");
			rc = -1;
		}
		if (rc == 0)
			seen = json_set(seen, key.s, jv_number((double)i));
		jv_free(object);
	}
	buf_release(&key);
	buf_release(&what);
	jv_free(seen);
	return rc;
}

/* What becomes of a built object: invalid, with a message, if it can't be. */
static jv
finish_object(const struct flux *f, const jv *vars, jv object,
    struct buf *pointer, struct buf *err)
{
	if (sops_encrypted(&object)) {
		buf_adds(pointer, "/sops");
		object_subject(&object, err);
		buf_adds(err, ": is encrypted with SOPS: decrypt its file "
			      "first, or leave its stage out with --skip");
		jv_free(object);
		return jv_invalid();
	}
	return flux_substitute(f, vars, object, pointer, err);
}

static int
take_objects(struct flux_records *out, const struct flux_item *item,
    const char *root, const jv *vars, struct kustomize_result *built,
    struct buf *err)
{
	struct buf name = BUF_INIT;
	int rc = 0;
	size_t i;

	flux_stage_name(&item->flux, &name);
	for (i = 0; rc == 0 && i < built->n; i++) {
		struct kustomize_object *from = &built->objects[i];
		jv object = from->object;
		struct buf what = BUF_INIT, pointer = BUF_INIT;

		from->object = jv_null();
		object =
		    finish_object(&item->flux, vars, object, &pointer, &what);
		if (!jv_is_valid(object)) {
			buf_addf(err, "%s:%d: %s", path_in_root(root, from),
			    place_line(root, from->path, from->line, from->at,
				buf_str(&pointer), 0),
			    buf_str(&what));
			jv_free(object);
			rc = -1;
		} else {
			from->object = flux_add_metadata(&item->flux, object);
			flux_records_add(out, name.s, root, from);
		}
		buf_release(&pointer);
		buf_release(&what);
	}
	buf_release(&name);
	return rc;
}

/* The variables, or invalid with a message that names the field. */
static jv
find_variables(const struct flux_item *item, const jv *values, struct buf *err)
{
	struct buf what = BUF_INIT;
	struct buf pointer = BUF_INIT;
	jv vars = flux_variables(&item->flux, values, &pointer, &what);

	if (!jv_is_valid(vars))
		say_field(item, pointer.s, buf_str(&what), err);
	buf_release(&what);
	buf_release(&pointer);
	return vars;
}

/* What is wrong with a build, or with what spec adds to it at a pointer. */
static void
say_build(const struct flux_item *item, const struct buf *at, const char *what,
    struct buf *err)
{
	struct buf pointer = BUF_INIT;

	buf_addf(&pointer, "/spec%s", buf_str(at));
	if (at->len)
		say_field(item, pointer.s, what, err);
	else
		buf_adds(err, what);
	buf_release(&pointer);
}

/* The stage's own record, and those of all that its directory builds. */
static int
build_stage(struct flux_records *out, const struct flux_item *item,
    const char *root, const char *dir, const jv *vars, struct buf *err)
{
	struct buf at = BUF_INIT, what = BUF_INIT;
	struct kustomize_options options = {
		.reorder = KUSTOMIZE_REORDER_NONE,
		.flux = true,
		.confine = root,
		.overlay = &item->flux.spec,
		.overlay_at = &at,
	};
	struct kustomize_result built = { 0 };
	size_t from;
	int rc;

	add_stage(out, item, root);
	from = out->n;
	rc = kustomize_build(dir, &options, &built, &what);
	if (rc)
		say_build(item, &at, buf_str(&what), err);
	if (rc == 0)
		rc = take_objects(out, item, root, vars, &built, err);
	if (rc == 0)
		rc = check_ids(out, from, err);
	kustomize_release(&built);
	buf_release(&at);
	buf_release(&what);
	return rc;
}

int
flux_render(struct flux_records *out, const struct flux_item *item,
    const struct flux_roots *roots, const jv *values, struct buf *err)
{
	const struct flux_refusal *refusal = &item->flux.refusal;
	char root[PATH_MAX], dir[PATH_MAX];
	jv vars;
	int rc;

	if (refusal->what.len) {
		say_field(item, buf_str(&refusal->pointer),
		    buf_str(&refusal->what), err);
		return -1;
	}
	if (find_root(item, roots, root, err) || find_dir(item, root, dir, err))
		return -1;
	vars = find_variables(item, values, err);
	if (!jv_is_valid(vars)) {
		jv_free(vars);
		return -1;
	}
	rc = build_stage(out, item, root, dir, &vars, err);
	jv_free(vars);
	return rc;
}

void
flux_records_release(struct flux_records *records)
{
	record_free_all(records->records, (long)records->n);
	*records = (struct flux_records){ 0 };
}
