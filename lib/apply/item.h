#ifndef POUNDLOCK_APPLY_ITEM_H
#define POUNDLOCK_APPLY_ITEM_H

#include "apply/unit.h"

/* The steps of one object's way; nobody outside of apply includes it. */

/* Requests for one item that found it changed, before we give up. */
#define TRIES 8

/* --- write.c: one object ------------------------------------------------- */

/* Send what the item needs; it is finished when api_run returns. */
void item_start(struct item *item);

/* Between two writes to a kind that is not served yet. */
#define UNSERVED_PAUSE_MS 100

/* The same from its write on, when nothing stands in its way any more. */
void item_write(struct item *item);

/* Delete the live object, wait until it is gone, then write. */
void item_make_room(struct item *item);

/* The request that applies the item, appended to path; body is the caller's. */
void item_patch(const struct item *item, bool dry_run, bool force,
    struct buf *path, struct api_request *req);

/* --- adopt.c: what earlier tools and defaults have left ------------------ */

/* Take over what is to be ours, remove what stands in the way, then write. */
void item_adopt(struct item *item);

/* --- verdict.c: a refusal of what nobody has compared -------------------- */

/* Have it judged, and go on as far as that is allowed. */
void item_judge(struct item *item);

/* --- recheck.c: what is there is not what the plan found ----------------- */

/*
 * Go on where the plan still says exactly what would change, or nothing would;
 * else the item fails.
 */
void item_recheck(struct item *item);

/* --- conflict.c: fields that others own ---------------------------------- */

/*
 * The conflicts in a refusal, one by one, but those that are taken over
 * anyway: appended to out.  False if there is none.
 */
bool conflict_list(const struct item *item, const jv *status, struct buf *out);

/* Try all items; those that meet a conflict fail. */
void unit_try_conflicts(struct unit *u);

#endif
