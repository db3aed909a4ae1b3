#ifndef POUNDLOCK_REPORTIMPL_H
#define POUNDLOCK_REPORTIMPL_H

#include <stdio.h>

#include "wait/report.h"

/* What report.c and reportgather.c share; nobody else includes it. */

/* The folder of one target. */
struct report_folder {
	struct report *report;
	const struct wait_target *target;
	char *name;
	int fd;	     /* while there is something to write; else -1 */
	jv streamed; /* the names of the logs that were followed: an object */
	jv object;   /* in full, once the server has answered */
	jv events;   /* as the server sent them */
	jv missing;  /* what could not be had: one line each */
	int pods;    /* whose logs are asked for */
};

struct report_log;

struct report {
	char *dir;
	int fd;
	struct report_folder **folders;
	size_t n_folders;
	struct buf failed; /* the first file that could not be written */

	/* While reportgather.c is at it. */
	struct api *api;
	long long deadline;
	struct report_log *first, *last; /* the logs whose turn comes */
	int open;			 /* logs under way */
};

/* A file or folder of this name can be made, on any file system. */
void report_safe_name(struct buf *out, const char *s);

/* Append "POD_CONTAINER.log", or ".previous.log". */
void report_log_name(
    struct buf *out, const char *pod, const char *container, bool previous);

/* The folder of a target, which is made if there is none; its fd is open. */
struct report_folder *report_folder(
    struct report *r, const struct wait_target *t);
void report_folder_close(struct report_folder *f);

/*
 * Open DIRFD/[SUB/]NAME for writing, with the folder sub (or NULL) made where
 * it is missing; the end of a file that is there with again.  NULL when it
 * can't be; that is kept for report_close.
 */
FILE *report_create(
    struct report *r, int dirfd, const char *sub, const char *name, bool again);

/* Close it; a write error is kept as well. */
void report_finish_file(struct report *r, FILE *f, const char *name);

void report_write_json(
    struct report *r, int dirfd, const char *name, const jv *v);
void report_write_yaml(struct report *r, int dirfd, const char *sub,
    const char *name, const jv *object);

#endif
