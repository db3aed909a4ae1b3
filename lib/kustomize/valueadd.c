/* One value into many fields; see valueadd.h. */
#include "kustomize/valueadd.h"

#include <string.h>

#include "json.h"
#include "kustomize/fields.h"
#include "kustomize/select.h"
#include "kustomize/transform.h"
#include "manifest/manifest.h"

struct addition {
	const char *value;
	long long position; /* from 1; 0: the whole field */
};

/* Put a part into a path, before the one at an index. */
static void
insert_part(struct buf *out, const char *path, long long at, const char *part)
{
	bool first = true;

	if (*path == '/') {
		buf_addc(out, '/');
		path++;
	}
	for (;; at--) {
		size_t n = strcspn(path, "/");

		if (at == 0) {
			buf_addf(out, "%s%s", first ? "" : "/", part);
			first = false;
		}
		if (n > 0 || *path) {
			buf_addf(out, "%s%.*s", first ? "" : "/", (int)n, path);
			first = false;
		}
		if (!path[n])
			break;
		path += n + 1;
	}
	if (at > 0)
		buf_addf(out, "%s%s", first ? "" : "/", part);
}

static jv
set(jv value, void *context, struct buf *err)
{
	const struct addition *add = context;
	struct buf out = BUF_INIT;
	jv was;

	if (json_is(&value, JV_KIND_OBJECT) || json_is(&value, JV_KIND_ARRAY)) {
		buf_adds(err, "is no single value");
		jv_free(value);
		return jv_invalid();
	}
	was = scalar_string(&value);
	if (add->position > 0)
		insert_part(
		    &out, json_str(&was), add->position - 1, add->value);
	else
		buf_adds(&out, add->value);
	jv_free(was);
	jv_free(value);
	value = jv_string(buf_str(&out));
	buf_release(&out);
	return value;
}

static int
add_to(const struct where *w, struct resmap *m, struct resource *r,
    const char *path, struct addition *add)
{
	struct fieldspec spec = { "", "", "", path, true };
	struct fault fault = FAULT_INIT;
	int rc = 0;

	if (strcmp(path, "metadata/namespace") == 0 && r->cluster)
		return 0;
	if (fieldspec_apply(&r->object, &spec, MAKE_SCALAR, set, add, &fault))
		rc = where_fail_fault(w, r, &fault);
	fault_release(&fault);
	build_renamed(w->b, m, r);
	return rc;
}

static int
add_to_target(const struct where *w, struct resmap *m, const jv *target,
    const char *value)
{
	const char *path = json_get_str(target, "fieldPath");
	struct addition add = { value,
		json_get_int64(target, "filePathPosition", 0) };
	jv select = json_get(target, "selector");
	struct selector s = { 0 };
	struct buf what = BUF_INIT;
	int rc = 0;

	if (!path)
		path = "";
	if (!*path)
		rc = where_fail_in(w, "/fieldPath", "is missing");
	else if (add.position < 0)
		rc = where_fail_in(w, "/filePathPosition", "is negative");
	else if (selector_read(&s, &select, &what))
		rc = where_fail_in(w, "/selector", "%s", buf_str(&what));
	for (size_t i = 0; i < m->n && rc == 0; i++)
		if (selector_matches(&s, m->list[i]))
			rc = add_to(w, m, m->list[i], path, &add);
	selector_release(&s);
	jv_free(select);
	buf_release(&what);
	return rc;
}

/* The targets, and behind them those that a file has. */
static int
add_file(const struct where *w, const char *path, jv *targets)
{
	struct buf text = BUF_INIT, what = BUF_INIT, pointer = BUF_INIT;
	struct manifest doc = { NULL, 0 };
	jv v = jv_object(), more;
	int rc = dir_read(w->dir, path, &text, &what) ||
			 manifest_read_as(MANIFEST_KUBERNETES, buf_str(&text),
			     text.len, &doc, &what)
		     ? -1
		     : 0;

	if (rc == 0 && doc.n > 0) {
		jv_free(v);
		v = fields_check(FIELDS_PLUGIN, jv_copy(doc.docs[0].value),
		    true, &pointer, &what);
		rc = jv_is_valid(v) ? 0 : -1;
	}
	if (rc)
		where_fail_in(
		    w, "/targetFilePath", "%s: %s", path, buf_str(&what));
	more = json_get(&v, "targets");
	if (rc == 0 && json_is(&more, JV_KIND_ARRAY))
		*targets = jv_array_concat(*targets, jv_copy(more));
	jv_free(more);
	jv_free(v);
	manifest_release(&doc);
	buf_release(&text);
	buf_release(&what);
	buf_release(&pointer);
	return rc;
}

int
transform_value_add(const struct where *w, struct resmap *m, const jv *config)
{
	const char *value = json_get_str(config, "value");
	const char *file = json_get_str(config, "targetFilePath");
	jv targets = json_get(config, "targets");
	struct where at = *w;
	int own, rc = 0;

	if (!jv_is_valid(targets)) {
		jv_free(targets);
		targets = jv_array();
	}

	if (!value || !*value) {
		value = strrchr(w->dir->root, '/');
		value = value ? value + 1 : w->dir->root;
	}
	own = json_len(&targets);
	if (file && *file)
		rc = add_file(w, file, &targets);
	if (rc == 0 && json_len(&targets) == 0)
		rc = where_fail_in(w, "/targets", "at least one is due");
	for (int i = 0; i < json_len(&targets) && rc == 0; i++) {
		jv target = json_at(&targets, i);
		struct buf pointer = BUF_INIT;

		if (i < own)
			buf_addf(&pointer, "/targets/%d", i);
		at.pointer = i < own ? pointer.s : "/targetFilePath";
		rc = add_to_target(&at, m, &target, value);
		buf_release(&pointer);
		jv_free(target);
	}
	jv_free(targets);
	return rc;
}
