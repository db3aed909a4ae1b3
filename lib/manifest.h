#ifndef POUNDLOCK_MANIFEST_H
#define POUNDLOCK_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

#include "buf.h"

/*
 * YAML to jv and back, exactly as Kubernetes reads it (sigs.k8s.io/yaml: YAML
 * 1.1 with go-yaml's own rules) and as kustomize writes it.
 *
 * Refused with "LINE:COLUMN: WHAT" in err, the caller puts the file in front:
 * broken YAML, duplicate keys, .inf and .nan, integers that a double can't hold
 * exactly, null or non-scalar keys, nesting deeper than JSON_DEPTH, aliases
 * that expand beyond MANIFEST_NODES, and text longer than MANIFEST_TEXT.
 */

#define MANIFEST_TEXT (64u << 20) /* bytes of one file */
#define MANIFEST_NODES 1000000	  /* nodes of one document, aliases expanded */

/* One document of a file. */
struct manifest_doc {
	jv value; /* any kind; empty documents are left out */
	int line; /* of its first node, from 1 */
};

struct manifest {
	struct manifest_doc *docs;
	size_t n;
};

/*
 * Read all documents of a text.  A text whose first character is { is JSON
 * (one value, or several behind each other), as kubectl takes it.  Returns 0,
 * or -1 with a message.  manifest_release frees what it filled in.
 */
int manifest_read(
    const char *text, size_t len, struct manifest *m, struct buf *err);
void manifest_release(struct manifest *m);

/*
 * Where a JSON pointer of the given document (from 0) stands in the text: for
 * messages about a field, after the fact, so that reading costs nothing for it.
 * The place is the key of a member or the start of an element.  Where the
 * pointer leads nowhere, its longest prefix that leads somewhere is taken.
 * Returns false for a text that can't be read.
 */
bool manifest_locate(const char *text, size_t len, size_t doc,
    const char *pointer, int *line, int *column);

/*
 * Append v as one YAML document in the style of kustomize (go-yaml v2 by way of
 * JSON): keys in natural order, indent 2, sequences at their parent's indent,
 * folded at 80 columns.  Ends in a newline; no "---".
 */
void manifest_write(struct buf *out, const jv *v);

#endif
