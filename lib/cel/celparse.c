#include "cel/celparseimpl.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

/*
 * Recursive descent, one function for each level of precedence.  A function
 * returns NULL after an error, which has been noted then.
 */

struct cel_node *
cel_p_fail(struct parser *p, size_t at, const char *what)
{
	if (!p->failed) {
		cel_lex_place(p->why, p->c->text, at);
		buf_adds(p->why, what);
	}
	p->failed = true;
	return NULL;
}

struct cel_node *
cel_p_unexpected(struct parser *p, const char *wanted)
{
	if (p->failed)
		return NULL;
	if (p->lx.token == CEL_T_BAD)
		return cel_p_fail(p, p->lx.at, p->lx.why);
	cel_lex_place(p->why, p->c->text, p->lx.at);
	if (p->lx.token == CEL_T_END)
		buf_addf(
		    p->why, "the expression ends where %s is wanted", wanted);
	else
		buf_addf(p->why, "'%.*s' stands where %s is wanted",
		    (int)(p->lx.to - p->lx.at > 40 ? 40 : p->lx.to - p->lx.at),
		    p->c->text + p->lx.at, wanted);
	p->failed = true;
	return NULL;
}

bool
cel_p_at(const struct parser *p, char c)
{
	return p->lx.token == CEL_T_CHAR && p->lx.c == c;
}

/* Go past a token if it is this one. */
bool
cel_p_accept(struct parser *p, char c)
{
	if (!cel_p_at(p, c))
		return false;
	cel_lex(&p->lx);
	return true;
}

bool
cel_p_expect(struct parser *p, char c)
{
	const char wanted[] = { '\'', c, '\'', '\0' };
	if (cel_p_accept(p, c))
		return true;
	cel_p_unexpected(p, wanted);
	return false;
}

void
cel_p_collect(struct nodes *list, struct cel_node *node, bool maybe)
{
	list->v = mem_grow(list->v, list->n, &list->cap, sizeof(*list->v));
	list->maybe = mem_grow(
	    list->maybe, list->n, &list->maybe_cap, sizeof *list->maybe);
	list->maybe[list->n] = maybe;
	list->v[list->n++] = node;
	list->any |= maybe;
}

void
cel_p_drop(struct nodes *list)
{
	free(list->v);
	free(list->maybe);
}

struct cel_node *
cel_p_new(struct parser *p, enum cel_op op, size_t at)
{
	struct cel_node *node = cel_arena_get(&p->c->arena, sizeof *node);
	node->op = op;
	node->at = (unsigned)at;
	node->depth = 1;
	node->local = -1;
	return node;
}

/* Give node what was collected. */
struct cel_node *
cel_p_adopt(struct parser *p, struct cel_node *node, struct nodes *list)
{
	struct cel_arena *a = &p->c->arena;
	node->n = list->n;
	if (list->n) {
		size_t size = list->n * sizeof(*list->v);
		node->kids = cel_arena_get(a, size);
		memcpy(node->kids, list->v, size);
	}
	if (list->any) {
		node->maybe = cel_arena_get(a, list->n * sizeof *node->maybe);
		memcpy(node->maybe, list->maybe, list->n * sizeof *node->maybe);
	}
	for (size_t i = 0; i < node->n; i++)
		if (node->kids[i]->depth >= node->depth)
			node->depth = node->kids[i]->depth + 1;
	cel_p_drop(list);
	if (node->depth > CEL_DEPTH)
		return cel_p_fail(
		    p, node->at, "the expression is nested too deep");
	return node;
}

/* A node of one, two or three kids; NULL where one of them is. */
struct cel_node *
cel_p_make(struct parser *p, enum cel_op op, size_t at,
    struct cel_node *const kids[], size_t n)
{
	struct nodes list = { 0 };
	for (size_t i = 0; i < n; i++) {
		if (!kids[i]) {
			cel_p_drop(&list);
			return NULL;
		}
		cel_p_collect(&list, kids[i], false);
	}
	return cel_p_adopt(p, cel_p_new(p, op, at), &list);
}

static struct cel_node *
make2(struct parser *p, enum cel_op op, size_t at, struct cel_node *a,
    struct cel_node *b)
{
	struct cel_node *const kids[] = { a, b };
	return cel_p_make(p, op, at, kids, 2);
}

