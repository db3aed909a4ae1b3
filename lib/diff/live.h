#ifndef POUNDLOCK_LIVE_H
#define POUNDLOCK_LIVE_H

#include <stddef.h>

#include <jv.h>

#include "api/api.h"
#include "kinds.h"

/*
 * The live objects of many, with few requests: one list for each resource and
 * namespace, or single reads where only few objects are asked for, where a
 * collection turns out to be much larger than what is asked for, and where
 * listing is not allowed.
 */
struct live_want {
	const struct kind *kind;
	const char *namespace; /* "" for cluster-scoped kinds */
	const char *name;
	void *ctx; /* the caller's */
};

/*
 * Called once for each want, from api_run, with the object (borrowed; invalid:
 * there is none), or with the answer that failed (NULL if none did). apiVersion
 * and kind, which items of lists lack, are not filled in.
 */
typedef void live_found_fn(void *ctx, const struct live_want *want,
    const jv *live, const struct api_response *failed);

/*
 * Send the requests.  wants is sorted here, and must live until api_run has
 * returned.
 */
void live_find(struct api *api, struct live_want *wants, size_t n,
    live_found_fn *found, void *ctx);

/* The same with no more of the objects than their metadata. */
void live_find_metadata(struct api *api, struct live_want *wants, size_t n,
    live_found_fn *found, void *ctx);

/* What to accept in order to get only metadata of an object, or of a list. */
#define LIVE_METADATA \
	"application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
#define LIVE_METADATA_LIST \
	"application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"

#endif
