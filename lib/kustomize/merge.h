#ifndef POUNDLOCK_KUSTOMIZE_MERGE_H
#define POUNDLOCK_KUSTOMIZE_MERGE_H

#include <jv.h>

#include "buf.h"
#include "kustomize/schema.h"

/*
 * Strategic merge, exactly as kustomize does it: null deletes, $patch says
 * delete, replace or merge, and lists for which the schema has keys are merged
 * element by element, the patch's elements first.  Where kustomize is odd
 * (elements without their key, a port whose protocol only one side names), so
 * is this.
 */

/*
 * Merge a patch (consumed) into *object.  Afterwards *object is invalid if the
 * patch deleted it as a whole.  Returns -1 with "WHAT" in err, *object then
 * being invalid, when the two don't fit or a directive is unknown; pointer,
 * if not NULL, then leads to the field.
 */
int merge_strategic(const struct schema *schema, jv *object, jv patch,
    struct buf *pointer, struct buf *err);

/* Append the text of a scalar as YAML would spell it, "" for a container. */
void merge_scalar_text(const jv *v, struct buf *out);

#endif
