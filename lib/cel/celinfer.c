/* The check of types that Flux makes before readyExpr is evaluated. */
#include "cel/celast.h"

#include <stdlib.h>
#include <string.h>

#include "cel/celfunc.h"
#include "cel/cellex.h"
#include "cel/celtype.h"

/* Two members of a literal, whose types have to be equal in the end. */
struct alike {
	const struct alike *next;
	const struct cel_node *at;
	const struct celtype *first, *other;
};

struct infer {
	struct cel *c;
	struct celtype_scope scope;
	const char *const *names;
	const struct celtype *locals[CEL_DEPTH];
	const struct alike *alike;
	unsigned formats; /* calls of format() around this, where all may mix */
	struct buf *why;
};

typedef const struct celtype *typed;

static typed infer(struct infer *in, const struct cel_node *node);

/* Note what is wrong at a node.  NULL. */
static typed
refuse(struct infer *in, const struct cel_node *node, const char *what,
    const char *name)
{
	cel_lex_place(in->why, in->c->text, node->at);
	buf_addf(in->why, "%s%s", what, name);
	return NULL;
}

static typed
plain(enum celtype_kind kind)
{
	return celtype_plain(kind);
}

static typed
call(struct infer *in, const struct cel_node *node, const char *name,
    const char *signature, typed const *args, size_t n)
{
	typed result = celtype_call(&in->scope, signature, args, n);
	size_t i;

	if (result)
		return result;
	refuse(in, node, "there is no form of ", name);
	for (i = 0; i < n; i++) {
		buf_adds(in->why, i ? ", " : " for ");
		celtype_write(in->why, celtype_now(&in->scope, args[i], true));
	}
	return NULL;
}

/* The types of all kids; false if one is wrong. */
static bool
kids(struct infer *in, const struct cel_node *node, typed *types)
{
	size_t i;

	for (i = 0; i < node->n; i++) {
		types[i] = infer(in, node->kids[i]);
		if (!types[i])
			return false;
	}
	return true;
}

static typed
of_literal(const struct cel_node *node)
{
	static const enum celtype_kind kinds[] = {
		[CEL_NULL] = CELTYPE_NULL,
		[CEL_BOOL] = CELTYPE_BOOL,
		[CEL_INT] = CELTYPE_INT,
		[CEL_UINT] = CELTYPE_UINT,
		[CEL_DOUBLE] = CELTYPE_DOUBLE,
		[CEL_STRING] = CELTYPE_STRING,
		[CEL_BYTES] = CELTYPE_BYTES,
	};

	return plain(kinds[node->literal.type]);
}

static bool
is_type(const char *name)
{
	int t;

	for (t = CEL_NULL; t <= CEL_OPTIONAL; t++)
		if (strcmp(cel_type_name((enum cel_type)t), name) == 0)
			return true;
	return false;
}

static bool
is_variable(const struct infer *in, const char *name)
{
	const char *const *known;

	for (known = in->names; *known; known++)
		if (strcmp(*known, name) == 0)
			return true;
	return false;
}

static typed
of_name(struct infer *in, const struct cel_node *node)
{
	if (node->local >= 0)
		return in->locals[node->local];
	if (is_variable(in, node->name))
		return celtype_of(&in->scope, CELTYPE_MAP,
		    plain(CELTYPE_STRING), plain(CELTYPE_DYN));
	if (is_type(node->name))
		return plain(CELTYPE_TYPE);
	return refuse(in, node, "there is no variable ", node->name);
}

static typed
of_select(struct infer *in, const struct cel_node *node)
{
	typed from, value;
	bool optional = node->optional;

	if (node->dotted && is_type(node->dotted))
		return plain(CELTYPE_TYPE);
	from = infer(in, node->kids[0]);
	if (!from)
		return NULL;
	from = celtype_now(&in->scope, from, false);
	if (from->kind == CELTYPE_OPTIONAL) {
		optional = true;
		from = celtype_now(&in->scope, from->a, false);
	}
	if (from->kind == CELTYPE_MAP)
		value = from->b;
	else if (from->kind == CELTYPE_DYN || from->kind == CELTYPE_PARAM)
		value = plain(CELTYPE_DYN);
	else
		return refuse(in, node, "what has no fields: .", node->name);
	if (node->op == CEL_O_HAS)
		return plain(CELTYPE_BOOL);
	return optional ? celtype_of(&in->scope, CELTYPE_OPTIONAL, value, NULL)
			: value;
}

