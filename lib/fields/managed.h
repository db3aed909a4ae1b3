#ifndef POUNDLOCK_MANAGED_H
#define POUNDLOCK_MANAGED_H

#include <stdbool.h>

#include <jv.h>

/*
 * Managed fields: which manager applied which fields, as metadata.managedFields
 * of a live object tells it in the form FieldsV1 (a tree with f:NAME for the
 * member of an object, k:{KEYS} for the element of a list with those merge
 * keys, v:VALUE for an element of a set, and "." for the value itself; a leaf
 * is {}).  It carries enough of the schema to be walked along with an object:
 * what is a leaf there is applied as a whole.
 */

/*
 * The fields that the manager holds by operation Apply (not of a subresource),
 * in terms of api_version (NULL: any); invalid if there is no such entry.
 */
jv managed_fields(const jv *live, const char *manager, const char *api_version);

/*
 * Whether applying desired would change nothing, told without the server: every
 * field of desired equals the live one, and the manager's fields are exactly
 * desired's, none more and none less.  False means only that the server must be
 * asked.
 */
bool managed_settled(const jv *desired, const jv *live, const char *manager);

/*
 * Fields that the manager holds and desired no longer has: an array of JSON
 * pointers into live.  An apply removes them, unless others hold them too.
 */
jv managed_dropped(const jv *desired, const jv *live, const char *manager);

/*
 * Whether a manager other than the one named holds what a pointer leads to, or
 * anything below it.  Pointers into lists are not followed: true for those.
 */
bool managed_by_others(
    const jv *live, const char *manager, const char *pointer);

#endif
