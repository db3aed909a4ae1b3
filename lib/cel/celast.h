#ifndef POUNDLOCK_CELAST_H
#define POUNDLOCK_CELAST_H

#include <stdbool.h>
#include <stddef.h>

#include "cel/cel.h"
#include "cel/celvalue.h"

/*
 * An expression as a tree, in the arena of what was compiled.  Macros are nodes
 * of their own rather than the loops that the language definition spells out:
 * the same meaning, without a list that is made anew for each element.
 */

enum cel_op {
	CEL_O_LITERAL,
	CEL_O_NAME,   /* name; rooted: with a leading dot */
	CEL_O_SELECT, /* kids[0].name; optional: kids[0].?name */
	CEL_O_HAS,    /* has(kids[0].name) */
	CEL_O_INDEX,  /* kids[0][kids[1]]; optional: kids[0][?kids[1]] */
	CEL_O_CALL,   /* name(kids...); method: kids[0].name(...) */
	CEL_O_LIST,   /* maybe[i]: kids[i] is an optional to take apart */
	CEL_O_MAP,    /* keys and values in turn; maybe[i]: of entry i */
	CEL_O_IF,     /* kids[0] ? kids[1] : kids[2] */
	CEL_O_AND,    /* all kids */
	CEL_O_OR,
	CEL_O_NOT,
	CEL_O_MINUS, /* -kids[0] */
	CEL_O_ADD,
	CEL_O_SUB,
	CEL_O_MUL,
	CEL_O_DIV,
	CEL_O_MOD,
	CEL_O_EQ,
	CEL_O_NE,
	CEL_O_LT,
	CEL_O_LE,
	CEL_O_GT,
	CEL_O_GE,
	CEL_O_IN,
	/* Macros: kids[0] is the range, name the variable, then the rest. */
	CEL_O_ALL,
	CEL_O_EXISTS,
	CEL_O_EXISTS_ONE,
	CEL_O_MAP_EACH, /* kids[1] the transform; 3 kids: kids[1] a filter */
	CEL_O_FILTER,
	CEL_O_OPT_MAP,
	CEL_O_OPT_FLAT_MAP,
};

struct cel_node {
	enum cel_op op;
	unsigned at;	/* offset in the text */
	unsigned depth; /* 1 for a leaf */
	bool rooted, optional, method;
	struct cel_value literal;
	const char *name;
	struct cel_node **kids;
	size_t n;
	bool *maybe; /* NULL: none */

	/* What the check found out. */
	int local; /* a name that a macro binds: which, from the outermost */
	const char *dotted; /* a name, or fields of one: all of it */
	const struct cel_function *fn;
	const struct cel_regex *regex; /* a constant pattern */
};

struct cel {
	struct cel_arena arena;
	const char *text;
	size_t n;
	struct cel_node *root;
	unsigned locals; /* most that are bound at once */
};

/* Parse the text of c into c->root. */
bool cel_parse(struct cel *c, struct buf *why);

/*
 * What a method call stands for if it is a macro: true, and the node changed to
 * it; else false.  Sets *bad, to be said at the first argument, for one that is
 * written wrongly.
 */
bool cel_macro(struct cel_node *call, const char **bad);

/* Resolve names and functions, compile constant patterns, refuse the rest. */
bool cel_check(struct cel *c, struct buf *why);

/* Whether a call that is checked is no conversion of a constant that fails. */
bool cel_fold(const struct cel_node *call, struct buf *why);

/*
 * Refuse what Flux's check of types would, beforehand: see celtype.h.  names
 * are the variables, up to a NULL.
 */
bool cel_check_types(struct cel *c, const char *const *names, struct buf *why);

/* The name of a macro or operator, for messages. */
const char *cel_op_name(enum cel_op op);

#endif
