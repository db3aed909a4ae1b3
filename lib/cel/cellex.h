#ifndef POUNDLOCK_CELLEX_H
#define POUNDLOCK_CELLEX_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/* The tokens of an expression. */

enum cel_token {
	CEL_T_END,
	CEL_T_BAD, /* why says what is wrong */
	CEL_T_INT,
	CEL_T_UINT,
	CEL_T_DOUBLE,
	CEL_T_STRING,
	CEL_T_BYTES,
	CEL_T_NAME,
	CEL_T_TRUE,
	CEL_T_FALSE,
	CEL_T_NULL,
	CEL_T_IN,
	CEL_T_EQ,
	CEL_T_NE,
	CEL_T_LE,
	CEL_T_GE,
	CEL_T_AND,
	CEL_T_OR,
	/* All others are one character: < > ! ? : , . + - * / % [ ] { } ( ) */
	CEL_T_CHAR,
};

struct cel_lexer {
	const char *text;
	size_t n;
	size_t next; /* behind the token */

	/* The token that was read last. */
	enum cel_token token;
	char c;		/* of CEL_T_CHAR */
	size_t at, to;	/* where it stands in the text */
	bool raw;	/* a string literal without escapes */
	size_t in, out; /* what stands between a string literal's quotes */

	const char *why; /* of CEL_T_BAD */
};

/* Read the next token into lx. */
void cel_lex(struct cel_lexer *lx);

/*
 * What the string or bytes literal that was read stands for, appended to out.
 * False, and the reason in lx->why, if an escape is wrong.
 */
bool cel_lex_unquote(struct cel_lexer *lx, struct buf *out);

/* Append "LINE:COLUMN: ", counted from 1 in characters. */
void cel_lex_place(struct buf *out, const char *text, size_t at);

#endif
