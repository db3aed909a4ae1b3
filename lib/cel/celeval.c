#include "cel/celeval.h"

#include <string.h>

#include "cel/celcompare.h"
#include "cel/celfunc.h"
#include "cel/cellex.h"
#include "cel/celregex.h"

enum presence {
	MUST,  /* what is not there is an error */
	MAYBE, /* ... is an optional of nothing */
	ASK,   /* ... is false, and true what is */
};

static struct cel_value
found(struct cel_run *r, enum presence how, const struct cel_value *v)
{
	if (how == MUST)
		return *v;
	return how == ASK ? cel_bool(true) : cel_optional(r, v);
}

static struct cel_value
missing(struct cel_run *r, enum presence how, const struct cel_value *key)
{
	int64_t i;
	if (how == ASK)
		return cel_bool(false);
	if (how == MAYBE)
		return cel_optional(r, NULL);
	if (key->type == CEL_STRING)
		return cel_error(
		    r, "no such key: %.*s", (int)key->u.str.n, key->u.str.s);
	if (cel_exact_int(key, &i))
		return cel_error(r, "no such key: %lld", (long long)i);
	return cel_error(
	    r, "no such key, of type %s", cel_type_name(key->type));
}

static bool
can_be_key(const struct cel_value *v)
{
	return v->type == CEL_BOOL || v->type == CEL_INT ||
	       v->type == CEL_UINT || v->type == CEL_DOUBLE ||
	       v->type == CEL_STRING;
}

static struct cel_value
element(struct cel_run *r, const struct cel_value *list,
    const struct cel_value *key, enum presence how)
{
	int64_t i;
	if (!cel_exact_int(key, &i))
		return cel_error(r, "a list has no index of type %s",
		    cel_type_name(key->type));
	if (i >= 0 && (uint64_t)i < list->u.list.n)
		return found(r, how, &list->u.list.v[i]);
	if (how == MUST)
		return cel_error(r, "index out of bounds: %lld", (long long)i);
	return missing(r, how, key);
}

static struct cel_value
pick(struct cel_run *r, const struct cel_value *from,
    const struct cel_value *key, enum presence how)
{
	if (from->type == CEL_OPTIONAL) {
		if (!from->u.some)
			return missing(r, how == MUST ? MAYBE : how, key);
		return pick(r, from->u.some, key, how == MUST ? MAYBE : how);
	}
	if (from->type == CEL_LIST)
		return element(r, from, key, how);
	if (from->type != CEL_MAP)
		return missing(r, how, key);
	const struct cel_value *v = cel_map_find(from->u.map, key);
	return v ? found(r, how, v) : missing(r, how, key);
}

static struct cel_value
eval_literal(struct cel_run *r, const struct cel_node *node)
{
	(void)r;
	return node->literal;
}

static struct cel_value
eval_name(struct cel_run *r, const struct cel_node *node)
{
	struct cel_value v;
	if (node->local >= 0)
		return r->locals[node->local];
	if (cel_resolve(r, node, &v))
		return v;
	return cel_error(r, "there is no variable %s", node->name);
}

/* The name of a type can't be asked for fields at all. */
static bool
is_type_name(const struct cel_node *node, const struct cel_value *v)
{
	return v->type == CEL_TYPE && node->dotted;
}

static struct cel_value
select_how(struct cel_run *r, const struct cel_node *node, enum presence how)
{
	struct cel_value from = cel_eval_node(r, node->kids[0]);
	if (cel_is_error(&from))
		return from;
	struct cel_value key =
	    cel_text(CEL_STRING, node->name, strlen(node->name));
	if (is_type_name(node->kids[0], &from))
		return missing(r, MUST, &key);
	return pick(r, &from, &key, how);
}

static struct cel_value
eval_select(struct cel_run *r, const struct cel_node *node)
{
	struct cel_value v;
	if (node->dotted && cel_resolve(r, node, &v))
		return v;
	return select_how(r, node, node->optional ? MAYBE : MUST);
}

static struct cel_value
eval_has(struct cel_run *r, const struct cel_node *node)
{
	return select_how(r, node, ASK);
}

