/* JSON Patch; see jsonpatch.h. */
#include "kustomize/jsonpatch.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"

/* Those up to REMOVE give a value, the others put one. */
enum action { GET, COPY, REMOVE, ADD, REPLACE };

/* One operation at the end of a path. */
struct edit {
	enum action action;
	size_t *room;	     /* nodes that may still be put anywhere */
	jv value;	     /* to put there, or what was there */
	const char *problem; /* NULL: done */
	const char *field;   /* that it is about */
};

static const char *const names[] = { "add", "remove", "replace", "move", "copy",
	"test" };

/* What is wrong with an operation, NULL for nothing, and with which field. */
static const char *
problem(const jv *op, const char **field)
{
	const char *name = json_get_str(op, "op");
	const char *path = json_get_str(op, "path");
	const size_t n = sizeof(names) / sizeof(*names);
	size_t k = 0;

	while (name && k < n && strcmp(names[k], name) != 0)
		k++;
	*field = "op";
	if (!name || k == n)
		return "must be add, remove, replace, move, copy or test";
	*field = "path";
	if (!path || (*path && *path != '/'))
		return "must begin with a /";
	*field = "from";
	return (strcmp(name, "move") == 0 || strcmp(name, "copy") == 0) &&
		       !json_get_str(op, "from")
		   ? "is missing"
		   : NULL;
}

int
jsonpatch_check(const jv *patch, struct fault *fault)
{
	const char *what = NULL, *field;

	if (!json_is(patch, JV_KIND_ARRAY)) {
		buf_adds(&fault->what, "is no list of JSON patch operations");
		return -1;
	}
	for (int i = 0; i < json_len(patch) && !what; i++) {
		jv op = json_at(patch, i);

		what = problem(&op, &field);
		if (what) {
			buf_addf(&fault->field, "/%d/%s", i, field);
			buf_adds(&fault->what, what);
		}
		jv_free(op);
	}
	return what ? -1 : 0;
}

/*
 * The index that a token means, -1 for none.  size is what a negative one
 * counts from, and the first that is too large.
 */
static int
index_of(const char *token, int size)
{
	char *end;
	long i = strtol(token, &end, 10);

	if (!*token || *end || i >= size || i < -size)
		return -1;
	return (int)(i < 0 ? i + size : i);
}

static jv
insert_at(jv list, int at, jv value)
{
	int n = json_len(&list);
	jv tail = jv_array_slice(jv_copy(list), at, n);

	list = jv_array_slice(list, 0, at);
	list = jv_array_append(list, value);
	return jv_array_concat(list, tail);
}

static jv
remove_at(jv list, int at)
{
	int n = json_len(&list);
	jv tail = jv_array_slice(jv_copy(list), at + 1, n);

	return jv_array_concat(jv_array_slice(list, 0, at), tail);
}

static jv
edit_list(jv list, const char *token, struct edit *e)
{
	int n = json_len(&list);
	int at = index_of(token, e->action == ADD ? n + 1 : n);
	jv value = e->value;

	if (e->action == ADD && strcmp(token, "-") == 0)
		at = n;
	if (at < 0) {
		e->problem = "the list has no such element";
		return list;
	}
	if (e->action <= REMOVE) {
		jv_free(e->value);
		e->value = json_at(&list, at);
		return e->action == REMOVE ? remove_at(list, at) : list;
	}
	e->value = jv_null();
	return e->action == ADD ? insert_at(list, at, value)
				: jv_array_set(list, at, value);
}

static jv
edit_map(jv map, const char *token, struct edit *e)
{
	jv value = e->value;

	/* kustomize lets replace add a member and copy take none for null. */
	if (e->action == COPY && !json_has(&map, token))
		return map;
	if ((e->action == GET || e->action == REMOVE) &&
	    !json_has(&map, token)) {
		e->problem = "there is no such field";
		return map;
	}
	if (e->action <= REMOVE) {
		jv_free(e->value);
		e->value = json_get(&map, token);
		return e->action == REMOVE ? json_delete(map, token) : map;
	}
	e->value = jv_null();
	return json_set(map, token, value);
}