/* An even number of signs cancels out, as in cel-go. */
static struct cel_node *
unary(struct parser *p)
{
	size_t at = p->lx.at;
	size_t signs = 0;
	if (!cel_p_at(p, '!') && !cel_p_at(p, '-'))
		return cel_p_member(p);
	char sign = p->lx.c;
	struct cel_lexer before = p->lx;
	for (; cel_p_at(p, sign); signs++)
		cel_lex(&p->lx);
	/* One sign before a number belongs to it. */
	if (sign == '-' && signs == 1 &&
	    (p->lx.token == CEL_T_INT || p->lx.token == CEL_T_DOUBLE)) {
		p->lx = before;
		return cel_p_member(p);
	}
	struct cel_node *node = cel_p_member(p);
	if (!node || signs % 2 == 0)
		return node;
	return cel_p_make(
	    p, sign == '!' ? CEL_O_NOT : CEL_O_MINUS, at, &node, 1);
}

static struct cel_node *
product(struct parser *p)
{
	struct cel_node *node = unary(p);
	while (node &&
	       (cel_p_at(p, '*') || cel_p_at(p, '/') || cel_p_at(p, '%'))) {
		enum cel_op op = p->lx.c == '*'	  ? CEL_O_MUL
				 : p->lx.c == '/' ? CEL_O_DIV
						  : CEL_O_MOD;
		size_t at = p->lx.at;
		cel_lex(&p->lx);
		node = make2(p, op, at, node, unary(p));
	}
	return node;
}

static struct cel_node *
sum(struct parser *p)
{
	struct cel_node *node = product(p);
	while (node && (cel_p_at(p, '+') || cel_p_at(p, '-'))) {
		enum cel_op op = p->lx.c == '+' ? CEL_O_ADD : CEL_O_SUB;
		size_t at = p->lx.at;
		cel_lex(&p->lx);
		node = make2(p, op, at, node, product(p));
	}
	return node;
}

/* The relation that stands here, or -1. */
static int
relation_op(const struct parser *p)
{
	switch (p->lx.token) {
	case CEL_T_EQ:
		return CEL_O_EQ;
	case CEL_T_NE:
		return CEL_O_NE;
	case CEL_T_LE:
		return CEL_O_LE;
	case CEL_T_GE:
		return CEL_O_GE;
	case CEL_T_IN:
		return CEL_O_IN;
	case CEL_T_CHAR:
		if (p->lx.c == '<')
			return CEL_O_LT;
		return p->lx.c == '>' ? CEL_O_GT : -1;
	default:
		return -1;
	}
}

static struct cel_node *
relation(struct parser *p)
{
	struct cel_node *node = sum(p);
	int op;
	while (node && (op = relation_op(p)) >= 0) {
		size_t at = p->lx.at;
		cel_lex(&p->lx);
		node = make2(p, (enum cel_op)op, at, node, sum(p));
	}
	return node;
}

/* Terms of && or ||, all in one node: a long chain is not a deep one. */
static struct cel_node *
chain(struct parser *p, enum cel_token token, enum cel_op op,
    struct cel_node *(*term)(struct parser *))
{
	struct cel_node *node = term(p);
	if (!node || p->lx.token != token)
		return node;
	struct nodes list = { 0 };
	size_t at = p->lx.at;
	cel_p_collect(&list, node, false);
	while (p->lx.token == token) {
		cel_lex(&p->lx);
		node = term(p);
		if (!node) {
			cel_p_drop(&list);
			return NULL;
		}
		cel_p_collect(&list, node, false);
	}
	return cel_p_adopt(p, cel_p_new(p, op, at), &list);
}

static struct cel_node *
conjunction(struct parser *p)
{
	return chain(p, CEL_T_AND, CEL_O_AND, relation);
}

static struct cel_node *
disjunction(struct parser *p)
{
	return chain(p, CEL_T_OR, CEL_O_OR, conjunction);
}

static struct cel_node *
conditional(struct parser *p)
{
	struct cel_node *node = disjunction(p);
	size_t at = p->lx.at;
	if (!node || !cel_p_accept(p, '?'))
		return node;
	struct cel_node *yes = disjunction(p);
	if (!yes || !cel_p_expect(p, ':'))
		return NULL;
	struct cel_node *const kids[] = { node, yes, cel_p_expression(p) };
	return cel_p_make(p, CEL_O_IF, at, kids, 3);
}

struct cel_node *
cel_p_expression(struct parser *p)
{
	if (p->depth >= CEL_DEPTH)
		return cel_p_fail(
		    p, p->lx.at, "the expression is nested too deep");
	p->depth++;
	struct cel_node *node = conditional(p);
	p->depth--;
	return node;
}

bool
cel_parse(struct cel *c, struct buf *why)
{
	struct parser p = { .c = c, .why = why };
	p.lx = (struct cel_lexer){ .text = c->text, .n = c->n };
	cel_lex(&p.lx);
	c->root = cel_p_expression(&p);
	if (c->root && p.lx.token != CEL_T_END)
		cel_p_unexpected(&p, "the end");
	return !p.failed;
}
