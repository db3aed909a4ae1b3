#ifndef POUNDLOCK_REMOVAL_H
#define POUNDLOCK_REMOVAL_H

#include <stdbool.h>

#include <jv.h>

#include "api/api.h"

/*
 * Delete one object, that very one, and wait until it is gone together with
 * what it owns: foreground deletion (unless background is asked for), the UID
 * as precondition, a watch and no polling.
 */

/*
 * Called once from api_run.  status is STATUS_OK when the object is gone;
 * otherwise reason ("Timeout", "Changed", the server's) and message say why,
 * and http is the status of the answer, 0 if there is none.
 */
struct removal_result {
	enum status status;
	const char *reason;
	const char *message;
	long http;
};
typedef void removal_done_fn(void *ctx, const struct removal_result *result);

struct removal_request {
	const struct kind *kind;
	const char *namespace; /* "" for none */
	const char *name;
	const char *uid;      /* of the object to delete */
	bool already;	      /* its deletion was asked for: only wait */
	bool background;      /* do not wait for what it owns */
	bool dry_run;	      /* ask the server, but delete nothing */
	long long timeout_ms; /* for all of it */
	removal_done_fn *done;
	void *ctx;
};

/* All strings are copied. */
void removal_start(struct api *api, const struct removal_request *request);

#endif
