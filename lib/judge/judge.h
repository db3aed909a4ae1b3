#ifndef POUNDLOCK_JUDGE_H
#define POUNDLOCK_JUDGE_H

#include <stdbool.h>

#include <jv.h>

#include "api/api.h"
#include "kinds.h"
#include "msg.h"

/*
 * What would happen to one object if it were applied.  The API server is the
 * judge: a server-side apply as a dry run says what it would become; where that
 * is refused, an apply under another name says whether a new object would be
 * accepted, and only then the answer is "recreate".  Nothing here writes.
 */

/* The field manager of what is applied, where nothing else is said. */
#define JUDGE_MANAGER "poundlock"

struct verdict {
	const char *action; /* "create", "update", "recreate", "none"; NULL:
			       refused, see error */
	jv fields; /* [{path, from, to, immutable}] of update and recreate */
	jv remove; /* pointers; invalid if none.  An update is refused only
		      because of these fields of the live object, defaults
		      that nobody holds: they must be removed by a merge patch
		      before the apply, or along with what changes beside
		      them */
	jv merged; /* what the object would become; invalid if unknown */
	bool ownership; /* of none: the content is equal, but our manager does
			   not hold just these fields yet; an apply would
			   write managedFields and nothing else */
	char *reason;	/* for people; NULL if there is nothing to say */
	struct {
		enum status exit;
		long http;
		char *reason; /* "Invalid", as the server says it, never "" */
		char *message;
	} error;
};

void verdict_release(struct verdict *v);

/*
 * The value of a record's key "diff": action, fields (a Secret's data masked),
 * remove, ownership, reason, and uid and resourceVersion of the live object
 * (NULL or invalid: absent).
 */
jv verdict_diff(const struct verdict *v, const jv *live);

typedef void judge_done_fn(void *ctx, struct verdict *v);

struct judge {
	struct api *api;
	const struct kind *kind;
	const jv *desired;    /* as desired_object() makes it; copied */
	const jv *live;	      /* copied; NULL or invalid: there is none */
	bool show;	      /* merged is wanted, of a new object too */
	bool namespace_comes; /* its Namespace is yet to be created */
	judge_done_fn *done;  /* called once, from api_run; releases v */
	void *ctx;
};

/*
 * What can be told without a request: true, and the verdict, for an object that
 * is settled, or that annotations (kustomize.toolkit.fluxcd.io/ssa and
 * reconcile, as Flux reads them) keep from being applied.
 */
bool judge_at_once(const struct judge *j, struct verdict *v);

/* Ask the server. */
void judge_start(const struct judge *j);

#endif
