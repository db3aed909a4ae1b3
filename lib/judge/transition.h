#ifndef POUNDLOCK_TRANSITION_H
#define POUNDLOCK_TRANSITION_H

#include <jv.h>

/*
 * Transition rules of a CustomResourceDefinition: the CEL rules in its schema
 * (x-kubernetes-validations) that compare with the old object.  Understood are
 * those of the form self == oldSelf and self.a.b == oldSelf.a.b; they are what
 * makes a field immutable.
 */
enum transition {
	TRANSITION_FREE,      /* no rule forbids the change */
	TRANSITION_IMMUTABLE, /* one does */
	TRANSITION_UNKNOWN,   /* there is a rule that is not understood */
};

/*
 * What the rules of an OpenAPI schema say about the change of the field at path
 * (a JSON pointer) from one object to another.  Pure.
 */
enum transition transition_judge(
    const jv *schema, const jv *from, const jv *to, const char *path);

#endif
