#ifndef POUNDLOCK_KUSTOMIZE_MADE_H
#define POUNDLOCK_KUSTOMIZE_MADE_H

#include <stdbool.h>

#include <jv.h>

#include "buf.h"
#include "kustomize/schema.h"

/*
 * Fields that a replacement has made.  Their type is what their text reads as,
 * whatever is put there, until a strategic merge passes them by: kustomize then
 * makes texts of them, as they were spelled.  They are kept as JSON pointers,
 * each with a NUL and the text and its NUL.
 */

/* What a text was read as (consumed) if a number or boolean, else the text. */
jv made_plain(jv v, const char *text);

/* What a text without quotes says: a number, a boolean or a string. */
jv made_value(const char *text);

/* The same for the field that a way leads to: annotations end as texts. */
jv made_value_at(const jv *way, const char *text);

/* Append the JSON pointer of a way (keys and indices). */
void made_pointer(struct buf *out, const jv *way);

/* Keep the field that a way leads to, or its new text. */
void made_note(struct buf *made, const jv *way, const char *text);

/* The text that was put there last; NULL for a field that was not made. */
const char *made_text(const struct buf *made, const jv *way);

/* A field's value (consumed), but as it was spelled if it was made: 1.10. */
jv made_spelled(const struct buf *made, const jv *way, jv value);

/* Make texts of those that are still what they were made. */
void made_settle(
    const struct schema *schema, jv *object, const struct buf *made);

#endif
