#ifndef POUNDLOCK_SCALAR_H
#define POUNDLOCK_SCALAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/*
 * What a plain YAML scalar means, by the rules that Go's YAML libraries have
 * made for YAML 1.1 (resolve.go of go-yaml v2 and v3): integers in base 2, 8,
 * 10 and 16 with underscores, of 64 bits (a longer one in base 10 is a float),
 * no numbers in base 60, timestamps told apart.
 */
enum scalar_kind {
	SCALAR_STRING,
	SCALAR_NULL,
	SCALAR_BOOL,
	SCALAR_INT,
	SCALAR_FLOAT,
	SCALAR_TIME,	 /* a date or a time */
	SCALAR_INFINITE, /* .inf or .nan */
};

struct scalar {
	enum scalar_kind kind;
	bool truth;    /* of SCALAR_BOOL */
	bool negative; /* of SCALAR_INT */
	union {
		uint64_t size; /* of SCALAR_INT, without its sign */
		double number; /* of SCALAR_FLOAT */
	};
};

/*
 * y, yes, on, n, no and off are booleans to go-yaml v2 (what Kubernetes reads
 * with), strings to v3 (what kustomize reads with): words tells which.
 */
struct scalar scalar_resolve(const char *s, size_t len, bool words);

/* What go-yaml v2 has to quote so that it reads as a string again. */
bool scalar_needs_quotes(const char *s, size_t len);

/* A timestamp as Go prints it in JSON (RFC 3339); false if s is none. */
bool scalar_time(const char *s, size_t len, struct buf *out);

#endif
