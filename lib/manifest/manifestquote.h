#ifndef POUNDLOCK_MANIFESTQUOTE_H
#define POUNDLOCK_MANIFESTQUOTE_H

#include <stdbool.h>

#include <jv.h>

/*
 * Strings that stand in quotes, or as a block.  kustomize leaves a scalar its
 * style when it gives it another value: a number in quotes is a string.  So
 * manifest_read marks strings, except those of JSON.
 *
 * The mark stands in a byte of struct jv that libjq copies and does not look
 * at, so it goes where the value goes; equality doesn't heed it.
 */
enum manifest_quotes {
	QUOTES_MARKED, /* those that are marked are in quotes */
	QUOTES_ALL,    /* all strings are: it was JSON */
	QUOTES_NEEDED, /* those that can't do without are: go-yaml wrote it */
};

/* Mark a string (consumed), or take the mark away. */
static inline jv
manifest_quote(jv s, bool quoted)
{
	s.pad_ = quoted;
	return s;
}

/*
 * A field without a value inside of braces or brackets.  kustomize writes it as
 * '', but not before the object goes through JSON: a null with the same mark.
 */
static inline jv
manifest_hollow(void)
{
	jv v = jv_null();

	v.pad_ = true;
	return v;
}

static inline bool
manifest_is_hollow(const jv *v)
{
	return jv_get_kind(*v) == JV_KIND_NULL && v->pad_;
}

/* A string in quotes, by this rule. */
bool manifest_is_quoted(const jv *v, enum manifest_quotes rule);

#endif
