#ifndef POUNDLOCK_KUSTOMIZE_KUSTOMIZATION_H
#define POUNDLOCK_KUSTOMIZE_KUSTOMIZATION_H

#include "kustomize/build.h"

/*
 * Read the kustomization file of a directory: its fields checked, old ones
 * turned into what took their place.  top says that it is the one that was
 * asked for: Flux drops what it does not know there, and writes the fields of
 * its own object over it.  Returns -1 with a whole message.
 * kustomization_release frees it in either case.
 */
int kustomization_read(
    struct kustomization *k, struct build *b, const struct dir *dir, bool top);

/*
 * The kustomization that Flux would write for a directory without one: all its
 * YAML files as resources.  Outside of Flux, one without any is an error.
 */
int kustomization_scan(
    struct kustomization *k, struct build *b, const struct dir *dir);
void kustomization_release(struct kustomization *k);

/* Which of the three names a directory has; NULL for none. */
const char *kustomization_find(const struct dir *dir);

bool kustomization_is_component(const struct kustomization *k);

#endif
