#ifndef POUNDLOCK_KUSTOMIZE_MERGE_H
#define POUNDLOCK_KUSTOMIZE_MERGE_H

#include <jv.h>

#include "buf.h"
#include "kustomize/fault.h"
#include "kustomize/schema.h"
#include "manifest/manifestquote.h"

/*
 * Strategic merge, exactly as kustomize does it: null deletes, $patch says
 * delete, replace or merge, and lists for which the schema has keys are merged
 * element by element, the patch's elements first.  Where kustomize is odd
 * (elements without their key, a port whose protocol only one side names), so
 * is this.
 */

/* What a value doesn't say; the functions take this as their first argument. */
struct merge_spelling {
	enum manifest_quotes quotes; /* which strings of the object have them */
	/* What the patch has at a JSON pointer; invalid: what JSON has. */
	jv (*spelled)(const struct merge_spelling *self, const char *pointer,
	    const jv *value);
};

/*
 * Merge a patch (consumed) into *object.  Afterwards *object is invalid if the
 * patch deleted it as a whole.  Returns -1 with what is wrong with which field
 * of the object, *object then being invalid, when the two don't fit or a
 * directive is unknown; pointer, if not NULL, then leads to the field in the
 * patch.
 *
 * What stood in quotes still does: a number from the patch becomes a string, as
 * spelled there.  With no spelling (NULL), as JSON spells it.
 */
int merge_strategic(const struct schema *schema, jv *object, jv patch,
    const struct merge_spelling *spelling, struct buf *pointer,
    struct fault *fault);

/* Append the text of a scalar as YAML would spell it, "" for a container. */
void merge_scalar_text(const jv *v, struct buf *out);

#endif