static struct cel_value
eval_index(struct cel_run *r, const struct cel_node *node)
{
	struct cel_value from = cel_eval_node(r, node->kids[0]);
	if (cel_is_error(&from))
		return from;
	struct cel_value key = cel_eval_node(r, node->kids[1]);
	if (cel_is_error(&key))
		return key;
	if (!can_be_key(&key))
		return cel_error(
		    r, "there is no index of type %s", cel_type_name(key.type));
	if (is_type_name(node->kids[0], &from))
		return missing(r, MUST, &key);
	return pick(r, &from, &key, node->optional ? MAYBE : MUST);
}

/* An optional's alternative is evaluated only if there is need. */
static struct cel_value
eval_or_else(struct cel_run *r, const struct cel_node *node)
{
	struct cel_value v = cel_eval_node(r, node->kids[0]);
	if (v.type != CEL_OPTIONAL)
		return v;
	if (!v.u.some)
		return cel_eval_node(r, node->kids[1]);
	return node->fn->kind == CEL_F_OR_VALUE ? *v.u.some : v;
}

static struct cel_value
eval_call(struct cel_run *r, const struct cel_node *node)
{
	struct cel_value args[CEL_MAX_ARGS] = { 0 };
	if (node->fn->kind != CEL_F_PLAIN)
		return eval_or_else(r, node);
	for (size_t i = 0; i < node->n; i++) {
		args[i] = cel_eval_node(r, node->kids[i]);
		if (cel_is_error(&args[i]))
			return args[i];
	}
	if (node->regex && args[0].type == CEL_STRING)
		return cel_regex_match(
		    r, node->regex, args[0].u.str.s, args[0].u.str.n);
	return node->fn->call(r, args, node->n);
}

/*
 * The item behind an optional entry: false for none.  What is no optional is an
 * error, left in *v.
 */
static bool
take_apart(struct cel_run *r, struct cel_value *v)
{
	if (v->type != CEL_OPTIONAL) {
		*v = cel_error(r, "an optional entry is of type %s",
		    cel_type_name(v->type));
		return true;
	}
	if (!v->u.some)
		return false;
	*v = *v->u.some;
	return true;
}

static struct cel_value
eval_list(struct cel_run *r, const struct cel_node *node)
{
	if (!cel_pay(r, node->n * 4))
		return cel_spent();
	struct cel_value *v = cel_arena_get(&r->arena, node->n * sizeof *v);
	size_t n = 0;
	for (size_t i = 0; i < node->n; i++) {
		v[n] = cel_eval_node(r, node->kids[i]);
		if (cel_is_error(&v[n]))
			return v[n];
		if (node->maybe && node->maybe[i] && !take_apart(r, &v[n]))
			continue;
		if (cel_is_error(&v[n]))
			return v[n];
		n++;
	}
	return cel_list(v, n);
}

static struct cel_value
eval_map(struct cel_run *r, const struct cel_node *node)
{
	if (!cel_pay(r, node->n * 8))
		return cel_spent();
	struct cel_map *m = cel_map_new(r);
	for (size_t i = 0; i < node->n; i += 2) {
		struct cel_value key = cel_eval_node(r, node->kids[i]);
		if (cel_is_error(&key))
			return key;
		if (!can_be_key(&key))
			return cel_error(r, "a map can't have a key of type %s",
			    cel_type_name(key.type));
		struct cel_value v = cel_eval_node(r, node->kids[i + 1]);
		if (cel_is_error(&v))
			return v;
		if (node->maybe && node->maybe[i] && !take_apart(r, &v))
			cel_map_remove(m, &key);
		else if (cel_is_error(&v))
			return v;
		else
			cel_map_set(r, m, key, v);
	}
	return cel_map_value(m);
}

static struct cel_value
eval_if(struct cel_run *r, const struct cel_node *node)
{
	struct cel_value v = cel_eval_node(r, node->kids[0]);
	if (cel_is_error(&v))
		return v;
	if (v.type != CEL_BOOL)
		return cel_error(
		    r, "no such overload: %s ? :", cel_type_name(v.type));
	return cel_eval_node(r, node->kids[v.u.b ? 1 : 2]);
}

/*
 * && and ||: the term that decides wins, wherever it stands, even over an
 * error; without one, the first error counts.
 */
