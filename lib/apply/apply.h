#ifndef POUNDLOCK_APPLY_H
#define POUNDLOCK_APPLY_H

#include <stdbool.h>

#include "api/api.h"
#include "record.h"

/*
 * Bring the objects of a stream into the cluster, or take them out of it.  Each
 * stage of the stream (and what belongs to none, as a stage of its own) is one
 * unit: what is known to be wrong with any of its objects before the first
 * write keeps all of them from being written.
 *
 * The key apply or error is added to each object record, and done is called for
 * it, in no particular order but once.  For records that are not objects it is
 * never called.
 */
struct apply_options {
	struct api *api;
	const char *manager;  /* name of the field manager */
	bool force;	      /* recreate, also where the stage does not say */
	bool dry_run;	      /* the server tries everything, nothing stays */
	bool fail_conflicts;  /* else take fields that others own */
	bool data_too;	      /* also delete kinds that may hold data */
	bool allow_empty;     /* prune although a stage holds no object */
	bool take_ownership;  /* of inventories of other tooling */
	bool complete;	      /* the stream is whole */
	bool fresh;	      /* it was compared just now: what needed nothing
				 needs no second look */
	long prune_max;	      /* delete at most so many objects; -1: any */
	long long timeout_ms; /* of a stage's recreating, pruning and deleting,
				 in place of its own; -1: its own */

	/* A record has got its result; subject names its object. */
	void (*done)(void *ctx, struct record *r, const char *subject);
	/* An object of the cluster that the stream does not hold was deleted,
	 * or not; the record becomes the callee's. */
	void (*extra)(void *ctx, struct record *r, const char *subject);
	/* What concerns a stage as a whole, as one line. */
	void (*problem)(void *ctx, const char *message);
	void *ctx;
};

/* Returns the worst status that was met. */
enum status apply_write(
    const struct apply_options *options, struct record *records, long n);

/* Delete what the stages' inventories own and the stream does not hold. */
enum status apply_prune(
    const struct apply_options *options, struct record *records, long n);

/* Delete all that they own; of what belongs to no stage, the objects. */
enum status apply_delete(
    const struct apply_options *options, struct record *records, long n);

#endif
