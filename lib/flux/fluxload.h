#ifndef POUNDLOCK_FLUXLOAD_H
#define POUNDLOCK_FLUXLOAD_H

#include <stddef.h>

#include "buf.h"
#include "flux/flux.h"

/* Flux Kustomizations from files: the stages of a chain. */
struct flux_item {
	struct flux flux;
	jv after;   /* names of the stages that it depends on */
	char *file; /* as messages name it */
	int line;   /* of its document, from 1 */
	char *at;   /* JSON pointer in that, where it is in a List; or NULL */
	char *root; /* what spec.path is relative to by default: the top of the
		       Git work tree that holds the file, else the current
		       directory */
};

struct flux_set {
	struct flux_item *items; /* in the order that they were read in */
	size_t n, cap;
};

/*
 * Add what path holds: a file, "-" for standard input, or a directory, of which
 * all *.yaml and *.yml are read, in byte order of their names, directories in
 * it likewise; names that begin with a dot are passed over, and symbolic links
 * to directories.  Objects of other kinds are passed over, and so are files of
 * templates ("{{") that are no YAML and name no Kustomization.  namespace is
 * for those that name none.
 *
 * Returns 0, or -1 with "FILE:LINE:COLUMN: WHAT" in err; two of one name are
 * refused too.
 */
int flux_load(struct flux_set *set, const char *path, const char *namespace,
    struct buf *err);
void flux_set_release(struct flux_set *set);

/*
 * Take one out.  What came after it comes after what that came after instead.
 */
void flux_set_drop(struct flux_set *set, size_t which);

/*
 * Add a Kustomization that another one, the parent, builds of FILE:LINE: a
 * stage that comes after the parent.  Returns 0, or -1 with a message.
 */
int flux_set_nest(struct flux_set *set, size_t parent, const jv *object,
    const char *file, int line, struct buf *err);

#endif
