#include "cel/celparseimpl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What an expression is made of without its operators. */

static const char *
token_text(struct parser *p)
{
	return cel_arena_text(
	    &p->c->arena, p->c->text + p->lx.at, p->lx.to - p->lx.at);
}

static bool
reserved(const char *name)
{
	static const char *const words[] = {
		"as",
		"break",
		"const",
		"continue",
		"else",
		"for",
		"if",
		"let",
		"import",
		"function",
		"return",
		"loop",
		"var",
		"void",
		"package",
		"namespace",
		"while",
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i], name) == 0)
			return true;
	return false;
}

/* What a number's text stands for; false if it is out of range. */
static bool
number_value(
    enum cel_token token, const char *text, bool minus, struct cel_value *v)
{
	char *end;
	errno = 0;
	if (token == CEL_T_DOUBLE) {
		double d = strtod(text, &end);
		*v = cel_double(minus ? -d : d);
		/* What is too small to tell from zero is zero. */
		return errno == 0 || (d < 1 && d > -1);
	}
	int base = text[0] == '0' && text[1] == 'x' ? 16 : 10;
	unsigned long long u = strtoull(text, &end, base);
	if (errno)
		return false;
	if (token == CEL_T_UINT) {
		*v = cel_uint(u);
		return true;
	}
	if (u > (unsigned long long)INT64_MAX + minus)
		return false;
	*v = cel_int(minus ? -(int64_t)(u - 1) - 1 : (int64_t)u);
	if (u == 0)
		*v = cel_int(0);
	return true;
}

static struct cel_node *
number(struct parser *p, bool minus)
{
	struct cel_node *node = cel_p_new(p, CEL_O_LITERAL, p->lx.at);
	if (!number_value(p->lx.token, token_text(p), minus, &node->literal))
		return cel_p_fail(p, p->lx.at, "a number out of range");
	cel_lex(&p->lx);
	return node;
}

static struct cel_node *
string(struct parser *p)
{
	bool bytes = p->lx.token == CEL_T_BYTES;
	struct cel_node *node = cel_p_new(p, CEL_O_LITERAL, p->lx.at);
	struct buf b = BUF_INIT;
	if (!cel_lex_unquote(&p->lx, &b)) {
		buf_release(&b);
		return cel_p_fail(p, p->lx.at, p->lx.why);
	}
	node->literal = cel_text(bytes ? CEL_BYTES : CEL_STRING,
	    cel_arena_text(&p->c->arena, buf_str(&b), b.len), b.len);
	buf_release(&b);
	cel_lex(&p->lx);
	return node;
}

static struct cel_node *
constant(struct parser *p, struct cel_value v)
{
	struct cel_node *node = cel_p_new(p, CEL_O_LITERAL, p->lx.at);
	node->literal = v;
	cel_lex(&p->lx);
	return node;
}

/* Arguments up to the closing parenthesis, behind the opening one. */
static bool
arguments(struct parser *p, struct nodes *list)
{
	if (cel_p_accept(p, ')'))
		return true;
	do {
		struct cel_node *arg = cel_p_expression(p);
		if (!arg)
			return false;
		cel_p_collect(list, arg, false);
	} while (cel_p_accept(p, ','));
	return cel_p_expect(p, ')');
}

/* name(...), or target.name(...), behind the opening parenthesis. */
static struct cel_node *
call(struct parser *p, struct cel_node *node, struct cel_node *target)
{
	struct nodes list = { 0 };
	const char *bad = NULL;
	if (target)
		cel_p_collect(&list, target, false);
	if (!arguments(p, &list)) {
		cel_p_drop(&list);
		return NULL;
	}
	node->op = CEL_O_CALL;
	node->method = target;
	if (!cel_p_adopt(p, node, &list))
		return NULL;
	size_t at = node->n > (target ? 1u : 0u)
			? node->kids[target ? 1 : 0]->at
			: node->at;
	if (cel_macro(node, &bad) && bad)
		return cel_p_fail(p, at, bad);
	return node;
}

static bool
item(struct parser *p, struct nodes *items)
{
	bool maybe = cel_p_accept(p, '?');
	struct cel_node *node = cel_p_expression(p);
	if (!node)
		return false;
	cel_p_collect(items, node, maybe);
	return true;
}

static bool
entry(struct parser *p, struct nodes *items)
{
	bool maybe = cel_p_accept(p, '?');
	struct cel_node *key = cel_p_expression(p);
	if (!key || !cel_p_expect(p, ':'))
		return false;
	struct cel_node *value = cel_p_expression(p);
	if (!value)
		return false;
	cel_p_collect(items, key, maybe);
	cel_p_collect(items, value, maybe);
	return true;
}

