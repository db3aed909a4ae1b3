/*
 * Conversions of constants, such as int('x').  cel-go, as Flux sets it up, does
 * them when it compiles, and refuses the whole expression for one that fails,
 * also where no evaluation would come by.
 */
#include "cel/celast.h"

#include "cel/celeval.h"
#include "cel/celfunc.h"

static bool
is_conversion(const struct cel_function *fn)
{
	static cel_fn *const conversions[] = { cel_to_bool, cel_to_bytes,
		cel_to_double, cel_to_duration, cel_to_dyn, cel_to_int,
		cel_to_string, cel_to_timestamp, cel_to_type, cel_to_uint };
	for (size_t i = 0; i < sizeof conversions / sizeof *conversions; i++)
		if (fn->call == conversions[i])
			return true;
	return false;
}

static bool
is_constant(const struct cel_node *node)
{
	if (node->op == CEL_O_LITERAL)
		return true;
	if (node->op == CEL_O_CALL
		? !is_conversion(node->fn)
		: node->op != CEL_O_LIST && node->op != CEL_O_MAP)
		return false;
	for (size_t i = 0; i < node->n; i++)
		if (!is_constant(node->kids[i]))
			return false;
	return true;
}

bool
cel_fold(const struct cel_node *call, struct buf *why)
{
	struct cel_run r;
	if (!is_conversion(call->fn) || !is_constant(call->kids[0]))
		return true;
	cel_run_begin(&r);
	struct cel_value v = cel_eval_node(&r, call);
	bool ok = !cel_is_error(&v);
	if (!ok)
		buf_add(why, v.u.str.s, v.u.str.n);
	cel_run_end(&r);
	return ok;
}
