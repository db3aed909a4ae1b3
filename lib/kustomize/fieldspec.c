/* Paths into objects; see fieldspec.h. */
#include "kustomize/fieldspec.h"

#include <string.h>

#include "json.h"
#include "mem.h"

struct walk {
	enum fieldspec_make make;
	bool create;
	fieldspec_set *set;
	void *context;
	struct buf *err;
	bool failed;
};

static jv walk(struct walk *w, jv v, const char *path);

bool
fieldspec_selects(const struct fieldspec *spec, const struct id *id)
{
	return (!*spec->kind || strcmp(spec->kind, id->kind) == 0) &&
	       (!*spec->group || strcmp(spec->group, id->group) == 0) &&
	       (!*spec->version || strcmp(spec->version, id->version) == 0);
}

/* What an older spec leaves open the new one may say more closely. */
static bool
covers(const char *old, const char *new)
{
	return !*new || strcmp(old, new) == 0;
}

int
fieldspecs_add(struct fieldspecs *list, const struct fieldspec *spec)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct fieldspec *old = &list->specs[i];

		if (strcmp(old->path, spec->path) == 0 &&
		    covers(old->group, spec->group) &&
		    covers(old->version, spec->version) &&
		    covers(old->kind, spec->kind))
			return old->create == spec->create ? 0 : -1;
	}
	list->specs =
	    mem_grow(list->specs, list->n, &list->cap, sizeof(*list->specs));
	list->specs[list->n++] = *spec;
	return 0;
}

bool
fieldspec_part(const char **path, struct buf *part)
{
	const char *p = *path;

	buf_clear(part);
	if (!*p)
		return false;
	for (; *p && *p != '/'; p++) {
		if (p[0] == '\\' && p[1] == '/')
			p++;
		buf_addc(part, *p);
	}
	*path = *p ? p + 1 : p;
	return true;
}

static jv
fail(struct walk *w, jv v, const char *what)
{
	if (!w->failed)
		buf_adds(w->err, what);
	w->failed = true;
	return v;
}

static jv
walk_list(struct walk *w, jv list, const char *path)
{
	for (int i = 0; i < json_len(&list) && !w->failed; i++) {
		jv element = json_take_at(&list, i);

		list = jv_array_set(list, i, walk(w, element, path));
	}
	return list;
}

static jv
walk_map(struct walk *w, jv map, const char *path)
{
	struct buf part = BUF_INIT;
	bool list = false;
	jv v;

	fieldspec_part(&path, &part);
	if (part.len > 2 && strcmp(part.s + part.len - 2, "[]") == 0) {
		buf_truncate(&part, part.len - 2);
		list = true;
	}
	v = json_take(&map, buf_str(&part));
	if (!list && w->create && w->make != MAKE_NOTHING) {
		if (!jv_is_valid(v) || json_is(&v, JV_KIND_NULL)) {
			jv_free(v);
			v = *path || w->make == MAKE_MAP ? jv_object()
							 : jv_string("");
		}
	} else if (list && json_is(&v, JV_KIND_NULL)) {
		jv_free(v);
		v = jv_array();
	}
	if (part.len == 0)
		map = fail(w, map, "a path with an empty part");
	if (jv_is_valid(v))
		map = json_set(map, buf_str(&part), walk(w, v, path));
	else
		jv_free(v);
	buf_release(&part);
	return map;
}

static jv
walk(struct walk *w, jv v, const char *path)
{
	jv new;

	if (w->failed)
		return v;
	if (!*path) {
		new = w->set(v, w->context, w->err);
		if (jv_is_valid(new))
			return new;
		jv_free(new);
		w->failed = true;
		return jv_null();
	}
	switch (jv_get_kind(v)) {
	case JV_KIND_NULL:
		return v;
	case JV_KIND_ARRAY:
		return walk_list(w, v, path);
	case JV_KIND_OBJECT:
		return walk_map(w, v, path);
	default:
		return fail(w, v, "a map or a list was expected on the way");
	}
}

/*
 * A look without touching anything: most paths lead nowhere in most objects,
 * and taking an object apart on the way costs three times as much.
 */
static bool
leads_somewhere(const jv *v, const char *path, struct buf *part)
{
	bool found = false;
	size_t list = 0;
	jv child;

	if (!*path)
		return true;
	if (json_is(v, JV_KIND_ARRAY)) {
		for (int i = 0; i < json_len(v) && !found; i++) {
			child = json_at(v, i);
			found = leads_somewhere(&child, path, part);
			jv_free(child);
		}
		return found;
	}
	/* What is neither is for the walk to complain about. */
	if (!json_is(v, JV_KIND_OBJECT))
		return !json_is(v, JV_KIND_NULL);
	fieldspec_part(&path, part);
	if (part->len > 2 && strcmp(part->s + part->len - 2, "[]") == 0)
		list = part->len;
	if (list)
		buf_truncate(part, list - 2);
	child = json_get(v, buf_str(part));
	/* A null that a path takes for a list becomes one. */
	if (list && json_is(&child, JV_KIND_NULL))
		found = true;
	else
		found =
		    jv_is_valid(child) && leads_somewhere(&child, path, part);
	jv_free(child);
	return found || part->len == 0;
}

int
fieldspec_apply(jv *object, const struct fieldspec *spec,
    enum fieldspec_make make, fieldspec_set *set, void *context,
    struct buf *err)
{
	struct buf what = BUF_INIT;
	struct walk w = { make, spec->create, set, context, &what, false };

	if ((!w.create || make == MAKE_NOTHING) &&
	    !leads_somewhere(object, spec->path, &what)) {
		buf_release(&what);
		return 0;
	}
	buf_clear(&what);
	*object = walk(&w, *object, spec->path);
	if (w.failed)
		buf_addf(err, "%s: %s", spec->path, buf_str(&what));
	buf_release(&what);
	return w.failed ? -1 : 0;
}
