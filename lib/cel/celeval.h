#ifndef POUNDLOCK_CELEVAL_H
#define POUNDLOCK_CELEVAL_H

#include "cel/celast.h"
#include "cel/celvalue.h"

struct cel_binding {
	const char *name; /* may have dots */
	struct cel_value value;
};

/*
 * The variables of an evaluation: an object's members, or bindings, or both.
 * container, if not NULL, is the namespace in which names are looked for first,
 * from the innermost part outwards.
 */
struct cel_scope {
	const jv *object;
	const struct cel_binding *bindings;
	size_t n;
	const char *container;
};

/* Set up a run; whatever values it makes live until it ends. */
void cel_run_begin(struct cel_run *r);
void cel_run_end(struct cel_run *r);

/* Evaluate c within such a run.  An error is returned as a value. */
struct cel_value cel_eval(
    struct cel_run *r, const struct cel *c, const struct cel_scope *scope);

/* Append the message of an error, with the place in c where it arose. */
void cel_explain(
    struct buf *out, const struct cel *c, const struct cel_value *error);

/* --- between the files that evaluate ------------------------------------ */

struct cel_value cel_eval_node(struct cel_run *r, const struct cel_node *node);

/* A name, or fields of one, outside of all macros. */
bool cel_resolve(
    struct cel_run *r, const struct cel_node *node, struct cel_value *out);

/* The macros over a range, and those over an optional. */
struct cel_value cel_eval_macro(struct cel_run *r, const struct cel_node *node);

/* Arithmetic: op is one of CEL_O_ADD to CEL_O_MOD. */
struct cel_value cel_arith(struct cel_run *r, enum cel_op op,
    const struct cel_value *a, const struct cel_value *b);
struct cel_value cel_minus(struct cel_run *r, const struct cel_value *v);

#endif
