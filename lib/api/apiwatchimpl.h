#ifndef POUNDLOCK_APIWATCHIMPL_H
#define POUNDLOCK_APIWATCHIMPL_H

#include "api/apiimpl.h"

/* What apiwatch.c and apilist.c share; nobody else includes it. */

struct api_watch {
	struct api *api;
	struct api_watch *sibling; /* the next of api's */
	const struct kind *kind;
	char *namespace, *labels, *fields;
	jv (*trim)(jv object);
	jv (*keep)(jv object);
	api_event_fn *event;
	api_failed_fn *polled, *failed;
	void *ctx;
	jv known;	  /* what was told: "NAMESPACE/NAME" to object */
	jv listed;	  /* the keys of the list under way */
	char *version;	  /* the resourceVersion to watch from */
	char *next;	  /* the next page of the list, NULL: the first */
	bool counted;	  /* known is all there was at some time */
	bool polling;	  /* we may list, but not watch */
	bool relist;	  /* the server has forgotten our version */
	bool ended;	  /* stopped or failed, freed when no longer busy */
	int busy;	  /* depth of callbacks */
	int failures;	  /* in a row */
	bool fruitful;	  /* the stream under way brought something */
	int barren;	  /* streams in a row that did not, soon cut off */
	long long opened; /* when the stream under way began */
	bool lost;	  /* the last one was silent beyond its time */
	struct api_call *call;
	struct api_timer *timer;
};

/* --- apiwatch.c --------------------------------------------------------- */

/* Callbacks come between these two; after leave, w may be gone. */
void watch_enter(struct api_watch *w);
void watch_leave(struct api_watch *w);

/* The server said no for good. */
void watch_fail(struct api_watch *w, const struct api_response *r);

/* Watch from w->version on. */
void watch_start_stream(struct api_watch *w);

/* --- apilist.c ---------------------------------------------------------- */

/* Ask for the collection, page by page, and then watch it. */
void watch_start_list(struct api_watch *w);

/* The path of the collection with its selectors. */
void watch_path(const struct api_watch *w, struct buf *path);

/* Milliseconds to wait after one failure more. */
long long watch_pause(struct api_watch *w);

/* An answer that won't be another one when asked again. */
bool watch_refused(const struct api_response *r);

/* Without what the caller does not look at. */
jv watch_trim(const struct api_watch *w, jv object);

/* What an object is told by, "NAMESPACE/NAME". */
jv watch_key(const jv *object);

/* An object is in this state; is gone.  Told if that is news. */
void watch_tell_present(struct api_watch *w, const jv *key, const jv *object);
void watch_tell_gone(struct api_watch *w, const jv *key, const jv *object);

/* Watch from the version of this object or list from now on. */
void watch_set_version(struct api_watch *w, const jv *from);

#endif