static typed
of_index(struct infer *in, const struct cel_node *node)
{
	typed args[2];

	if (!kids(in, node, args))
		return NULL;
	return call(in, node, "[]",
	    node->optional ? "[Ai:?A|{ABA:?B|?[Ai:?A|?{ABA:?B"
			   : "[Ai:A|{ABA:B|?[Ai:?A|?{ABA:?B",
	    args, 2);
}

static typed
of_call(struct infer *in, const struct cel_node *node)
{
	typed args[CEL_MAX_ARGS];
	bool format = node->fn->call == cel_format;
	bool ok;

	in->formats += format;
	ok = kids(in, node, args);
	in->formats -= format;
	return ok ? call(in, node, node->name, node->fn->signature, args,
			node->n)
		  : NULL;
}

/* What is behind an optional entry. */
static typed
item(struct infer *in, const struct cel_node *node, size_t i)
{
	typed t = infer(in, node->kids[i]);

	if (t && node->maybe && node->maybe[i]) {
		typed one = t;

		t = call(in, node->kids[i], "?", "?A:A", &one, 1);
	}
	return t;
}

/* The type of all members, dynamic if they differ, which is said later. */
static typed
join(struct infer *in, const struct cel_node *at, typed first, typed all,
    typed one)
{
	typed args[2] = { all, one };
	typed both;
	struct alike *pair;

	if (!first || !one)
		return one;
	if (!in->formats) {
		pair = cel_arena_get(&in->c->arena, sizeof(*pair));
		*pair = (struct alike){ in->alike, at, first, one };
		in->alike = pair;
	}
	both = celtype_call(&in->scope, "AA:A", args, 2);
	return both ? both : plain(CELTYPE_DYN);
}

/* Flux wants each list and each map to be of one type throughout. */
static bool
are_alike(struct infer *in)
{
	const struct alike *p;

	for (p = in->alike; p; p = p->next) {
		typed first = celtype_now(&in->scope, p->first, true);
		typed other = celtype_now(&in->scope, p->other, true);

		if (celtype_equal(first, other))
			continue;
		refuse(in, p->at, "values of different types: ", "");
		celtype_write(in->why, first);
		buf_adds(in->why, " and ");
		celtype_write(in->why, other);
		return false;
	}
	return true;
}

static typed
of_list(struct infer *in, const struct cel_node *node)
{
	typed first = NULL, all = NULL;
	size_t i;

	for (i = 0; i < node->n; i++) {
		typed one = item(in, node, i);

		all = join(in, node->kids[i], first, all, one);
		if (!all)
			return NULL;
		first = first ? first : one;
	}
	if (!all)
		all = celtype_param(&in->scope);
	return celtype_of(&in->scope, CELTYPE_LIST, all, NULL);
}

static typed
of_map(struct infer *in, const struct cel_node *node)
{
	typed first[2] = { NULL, NULL }, types[2] = { NULL, NULL };
	size_t i;

	for (i = 0; i < node->n; i++) {
		size_t k = i % 2;
		typed one = k ? item(in, node, i) : infer(in, node->kids[i]);

		types[k] = join(in, node->kids[i], first[k], types[k], one);
		if (!types[k])
			return NULL;
		first[k] = first[k] ? first[k] : one;
	}
	for (i = 0; i < 2; i++)
		if (!types[i])
			types[i] = celtype_param(&in->scope);
	/* What can't be a key is found out later; here it must not nest. */
	if (types[0]->a)
		types[0] = plain(CELTYPE_DYN);
	return celtype_of(&in->scope, CELTYPE_MAP, types[0], types[1]);
}

static bool
is_bool(struct infer *in, const struct cel_node *node, typed t)
{
	if (!t || celtype_fits(&in->scope, t, plain(CELTYPE_BOOL)))
		return t;
	refuse(in, node, "a bool is wanted, not ", "");
	celtype_write(in->why, celtype_now(&in->scope, t, true));
	return false;
}

static typed
of_chain(struct infer *in, const struct cel_node *node)
{
	size_t i;

	for (i = 0; i < node->n; i++)
		if (!is_bool(in, node->kids[i], infer(in, node->kids[i])))
			return NULL;
	return plain(CELTYPE_BOOL);
}

