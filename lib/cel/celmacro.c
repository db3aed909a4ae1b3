#include "cel/celast.h"

#include <string.h>

static const struct {
	const char *name;
	size_t args;
	enum cel_op op;
} macros[] = {
	{ "all", 2, CEL_O_ALL },
	{ "exists", 2, CEL_O_EXISTS },
	{ "exists_one", 2, CEL_O_EXISTS_ONE },
	{ "map", 2, CEL_O_MAP_EACH },
	{ "map", 3, CEL_O_MAP_EACH },
	{ "filter", 2, CEL_O_FILTER },
	{ "optMap", 2, CEL_O_OPT_MAP },
	{ "optFlatMap", 2, CEL_O_OPT_FLAT_MAP },
};

static bool
has(struct cel_node *call, const char **bad)
{
	struct cel_node *field = call->kids[0];
	if (field->op != CEL_O_SELECT || field->optional) {
		*bad = "has() needs a field, as in has(a.b)";
		return true;
	}
	call->op = CEL_O_HAS;
	call->name = field->name;
	call->kids = field->kids;
	call->n = 1;
	return true;
}

bool
cel_macro(struct cel_node *call, const char **bad)
{
	if (!call->method)
		return !call->rooted && strcmp(call->name, "has") == 0 &&
		       call->n == 1 && has(call, bad);
	for (size_t i = 0; i < sizeof macros / sizeof *macros; i++) {
		if (call->n != macros[i].args + 1 ||
		    strcmp(call->name, macros[i].name) != 0)
			continue;
		const struct cel_node *var = call->kids[1];
		if (var->op != CEL_O_NAME || var->rooted) {
			*bad = "the first argument has to be a simple name";
			return true;
		}
		call->op = macros[i].op;
		call->name = var->name;
		call->n--;
		memmove(&call->kids[1], &call->kids[2],
		    (call->n - 1) * sizeof *call->kids);
		return true;
	}
	return false;
}

const char *
cel_op_name(enum cel_op op)
{
	static const char *const names[] = {
		[CEL_O_NOT] = "!",
		[CEL_O_MINUS] = "-",
		[CEL_O_ADD] = "+",
		[CEL_O_SUB] = "-",
		[CEL_O_MUL] = "*",
		[CEL_O_DIV] = "/",
		[CEL_O_MOD] = "%",
		[CEL_O_EQ] = "==",
		[CEL_O_NE] = "!=",
		[CEL_O_LT] = "<",
		[CEL_O_LE] = "<=",
		[CEL_O_GT] = ">",
		[CEL_O_GE] = ">=",
		[CEL_O_IN] = "in",
		[CEL_O_AND] = "&&",
		[CEL_O_OR] = "||",
		[CEL_O_IF] = "?:",
	};
	bool known = op < sizeof names / sizeof *names && names[op];
	return known ? names[op] : "macro";
}
