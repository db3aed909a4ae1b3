#ifndef POUNDLOCK_FLUXCHAIN_H
#define POUNDLOCK_FLUXCHAIN_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

#include "buf.h"
#include "flux/fluxrender.h"

/* A whole chain, from the files of its Kustomizations to records. */
struct flux_chain {
	const char *namespace; /* of Kustomizations that name none */
	struct flux_roots roots;
	jv values;	   /* what variables come from: an array of ConfigMaps
			      and Secrets */
	const char **skip; /* stages to leave out: NAMESPACE/NAME, or NAME
			      where only one has it */
	size_t n_skip, skip_cap;
	bool recursive; /* Kustomizations that a stage builds are stages too,
			   which come after it */
};

void flux_chain_release(struct flux_chain *chain);

/*
 * Add the ConfigMaps and Secrets of a file (YAML or JSON, Lists too; others are
 * passed over).  Returns 0, or -1 with "FILE: WHAT" in err.
 */
int flux_chain_values(
    struct flux_chain *chain, const char *file, struct buf *err);

/*
 * Render the stages that paths (NULL at the end; see flux_load) describe.
 * Suspended ones are left out, as Flux leaves them alone; their names go to
 * suspended, an array.  A path without any is an error.  Returns 0, or -1 with
 * a message.
 */
int flux_chain_render(const struct flux_chain *chain, char **paths,
    struct flux_records *out, jv *suspended, struct buf *err);

#endif
