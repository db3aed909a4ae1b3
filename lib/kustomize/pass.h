#ifndef POUNDLOCK_KUSTOMIZE_PASS_H
#define POUNDLOCK_KUSTOMIZE_PASS_H

#include "kustomize/build.h"
#include "kustomize/fieldplan.h"

/*
 * A transformation that takes each resource by itself and needs no other for
 * it.  Those that follow one another go over the resources together: a resource
 * passes through all of them before the next one does, so that its memory is
 * fetched once for all of them, on which a large build spends its time.
 *
 * What a pass points to stays until it has run.
 */
struct pass {
	const struct where *w; /* what asked for it */
	struct fieldplan plan;
	void *context;			/* its own */
	void (*release)(void *context); /* NULL: there is none */
	/* NULL: nothing is to be done.  0, or -1 with a whole message. */
	int (*one)(struct pass *p, struct resmap *m, struct resource *r);
	/* What must hold of all of them then, or NULL. */
	int (*end)(const struct pass *p, struct resmap *m);
};

/* Let all resources of a map through n passes: 0, or -1 with a whole message.
 */
int pass_run(struct pass *const *passes, size_t n, struct resmap *m);

void pass_release(struct pass *p);

#endif