static typed
of_operator(struct infer *in, const struct cel_node *node)
{
	static const char order[] = "bb:b|ii:b|iu:b|id:b|uu:b|ui:b|ud:b|dd:b|"
				    "di:b|du:b|ss:b|yy:b|tt:b|DD:b";
	static const char *const signatures[] = {
		[CEL_O_IF] = "bAA:A",
		[CEL_O_NOT] = "b:b",
		[CEL_O_MINUS] = "i:i|d:d",
		[CEL_O_ADD] = "ii:i|uu:u|dd:d|ss:s|yy:y|[A[A:[A|tD:t|Dt:t|DD:D",
		[CEL_O_SUB] = "ii:i|uu:u|dd:d|tD:t|tt:D|DD:D",
		[CEL_O_MUL] = "ii:i|uu:u|dd:d",
		[CEL_O_DIV] = "ii:i|uu:u|dd:d",
		[CEL_O_MOD] = "ii:i|uu:u",
		[CEL_O_EQ] = "AA:b",
		[CEL_O_NE] = "AA:b",
		[CEL_O_LT] = order,
		[CEL_O_LE] = order,
		[CEL_O_GT] = order,
		[CEL_O_GE] = order,
		[CEL_O_IN] = "A[A:b|A{AB:b",
	};
	typed args[3];

	if (!kids(in, node, args))
		return NULL;
	return call(in, node, cel_op_name(node->op), signatures[node->op], args,
	    node->n);
}

/* What the variable of a macro is for such a range; NULL if it is none. */
static typed
element(struct infer *in, const struct cel_node *node, typed from)
{
	if (node->op == CEL_O_OPT_MAP || node->op == CEL_O_OPT_FLAT_MAP)
		return call(in, node, "optMap", "?A:A", &from, 1);
	from = celtype_now(&in->scope, from, false);
	if (from->kind == CELTYPE_DYN || from->kind == CELTYPE_PARAM)
		return plain(CELTYPE_DYN);
	if (from->kind == CELTYPE_LIST || from->kind == CELTYPE_MAP)
		return from->a;
	refuse(in, node, "a macro over what is no ", "list or map: ");
	celtype_write(in->why, celtype_now(&in->scope, from, true));
	return NULL;
}

static typed
of_macro(struct infer *in, const struct cel_node *node)
{
	typed from = infer(in, node->kids[0]), var, last, branches[2];
	bool transforms = node->op == CEL_O_MAP_EACH ||
			  node->op == CEL_O_OPT_MAP ||
			  node->op == CEL_O_OPT_FLAT_MAP;

	var = from ? element(in, node, from) : NULL;
	if (!var)
		return NULL;
	in->locals[node->local] = var;
	if (node->n == 3 &&
	    !is_bool(in, node->kids[1], infer(in, node->kids[1])))
		return NULL;
	last = infer(in, node->kids[node->n - 1]);
	if (!last ||
	    (!transforms && !is_bool(in, node->kids[node->n - 1], last)))
		return NULL;
	switch (node->op) {
	case CEL_O_MAP_EACH:
		return celtype_of(&in->scope, CELTYPE_LIST, last, NULL);
	case CEL_O_FILTER:
		return celtype_of(&in->scope, CELTYPE_LIST, var, NULL);
	case CEL_O_OPT_MAP:
		return celtype_of(&in->scope, CELTYPE_OPTIONAL, last, NULL);
	case CEL_O_OPT_FLAT_MAP:
		branches[0] = last;
		branches[1] = celtype_of(&in->scope, CELTYPE_OPTIONAL,
		    celtype_param(&in->scope), NULL);
		return call(in, node, "optFlatMap", "AA:A", branches, 2);
	default:
		return plain(CELTYPE_BOOL);
	}
}

static typed
infer(struct infer *in, const struct cel_node *node)
{
	switch (node->op) {
	case CEL_O_LITERAL:
		return of_literal(node);
	case CEL_O_NAME:
		return of_name(in, node);
	case CEL_O_SELECT:
	case CEL_O_HAS:
		return of_select(in, node);
	case CEL_O_INDEX:
		return of_index(in, node);
	case CEL_O_CALL:
		return of_call(in, node);
	case CEL_O_LIST:
		return of_list(in, node);
	case CEL_O_MAP:
		return of_map(in, node);
	case CEL_O_AND:
	case CEL_O_OR:
		return of_chain(in, node);
	default:
		return node->op >= CEL_O_ALL ? of_macro(in, node)
					     : of_operator(in, node);
	}
}

bool
cel_check_types(struct cel *c, const char *const *names, struct buf *why)
{
	struct infer in = { .c = c, .names = names, .why = why };
	typed t;
	bool ok;

	in.scope.arena = &c->arena;
	t = infer(&in, c->root);
	if (t && !are_alike(&in))
		t = NULL;
	if (t)
		t = celtype_now(&in.scope, t, true);
	ok = t && t->kind == CELTYPE_BOOL;
	if (t && !ok) {
		buf_adds(why, "1:1: the expression is of type ");
		celtype_write(why, t);
		buf_adds(why, ", not bool");
	}
	celtype_scope_release(&in.scope);
	return ok;
}
