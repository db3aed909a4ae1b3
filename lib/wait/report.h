#ifndef POUNDLOCK_REPORT_H
#define POUNDLOCK_REPORT_H

#include <stddef.h>
#include <stdio.h>

#include "api/api.h"
#include "wait/waitset.h"

/*
 * All that is known of a wait, in files, for whoever looks at it when the
 * cluster has moved on:
 *
 *   summary.json                  every object, and what became of it
 *   summary.txt                   what failed, as standard error says it
 *   KIND_NAMESPACE_NAME/          of each object that failed or was late, and
 *                                 of each whose logs were followed
 *     object.yaml                 as it was in the end
 *     evidence.json               the record's key wait
 *     events.json                 all events of it and its Pods, newest last
 *     pods/POD.yaml
 *     logs/POD_CONTAINER.log      init containers too; .previous.log: of the
 *                                 run before
 *
 * A log that was followed is there from its first line on, with all runs of its
 * container one behind the other, and without a file for the run before.
 *
 * Folders are made with mode 0700 and files with 0600.  The data of Secrets is
 * "***"; logs are as the containers wrote them.
 */
struct report;

/*
 * Make the folder dir, or take it if it is empty.  NULL with a message in err:
 * it can't be made, or holds something.
 */
struct report *report_open(const char *dir, struct buf *err);

/*
 * The file of the log of a container that is followed, at its end; each line
 * goes there with its newline.  NULL when it can't be had, which report_close
 * tells.
 */
FILE *report_log_open(struct report *report, const struct wait_target *target,
    const char *pod, const char *container);
void report_log_close(struct report *report, FILE *file, const char *pod);

/*
 * Write what there is to know about n targets, whose evidence has been
 * gathered, in ms milliseconds at most; what can't be had by then is named in
 * evidence.json.  With api NULL only what the targets hold is written.
 */
void report_gather(struct report *report, struct api *api,
    struct wait_target *const *targets, size_t n, long long ms);

/*
 * Write the summary and free the report.  Returns 0, or -1 with a message when
 * any of its files could not be written.
 */
int report_close(struct report *report, const struct wait_set *set,
    enum status status, struct buf *err);

#endif
