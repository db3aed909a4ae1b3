#ifndef POUNDLOCK_RANK_H
#define POUNDLOCK_RANK_H

#include <jv.h>

/*
 * Where among the objects of a stage a kind has its place, so that what others
 * need is there before them: namespaces, definitions, classes, quotas,
 * accounts and their rights, configuration, storage, services, workloads, Jobs,
 * custom objects, and last the webhooks that could refuse all of these.  Lower
 * comes first; objects of one rank stay in the order they came in.
 */
int rank_of(const jv *object);

#endif
