#ifndef POUNDLOCK_INVENTORY_H
#define POUNDLOCK_INVENTORY_H

#include <stdbool.h>

#include <jv.h>

#include "buf.h"

/*
 * What a stage owns: an ApplySet, as KEP-3659 specifies it and as kubectl reads
 * it.  Every member carries the label INVENTORY_LABEL; a ConfigMap in the
 * stage's namespace, the parent, lists the kinds and the namespaces in which
 * members are to be looked for.  An object is listed there before it can exist
 * in the cluster.
 *
 * This is the pure part: names, labels, annotations.  Nothing here talks to a
 * server; members.h finds what is listed.
 */

/* On every member; its value is the set's id. */
#define INVENTORY_LABEL "applyset.kubernetes.io/part-of"

/* On the parent. */
#define INVENTORY_ID_LABEL "applyset.kubernetes.io/id"
#define INVENTORY_TOOLING "applyset.kubernetes.io/tooling"
#define INVENTORY_KINDS "applyset.kubernetes.io/contains-group-kinds"
#define INVENTORY_NAMESPACES "applyset.kubernetes.io/additional-namespaces"

/*
 * A stage is "NAMESPACE/NAME".  Its parent is the ConfigMap poundlock-NAME in
 * that namespace ("default" for a stage without one).  Append either name.
 */
void inventory_namespace(const char *stage, struct buf *out);
void inventory_name(const char *stage, struct buf *out);

/*
 * Append the set's id, the value of the labels:
 * applyset-BASE64URL(SHA256(NAME.NAMESPACE.KIND.GROUP))-v1, of the parent.
 */
void inventory_id(const char *stage, struct buf *out);

/*
 * Where members are: sets of strings, each a jv object of which only the keys
 * count.  kinds holds "Kind" or "Kind.group", namespaces holds names, the
 * parent's own among them where members live in it.
 */
struct inventory {
	jv kinds;
	jv namespaces;
	bool taken; /* from other tooling: the parent is yet to say so */
};

void inventory_init(struct inventory *inv);
void inventory_release(struct inventory *inv);

/* Note where an object lives; a cluster-scoped one has no namespace. */
void inventory_add(struct inventory *inv, const jv *object);
void inventory_add_namespace(struct inventory *inv, const char *namespace);

/*
 * Read a live parent of the stage into inv, adding to it.  Returns 0, or -1
 * with a message (behind which object is at fault the caller puts) for an
 * object that is no ApplySet, has the id of another, or, unless it is to be
 * taken over, belongs to other tooling.
 */
int inventory_read(struct inventory *inv, const char *stage, const jv *parent,
    bool take_over, struct buf *err);

/* The parent as it is to be applied. */
jv inventory_parent(const struct inventory *inv, const char *stage);

/* A live parent says all that inventory_parent says; it needs no write. */
bool inventory_is_current(
    const struct inventory *inv, const char *stage, const jv *parent);

#endif
