#ifndef POUNDLOCK_KUSTOMIZE_PATH_H
#define POUNDLOCK_KUSTOMIZE_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

#include "kustomize/fault.h"

/*
 * Field paths of replacements and vars: "spec.containers.[name=app].image",
 * "metadata.annotations.[a.b/c]", "list.0", "list.*", with \. for a dot that is
 * meant.
 */
struct path {
	char **parts;
	size_t n, cap;
};

void path_parse(struct path *p, const char *text);
void path_release(struct path *p);

/* What a path leads to, exactly; invalid for nothing. */
jv path_get(const jv *v, const char *text);

/* The same, with the way there, if it is not NULL: an array for jv_getpath. */
jv path_find(const jv *v, const char *text, jv *way);

/* One part of a path further; invalid for nothing. */
jv path_step(const jv *v, const char *part);

/* What is made where a path leads to nothing. */
enum path_make { PATH_NOTHING, PATH_SCALAR, PATH_MAP, PATH_LIST };

/* Called with each value found (consumed); made says that it is new. */
typedef jv path_set(jv value, bool made, void *context, struct buf *err);

struct path_change {
	enum path_make make;
	path_set *set;
	void *context;
	size_t found; /* fields that the path led to, counted here */
	/* An array, kept as the way to the value that set gets; or NULL. */
	jv *way;
};

/*
 * Put new values where a path leads: the values of [key=value] are regular
 * expressions here, and * means every element.  Consumes v; returns it changed,
 * or invalid with what is wrong.
 */
jv path_apply(jv v, const struct path *p, size_t from,
    struct path_change *change, struct fault *fault);

#endif
