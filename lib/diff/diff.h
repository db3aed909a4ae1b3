#ifndef POUNDLOCK_DIFF_H
#define POUNDLOCK_DIFF_H

#include <stdbool.h>

#include <jv.h>

#include "api/api.h"
#include "record.h"

/*
 * What would happen to each object of a stream: compared with the cluster, or
 * with an older stream.  The result is the key "diff" of its record, or
 * "error".
 */
struct diff_entry {
	struct record *record; /* borrowed, or own for a deleted object */
	bool own;
	char *subject;	    /* Kind/namespace/name, the namespace filled in */
	const char *action; /* as in the record; NULL: refused, or an error
			       of an earlier tool */
	bool refused;	    /* by this tool */
	jv before, after;   /* for showing: invalid where there is none, or
			       where nobody wanted them kept */
};

struct diff {
	struct diff_entry *entries; /* one an object record, in their order;
				       then the deleted ones */
	long n;
	bool keep;	    /* keep before and after; set by the caller */
	enum status status; /* the worst that was met, differences aside */
};

/*
 * Compare with the cluster.  Returns 0, or -1 with a message in err and the
 * status set, when the server can't be reached or won't let us in.
 */
int diff_cluster(struct diff *d, struct api *api, struct record *records,
    long n, struct buf *err);

/*
 * Compare with an older stream, whose records are changed.  namespace is where
 * objects live that name none.  Fields are immutable by the table of
 * immutable.h.
 */
void diff_stream(struct diff *d, const char *namespace, struct record *records,
    long n, struct record *old, long n_old);

void diff_release(struct diff *d);

/* Name an entry after an object, instead of before. */
void diff_name_entry(struct diff_entry *e, const jv *object);

#endif