/* A list or a map: what one reads, again and again, up to the bracket. */
static struct cel_node *
several(struct parser *p, enum cel_op op, char close,
    bool (*one)(struct parser *p, struct nodes *items))
{
	struct nodes items = { 0 };
	struct cel_node *node = cel_p_new(p, op, p->lx.at);
	cel_lex(&p->lx);
	while (!cel_p_at(p, close) && !(cel_p_at(p, ',') && !items.n)) {
		if (!one(p, &items)) {
			cel_p_drop(&items);
			return NULL;
		}
		if (!cel_p_at(p, ','))
			break;
		cel_lex(&p->lx);
	}
	/* A comma alone stands for nothing, too. */
	if (!items.n)
		cel_p_accept(p, ',');
	node = cel_p_adopt(p, node, &items);
	return node && cel_p_expect(p, close) ? node : NULL;
}

static struct cel_node *
name(struct parser *p)
{
	struct cel_node *node = cel_p_new(p, CEL_O_NAME, p->lx.at);
	if (cel_p_at(p, '.')) {
		node->rooted = true;
		cel_lex(&p->lx);
		if (p->lx.token != CEL_T_NAME)
			return cel_p_unexpected(p, "a name");
	}
	node->name = token_text(p);
	if (reserved(node->name))
		return cel_p_fail(
		    p, p->lx.at, "a reserved word is used as a name");
	cel_lex(&p->lx);
	return cel_p_accept(p, '(') ? call(p, node, NULL) : node;
}

static struct cel_node *
nested(struct parser *p)
{
	cel_lex(&p->lx);
	struct cel_node *node = cel_p_expression(p);
	return node && cel_p_expect(p, ')') ? node : NULL;
}

static struct cel_node *
primary(struct parser *p)
{
	switch (p->lx.token) {
	case CEL_T_INT:
	case CEL_T_UINT:
	case CEL_T_DOUBLE:
		return number(p, false);
	case CEL_T_STRING:
	case CEL_T_BYTES:
		return string(p);
	case CEL_T_TRUE:
	case CEL_T_FALSE:
		return constant(p, cel_bool(p->lx.token == CEL_T_TRUE));
	case CEL_T_NULL:
		return constant(p, cel_null());
	case CEL_T_NAME:
		return name(p);
	default:
		break;
	}
	if (cel_p_at(p, '.'))
		return name(p);
	if (cel_p_at(p, '('))
		return nested(p);
	if (cel_p_at(p, '['))
		return several(p, CEL_O_LIST, ']', item);
	if (cel_p_at(p, '{'))
		return several(p, CEL_O_MAP, '}', entry);
	if (cel_p_at(p, '-')) {
		cel_lex(&p->lx);
		if (p->lx.token == CEL_T_INT || p->lx.token == CEL_T_DOUBLE)
			return number(p, true);
		return cel_p_unexpected(p, "a number");
	}
	return cel_p_unexpected(p, "a value");
}

/* .name, .?name or .name(...), at the dot. */
static struct cel_node *
field(struct parser *p, struct cel_node *target)
{
	size_t at = p->lx.at;
	cel_lex(&p->lx);
	bool optional = cel_p_accept(p, '?');
	if (p->lx.token != CEL_T_NAME)
		return cel_p_unexpected(p, "a field's name");
	const char *id = token_text(p);
	size_t named = p->lx.at;
	cel_lex(&p->lx);
	if (!optional && cel_p_at(p, '(')) {
		struct cel_node *node = cel_p_new(p, CEL_O_CALL, named);
		node->name = id;
		cel_lex(&p->lx);
		return call(p, node, target);
	}
	struct cel_node *node = cel_p_make(p, CEL_O_SELECT, at, &target, 1);
	if (node) {
		node->name = id;
		node->optional = optional;
	}
	return node;
}

/* [...], at the bracket. */
static struct cel_node *
element(struct parser *p, struct cel_node *target)
{
	size_t at = p->lx.at;
	cel_lex(&p->lx);
	bool optional = cel_p_accept(p, '?');
	struct cel_node *key = cel_p_expression(p);
	if (!key || !cel_p_expect(p, ']'))
		return NULL;
	struct cel_node *const kids[] = { target, key };
	struct cel_node *node = cel_p_make(p, CEL_O_INDEX, at, kids, 2);
	if (node)
		node->optional = optional;
	return node;
}

struct cel_node *
cel_p_member(struct parser *p)
{
	struct cel_node *node = primary(p);
	while (node) {
		if (cel_p_at(p, '.'))
			node = field(p, node);
		else if (cel_p_at(p, '['))
			node = element(p, node);
		else if (cel_p_at(p, '{') &&
			 (node->op == CEL_O_NAME || node->op == CEL_O_SELECT))
			return cel_p_fail(p, node->at,
			    "protocol buffer messages are not "
			    "supported");
		else
			break;
	}
	return node;
}
