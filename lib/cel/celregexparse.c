#include "cel/celregeximpl.h"

#include <stdlib.h>
#include <string.h>

#include "cel/celutf.h"
#include "mem.h"

/* Deepest nesting of groups, and most repetitions, as in Go's regexp. */
enum { DEPTH = 200, REPEAT = 1000 };

struct parser {
	struct cel_arena *a;
	const char *s;
	size_t n, at;
	bool fold, lines, dot_all; /* (?i) (?m) (?s) */
	int depth;
	const char *bad;
};

struct list {
	struct re_node **v;
	size_t n, cap;
};

static struct re_node *alternatives(struct parser *p);

static struct re_node *
fail(struct parser *p, const char *bad)
{
	if (!p->bad)
		p->bad = bad;
	return NULL;
}

static struct re_node *
new_node(struct parser *p, enum re_op op)
{
	struct re_node *node = cel_arena_get(p->a, sizeof *node);
	node->op = op;
	return node;
}

static bool
more(const struct parser *p)
{
	return p->at < p->n;
}

static bool
ahead(const struct parser *p, const char *text)
{
	size_t n = strlen(text);
	return p->n - p->at >= n && memcmp(p->s + p->at, text, n) == 0;
}

static void
push(struct list *list, struct re_node *node)
{
	list->v = mem_grow(list->v, list->n, &list->cap, sizeof(*list->v));
	list->v[list->n++] = node;
}

static struct re_node *
join(struct parser *p, enum re_op op, struct list *list)
{
	struct re_node *node = new_node(p, list->n ? op : RE_EMPTY);
	if (list->n == 1) {
		node = list->v[0];
	} else if (list->n) {
		size_t size = list->n * sizeof(*list->v);
		node->kids = cel_arena_get(p->a, size);
		memcpy(node->kids, list->v, size);
		node->n = list->n;
	}
	free(list->v);
	return node;
}

static struct re_node *
assertion(struct parser *p, enum re_assert what, size_t width)
{
	struct re_node *node = new_node(p, RE_ASSERT);
	node->assertion = what;
	p->at += width;
	return node;
}

/* Switches behind (? up to : or ), as in (?i) and (?s-i:...). */
static bool
switches(struct parser *p)
{
	bool on = true, any = false;
	for (; more(p); p->at++) {
		char c = p->s[p->at];
		if (c == ':' || c == ')')
			return on || any;
		any = true;
		if (c == 'i')
			p->fold = on;
		else if (c == 'm')
			p->lines = on;
		else if (c == 's')
			p->dot_all = on;
		else if (c == '-' && on)
			on = any = false;
		else if (c != 'U')
			return false;
	}
	return false;
}

/* The name of a group, behind its opening angle. */
static bool
group_name(struct parser *p)
{
	size_t start = p->at;
	while (more(p) && p->s[p->at] != '>') {
		char c = p->s[p->at++];
		bool word = (c >= '0' && c <= '9') || c == '_' ||
			    ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
		if (!word)
			return false;
	}
	return more(p) && p->at++ > start;
}

/* A group at its parenthesis; NULL without p->bad if it only set switches. */
static struct re_node *
group(struct parser *p)
{
	struct parser before = *p;
	p->at++;
	if (ahead(p, "?P<") || ahead(p, "?<")) {
		p->at += p->s[p->at + 1] == 'P' ? 3 : 2;
		if (!group_name(p))
			return fail(p, "the name of a group is wrong");
	} else if (ahead(p, "?")) {
		p->at++;
		if (!switches(p))
			return fail(p, "a group that starts wrongly");
		if (p->s[p->at++] == ')')
			return NULL;
	}
	if (++p->depth > DEPTH)
		return fail(p, "groups are nested too deep");
	struct re_node *node = alternatives(p);
	if (!node)
		return NULL;
	if (!more(p))
		return fail(p, "a parenthesis is not closed");
	p->at++;
	p->depth--;
	p->fold = before.fold;
	p->lines = before.lines;
	p->dot_all = before.dot_all;
	return node;
}

static struct re_node *
set_node(struct parser *p)
{
	struct re_node *node = new_node(p, RE_SET);
	const char *bad =
	    cel_regex_set(p->a, p->s, p->n, &p->at, p->fold, &node->set);
	return bad ? fail(p, bad) : node;
}

static struct re_node *
any_character(struct parser *p)
{
	struct re_node *node = new_node(p, RE_SET);
	node->set.negated = true;
	if (!p->dot_all)
		cel_regex_range(p->a, &node->set, '\n', '\n', false);
	p->at++;
	return node;
}

static struct re_node *
literal(struct parser *p)
{
	struct re_node *node = new_node(p, RE_SET);
	uint32_t c = cel_utf_at(p->s + p->at, p->n - p->at);
	p->at += cel_utf_width(p->s[p->at]);
	const char *bad = cel_regex_range(p->a, &node->set, c, c, p->fold);
	return bad ? fail(p, bad) : node;
}

/* \Q...\E: what is between stands for itself, each character alone. */
static void
quoted(struct parser *p, struct list *list)
{
	p->at += 2;
	while (more(p) && !ahead(p, "\\E")) {
		struct re_node *node = literal(p);
		if (!node)
			return;
		push(list, node);
	}
	if (more(p))
		p->at += 2;
}

