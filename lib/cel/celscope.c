#include "cel/celeval.h"

#include <string.h>

#include "json.h"

/* The members of the object that an evaluation has looked at. */
struct cel_known {
	const struct cel_known *next;
	const char *name;
	struct cel_value value;
};

static bool
in_object(struct cel_run *r, const char *name, struct cel_value *out)
{
	for (const struct cel_known *k = r->known; k; k = k->next) {
		if (strcmp(k->name, name) == 0) {
			*out = k->value;
			return true;
		}
	}
	jv member = json_get(r->scope->object, name);
	if (!jv_is_valid(member)) {
		jv_free(member);
		return false;
	}
	struct cel_known *k = cel_arena_get(&r->arena, sizeof *k);
	k->name = name;
	/* The object holds the member, and so its text, for longer than us. */
	k->value = *out = cel_from_json(r, &member);
	k->next = r->known;
	r->known = k;
	jv_free(member);
	return true;
}

static bool
in_bindings(
    const struct cel_scope *scope, const char *name, struct cel_value *out)
{
	for (size_t i = 0; i < scope->n; i++) {
		if (strcmp(scope->bindings[i].name, name) == 0) {
			*out = scope->bindings[i].value;
			return true;
		}
	}
	return false;
}

/* Types are variables, too; those of the scope hide them. */
static bool
is_type(const char *name, struct cel_value *out)
{
	for (int t = CEL_NULL; t <= CEL_OPTIONAL; t++) {
		const char *known = cel_type_name((enum cel_type)t);
		if (strcmp(known, name) == 0) {
			*out = cel_type_value(known);
			return true;
		}
	}
	return false;
}

static bool
lookup(struct cel_run *r, const char *name, struct cel_value *out)
{
	return in_bindings(r->scope, name, out) ||
	       (r->scope->object && !strchr(name, '.') &&
		   in_object(r, name, out)) ||
	       is_type(name, out);
}

/* With a container a.b, try a.b.name, then a.name, then name. */
static bool
in_container(struct cel_run *r, const char *name, struct cel_value *out)
{
	const char *container = r->scope->container;
	size_t n = strlen(container);
	while (n) {
		struct buf full = BUF_INIT;
		bool found;

		buf_add(&full, container, n);
		buf_addf(&full, ".%s", name);
		found =
		    lookup(r, cel_arena_text(&r->arena, full.s, full.len), out);
		buf_release(&full);
		if (found)
			return true;
		while (n && container[n - 1] != '.')
			n--;
		n -= n > 0;
	}
	return lookup(r, name, out);
}

static bool
is_rooted(const struct cel_node *node)
{
	while (node->op == CEL_O_SELECT)
		node = node->kids[0];
	return node->rooted;
}

bool
cel_resolve(
    struct cel_run *r, const struct cel_node *node, struct cel_value *out)
{
	if (!cel_pay(r, 1))
		return false;
	if (r->scope->container && !is_rooted(node))
		return in_container(r, node->dotted, out);
	return lookup(r, node->dotted, out);
}
