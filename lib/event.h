#ifndef POUNDLOCK_EVENT_H
#define POUNDLOCK_EVENT_H

#include <stdbool.h>

#include <jv.h>

/*
 * Progress events for whoever looks on: when POUNDLOCK_EVENTS is set, each tool
 * appends JSON lines to what it names, a file or the number of an open file
 * descriptor (as git does with GIT_TRACE2_EVENT).  An event is one write(2) of
 * at most PIPE_BUF bytes, so all tools of all stages can share one file or
 * pipe.  Events are for showing, never for deciding: one that can't be written
 * is lost.
 *
 *   {"event":"object","time":"2026-11-21T04:00:00.123Z","tool":"wait",
 *    "pid":42,"stage":"default/app","object":"Deployment/default/app",
 *    "status":"inProgress","reason":"LessReady","message":"..."}
 *
 * event     further fields
 * start     stage
 * object    stage, object (Kind/namespace/name), and what became of it:
 *           action (apply: created, configured, ...) or status (wait), reason,
 *           message, done (wait: it is as it should be)
 * waiting   stage, objects (wait: how many of the stage it waits for)
 * retry     method, path, status (HTTP, 0 for no answer), message, ms (until
 *           the next try)
 * log       stage, object, pod, container, line
 * end       stage, status (the exit status)
 */

/* Somebody listens; so that others need not make what nobody reads. */
bool event_enabled(void);

/*
 * Write one event; fields (an object, consumed) follow the common ones.  The
 * longest of its strings are cut, and "cut":true is added, when the line would
 * be too long for one write.
 */
void event_write(const char *event, jv fields);

#endif
