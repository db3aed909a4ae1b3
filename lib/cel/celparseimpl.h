#ifndef POUNDLOCK_CELPARSEIMPL_H
#define POUNDLOCK_CELPARSEIMPL_H

#include "cel/celast.h"
#include "cel/cellex.h"

/* What the files of the parser share. */

struct parser {
	struct cel *c;
	struct cel_lexer lx;
	unsigned depth;
	bool failed;
	struct buf *why;
};

/* Nodes that are being collected. */
struct nodes {
	struct cel_node **v;
	bool *maybe;
	size_t n, cap, maybe_cap;
	bool any;
};

/* Note what is wrong at an offset, once.  NULL. */
struct cel_node *cel_p_fail(struct parser *p, size_t at, const char *what);

/* The same for the token that was read, where something else is wanted. */
struct cel_node *cel_p_unexpected(struct parser *p, const char *wanted);

bool cel_p_at(const struct parser *p, char c);

/* Go past a token if it is this one; the second notes if it is not. */
bool cel_p_accept(struct parser *p, char c);
bool cel_p_expect(struct parser *p, char c);

void cel_p_collect(struct nodes *list, struct cel_node *node, bool maybe);
void cel_p_drop(struct nodes *list);

struct cel_node *cel_p_new(struct parser *p, enum cel_op op, size_t at);

/* Give node what was collected; NULL, noted, if it is too deep then. */
struct cel_node *cel_p_adopt(
    struct parser *p, struct cel_node *node, struct nodes *list);

/* A node of n kids; NULL where one of them is. */
struct cel_node *cel_p_make(struct parser *p, enum cel_op op, size_t at,
    struct cel_node *const kids[], size_t n);

/* A whole expression, and one without operators. */
struct cel_node *cel_p_expression(struct parser *p);
struct cel_node *cel_p_member(struct parser *p);

#endif
