#ifndef POUNDLOCK_KUSTOMIZE_HASH_H
#define POUNDLOCK_KUSTOMIZE_HASH_H

#include <jv.h>

/*
 * What kustomize appends to the name of a generated object: ten characters of
 * the SHA-256 of its content.
 */
void hash_object(const jv *object, char hash[11]);

#endif
