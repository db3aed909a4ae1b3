#ifndef POUNDLOCK_KUSTOMIZE_FIELDS_H
#define POUNDLOCK_KUSTOMIZE_FIELDS_H

#include <stdbool.h>

#include <jv.h>

#include "buf.h"

/*
 * The fields of a kustomization file and of the configurations of the built-in
 * plugins: names, types, nesting; see fields.def.
 */

enum record {
#define RECORD(name) FIELDS_##name,
#include "kustomize/fields.def"
#undef RECORD
};

/*
 * Check a map against a record, and return it with every key spelled as the
 * table has it (kustomize takes any mix of upper and lower case) and without
 * nulls.  Invalid, with "FIELD: WHAT" in err and the JSON pointer of the place
 * in pointer, for a wrong type or an unknown field; lenient passes unknown
 * fields over and takes a number or a boolean for a string, as kustomize does
 * with plugins.  Consumes v.
 */
jv fields_check(enum record record, jv v, bool lenient, struct buf *pointer,
    struct buf *err);

#endif
