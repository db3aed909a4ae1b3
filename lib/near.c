/* Names that look alike; see near.h. */
#include "near.h"

#include <ctype.h>
#include <string.h>

#define LONGEST 63 /* letters of a name that is looked at */

static size_t
least_of(size_t a, size_t b, size_t c)
{
	a = a < b ? a : b;
	return a < c ? a : c;
}

/*
 * How many letters have to be put in, taken out or changed to make one name of
 * the other, whatever their case: Levenshtein's distance, a row at a time.
 */
static size_t
distance(const char *a, const char *b)
{
	size_t row[LONGEST + 1], n = strlen(b);

	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (; *a; a++) {
		size_t corner = row[0]++;

		for (size_t j = 1; j <= n; j++) {
			int same = tolower((unsigned char)*a) ==
				   tolower((unsigned char)b[j - 1]);
			size_t least = least_of(
			    corner + !same, row[j] + 1, row[j - 1] + 1);

			corner = row[j];
			row[j] = least;
		}
	}
	return row[n];
}

void
near_start(struct near *n, const char *name)
{
	size_t len = strlen(name);

	*n = (struct near){ .name = name,
		.least = len <= LONGEST ? len / 3 + 1 : 0 };
}

void
near_try(struct near *n, const char *candidate)
{
	size_t far;

	if (n->least == 0 || strlen(candidate) > LONGEST)
		return;
	far = distance(n->name, candidate);
	if (far < n->least) {
		n->least = far;
		n->found = candidate;
	}
}

void
near_say(const struct near *n, struct buf *out)
{
	buf_adds(out, "unknown field");
	if (n->found)
		buf_addf(out, ", maybe %s", n->found);
}
