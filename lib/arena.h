#ifndef POUNDLOCK_ARENA_H
#define POUNDLOCK_ARENA_H

#include <stddef.h>

/*
 * Memory that is freed all at once.  What is taken one after another lies side
 * by side, so that a walk over it finds the next piece in the cache.  A zeroed
 * arena is empty and valid.
 */
struct arena {
	struct arena_block *blocks; /* the newest first */
	size_t used;		    /* of that */
};

/* Zeroed bytes, aligned for anything; want of memory ends the process. */
void *arena_take(struct arena *a, size_t size);
void arena_release(struct arena *a);

#endif
