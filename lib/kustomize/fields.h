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
 * in pointer, for a wrong type or an unknown field.  Consumes v.
 *
 * What stands outside of the kustomization file is read more leniently, as
 * sigs.k8s.io/yaml does: an unknown field is passed over, and a number or a
 * boolean is taken for some strings.
 */
jv fields_check(enum record record, jv v, bool lenient, struct buf *pointer,
    struct buf *err);

/* The same for the configuration of a plugin: its options are its own. */
jv fields_check_plugin(
    const jv *config, bool generator, struct buf *pointer, struct buf *err);

#endif
