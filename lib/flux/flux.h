#ifndef POUNDLOCK_FLUX_H
#define POUNDLOCK_FLUX_H

#include <stdbool.h>

#include <jv.h>

#include "buf.h"

/*
 * Flux Kustomizations (kustomize.toolkit.fluxcd.io/v1, v1beta2, v1beta1): what
 * describes a stage.  Fields, types, patterns and defaults are those of Flux's
 * custom resource definition; what an API server would refuse or drop as
 * unknown is an error here.
 */
struct flux_refusal {
	struct buf what;    /* "FIELD: WHY"; empty if there is none */
	struct buf pointer; /* JSON pointer of the field */
};

struct flux {
	char *name;
	char *namespace;
	jv spec;      /* as written, without nulls; timeout is always there:
			 the given one or interval less 30 s, but at least
			 30 s, as Flux takes it */
	jv metadata;  /* its labels and annotations, those that there are */
	bool suspend; /* Flux leaves it alone, and so do we */
	struct flux_refusal refusal; /* what it asks for that poundlock can't
					do: it can't be rendered, but left out
				      */
};

/* An object of the group and kind, whatever its version. */
bool flux_is_kustomization(const jv *object);

/*
 * Read one; namespace is for an object that names none.  Returns 0, or -1 with
 * "FIELD: WHAT" in err and the JSON pointer of the field (of its parent, for
 * one that is missing) in pointer.  flux_release frees what was filled in, also
 * after an error.
 */
int flux_parse(struct flux *f, const jv *object, const char *namespace,
    struct buf *pointer, struct buf *err);
void flux_release(struct flux *f);

/* Append NAMESPACE/NAME. */
void flux_stage_name(const struct flux *f, struct buf *out);

/* The names of the stages that it depends on, NAMESPACE/NAME each (an array).
 */
jv flux_after(const struct flux *f);

/* spec.sourceRef: kind, namespace (the Kustomization's by default) and name. */
struct flux_source {
	const char *kind, *namespace, *name;
};
struct flux_source flux_source(const struct flux *f);

/* Write spec.commonMetadata's labels and annotations over an object's. */
jv flux_add_metadata(const struct flux *f, jv object);

#endif
