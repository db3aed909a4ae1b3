#ifndef POUNDLOCK_KUSTOMIZE_INTERN_H
#define POUNDLOCK_KUSTOMIZE_INTERN_H

#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/*
 * Strings that are kept once, so that equal ones have equal addresses: ids of
 * objects are compared, and hashed, by pointer.  All live until
 * intern_release.
 */
struct intern {
	struct intern_entry **slots; /* open addressing, a power of two */
	size_t n, size;
	struct arena entries;
};

void intern_release(struct intern *in);

/* The one string that is equal to these bytes. */
const char *intern_len(struct intern *in, const char *s, size_t len);
const char *intern(struct intern *in, const char *s);

/* FNV-1a, also for the indexes that are built over interned pointers. */
uint64_t intern_hash(uint64_t seed, const void *data, size_t len);
#define INTERN_SEED 14695981039346656037u

#endif
