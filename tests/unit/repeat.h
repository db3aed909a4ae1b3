#ifndef POUNDLOCK_TEST_REPEAT_H
#define POUNDLOCK_TEST_REPEAT_H

#include "buf.h"

/* Append a text n times. */
static inline void
repeat(struct buf *out, const char *s, int n)
{
	while (n--)
		buf_adds(out, s);
}

#endif
