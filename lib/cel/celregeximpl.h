#ifndef POUNDLOCK_CELREGEXIMPL_H
#define POUNDLOCK_CELREGEXIMPL_H

#include <stdbool.h>
#include <stdint.h>

#include "cel/celregex.h"

/* What the parser makes of a regular expression, for the matcher. */

enum re_op {
	RE_EMPTY,
	RE_SET,	   /* one character out of a set */
	RE_CAT,	   /* all kids in turn */
	RE_ALT,	   /* one of the kids */
	RE_REPEAT, /* kids[0], min to max times; max -1: without end */
	RE_ASSERT,
};

enum re_assert {
	RE_TEXT_START,
	RE_TEXT_END,
	RE_LINE_START,
	RE_LINE_END,
	RE_WORD_EDGE,
	RE_NO_WORD_EDGE,
};

struct re_range {
	uint32_t from, to;
};

struct re_set {
	struct re_range *ranges;
	size_t n;
	bool negated;
};

struct re_node {
	enum re_op op;
	struct re_set set;
	enum re_assert assertion;
	int min, max;
	struct re_node **kids;
	size_t n;
};

/* NULL, with the reason in why, if it is wrong. */
struct re_node *cel_regex_parse(
    struct cel_arena *a, const char *s, size_t n, struct buf *why);

/*
 * Append the set that is written at *at of s, of n bytes, in brackets or as an
 * escape such as \d; fold: letters of both cases.  Returns NULL, or what is
 * wrong.
 */
const char *cel_regex_set(struct cel_arena *a, const char *s, size_t n,
    size_t *at, bool fold, struct re_set *set);

/* Add a range, and with fold what its letters are in the other case. */
const char *cel_regex_range(struct cel_arena *a, struct re_set *set,
    uint32_t from, uint32_t to, bool fold);

#endif
