#ifndef POUNDLOCK_KUSTOMIZE_PLUGIN_H
#define POUNDLOCK_KUSTOMIZE_PLUGIN_H

#include "kustomize/build.h"
#include "kustomize/origin.h"

/* A built-in generator or transformer, at work. */
struct plugin {
	const struct where *w;
	struct accumulator *a;
	const struct origin *origin;
	jv v;			 /* its object, checked as FIELDS_PLUGIN */
	struct fieldspecs specs; /* its fieldSpecs */
};

/*
 * Do what the plugin that this resource configures does, which must be a
 * generator or a transformer.  w, a and origin are the caller's.  Returns 0, or
 * -1 with a whole message.
 */
int plugin_run(struct plugin *p, const struct resource *r, bool generator);

#endif
