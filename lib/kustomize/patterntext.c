/* Regular expressions of Go for POSIX; see patterntext.h. */
#include "kustomize/patterntext.h"

#include <stdlib.h>
#include <string.h>

#define MAX_LENGTH 1000	 /* of a text, which is also how deep groups nest */
#define MAX_COUNT 1000	 /* of a repetition */
#define MAX_WEIGHT 10000 /* characters, repetitions written out */

struct translation {
	const char *p; /* what is still to be read */
	struct buf *out;
	bool repeated;		/* what stands last is a repetition */
	long last;		/* its weight */
	long sum;		/* that of all before it in this group */
	long outer[MAX_LENGTH]; /* the sums of the groups around */
	int depth;
};

static void
atom(struct translation *t, long weight)
{
	t->sum += t->last;
	t->last = weight;
	t->repeated = false;
}

/* \d and its like, which stand alone or, in_set, in brackets. */
static bool
escape(struct translation *t, bool in_set)
{
	char c = *t->p++;

	if (c == 'd')
		buf_adds(t->out, in_set ? "0-9" : "[0-9]");
	else if (c == 'D' && !in_set)
		buf_adds(t->out, "[^0-9]");
	else if (in_set && c == 'w')
		buf_adds(t->out, "a-zA-Z0-9_");
	else if (in_set)
		buf_addc(t->out, c);
	else
		buf_addf(t->out, "\\%c", c);
	return in_set || c < '1' || c > '9';
}

static bool
set(struct translation *t)
{
	buf_addc(t->out, '[');
	if (*t->p == '^')
		buf_addc(t->out, *t->p++);
	if (*t->p == ']')
		buf_addc(t->out, *t->p++);
	while (*t->p && *t->p != ']') {
		if (*t->p == '\\' && t->p[1]) {
			t->p++;
			escape(t, true);
		} else {
			buf_addc(t->out, *t->p++);
		}
	}
	if (!*t->p)
		return false;
	buf_addc(t->out, *t->p++);
	atom(t, 1);
	return true;
}

/* One more than the larger number of {n}, {n,} or {n,m}; 0: no such thing. */
static long
count(const char *p, const char **end)
{
	char *e;
	long n, m;

	if (p[1] < '0' || p[1] > '9')
		return 0;
	n = m = strtol(p + 1, &e, 10);
	if (*e == ',' && e[1] >= '0' && e[1] <= '9')
		m = strtol(e + 1, &e, 10);
	else if (*e == ',')
		e++;
	*end = e + 1;
	if (*e != '}')
		return 0;
	return n <= m && m <= MAX_COUNT ? m + 1 : MAX_COUNT + 2;
}

/* * and ? take what they repeat once, + twice, {n,m} as often as it says. */
static bool
repetition(struct translation *t)
{
	const char *end = t->p + 1;
	long n = *t->p == '+' ? 2 : *t->p == '{' ? count(t->p, &end) : 1;

	if (n == 0) { /* a brace that means itself */
		atom(t, 1);
		buf_addf(t->out, "\\%c", *t->p++);
		return true;
	}
	if (t->repeated || t->last == 0 || n > MAX_COUNT + 1)
		return false;
	buf_add(t->out, t->p, (size_t)(end - t->p));
	t->p = end;
	t->last *= n;
	t->repeated = true;
	/* The fewest or the most: the same for what either matches. */
	if (*t->p == '?')
		t->p++;
	return t->last <= MAX_WEIGHT;
}

static void
open_group(struct translation *t)
{
	atom(t, 0);
	t->outer[t->depth++] = t->sum;
	t->sum = 0;
	buf_addc(t->out, '(');
	t->p += strncmp(t->p, "(?:", 3) == 0 ? 3 : 1;
}

static bool
close_group(struct translation *t)
{
	if (t->depth == 0)
		return false;
	t->last += t->sum + 1;
	t->sum = t->outer[--t->depth];
	t->repeated = false;
	buf_addc(t->out, *t->p++);
	return true;
}

static bool
next(struct translation *t)
{
	switch (*t->p) {
	case '\\':
		if (!t->p[1])
			return false;
		t->p++;
		atom(t, 1);
		return escape(t, false);
	case '[':
		t->p++;
		return set(t);
	case '*':
	case '+':
	case '?':
	case '{':
		return repetition(t);
	case '(':
		open_group(t);
		return true;
	case ')':
		return close_group(t);
	case '|':
		atom(t, 0);
		buf_addc(t->out, *t->p++);
		return true;
	default:
		atom(t, 1);
		buf_addc(t->out, *t->p++);
		return true;
	}
}

bool
pattern_translate(const char *text, struct buf *out)
{
	struct translation t = { .p = text, .out = out };

	if (strlen(text) > MAX_LENGTH)
		return false;
	while (*t.p)
		if (!next(&t) || t.sum + t.last > MAX_WEIGHT)
			return false;
	return t.depth == 0;
}
