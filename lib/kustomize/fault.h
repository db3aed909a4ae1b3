#ifndef POUNDLOCK_KUSTOMIZE_FAULT_H
#define POUNDLOCK_KUSTOMIZE_FAULT_H

#include "buf.h"

/* What is wrong with an object, by itself: who calls knows which one it is. */
struct fault {
	struct buf field; /* JSON pointer of the field; "" for none */
	struct buf what;
};

#define FAULT_INIT ((struct fault){ BUF_INIT, BUF_INIT })

void fault_release(struct fault *f);

/*
 * On the way out of a failure, each map and list puts what it went down by in
 * front of the field.
 */
void fault_lead(struct fault *f, const char *key);
void fault_lead_index(struct fault *f, int i);

/* Append "FIELD: WHAT" or "WHAT". */
void fault_say(const struct fault *f, struct buf *out);

/* Append a JSON pointer as "FIELD: ", cut where it is long; nothing for "". */
void fault_say_field(const char *pointer, struct buf *out);

/* The same without ": ". */
void fault_say_pointer(const char *pointer, struct buf *out);

#endif
