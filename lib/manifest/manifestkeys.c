/* The order of keys in YAML output; see manifestkeys.h. */
#include "manifest/manifestkeys.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Ranges beyond ASCII, in order, that hold signs rather than letters. */
static const struct {
	unsigned first, last;
} signs[] = {
	{ 0x80, 0xa9 },
	{ 0xab, 0xb4 },
	{ 0xb6, 0xb9 },
	{ 0xbb, 0xbf },
	{ 0xd7, 0xd7 },
	{ 0xf7, 0xf7 },
	{ 0x300, 0x36f },   /* combining accents */
	{ 0x2000, 0x2070 }, /* punctuation */
	{ 0x2072, 0x207e }, /* superscripts */
	{ 0x2080, 0x208f },
	{ 0x20a0, 0x20ff }, /* currencies */
	{ 0x2190, 0x2bff }, /* arrows, mathematics, boxes, dingbats */
	{ 0x3000, 0x3004 },
	{ 0x3007, 0x3030 },
	{ 0xe000, 0xf8ff }, /* private use */
	{ 0xfe00, 0xfe6f },
	{ 0xfeff, 0xff20 },
	{ 0xfff0, 0xffff },
	{ 0x1f000, 0x1faff }, /* emoji */
	{ 0xe0000, 0x10ffff },
};

/* The character that byte i is part of; both ends are whole UTF-8. */
static unsigned
character_at(const char *s, size_t i)
{
	static const unsigned char mask[] = { 0x7f, 0x7f, 0x1f, 0x0f, 0x07 };
	unsigned c = (unsigned char)s[i];
	int n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

	for (c &= mask[n]; n > 1; n--)
		c = c << 6 | ((unsigned char)s[++i] & 0x3f);
	return c;
}

static bool
is_letter(unsigned c)
{
	size_t i;

	if (c < 0x80)
		return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	for (i = 0; i < sizeof(signs) / sizeof(*signs); i++)
		if (c >= signs[i].first && c <= signs[i].last)
			return false;
	return true;
}

/* The number that starts at s, after what came before it; its length in *n. */
static unsigned long long
number_at(const char *s, unsigned long long number, size_t *n)
{
	for (*n = 0; is_digit(s[*n]); ++*n)
		number = number * 10 + (unsigned long long)(s[*n] - '0');
	return number;
}

/* Digits before a zero that are not all zeros make it count. */
static bool
follows_number(const char *s, size_t i)
{
	while (i > 0 && is_digit(s[i - 1]))
		if (s[--i] != '0')
			return true;
	return false;
}

/* Compare where two keys differ first, in the character at i. */
static int
compare_at(const char *a, const char *b, size_t i)
{
	unsigned x = character_at(a, i), y = character_at(b, i);
	bool la = is_letter(x), lb = is_letter(y);
	unsigned long long na = 0, nb = 0;
	size_t ca, cb;

	if (la != lb)
		return la ? 1 : -1;
	if (!la) {
		if ((a[i] == '0' || b[i] == '0') && follows_number(a, i))
			na = nb = 1;
		na = number_at(a + i, na, &ca);
		nb = number_at(b + i, nb, &cb);
		if (na != nb)
			return na < nb ? -1 : 1;
		if (ca != cb)
			return ca < cb ? -1 : 1;
	}
	return x < y ? -1 : 1;
}

static int
compare(const void *x, const void *y)
{
	const char *a = ((const struct member *)x)->name;
	const char *b = ((const struct member *)y)->name;
	size_t i;

	for (i = 0; a[i] && a[i] == b[i]; i++)
		;
	while (i > 0 && ((a[i] & 0xc0) == 0x80 || (b[i] & 0xc0) == 0x80))
		i--;
	if (a[i] && b[i])
		return compare_at(a, b, i);
	return (a[i] != '\0') - (b[i] != '\0');
}

/* Most objects have few members, which are in order before qsort has begun. */
#define FEW 12

static void
sort(struct member *list, size_t n)
{
	if (n > FEW) {
		qsort(list, n, sizeof(*list), compare);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		struct member m = list[i];
		size_t at = i;

		for (; at > 0 && compare(&list[at - 1], &m) > 0; at--)
			list[at] = list[at - 1];
		list[at] = m;
	}
}

void
members_push(struct members *m, const jv *object)
{
	size_t first = m->n;
	int it;

	for (it = jv_object_iter(*object); jv_object_iter_valid(*object, it);
	     it = jv_object_iter_next(*object, it)) {
		jv key = jv_object_iter_key(*object, it);

		m->list = mem_grow(m->list, m->n, &m->cap, sizeof(*m->list));
		/* No reader lets a key with a NUL pass. */
		m->list[m->n] = (struct member){ key,
			jv_object_iter_value(*object, it), jv_string_value(key),
			strlen(jv_string_value(key)) };
		m->n++;
	}
	if (m->n > first + 1)
		sort(m->list + first, m->n - first);
}

void
members_pop(struct members *m, size_t n)
{
	while (m->n > n) {
		jv_free(m->list[--m->n].key);
		jv_free(m->list[m->n].value);
	}
}
