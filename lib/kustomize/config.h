#ifndef POUNDLOCK_KUSTOMIZE_CONFIG_H
#define POUNDLOCK_KUSTOMIZE_CONFIG_H

#include "kustomize/fault.h"
#include "kustomize/fieldspec.h"
#include "kustomize/intern.h"

/*
 * Which fields the transformations work on.  What is built in is data, in
 * specs.def and namerefs.def; `configurations` and `crds` add to it.
 */

enum spec_list {
	SPECS_NAME_PREFIX,
	SPECS_NAME_SUFFIX,
	SPECS_NAMESPACE,
	SPECS_COMMON_LABELS,
	SPECS_LABELS,
	SPECS_TEMPLATE_LABELS,
	SPECS_VOLUME_CLAIM_TEMPLATE_LABELS,
	SPECS_COMMON_ANNOTATIONS,
	SPECS_VAR_REFERENCE,
	SPECS_IMAGES,
	SPECS_REPLICAS,
	N_SPECS
};

/* Fields that hold the name of an object of this group, version and kind. */
struct nameref {
	struct fieldspec target; /* its path is "" */
	struct fieldspecs fields;
};

struct config {
	struct fieldspecs lists[N_SPECS];
	struct nameref *refs;
	size_t n_refs, cap_refs;
};

void config_release(struct config *c);

/* Add what is built in. */
void config_add_builtin(struct config *c);

/* Make an empty one the same as another. */
void config_copy(struct config *c, const struct config *from);

/*
 * Add all of another one, in its order, and sort what came out.  Returns -1,
 * with the list that it is in, for a conflict.
 */
int config_merge(
    struct config *c, const struct config *more, struct fault *fault);

/* Add a configuration file's document; jv is checked as FIELDS_CONFIG. */
int config_add_file(
    struct config *c, struct intern *in, const jv *file, struct fault *fault);

/* Read a list of fieldspecs that was checked as FIELDS_FIELDSPEC. */
void fieldspecs_read(struct fieldspecs *list, struct intern *in, const jv *v);

/* Add what the schemas of a crds file say (a map of definitions). */
int config_add_crds(
    struct config *c, struct intern *in, const jv *file, struct buf *err);

#endif
