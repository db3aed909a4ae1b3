#ifndef POUNDLOCK_HEALTHRULES_H
#define POUNDLOCK_HEALTHRULES_H

#include "health/health.h"

/*
 * Within health only: the rules of single kinds.  Each sets out's status,
 * reason and message.  What is true for all kinds has been looked at before,
 * and the conditions are known to be well formed.
 */
struct health_subject {
	const jv *object;
	jv conditions; /* borrowed; an array */
	const struct health_options *options;
};

typedef void health_rule_fn(const struct health_subject *s, struct health *out);

/* The rule of the object's kind; NULL if it has none. */
health_rule_fn *health_rule(const jv *object);

/* The rule for Jobs, which looks at nothing that is true for all kinds. */
health_rule_fn health_rule_job;

health_rule_fn health_rule_pod;

#endif
