#ifndef POUNDLOCK_MANIFESTSCALAR_H
#define POUNDLOCK_MANIFESTSCALAR_H

#include <stdbool.h>

#include <jv.h>
#include <yaml.h>

/*
 * What a scalar event of libyaml stands for: the part of manifest.c that knows
 * tags.  v2 asks for Kubernetes's reading (see manifest.h).  Where a scalar is
 * refused, *what says why and the value is invalid.
 */

/* The key << in its role. */
bool manifest_is_merge(const yaml_event_t *e);

/* As the value of a member, an element or a document. */
jv manifest_value(const yaml_event_t *e, bool v2, const char **what);

/* As a key: always a string. */
jv manifest_key(const yaml_event_t *e, bool v2, const char **what);

#endif
