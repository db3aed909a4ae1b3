#include "cel/celregeximpl.h"

#include <string.h>

#include "cel/celutf.h"

/* Most steps of a compiled expression. */
enum { STEPS = 20000 };

enum step_op { S_SET, S_SPLIT, S_ASSERT, S_MATCH };

struct step {
	enum step_op op;
	enum re_assert assertion;
	struct re_set set;
	uint32_t next, other; /* other: of a split */
};

struct cel_regex {
	struct step *steps;
	uint32_t n, start;
};

struct compiler {
	struct step *steps;
	uint32_t n;
	bool full;
};

/* --- compiling, backwards: each step is made after what follows it ------- */

static uint32_t
emit(struct compiler *c, struct step step)
{
	if (c->steps)
		c->steps[c->n] = step;
	c->full |= c->n >= STEPS;
	return c->full ? 0 : c->n++;
}

static uint32_t compile(
    struct compiler *c, const struct re_node *node, uint32_t next);

static uint32_t
split(struct compiler *c, uint32_t a, uint32_t b)
{
	return emit(c, (struct step){ .op = S_SPLIT, .next = a, .other = b });
}

static uint32_t
compile_repeat(struct compiler *c, const struct re_node *node, uint32_t next)
{
	const struct re_node *kid = node->kids[0];
	uint32_t at = next;
	if (node->max < 0) {
		/* A loop: its head is needed before its body is there. */
		uint32_t head = split(c, 0, next);
		uint32_t body = compile(c, kid, head);
		if (c->steps)
			c->steps[head].next = body;
		at = node->min ? body : head;
	}
	int most = node->max < 0 ? 0 : node->max - node->min;
	for (int i = 0; i < most && !c->full; i++)
		at = split(c, compile(c, kid, at), next);
	int least = node->max < 0 && node->min ? node->min - 1 : node->min;
	for (int i = 0; i < least && !c->full; i++)
		at = compile(c, kid, at);
	return at;
}

static uint32_t
compile(struct compiler *c, const struct re_node *node, uint32_t next)
{
	uint32_t at = next;
	if (c->full)
		return 0;
	switch (node->op) {
	case RE_EMPTY:
		return next;
	case RE_SET:
		return emit(
		    c, (struct step){
			   .op = S_SET, .set = node->set, .next = next });
	case RE_ASSERT:
		return emit(c, (struct step){ .op = S_ASSERT,
				   .assertion = node->assertion,
				   .next = next });
	case RE_CAT:
		for (size_t i = node->n; i > 0; i--)
			at = compile(c, node->kids[i - 1], at);
		return at;
	case RE_ALT:
		at = compile(c, node->kids[node->n - 1], next);
		for (size_t i = node->n - 1; i > 0; i--)
			at = split(c, compile(c, node->kids[i - 1], next), at);
		return at;
	default:
		return compile_repeat(c, node, next);
	}
}

static uint32_t
compile_all(struct compiler *c, const struct re_node *node)
{
	uint32_t match = emit(c, (struct step){ .op = S_MATCH });
	return compile(c, node, match);
}

const struct cel_regex *
cel_regex_compile(struct cel_arena *a, const char *s, size_t n, struct buf *why)
{
	struct compiler c = { 0 };
	const struct re_node *node = cel_regex_parse(a, s, n, why);
	if (!node)
		return NULL;
	/* Once to count, once to make. */
	compile_all(&c, node);
	if (c.full) {
		buf_adds(why, "a regular expression is too large");
		return NULL;
	}
	struct cel_regex *re = cel_arena_get(a, sizeof *re);
	re->steps = cel_arena_get(a, c.n * sizeof *re->steps);
	c = (struct compiler){ .steps = re->steps };
	re->start = compile_all(&c, node);
	re->n = c.n;
	return re;
}

/* --- matching ----------------------------------------------------------- */

/* Steps that are reached at a place, each once. */
struct reached {
	uint32_t *steps;
	uint32_t n;
	uint32_t *seen; /* seen[s] == mark: s is in it */
};

struct matcher {
	const struct cel_regex *re;
	const char *s;
	size_t n, at;
	uint32_t mark;
	uint32_t *stack;
	struct reached now, next;
	bool matched;
};

static bool
is_word(const struct matcher *m, size_t at)
{
	char c = m->s[at];
	return (c >= '0' && c <= '9') || c == '_' ||
	       ((c | 0x20) >= 'a' && (c | 0x20) <= 'z' &&
		   (unsigned char)c < 0x80);
}

static bool
holds(const struct matcher *m, enum re_assert what)
{
	bool before = m->at > 0, behind = m->at < m->n;
	bool edge =
	    (before && is_word(m, m->at - 1)) != (behind && is_word(m, m->at));
	switch (what) {
	case RE_TEXT_START:
		return !before;
	case RE_TEXT_END:
		return !behind;
	case RE_LINE_START:
		return !before || m->s[m->at - 1] == '\n';
	case RE_LINE_END:
		return !behind || m->s[m->at] == '\n';
	case RE_WORD_EDGE:
		return edge;
	default:
		return !edge;
	}
}

static bool
in_set(const struct re_set *set, uint32_t c)
{
	for (size_t i = 0; i < set->n; i++)
		if (c >= set->ranges[i].from && c <= set->ranges[i].to)
			return !set->negated;
	return set->negated;
}

/* Add a step, and all that is reached from it without a character. */
static void
reach(struct matcher *m, struct reached *set, uint32_t first)
{
	uint32_t depth = 0;
	m->stack[depth++] = first;
	while (depth) {
		uint32_t at = m->stack[--depth];
		const struct step *step = &m->re->steps[at];
		if (set->seen[at] == m->mark)
			continue;
		set->seen[at] = m->mark;
		if (step->op == S_MATCH) {
			m->matched = true;
		} else if (step->op == S_SET) {
			set->steps[set->n++] = at;
		} else if (step->op == S_SPLIT) {
			m->stack[depth++] = step->other;
			m->stack[depth++] = step->next;
		} else if (holds(m, step->assertion)) {
			m->stack[depth++] = step->next;
		}
	}
}

static void
step_over(struct matcher *m, uint32_t c)
{
	m->mark++;
	m->next.n = 0;
	for (uint32_t i = 0; i < m->now.n; i++) {
		const struct step *step = &m->re->steps[m->now.steps[i]];
		if (in_set(&step->set, c))
			reach(m, &m->next, step->next);
	}
	struct reached swap = m->now;
	m->now = m->next;
	m->next = swap;
	/* A match may start anywhere. */
	reach(m, &m->now, m->re->start);
}

struct cel_value
cel_regex_match(
    struct cel_run *r, const struct cel_regex *re, const char *s, size_t n)
{
	struct matcher m = { .re = re, .s = s, .n = n, .mark = 1 };
	size_t words = (size_t)re->n * 4 + (size_t)re->n * 2 + 2;
	if (!cel_pay(r, words))
		return cel_spent();
	uint32_t *space = cel_arena_get(&r->arena, words * sizeof *space);
	m.now = (struct reached){ space, 0, space + re->n };
	m.next = (struct reached){ space + 2 * (size_t)re->n, 0,
		space + 3 * (size_t)re->n };
	m.stack = space + 4 * (size_t)re->n;
	reach(&m, &m.now, re->start);
	while (m.at < n && !m.matched) {
		if (!cel_pay(r, m.now.n / 2 + 1))
			return cel_spent();
		uint32_t c = cel_utf_at(s + m.at, n - m.at);
		m.at += cel_utf_width(s[m.at]);
		step_over(&m, c);
	}
	return cel_bool(m.matched);
}
