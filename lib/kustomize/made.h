#ifndef POUNDLOCK_KUSTOMIZE_MADE_H
#define POUNDLOCK_KUSTOMIZE_MADE_H

#include <jv.h>

#include "buf.h"
#include "kustomize/schema.h"

/*
 * Fields that a replacement has made.  Their type is what their text reads as,
 * whatever is put there, until a strategic merge passes them by: kustomize then
 * makes texts of them, as they were spelled.  They are kept as JSON pointers,
 * each with a NUL and the text and its NUL.
 */

/* What a text without quotes says: a number, a boolean or a string. */
jv made_value(const char *text);

/* Keep the field that a way (keys and indices) leads to, or its new text. */
void made_note(struct buf *made, const jv *way, const char *text);

/* The text that was put there last; NULL for a field that was not made. */
const char *made_text(const struct buf *made, const jv *way);

/* Make texts of those that are still what they were made. */
void made_settle(
    const struct schema *schema, jv *object, const struct buf *made);

#endif
