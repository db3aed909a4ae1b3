#ifndef POUNDLOCK_CELTYPE_H
#define POUNDLOCK_CELTYPE_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "cel/celarena.h"

/*
 * Types as they are known before anything is evaluated, for cel_check_types.
 * A parameter stands for a type that is still to be found out; what a variable
 * holds is dynamic, and dynamic fits everywhere.
 */
enum celtype_kind {
	CELTYPE_DYN,
	CELTYPE_NULL,
	CELTYPE_BOOL,
	CELTYPE_INT,
	CELTYPE_UINT,
	CELTYPE_DOUBLE,
	CELTYPE_STRING,
	CELTYPE_BYTES,
	CELTYPE_TIMESTAMP,
	CELTYPE_DURATION,
	CELTYPE_TYPE,
	CELTYPE_LIST, /* of a */
	CELTYPE_MAP,  /* from a to b */
	CELTYPE_OPTIONAL,
	CELTYPE_PARAM,
};

struct celtype {
	enum celtype_kind kind;
	const struct celtype *a, *b;
	size_t param;
};

/* What the parameters were found to be. */
struct celtype_scope {
	struct cel_arena *arena;
	const struct celtype **params; /* NULL: not known yet */
	size_t n, cap;
};

/* A type without others in it. */
const struct celtype *celtype_plain(enum celtype_kind kind);

const struct celtype *celtype_of(struct celtype_scope *s,
    enum celtype_kind kind, const struct celtype *a, const struct celtype *b);

/* A new parameter. */
const struct celtype *celtype_param(struct celtype_scope *s);

/* What a type is by now; unknown parameters in it are dynamic if final. */
const struct celtype *celtype_now(
    struct celtype_scope *s, const struct celtype *t, bool final);

/*
 * Whether a value of type t can stand where a wanted one does; parameters
 * become what makes it so.  After a false they may hold anything: go back to a
 * mark then.
 */
bool celtype_fits(struct celtype_scope *s, const struct celtype *t,
    const struct celtype *wanted);

bool celtype_equal(const struct celtype *a, const struct celtype *b);

/*
 * The result of a function for these arguments by its signature, NULL if it has
 * no form for them.  A signature is a list of forms, ARGUMENTS:RESULT, with a |
 * between them; a type is a letter: b i u d s y(bytes) t(imestamp) D(uration) T
 * (type) *(dynamic), A B (parameters), [A a list, {AB a map, ?A an optional.
 */
const struct celtype *celtype_call(struct celtype_scope *s,
    const char *signature, const struct celtype *const *args, size_t n);

/* Append the name of a type: "list(int)". */
void celtype_write(struct buf *out, const struct celtype *t);

void celtype_scope_release(struct celtype_scope *s);

#endif
