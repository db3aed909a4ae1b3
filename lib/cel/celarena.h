#ifndef POUNDLOCK_CELARENA_H
#define POUNDLOCK_CELARENA_H

#include <stddef.h>

/*
 * Memory that is given back at once: a compiled expression has one, and so has
 * each evaluation.  A zeroed arena is empty and valid.
 */
struct cel_arena {
	struct cel_chunk *chunks;
	char *next;
	size_t left;
};

/* Zeroed memory for anything. */
void *cel_arena_get(struct cel_arena *a, size_t n);

/* n bytes and a NUL behind them. */
char *cel_arena_text(struct cel_arena *a, const char *s, size_t n);

void cel_arena_free(struct cel_arena *a);

#endif