static struct cel_value
eval_chain(struct cel_run *r, const struct cel_node *node)
{
	bool decides = node->op == CEL_O_OR;
	struct cel_value error = cel_bool(!decides);
	for (size_t i = 0; i < node->n && !r->spent; i++) {
		struct cel_value v = cel_eval_node(r, node->kids[i]);
		if (v.type == CEL_BOOL && v.u.b == decides)
			return v;
		if (v.type == CEL_BOOL || cel_is_error(&error))
			continue;
		error = cel_is_error(&v)
			    ? v
			    : cel_error(r, "no such overload: %s %s",
				  cel_op_name(node->op), cel_type_name(v.type));
	}
	return error;
}

static struct cel_value
eval_unary(struct cel_run *r, const struct cel_node *node)
{
	struct cel_value v = cel_eval_node(r, node->kids[0]);
	if (cel_is_error(&v))
		return v;
	if (node->op == CEL_O_MINUS)
		return cel_minus(r, &v);
	if (v.type == CEL_BOOL)
		return cel_bool(!v.u.b);
	return cel_error(r, "no such overload: !%s", cel_type_name(v.type));
}

static struct cel_value
compare(struct cel_run *r, enum cel_op op, const struct cel_value *a,
    const struct cel_value *b)
{
	int cmp;
	struct cel_value bad;
	if (op == CEL_O_EQ || op == CEL_O_NE)
		return cel_bool(cel_equal(r, a, b) == (op == CEL_O_EQ));
	if (op == CEL_O_IN)
		return cel_in(r, a, b);
	if (!cel_order(r, a, b, &cmp, &bad))
		return bad;
	if (op == CEL_O_LT)
		return cel_bool(cmp < 0);
	if (op == CEL_O_LE)
		return cel_bool(cmp <= 0);
	return cel_bool(op == CEL_O_GT ? cmp > 0 : cmp >= 0);
}

static struct cel_value
eval_binary(struct cel_run *r, const struct cel_node *node)
{
	struct cel_value a = cel_eval_node(r, node->kids[0]);
	if (cel_is_error(&a))
		return a;
	struct cel_value b = cel_eval_node(r, node->kids[1]);
	if (cel_is_error(&b))
		return b;
	if (node->op >= CEL_O_ADD && node->op <= CEL_O_MOD)
		return cel_arith(r, node->op, &a, &b);
	return compare(r, node->op, &a, &b);
}

struct cel_value
cel_eval_node(struct cel_run *r, const struct cel_node *node)
{
	static struct cel_value (*const ways[])(
	    struct cel_run *, const struct cel_node *) = {
		[CEL_O_LITERAL] = eval_literal,
		[CEL_O_NAME] = eval_name,
		[CEL_O_SELECT] = eval_select,
		[CEL_O_HAS] = eval_has,
		[CEL_O_INDEX] = eval_index,
		[CEL_O_CALL] = eval_call,
		[CEL_O_LIST] = eval_list,
		[CEL_O_MAP] = eval_map,
		[CEL_O_IF] = eval_if,
		[CEL_O_AND] = eval_chain,
		[CEL_O_OR] = eval_chain,
		[CEL_O_NOT] = eval_unary,
		[CEL_O_MINUS] = eval_unary,
	};
	if (!cel_pay(r, 1))
		return cel_spent();
	struct cel_value v;
	if (node->op >= CEL_O_ALL)
		v = cel_eval_macro(r, node);
	else if (node->op >= CEL_O_ADD)
		v = eval_binary(r, node);
	else
		v = ways[node->op](r, node);
	if (r->spent)
		v = cel_spent();
	if (cel_is_error(&v) && !v.at)
		v.at = node->at + 1;
	return v;
}

void
cel_run_begin(struct cel_run *r)
{
	*r = (struct cel_run){ .cost = CEL_COST };
}

void
cel_run_end(struct cel_run *r)
{
	cel_arena_free(&r->arena);
}

struct cel_value
cel_eval(struct cel_run *r, const struct cel *c, const struct cel_scope *scope)
{
	r->scope = scope;
	r->known = NULL;
	r->locals = cel_arena_get(&r->arena, c->locals * sizeof *r->locals);
	return cel_eval_node(r, c->root);
}

void
cel_explain(struct buf *out, const struct cel *c, const struct cel_value *error)
{
	cel_lex_place(out, c->text, error->at ? error->at - 1 : 0);
	buf_add(out, error->u.str.s, error->u.str.n);
}
