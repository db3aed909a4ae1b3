#ifndef POUNDLOCK_KUSTOMIZE_SPELLING_H
#define POUNDLOCK_KUSTOMIZE_SPELLING_H

#include <stdbool.h>

#include <jv.h>

/*
 * How a text spells what JSON knows only one way to write: kustomize keeps 1.10
 * where it becomes a text.  Always the first document is meant.
 */

/* It is a number, a boolean, a null, or what may have been a shorter time. */
bool spelling_may_differ(const jv *value);

/*
 * How such a value is spelled that a JSON pointer leads to in the text; invalid
 * if it stands in quotes, or isn't found.
 */
jv spelling_find(const char *text, const char *pointer, const jv *value);

/*
 * An annotation that reads as a number, a boolean, a time or null is a string
 * to kustomize, spelled as in the text that the object (consumed) was read
 * from: 1.0 stays so.  at is the object's own JSON pointer in there.  In a
 * patch null is what it says.
 */
jv spelling_keep(jv object, const char *text, const char *at, bool patch);

#endif
