#ifndef POUNDLOCK_SOPS_H
#define POUNDLOCK_SOPS_H

#include <stdbool.h>

#include <jv.h>

/*
 * True for an object that SOPS has encrypted as a whole, or a Secret with a
 * value that was made of an encrypted file: nobody wants that in a cluster.
 */
bool sops_encrypted(const jv *object);

#endif
