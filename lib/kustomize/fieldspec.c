/* Paths into objects; see fieldspec.h. */
#include "kustomize/fieldspec.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"

struct walk {
	const struct fieldpath *path;
	enum fieldspec_make make;
	fieldspec_set *set;
	void *context;
	struct fault *fault;
	bool failed;
};

static jv walk(struct walk *w, jv v, size_t at);

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

/* --- paths -------------------------------------------------------------- */

/*
 * Read the next part of a path, \/ taken as /; false at its end.  There is an
 * empty one behind a / and in an empty path.
 */
static bool
next_part(const char **path, struct buf *part)
{
	const char *p = *path;

	buf_clear(part);
	if (!p)
		return false;
	for (; *p && *p != '/'; p++) {
		if (p[0] == '\\' && p[1] == '/')
			p++;
		buf_addc(part, *p);
	}
	*path = *p ? p + 1 : NULL;
	return true;
}

void
fieldpath_init(struct fieldpath *path, const struct fieldspec *spec)
{
	const char *rest = spec->path;
	struct buf part = BUF_INIT;
	size_t cap = 0;

	*path = (struct fieldpath){ .spec = spec, .leads = true };
	while (next_part(&rest, &part)) {
		bool list =
		    part.len >= 2 && strcmp(part.s + part.len - 2, "[]") == 0;

		if (list)
			buf_truncate(&part, part.len - 2);
		path->parts =
		    mem_grow(path->parts, path->n, &cap, sizeof(*path->parts));
		path->parts[path->n++] =
		    (struct fieldpart){ json_key(buf_str(&part), part.len),
			    list };
	}
	buf_release(&part);
}

void
fieldpath_release(struct fieldpath *path)
{
	while (path->n)
		jv_free(path->parts[--path->n].key);
	free(path->parts);
}

static void
add_pointer(const struct fieldpath *path, struct buf *pointer)
{
	for (size_t i = 0; i < path->n; i++)
		json_pointer_add(pointer, jv_string_value(path->parts[i].key));
}

static void
say_path(const struct fieldpath *path, struct buf *out)
{
	struct buf pointer = BUF_INIT;

	add_pointer(path, &pointer);
	fault_say_pointer(buf_str(&pointer), out);
	buf_release(&pointer);
}

void
fieldspec_say(const struct fieldspec *spec, struct buf *out)
{
	struct fieldpath path;

	fieldpath_init(&path, spec);
	say_path(&path, out);
	fieldpath_release(&path);
}

/* --- walking ------------------------------------------------------------ */

static jv
fail(struct walk *w, jv v, const char *what)
{
	buf_adds(&w->fault->what, what);
	w->failed = true;
	return v;
}

/* Fail about the rest of the path, of which there can be no field. */
static jv
fail_path(struct walk *w, jv v, size_t at, const char *what)
{
	for (size_t i = w->path->n; i > at; i--)
		fault_lead(
		    w->fault, jv_string_value(w->path->parts[i - 1].key));
	return fail(w, v, what);
}

/* Neither a map nor a list is where the path goes on. */
static jv
fail_way(struct walk *w, jv v)
{
	buf_adds(
	    &w->fault->what, "is neither a map nor a list, on the way to ");
	say_path(w->path, &w->fault->what);
	w->failed = true;
	return v;
}

static jv
walk_list(struct walk *w, jv list, size_t at)
{
	int n = json_len(&list);

	for (int i = 0; i < n && !w->failed; i++) {
		jv element = json_take_at(&list, i);

		list = jv_array_set(list, i, walk(w, element, at));
		if (w->failed)
			fault_lead_index(w->fault, i);
	}
	return list;
}

/* What takes the place of a field that is missing or null. */
static jv
make(const struct walk *w, jv v, size_t at)
{
	const struct fieldpart *part = &w->path->parts[at];
	bool missing = !jv_is_valid(v);

	if (!missing && !json_is(&v, JV_KIND_NULL))
		return v;
	if (part->list && !missing) {
		jv_free(v);
		return jv_array();
	}
	if (part->list || !w->path->spec->create || w->make == MAKE_NOTHING)
		return v;
	jv_free(v);
	return at + 1 < w->path->n || w->make == MAKE_MAP ? jv_object()
							  : jv_string("");
}

/* kustomize takes it for the index of a list, even in a map. */
static bool
is_index(const char *part)
{
	size_t sign = *part == '-' || *part == '+';
	size_t digits = strspn(part + sign, "0123456789");

	return digits > 0 && !part[sign + digits];
}

static jv
walk_map(struct walk *w, jv map, size_t at)
{
	const jv *key = &w->path->parts[at].key;
	jv v;

	if (is_index(jv_string_value(*key)))
		return fail_path(w, map, at, "a number leads into lists only");
	if (!*jv_string_value(*key))
		return fail_path(w, map, at, "a path with an empty part");
	if (strcmp(jv_string_value(*key), "*") == 0)
		return fail_path(w, map, at, "a path can't have a wildcard");
	v = make(w, jv_object_get(jv_copy(map), jv_copy(*key)), at);
	if (!jv_is_valid(v)) {
		jv_free(v);
		return map;
	}
	/* The value has one owner while it changes; a scalar is replaced. */
	if (json_is(&v, JV_KIND_OBJECT) || json_is(&v, JV_KIND_ARRAY))
		map = jv_object_set(map, jv_copy(*key), jv_null());
	v = walk(w, v, at + 1);
	if (w->failed)
		fault_lead(w->fault, jv_string_value(*key));
	return jv_object_set(map, jv_copy(*key), v);
}

static jv
walk(struct walk *w, jv v, size_t at)
{
	jv new;

	if (w->failed)
		return v;
	if (at == w->path->n) {
		new = w->set(v, w->context, &w->fault->what);
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
		return walk_list(w, v, at);
	case JV_KIND_OBJECT:
		return walk_map(w, v, at);
	default:
		return fail_way(w, v);
	}
}

int
fieldpath_apply(jv *object, const struct fieldpath *path,
    enum fieldspec_make make, fieldspec_set *set, void *context,
    struct fault *fault)
{
	struct walk w = { path, make, set, context, fault, false };

	if (!path->leads && (!path->spec->create || make == MAKE_NOTHING))
		return 0;
	if (path->n > JSON_DEPTH) {
		add_pointer(path, &fault->field);
		buf_adds(&fault->what, "too long a path");
		return -1;
	}
	*object = walk(&w, *object, 0);
	return w.failed ? -1 : 0;
}

int
fieldspec_apply(jv *object, const struct fieldspec *spec,
    enum fieldspec_make make, fieldspec_set *set, void *context,
    struct fault *fault)
{
	struct fieldpath path;
	int rc;

	fieldpath_init(&path, spec);
	rc = fieldpath_apply(object, &path, make, set, context, fault);
	fieldpath_release(&path);
	return rc;
}