static struct re_node *
atom(struct parser *p)
{
	switch (p->s[p->at]) {
	case '(':
		return group(p);
	case '.':
		return any_character(p);
	case '[':
		return set_node(p);
	case '^':
		return assertion(
		    p, p->lines ? RE_LINE_START : RE_TEXT_START, 1);
	case '$':
		return assertion(p, p->lines ? RE_LINE_END : RE_TEXT_END, 1);
	case '\\':
		break;
	default:
		return literal(p);
	}
	if (ahead(p, "\\A"))
		return assertion(p, RE_TEXT_START, 2);
	if (ahead(p, "\\z"))
		return assertion(p, RE_TEXT_END, 2);
	if (ahead(p, "\\b"))
		return assertion(p, RE_WORD_EDGE, 2);
	if (ahead(p, "\\B"))
		return assertion(p, RE_NO_WORD_EDGE, 2);
	return set_node(p);
}

static bool
count(struct parser *p, size_t *at, int *out)
{
	size_t start = *at;
	for (*out = 0; *at < p->n && p->s[*at] >= '0' && p->s[*at] <= '9';
	     ++*at)
		if (*out <= REPEAT)
			*out = *out * 10 + (p->s[*at] - '0');
	/* Go takes no leading zeros. */
	return *at > start && !(p->s[start] == '0' && *at > start + 1);
}

/* {2}, {2,} or {2,3} here; anything else in braces stands for itself. */
static bool
braces(struct parser *p, int *min, int *max)
{
	size_t at = p->at + 1;
	if (!ahead(p, "{") || !count(p, &at, min))
		return false;
	*max = *min;
	if (at < p->n && p->s[at] == ',') {
		at++;
		*max = -1;
		if (at < p->n && p->s[at] != '}' && !count(p, &at, max))
			return false;
	}
	if (at >= p->n || p->s[at] != '}')
		return false;
	p->at = at + 1;
	return true;
}

static bool
repetition(struct parser *p, int *min, int *max)
{
	char c = more(p) ? p->s[p->at] : '\0';
	if (c == '{')
		return braces(p, min, max);
	if (c != '*' && c != '+' && c != '?')
		return false;
	*min = c == '+';
	*max = c == '?' ? 1 : -1;
	p->at++;
	return true;
}

/* How often counted repetitions within each other multiply. */
static long
product(const struct re_node *node)
{
	long most = 1;
	for (size_t i = 0; i < node->n; i++) {
		long kid = product(node->kids[i]);
		if (kid > most)
			most = kid;
	}
	if (node->op != RE_REPEAT)
		return most;
	long times = node->max > node->min ? node->max : node->min;
	return times > 1 ? most * times : most;
}

/* Repeat the last item of a list, if there is a repetition here. */
static bool
repeat_last(struct parser *p, struct list *list)
{
	int min, max;
	if (!repetition(p, &min, &max))
		return false;
	if (min > REPEAT || max > REPEAT || (max >= 0 && min > max))
		return !fail(p, "a number of repetitions is wrong");
	if (!list->n)
		return !fail(p, "nothing to repeat");
	struct re_node *outer = new_node(p, RE_REPEAT);
	outer->min = min;
	outer->max = max;
	outer->n = 1;
	outer->kids = cel_arena_get(p->a, sizeof(*outer->kids));
	outer->kids[0] = list->v[list->n - 1];
	list->v[list->n - 1] = outer;
	if (product(outer) > REPEAT)
		return !fail(p, "repetitions within each other are too many");
	if (more(p) && p->s[p->at] == '?')
		p->at++;
	if (repetition(p, &min, &max))
		return !fail(p, "a repetition of a repetition");
	return true;
}

static struct re_node *
sequence(struct parser *p)
{
	struct list list = { 0 };
	while (!p->bad && more(p) && p->s[p->at] != '|' && p->s[p->at] != ')') {
		if (repeat_last(p, &list))
			continue;
		if (ahead(p, "\\Q")) {
			quoted(p, &list);
			continue;
		}
		struct re_node *node = atom(p);
		if (node)
			push(&list, node);
	}
	if (!p->bad)
		return join(p, RE_CAT, &list);
	free(list.v);
	return NULL;
}

static struct re_node *
alternatives(struct parser *p)
{
	struct list list = { 0 };
	do {
		struct re_node *node = sequence(p);
		if (!node) {
			free(list.v);
			return NULL;
		}
		push(&list, node);
	} while (more(p) && p->s[p->at] == '|' && ++p->at);
	return join(p, RE_ALT, &list);
}

struct re_node *
cel_regex_parse(struct cel_arena *a, const char *s, size_t n, struct buf *why)
{
	struct parser p = { .a = a, .s = s, .n = n };
	struct re_node *node = alternatives(&p);
	if (node && more(&p))
		node = fail(&p, "a parenthesis that closes nothing");
	if (!node)
		buf_addf(why, "the regular expression %.*s: %s",
		    n > 100 ? 100 : (int)n, s, p.bad);
	return node;
}
