/* One value into many fields; see valueadd.h. */
#include "kustomize/valueadd.h"

#include <string.h>

#include "json.h"
#include "kustomize/select.h"
#include "kustomize/transform.h"

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
	struct buf what = BUF_INIT;
	int rc = 0;

	if (strcmp(path, "metadata/namespace") == 0 && r->cluster)
		return 0;
	if (fieldspec_apply(&r->object, &spec, MAKE_SCALAR, set, add, &what))
		rc = where_fail_at(w, r, "%s", buf_str(&what));
	buf_release(&what);
	build_renamed(w->b, m, r);
	return rc;
}

static int
add_to_target(const struct where *w, struct resmap *m, const jv *target,
    const char *value)
{
	const char *path = json_get_str(target, "fieldPath");
	struct addition add = { value,
		json_get_int(target, "filePathPosition", 0) };
	jv select = json_get(target, "selector");
	struct selector s = { 0 };
	struct buf what = BUF_INIT;
	int rc = 0;

	if (!path)
		path = "";
	if (!*path)
		rc = where_fail(w, "fieldPath is missing");
	else if (add.position < 0)
		rc = where_fail(w, "filePathPosition is negative");
	else if (selector_read(&s, &select, &what))
		rc = where_fail(w, "selector: %s", buf_str(&what));
	for (size_t i = 0; i < m->n && rc == 0; i++)
		if (selector_matches(&s, m->list[i]))
			rc = add_to(w, m, m->list[i], path, &add);
	selector_release(&s);
	jv_free(select);
	buf_release(&what);
	return rc;
}

int
transform_value_add(const struct where *w, struct resmap *m, const jv *config)
{
	const char *value = json_get_str(config, "value");
	jv targets = json_get(config, "targets");
	int rc = 0;

	if (!value || !*value) {
		value = strrchr(w->dir->root, '/');
		value = value ? value + 1 : w->dir->root;
	}
	if (json_has(config, "targetFilePath"))
		rc = where_fail(w, "targetFilePath is not read");
	else if (json_len(&targets) == 0)
		rc = where_fail(w, "targets: at least one is due");
	for (int i = 0; i < json_len(&targets) && rc == 0; i++) {
		jv target = json_at(&targets, i);

		rc = add_to_target(w, m, &target, value);
		jv_free(target);
	}
	jv_free(targets);
	return rc;
}
