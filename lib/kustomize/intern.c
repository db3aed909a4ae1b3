/* Strings kept once.  A growing table with open addressing, never shrunk. */
#include "kustomize/intern.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

struct intern_entry {
	uint64_t hash;
	size_t len;
	char text[];
};

uint64_t
intern_hash(uint64_t seed, const void *data, size_t len)
{
	const unsigned char *p = data;

	for (size_t i = 0; i < len; i++)
		seed = (seed ^ p[i]) * 1099511628211u;
	return seed;
}

static void
grow(struct intern *in)
{
	size_t size = in->size ? in->size * 2 : 256;
	struct intern_entry **slots = mem_zero(size, sizeof(*slots));

	for (size_t i = 0; i < in->size; i++) {
		if (!in->slots[i])
			continue;
		size_t at = in->slots[i]->hash & (size - 1);
		while (slots[at])
			at = (at + 1) & (size - 1);
		slots[at] = in->slots[i];
	}
	free(in->slots);
	in->slots = slots;
	in->size = size;
}

const char *
intern_len(struct intern *in, const char *s, size_t len)
{
	uint64_t hash = intern_hash(INTERN_SEED, s, len);
	struct intern_entry *e;
	size_t at;

	if (in->n * 2 >= in->size)
		grow(in);
	at = hash & (in->size - 1);
	while ((e = in->slots[at])) {
		if (e->hash == hash && e->len == len &&
		    !memcmp(e->text, s, len))
			return e->text;
		at = (at + 1) & (in->size - 1);
	}
	e = arena_take(&in->entries, sizeof(*e) + len + 1);
	e->hash = hash;
	e->len = len;
	memcpy(e->text, s, len);
	in->slots[at] = e;
	in->n++;
	return e->text;
}

const char *
intern(struct intern *in, const char *s)
{
	return intern_len(in, s, strlen(s));
}

void
intern_release(struct intern *in)
{
	free(in->slots);
	arena_release(&in->entries);
	memset(in, 0, sizeof(*in));
}
