#ifndef POUNDLOCK_FLUXTABLE_H
#define POUNDLOCK_FLUXTABLE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The fields of a Flux Kustomization, as its CRD has them: a table for each
 * object in it, with a field without a name at its end.
 */
enum flux_type {
	TYPE_STRING,
	TYPE_BOOL,
	TYPE_DURATION,
	TYPE_NAME,	/* of an object: a DNS name */
	TYPE_NAMESPACE, /* a DNS label */
	TYPE_MAP,	/* of strings */
	TYPE_STRINGS,	/* an array of strings */
	TYPE_EXPR,	/* CEL over an object's fields */
	TYPE_READY,	/* CEL over self and dep, which says yes or no */
	TYPE_OBJECT,
	TYPE_OBJECTS, /* an array of objects */
	TYPE_ANY,
};

struct flux_field {
	const char *name;
	enum flux_type type;
	bool required;
	const struct flux_field *fields; /* of TYPE_OBJECT and TYPE_OBJECTS */
	const char *values;  /* the words allowed, a blank around each */
	size_t max;	     /* bytes of a string, 0: any number */
	bool beta;	     /* not in v1 */
	const char *refused; /* why we can't do it */
	bool filled;	     /* a string that may not be empty */
	bool kinds;	     /* an array of objects that are for a kind each */
};

/* Those of the Kustomization itself. */
extern const struct flux_field flux_fields[];

#endif
