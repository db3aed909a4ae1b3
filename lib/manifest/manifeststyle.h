#ifndef POUNDLOCK_MANIFESTSTYLE_H
#define POUNDLOCK_MANIFESTSTYLE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The part of manifestwrite.c that looks at a string: which styles of YAML it
 * can have, by the rules of libyaml's emitter and of go-yaml's port of it.
 */
struct style {
	bool plain;  /* may stand without quotes */
	bool single; /* may stand within single quotes */
	bool block;  /* may be a literal block */
	bool lines;  /* has line breaks */
	bool ascii;  /* printable ASCII and nothing else: a column a byte */
};

struct style style_of(const char *s, size_t len);

bool style_is_break(unsigned c);
bool style_is_printable(unsigned c);

/* The character that starts here, which must be whole UTF-8, and its bytes. */
unsigned utf8_decode(const char *s);
size_t utf8_width(const char *s);

#endif
