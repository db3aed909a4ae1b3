#ifndef POUNDLOCK_CEL_H
#define POUNDLOCK_CEL_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

#include "buf.h"

/*
 * The Common Expression Language (github.com/google/cel-spec) over JSON values,
 * with what Flux enables in cel-go (github.com/fluxcd/pkg runtime/cel): the
 * standard functions and macros, optional types, and the strings, sets and
 * encoders extensions; numbers of different types compare; times are UTC unless
 * a zone is given.  Where cel-go and the language definition differ, cel-go is
 * followed, since an expression has to mean what it means to Flux.
 *
 * Numbers of JSON are ints where they are whole and exact, else doubles.
 *
 * Refused when compiled, by name: syntax errors, functions that don't exist or
 * take another number of arguments, protocol buffer messages, constant regular
 * expressions that are wrong, and what is nested too deep or is too long.  What
 * depends on values is an error of the evaluation.  Messages start with
 * LINE:COLUMN of the expression.
 *
 * Regular expressions have RE2's syntax and are matched in linear time by
 * celregex.h: POSIX's regcomp(3) knows neither \d nor (?i), would match by
 * bytes in the C locale, and takes as long as it likes.
 *
 * Nothing here prints, or reads a clock.  A named time zone is read from the
 * system's /usr/share/zoneinfo.
 */

/* Longest expression, in characters; cel-go's default. */
#define CEL_MAX_TEXT 100000

/* Deepest nesting of an expression, and so of evaluating it; as cel-go's. */
#define CEL_DEPTH 250

/*
 * What one evaluation may cost: 1 for each step, each element looked at and
 * each 8 bytes made.  It bounds the time to about a second, and the memory to
 * some 100 MB; sensible expressions cost a few hundred.
 */
#define CEL_COST 10000000

struct cel;

/* Compile n bytes of text.  NULL, and a reason in why, if that is refused. */
struct cel *cel_compile(const char *text, size_t n, struct buf *why);

void cel_free(struct cel *c);

/*
 * The same for an expression that Flux checks before it evaluates it, as it
 * does readyExpr: variables other than these (up to a NULL) are refused, and so
 * is what certainly is no boolean or, by the types that are known beforehand,
 * no form of its operator.  What comes out of a variable is of no type that is
 * known; a comparison makes a boolean of it.
 */
struct cel *cel_compile_checked(
    const char *text, size_t n, const char *const *names, struct buf *why);

/*
 * Evaluate with the members of an object as variables.  False, and the reason
 * in why, for an error and for a result that is no boolean.
 */
bool cel_eval_bool(
    const struct cel *c, const jv *vars, bool *result, struct buf *why);

#endif
