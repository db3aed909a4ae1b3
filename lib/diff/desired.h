#ifndef POUNDLOCK_DESIRED_H
#define POUNDLOCK_DESIRED_H

#include <jv.h>

#include "buf.h"
#include "kinds.h"

/*
 * What is sent to the API server for an object of the stream.  Every tool that
 * sends or compares objects makes them here, so that what was judged is what
 * is written, to the last field.
 */

/*
 * Make the object to send from one as it was written (consumed):
 *
 * - metadata.namespace is default_namespace where a namespaced object names
 *   none, and removed from an object of a cluster-scoped kind;
 * - what only the server writes is removed: status, and from metadata
 *   managedFields, uid, resourceVersion, generation, selfLink,
 *   creationTimestamp, deletionTimestamp and deletionGracePeriodSeconds;
 * - "creationTimestamp: null" is removed from nested metadata too (Pod
 *   templates): Go's way to print a time that is not set;
 * - part_of, where it is not NULL, is the value of the label INVENTORY_LABEL;
 * an object without a stage gets none;
 * - a Secret's stringData is written into its data (stringData wins), since the
 *   server does that too but then forgets who owns those keys.
 *
 * The order of what stays is kept.  A value that is no object is returned as it
 * is.
 */
jv desired_object(jv object, const struct kind *kind, const char *part_of,
    const char *default_namespace);

/*
 * Append the namespace of a stage's objects that name none: the targetNamespace
 * of its spec, else the stage's own namespace (the part of its name before the
 * slash), else fallback, which is api_namespace() where there is a server.
 * stage is the value of a stage record; NULL or an invalid jv for an object
 * without a stage.
 */
void desired_namespace(struct buf *out, const jv *stage, const char *fallback);

#endif
