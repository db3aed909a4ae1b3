/* Memory that is freed all at once; see arena.h. */
#include "arena.h"

#include <stdalign.h>
#include <stdlib.h>

#include "mem.h"

struct arena_block {
	struct arena_block *next;
	size_t size;
	alignas(max_align_t) char bytes[];
};

/* Small builds take little, and large ones few blocks. */
#define FIRST 4096
#define LARGEST ((size_t)1 << 18)

static void
add_block(struct arena *a, size_t least)
{
	size_t size = a->blocks ? a->blocks->size * 2 : FIRST;
	struct arena_block *block;

	size = size > LARGEST ? LARGEST : size;
	size = size < least ? least : size;
	block = mem_zero(1, sizeof(*block) + size);
	block->next = a->blocks;
	block->size = size;
	a->blocks = block;
	a->used = 0;
}

void *
arena_take(struct arena *a, size_t size)
{
	const size_t unit = alignof(max_align_t);
	char *at;

	size = (size + unit - 1) / unit * unit;
	if (!a->blocks || a->blocks->size - a->used < size)
		add_block(a, size);
	at = a->blocks->bytes + a->used;
	a->used += size;
	return at;
}

void
arena_release(struct arena *a)
{
	while (a->blocks) {
		struct arena_block *next = a->blocks->next;

		free(a->blocks);
		a->blocks = next;
	}
	a->used = 0;
}
