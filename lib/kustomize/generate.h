#ifndef POUNDLOCK_KUSTOMIZE_GENERATE_H
#define POUNDLOCK_KUSTOMIZE_GENERATE_H

#include "kustomize/build.h"

/*
 * Make a ConfigMap or Secret of a generator's arguments, checked as
 * FIELDS_GENERATOR, and the generatorOptions that hold for all (invalid for
 * none).  Returns NULL with a whole message for an error.
 */
struct resource *generate_data(
    const struct where *w, const char *kind, const jv *args, const jv *options);

/*
 * Put what a generator made into a map: add, merge or replace.  Returns -1
 * with a whole message.
 */
int generate_absorb(
    const struct where *w, struct resmap *m, struct resource *r);

#endif
