#ifndef POUNDLOCK_KUSTOMIZE_SELECT_H
#define POUNDLOCK_KUSTOMIZE_SELECT_H

#include <regex.h>

#include "kustomize/resmap.h"

/*
 * Choosing resources by patterns: regular expressions (of Go's syntax, as far
 * as POSIX has the same) that match a whole text.
 */
struct pattern {
	char *text; /* NULL: matches everything */
	bool plain; /* no special characters but dots */
	bool dots;
	bool never; /* no regular expression at all */
	regex_t re;
};

/* Returns -1, with a message, for what is no regular expression. */
int pattern_compile(struct pattern *p, const char *text, struct buf *err);
bool pattern_matches(const struct pattern *p, const char *s);
void pattern_release(struct pattern *p);

/* A regular expression matches some part of a text. */
bool pattern_in(const char *pattern, const char *s);

struct selector {
	struct pattern group, version, kind, name, namespace;
	char *labels, *annotations; /* label selectors, NULL for none */
};

/* Read one that was checked as FIELDS_SELECTOR. */
int selector_read(struct selector *s, const jv *v, struct buf *err);
void selector_release(struct selector *s);

/* All of it holds; original or current name and namespace will do. */
bool selector_matches(const struct selector *s, const struct resource *r);

/* Group, version, kind, name and namespace of one id alone. */
bool selector_matches_id(
    const struct selector *s, const struct id *id, const char *namespace);

/* The labels and annotations alone. */
bool selector_matches_meta(const struct selector *s, const struct resource *r);

/* The only name that it allows, interned; NULL: there are several. */
const char *selector_name(const struct selector *s, struct intern *in);

/* It asks for nothing in an id. */
bool selector_is_open(const struct selector *s);

/* Go through what is selected, by the index where there is a plain name. */
struct selection {
	const struct selector *selector;
	struct resmap_walk walk;
};
struct selection selection_start(
    const struct selector *s, struct resmap *m, struct intern *in);
struct resource *selection_next(struct selection *s);

#endif
