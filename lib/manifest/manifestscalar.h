#ifndef POUNDLOCK_MANIFESTSCALAR_H
#define POUNDLOCK_MANIFESTSCALAR_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

/*
 * What a scalar stands for: the part of manifest.c that knows tags.  v2 asks
 * for Kubernetes's reading (see manifest.h).  Where a scalar is refused, *what
 * says why and the value is invalid.
 */
struct manifest_scalar {
	const char *text; /* need not end in a NUL */
	size_t len;
	const char *tag; /* NULL for none */
	bool plain;	 /* without quotes and tag: its text says its type */
	bool quoted;	 /* within quotes, or a block */
};

/* The key << in its role. */
bool manifest_is_merge(const struct manifest_scalar *from);

/* As the value of a member, an element or a document. */
jv manifest_value(
    const struct manifest_scalar *from, bool v2, const char **what);

/* A value that is a whole number, but no integer by its text: 1.0 or 1e3. */
bool manifest_is_float(const struct manifest_scalar *from, const jv *value);

/*
 * As a key: always a string.  *other says whether the text would be something
 * else, such as a number.
 */
jv manifest_key(const struct manifest_scalar *from, bool v2, bool *other,
    const char **what);

#endif
