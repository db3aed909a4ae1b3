#ifndef POUNDLOCK_KUSTOMIZE_MISFIT_H
#define POUNDLOCK_KUSTOMIZE_MISFIT_H

#include <stdbool.h>

#include <jv.h>

#include "buf.h"
#include "kustomize/fault.h"

/*
 * Fields that a replacement has given a text that doesn't fit their type: a
 * word where an integer was.  As to kustomize that is no mistake until the
 * object is written or goes through JSON: another replacement or a patch may
 * still put it right.  Until then the text is the field's value; the notes keep
 * what the field was meant to be.
 */
enum field_type {
	FIELD_TEXT, /* anything fits; containers are replaced as they are */
	FIELD_INTEGER,
	FIELD_NUMBER,
	FIELD_BOOLEAN,
	FIELD_NULL,
};

/* What a value is; a whole number may be a float only if floats says so. */
enum field_type field_type(const jv *v, bool floats);

/* A text as the value of a field of the type; the text itself if none fits. */
jv field_value(enum field_type type, const char *text, bool *fits);

/* Keep that the field a way (keys and indices) leads to has a wrong text. */
void misfit_note(
    struct buf *misfits, const jv *way, enum field_type type, const char *text);

/* What the field was, if it still has its wrong text; else FIELD_TEXT. */
enum field_type misfit_type(
    const struct buf *misfits, const jv *way, const jv *value);

/*
 * Returns true, and which it is, if a field of the object still has a wrong
 * text.
 */
bool misfit_remains(
    const struct buf *misfits, const jv *object, struct fault *fault);

#endif
