#ifndef POUNDLOCK_KUSTOMIZE_BLANKS_H
#define POUNDLOCK_KUSTOMIZE_BLANKS_H

#include "kustomize/resource.h"

/*
 * Fields that the text of an object gives no value, such as "labels:" with
 * nothing behind it.  They are null like those that say so, and come out as
 * such, until a strategic merge passes them by: kustomize then drops them, but
 * keeps a null that is spelled.
 */

/*
 * Drop those at the pointers (each with its NUL) that are still null, except
 * where a merge doesn't go: into lists without keys.
 */
void blanks_drop(
    const struct schema *schema, jv *object, const struct buf *pointers);

/*
 * The object goes through JSON: make empty strings of those that stand inside
 * of braces or brackets, see manifest_hollow.
 */
void blanks_settle(struct resource *r);

/*
 * The same as blanks_drop for the field at a pointer that is still the number
 * or boolean that text stands for, but it becomes the text.
 */
void blanks_fill(const struct schema *schema, jv *object, const char *pointer,
    const char *text);

#endif