/* Go down to the parent of the last token of the path. */
static jv
descend(jv v, const char *path, struct edit *e)
{
	struct buf token = BUF_INIT;
	int at = -1;
	jv child;

	json_pointer_next(&path, &token);
	if (!*path) {
		if (json_is(&v, JV_KIND_OBJECT))
			v = edit_map(v, buf_str(&token), e);
		else if (json_is(&v, JV_KIND_ARRAY))
			v = edit_list(v, buf_str(&token), e);
		else
			e->problem = "its parent is neither a map nor a list";
		buf_release(&token);
		return v;
	}
	if (json_is(&v, JV_KIND_ARRAY)) {
		at = index_of(buf_str(&token), json_len(&v));
		child = at < 0 ? jv_invalid() : json_take_at(&v, at);
	} else {
		child = json_take(&v, buf_str(&token));
	}
	if (!jv_is_valid(child)) {
		jv_free(child);
		e->problem = "its parent does not exist";
	} else if (at >= 0) {
		v = jv_array_set(v, at, descend(child, path, e));
	} else {
		v = json_set(v, buf_str(&token), descend(child, path, e));
	}
	buf_release(&token);
	return v;
}

/* A copy of a copy of a copy is soon more than memory can hold. */
static bool
has_room(const struct edit *e, const char *path)
{
	int depth = JSON_DEPTH;

	if (e->action != ADD && e->action != REPLACE)
		return true;
	for (; *path; path++)
		depth -= *path == '/';
	return depth >= 0 && json_fits(&e->value, depth, e->room);
}

/* Do it at path.  Consumes e's value; that of the answer is the caller's. */
static struct edit
edit(jv *document, const char *path, struct edit e)
{
	e.field = path;
	if (!has_room(&e, path)) {
		e.problem = "too much, or nested too deep";
	} else if (*path) {
		*document = descend(*document, path, &e);
	} else if (e.action == GET || e.action == COPY) {
		jv_free(e.value);
		e.value = jv_copy(*document);
	} else if (e.action == REMOVE) {
		e.problem = "the whole document can't be removed";
	} else {
		jv_free(*document);
		*document = e.value;
		e.value = jv_null();
	}
	return e;
}

static struct edit
transfer(jv *document, const jv *op, const char *path, bool move, size_t *room)
{
	struct edit e = edit(document, json_get_str(op, "from"),
	    (struct edit){ move ? REMOVE : COPY, room, jv_null(), NULL, NULL });

	if (e.problem)
		return e;
	e.action = ADD;
	return edit(document, path, e);
}

static struct edit
test(jv *document, const char *path, jv value, size_t *room)
{
	struct edit e = edit(
	    document, path, (struct edit){ .room = room, .value = jv_null() });

	if (e.problem && json_is(&value, JV_KIND_NULL))
		e.problem = NULL;
	else if (!e.problem && !json_equal(&e.value, &value))
		e.problem = "the value is another";
	jv_free(value);
	return e;
}

static struct edit
run(jv *document, const jv *op, const char *name, const char *path,
    size_t *room)
{
	struct edit e = { .room = room };
	jv value = json_get(op, "value");

	if (!jv_is_valid(value)) {
		jv_free(value);
		value = jv_null();
	}
	if (strcmp(name, "test") == 0)
		return test(document, path, value, room);
	if (strcmp(name, "move") == 0 || strcmp(name, "copy") == 0) {
		jv_free(value);
		return transfer(document, op, path, *name == 'm', room);
	}
	e.action = strcmp(name, "add") == 0	 ? ADD
		   : strcmp(name, "remove") == 0 ? REMOVE
						 : REPLACE;
	e.value = value;
	return edit(document, path, e);
}

int
jsonpatch_apply(
    jv *document, const jv *patch, int *operation, struct fault *fault)
{
	size_t room = JSONPATCH_ROOM;

	for (int i = 0; i < json_len(patch); i++) {
		jv op = json_at(patch, i);
		const char *name = json_get_str(&op, "op");
		const char *path = json_get_str(&op, "path");
		struct edit e = run(document, &op, name, path, &room);
		const char *problem = e.problem;

		jv_free(e.value);
		if (problem) {
			buf_adds(&fault->field, e.field);
			buf_addf(&fault->what, "%s: %s", name, problem);
		}
		if (problem && operation)
			*operation = i;
		jv_free(op);
		if (problem)
			return -1;
	}
	return 0;
}

void
jsonpatch_replace(jv *document, const char *pointer, jv value)
{
	struct fault ignored = FAULT_INIT;
	jv op = json_set_str(jv_object(), "op", "replace"), ops;

	op = json_set_str(op, "path", pointer);
	ops = jv_array_append(jv_array(), json_set(op, "value", value));
	jsonpatch_apply(document, &ops, NULL, &ignored);
	jv_free(ops);
	fault_release(&ignored);
}
