#ifndef POUNDLOCK_KUSTOMIZE_LOAD_H
#define POUNDLOCK_KUSTOMIZE_LOAD_H

#include <stdbool.h>

#include "buf.h"

/*
 * Directories and files of a build.  What may be read is decided here, on paths
 * with all symbolic links resolved.
 */

/* A directory that is being built. */
struct dir {
	char *name;		  /* as messages name it */
	char *root;		  /* absolute, no links */
	const struct dir *parent; /* that asked for it */
	const char
	    *confine;  /* absolute; nothing outside is read; may be NULL */
	bool load_any; /* files outside of the root may be read */
	int depth;     /* directories that stand on each other */
	size_t *read;  /* bytes of files that the build has read; may be NULL */
};

/* How many directories may stand on each other. */
#define DIR_DEPTH 100

/* Bytes of all files that a build reads. */
#define DIR_READ (512u << 20)

/*
 * Open the directory of a build.  Messages name it, and what is below it, as
 * name says, or as seen from confine.  Returns -1 with a whole message.
 */
int dir_open(struct dir *d, const char *name, const char *confine,
    bool load_any, struct buf *err);

/*
 * Open another one as parent names it.  One that contains a directory which is
 * being built is a cycle.  Messages are without place, for the caller to say
 * which field asked for it.
 */
int dir_open_below(
    struct dir *d, const struct dir *parent, const char *path, struct buf *err);
void dir_release(struct dir *d);

/* What is a URL or another way to name something remote. */
bool dir_is_remote(const char *path);

/*
 * An absolute path, which need not be there, lies in or below the directory
 * with all links resolved, or anything may be read.
 */
bool dir_allows(const struct dir *d, const char *path);

/* Append how messages name a file of a directory. */
void dir_name(const struct dir *d, const char *path, struct buf *name);

/* What a path in there is: 0 nothing, 'f' a file, 'd' a directory. */
int dir_kind(const struct dir *d, const char *path);

/*
 * Read a file.  Returns -1 with a message without place: it is missing, no
 * file, or lies where nothing may be read.
 */
int dir_read(
    const struct dir *d, const char *path, struct buf *text, struct buf *err);

#endif
