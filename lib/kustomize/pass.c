/* Resources through transformations, one after another; see pass.h. */
#include "kustomize/pass.h"

static int
run_one(
    struct pass *const *passes, size_t n, struct resmap *m, struct resource *r)
{
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++)
		if (passes[i]->one)
			rc = passes[i]->one(passes[i], m, r);
	return rc;
}

int
pass_run(struct pass *const *passes, size_t n, struct resmap *m)
{
	int rc = 0;

	for (size_t i = 0; i < m->n && rc == 0; i++)
		rc = run_one(passes, n, m, m->list[i]);
	for (size_t i = 0; i < n && rc == 0; i++)
		if (passes[i]->end)
			rc = passes[i]->end(passes[i], m);
	return rc;
}

void
pass_release(struct pass *p)
{
	fieldplan_release(&p->plan);
	if (p->release)
		p->release(p->context);
}
