/* Specs by the kind of object that they hold for; see fieldplan.h. */
#include "kustomize/fieldplan.h"

#include <stdlib.h>

#include "mem.h"

static struct fieldpaths *
add_kind(struct fieldplan *plan, const struct id *id)
{
	struct fieldpaths *paths;

	plan->kinds =
	    mem_grow(plan->kinds, plan->n, &plan->cap, sizeof(*plan->kinds));
	paths = &plan->kinds[plan->n++];
	*paths = (struct fieldpaths){
		.group = id->group, .version = id->version, .kind = id->kind
	};
	for (size_t i = 0; i < plan->specs->n; i++) {
		if (!fieldspec_selects(&plan->specs->specs[i], id))
			continue;
		paths->list = mem_grow(
		    paths->list, paths->n, &paths->cap, sizeof(*paths->list));
		fieldpath_init(
		    &paths->list[paths->n++], &plan->specs->specs[i]);
	}
	return paths;
}

const struct fieldpaths *
fieldplan_for(struct fieldplan *plan, const struct id *id)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct fieldpaths *paths = &plan->kinds[i];

		if (paths->kind == id->kind && paths->group == id->group &&
		    paths->version == id->version)
			return paths;
	}
	return add_kind(plan, id);
}

void
fieldplan_release(struct fieldplan *plan)
{
	for (size_t i = 0; i < plan->n; i++) {
		struct fieldpaths *paths = &plan->kinds[i];

		while (paths->n)
			fieldpath_release(&paths->list[--paths->n]);
		free(paths->list);
	}
	free(plan->kinds);
}
