#ifndef POUNDLOCK_FLUXRENDER_H
#define POUNDLOCK_FLUXRENDER_H

#include <stddef.h>

#include "buf.h"
#include "flux/fluxload.h"
#include "record.h"

/* Rendering the stages of a chain to the records of a stream. */

/* A directory that holds what a source would bring. */
struct flux_mapping {
	char *kind;
	char *namespace; /* NULL: of any namespace */
	char *name;
	const char *dir;
};

struct flux_roots {
	const char *root; /* for all that are not mapped; NULL: each file's own
			     (see fluxload.h) */
	struct flux_mapping *maps;
	size_t n, cap;
};

/*
 * Add "KIND/[NAMESPACE/]NAME=DIR".  Returns 0, or -1 with a message.  arg must
 * outlive the roots.
 */
int flux_roots_add(struct flux_roots *roots, const char *arg, struct buf *err);
void flux_roots_release(struct flux_roots *roots);

/* The records, in order. */
struct flux_records {
	struct record *records;
	size_t n, cap;
};

struct kustomize_object;

/*
 * Append the record of one object, which is taken out of from; stage is "" for
 * none.  Where its file lies in root, it is named as seen from there.
 */
void flux_records_add(struct flux_records *out, const char *stage,
    const char *root, struct kustomize_object *from);

/*
 * Append one stage: its own record and one for each object of its build.
 * values are those that variables come from (see fluxsubst.h).  Returns 0, or
 * -1 with "FILE:LINE: WHAT" in err; so it is where the Kustomization asks for
 * what can't be done, or an object is encrypted.
 */
int flux_render(struct flux_records *out, const struct flux_item *item,
    const struct flux_roots *roots, const jv *values, struct buf *err);
void flux_records_release(struct flux_records *records);

#endif
