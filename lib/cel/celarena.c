#include "cel/celarena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

enum { CHUNK = 8192 };

struct cel_chunk {
	struct cel_chunk *older;
	max_align_t data[];
};

void *
cel_arena_get(struct cel_arena *a, size_t n)
{
	const size_t unit = alignof(max_align_t);
	/* Nothing has an address, too. */
	size_t want = n ? (n + unit - 1) / unit * unit : unit;
	if (want > a->left) {
		size_t size = want > CHUNK ? want : CHUNK;
		struct cel_chunk *c =
		    mem_zero(1, offsetof(struct cel_chunk, data) + size);
		c->older = a->chunks;
		a->chunks = c;
		a->next = (char *)c->data;
		a->left = size;
	}
	void *p = a->next;
	a->next += want;
	a->left -= want;
	return p;
}

char *
cel_arena_text(struct cel_arena *a, const char *s, size_t n)
{
	char *copy = cel_arena_get(a, n + 1);
	if (n)
		memcpy(copy, s, n);
	return copy;
}

void
cel_arena_free(struct cel_arena *a)
{
	while (a->chunks) {
		struct cel_chunk *c = a->chunks;
		a->chunks = c->older;
		free(c);
	}
	*a = (struct cel_arena){ 0 };
}
