#ifndef POUNDLOCK_KUSTOMIZE_BUILD_H
#define POUNDLOCK_KUSTOMIZE_BUILD_H

#include "arena.h"
#include "buf.h"
#include "kustomize/config.h"
#include "kustomize/fault.h"
#include "kustomize/kustomize.h"
#include "kustomize/load.h"
#include "kustomize/resmap.h"
#include "kustomize/schema.h"

/*
 * Small files can ask for much: for directories that ask for others twice each,
 * for copies of copies.  No real build comes near these.
 */
#define BUILD_DIRS 20000      /* kustomizations, each time counted */
#define BUILD_ROOM (4u << 20) /* copied nodes, see json_fits */

/*
 * What all parts of one build share: it owns the strings, the resources and
 * the configurations, so that everything else only points to them.
 */
struct build {
	const struct kustomize_options *options;
	struct intern in;
	const struct schema *schema;
	struct schema *custom; /* the same, when it is the user's */
	bool schema_set;       /* a directory has chosen one */
	/*
	 * What a schema chosen from now on is added to: as kustomize has it,
	 * what is built in counts as soon as something needed it.
	 */
	enum schema_base schema_base;
	struct arena resources;
	struct resource *newest; /* of all that were made */
	struct config **configs;
	size_t n_configs, cap_configs;
	const struct config *builtin;
	size_t dirs;	 /* kustomizations that were read */
	size_t read;	 /* bytes of files */
	size_t room;	 /* nodes that replacements and vars may still copy */
	bool helm_known; /* helm has said its version */
	bool track;	 /* keep track of where objects come from */
	struct buf *err;
};

void build_release(struct build *b);

/* A new resource made of an object (consumed); path is interned here. */
struct resource *build_resource(
    struct build *b, jv object, const char *path, int line);

/* Read the ids of a resource again and tell the map that has it. */
void build_renamed(struct build *b, struct resmap *m, struct resource *r);

/* The same where nothing but its name and its namespace can have changed. */
void build_moved(struct build *b, struct resmap *m, struct resource *r);

/* What is built in, or a new configuration to which can be added. */
const struct config *build_builtin(struct build *b);
struct config *build_config(struct build *b);

/* One kustomization file.  fields are as fields_check returns them. */
struct kustomization {
	jv fields;
	const char *file; /* its name without directory */
	char *name;	  /* as messages name it */
	struct buf text;
	const struct dir *dir;
	jv own; /* the fields before an overlay came; invalid: no overlay */
	const char *namespace_above; /* that the closest one above sets, for
					charts; NULL: none */
};

/*
 * Where a transformation was asked for, for messages: a place in a
 * kustomization, by JSON pointer, or in another file, by line.
 */
struct where {
	struct build *b;
	const struct dir *dir;	       /* that its paths are relative to */
	const struct kustomization *k; /* NULL: file and line count */
	const char *pointer;
	const char *file;
	int line;
	const struct resource *plugin; /* the object there; may be NULL */
};

/* Append "FILE:LINE: FIELD: WHAT" to the build's message; returns -1. */
int where_fail(const struct where *w, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The same about what a JSON pointer leads to from there. */
int where_fail_in(const struct where *w, const char *pointer, const char *fmt,
    ...) PRINTF_LIKE(3, 4);

/*
 * The same where what says "FIELD: WHAT" of what the pointer leads to already,
 * from w on.
 */
int where_fail_said(
    const struct where *w, const char *pointer, const char *what);

/*
 * The same about a resource, and a field of it by JSON pointer, NULL for none:
 * "FILE:LINE: FIELD: KIND/NAME (FILE:LINE): FIELD: WHAT".  The first place is
 * that of what was asked for, the second one that of the object.
 */
int where_fail_at(const struct where *w, const struct resource *r,
    const char *pointer, const char *fmt, ...) PRINTF_LIKE(4, 5);
int where_fail_fault(
    const struct where *w, const struct resource *r, const struct fault *fault);

/* The same where the message says itself which field the pointer means. */
int where_fail_near(const struct where *w, const struct resource *r,
    const char *pointer, const char *fmt, ...) PRINTF_LIKE(4, 5);

/*
 * Fail about a resource where nothing else is to blame:
 * "FILE:LINE: KIND/NAME: FIELD: WHAT".
 */
int build_fail_at(struct build *b, const struct resource *r,
    const char *pointer, const char *fmt, ...) PRINTF_LIKE(4, 5);
int build_fail_fault(
    struct build *b, const struct resource *r, const struct fault *fault);

/* Append "FILE:LINE" of a resource, or of a field of it. */
void build_say_place(const struct build *b, const struct resource *r,
    const char *pointer, struct buf *out);

/*
 * Append "KIND/NAME (FILE:LINE)", without what is in parentheses if that is how
 * out begins anyway.
 */
void build_say_object(const struct build *b, const struct resource *r,
    const char *pointer, struct buf *out);

/* Append two of them that may be meant: "KIND/NAME (FILE:LINE) and ...". */
void build_say_both(
    const struct build *b, struct resource *const two[2], struct buf *out);

/* A resource that was made comes from what asked for it. */
void where_made(const struct where *w, struct resource *r);

/*
 * Fail about a file that a field names, of which text was read: what is
 * "LINE:COLUMN: WHAT" if pointer is NULL, else about what that leads to.
 */
int build_fail_file(struct build *b, const struct dir *dir, const char *path,
    const struct buf *text, const char *pointer, const char *what);

/*
 * Fail about a line, from 1, of the text that a JSON pointer leads to from
 * there: that line of the file, where the text stands as it is (behind a |).
 */
int where_fail_line(
    const struct where *w, const char *pointer, int line, const char *what);

/* The same for "LINE[:COLUMN]: WHAT". */
int where_fail_text(
    const struct where *w, const char *pointer, const char *what);

/* Objects that were made so far under one kustomization. */
struct accumulator {
	struct resmap map;
	const struct config *config; /* NULL: nothing yet */
	jv vars;		     /* by name */
};

#endif
