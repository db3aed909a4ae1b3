#ifndef POUNDLOCK_EVIDENCEIMPL_H
#define POUNDLOCK_EVIDENCEIMPL_H

#include <stdbool.h>

#include <jv.h>

#include "buf.h"

/*
 * Where evidence is found and how it is read: what evidence.c and the report
 * share; nobody else includes it.
 */

/* Set as in to what key is in from, if it is there and not null. */
jv evidence_copy(jv to, const char *as, const jv *from, const char *key);

/* --- Pods --------------------------------------------------------------- */

/*
 * Append the path of the list of a workload's Pods.  -1, and nothing is
 * appended, for what has none.
 */
int evidence_pods_path(struct buf *path, const jv *object);

/* The items of a list of Pods, the newest first. */
jv evidence_sort_pods(const jv *list);

/* A Pod that is as it should be. */
bool evidence_is_well(const jv *pod);

/* Append the path of a container's log, or of the one of its run before. */
void evidence_log_path(
    struct buf *path, const jv *pod, const char *container, bool previous);

/* --- events ------------------------------------------------------------- */

/*
 * Append the path of the list of an object's events, of one type or (NULL) of
 * all.  -1, and nothing is appended, for what has no uid.
 */
int evidence_events_path(struct buf *path, const jv *object, const char *type);

/* The events of a list, each with what matters of it. */
jv evidence_events(const jv *list);

/* The newest max of them (all if that is negative), the newest last. */
jv evidence_sort_events(jv events, int max);

#endif
