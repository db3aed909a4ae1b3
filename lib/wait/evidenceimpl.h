#ifndef POUNDLOCK_EVIDENCEIMPL_H
#define POUNDLOCK_EVIDENCEIMPL_H

#include <stdbool.h>

#include <jv.h>

#include "buf.h"

/*
 * Where evidence is found and how it is read: what evidence.c, the report and
 * the attempts of a Job share; nobody else includes it.
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

/* --- containers --------------------------------------------------------- */

/* A container, by its status, that has not failed nor waits for anything. */
bool evidence_is_well_container(const jv *status, bool init);

/*
 * What there is to say of a container: how it ended, or ended before, and what
 * it waits for now.  *previous tells that the log to read is that of its run
 * before.
 */
jv evidence_container(const jv *status, bool init, bool *previous);

/* Append the path of a container's log, or of the one of its run before. */
void evidence_log_path(
    struct buf *path, const jv *pod, const char *container, bool previous);

/* The same, of its last lines alone. */
void evidence_tail_path(
    struct buf *path, const jv *pod, const char *container, bool previous);

/* The text of a log as an array of its lines. */
jv evidence_lines(const char *s, size_t len);

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
