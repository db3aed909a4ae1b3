#ifndef POUNDLOCK_KUSTOMIZE_FOLLOW_H
#define POUNDLOCK_KUSTOMIZE_FOLLOW_H

#include <jv.h>

/*
 * A value that follows the field it was read from, as kustomize's does, which
 * is that field and no copy.  Ways are arrays of keys and indices, as
 * jv_getpath takes them.
 */
struct follow {
	jv *value; /* borrowed */
	jv from;   /* the way to its field; invalid: it follows none */
	jv at;	   /* the way to the field that is being set */
};

#define FOLLOW_INIT(value) ((struct follow){ value, jv_invalid(), jv_array() })

void follow_release(struct follow *f);

/*
 * The field at f->at is now something else (borrowed).  What replaces a field
 * around the followed one leaves the value as it was last.
 */
void follow_change(struct follow *f, const jv *now);

/* The followed field may have changed anywhere in an object. */
void follow_object(struct follow *f, const jv *object);

#endif
