#ifndef POUNDLOCK_MANIFEST_H
#define POUNDLOCK_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

#include "buf.h"

/*
 * YAML to jv and back, as kustomize or as Kubernetes reads it and as kustomize
 * writes it.
 *
 * Refused with "LINE:COLUMN: WHAT" in err, the caller puts the file in front:
 * broken YAML, duplicate keys, .inf and .nan, null or non-scalar keys, nesting
 * deeper than JSON_DEPTH, aliases that expand beyond MANIFEST_NODES, more than
 * MANIFEST_FILE_NODES, and text longer than MANIFEST_TEXT.
 * Merge keys (<<) give way to a mapping's own keys, wherever they stand.
 */

#define MANIFEST_TEXT (64u << 20) /* bytes of one file */
#define MANIFEST_NODES 1000000	  /* nodes of one document, aliases expanded */
#define MANIFEST_FILE_NODES 5000000 /* of all documents of one file */

/* One document of a file. */
struct manifest_doc {
	jv value; /* any kind; empty documents are left out */
	int line; /* of its first node, from 1 */
	struct buf notes;
};

/*
 * The notes of a document are what kustomize heeds beside its values: each is
 * one of these characters, a JSON pointer and a NUL.  They are taken for
 * MANIFEST_KUSTOMIZE alone, of what an alias stands for as well.
 */
#define MANIFEST_BLANK '~'  /* a null that stands there as nothing at all */
#define MANIFEST_HOLLOW '=' /* the same, inside of braces or brackets */
#define MANIFEST_FOLDED '>' /* a folded block that manifest_refold changes */
#define MANIFEST_FLOAT '.'  /* a whole number that is spelled 1.0, anywhere */
#define MANIFEST_KEY '?'    /* a member whose key is a number, say, no string */
#define MANIFEST_QUOTES '"' /* all strings are in quotes, as JSON's */
#define MANIFEST_FLOAT_NOTE ".\0"
#define MANIFEST_QUOTES_NOTE "\"\0"

struct manifest {
	struct manifest_doc *docs;
	size_t n;
};

/*
 * The two readings differ in little.  To kustomize (go-yaml v3) yes, no, on,
 * off, y and n are strings, a date becomes a full RFC 3339 time, and a key is
 * its own text.  To kubectl and the API server (sigs.k8s.io/yaml, go-yaml v2)
 * the words are booleans, a date is a string, and the key 0x10 becomes "16".
 * To them a key y would be "true" as well, which nobody means: here it is "y".
 */
enum manifest_dialect {
	MANIFEST_KUSTOMIZE,
	MANIFEST_KUBERNETES,
	MANIFEST_LENIENT, /* as Kubernetes, but a key may stand there twice, the
			     last one counts: kustomization files */
};

/*
 * Read all documents of a text.  A text whose first character is { is JSON
 * (one value, or several behind each other), as kubectl takes it; what is not
 * JSON after all is read as YAML.  Returns 0, or -1 with a message and nothing
 * to release.  manifest_release frees what it filled in.
 */
int manifest_read_as(enum manifest_dialect dialect, const char *text,
    size_t len, struct manifest *m, struct buf *err);

/* The same as kustomize reads: for the objects that a stage is built from. */
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

/*
 * A string (consumed) once go-yaml has written it as a folded block and read it
 * again.  It means well, but puts an empty line behind a line that stands
 * before an indented one.
 */
jv manifest_refold(jv s);

#endif
