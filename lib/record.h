#ifndef POUNDLOCK_RECORD_H
#define POUNDLOCK_RECORD_H

#include <stdbool.h>
#include <stdio.h>

#include <jv.h>

#include "buf.h"

/*
 * The stream between the tools: JSON lines, one record a line, as
 * poundlock-stream(5) describes it.
 *
 * A record keeps the text it was read from.  What is written is that text with
 * the tool's own keys behind it, so unknown keys, their order and the spelling
 * of everything pass through as they came.
 */

enum record_type {
	RECORD_BEGIN,
	RECORD_STAGE,
	RECORD_OBJECT,
	RECORD_END,
	RECORD_OTHER, /* a type that this version does not know */
};

struct record {
	enum record_type type;
	jv value;	    /* the whole record, but for the object and origin
			       of one that rests; change it by record_set */
	struct buf text;    /* the line it came from, without its newline */
	unsigned long line; /* its line in the input, from 1 */
	bool may_rest;	    /* one of very many: see record_rest */
	char *kind;	    /* of its object, while it rests; else NULL */
};

void record_release(struct record *r);

/* The stage of an object or stage record, "" for none; borrowed. */
const char *record_stage(const struct record *r);

/* The object of an object record (owned), else invalid. */
jv record_object(const struct record *r);

/*
 * Its object is of that kind, "Job", in whatever group: for finding few among
 * many, since the object of a record that rests is read from its text each
 * time.
 */
bool record_is_kind(const struct record *r, const char *kind);

/*
 * Keep no more of an object record's object than its text, which is some
 * twenty times smaller, until somebody asks for it.  Does nothing for a record
 * that may not rest: of a stream of the usual size all objects are kept.
 */
void record_rest(struct record *r);

/* The record carries an error of an earlier tool and is to be left alone. */
bool record_has_error(const struct record *r);

/* Add a key, or replace it where it is there already; consumes value. */
void record_set(struct record *r, const char *key, jv value);

/*
 * Add the key error: {tool, reason, message, status}.  http is left out when 0.
 * The tool is the running program.
 */
void record_set_error(
    struct record *r, const char *reason, const char *message, long http);

/* Make an object record of its own; stage may be NULL; consumes object. */
void record_make_object(struct record *r, const char *stage, jv object);

/* Make a record of a type of its own from its whole value, which it consumes.
 */
void record_make(struct record *r, jv value);

/* --- reading ------------------------------------------------------------ */

struct record_reader;

/* Read from f, which messages call name.  The reader does not close f. */
struct record_reader *record_reader_new(FILE *f, const char *name);
void record_reader_free(struct record_reader *reader);

/*
 * Read the next record; lines that hold only blanks are passed over, a bare
 * object becomes an object record, a List one record an item.  Returns 1 with a
 * record that the caller releases, 0 at the end of input, and -1 with
 * "NAME:LINE: WHAT" in err for a line that is no record; the reader is then
 * done.
 */
int record_read(
    struct record_reader *reader, struct record *r, struct buf *err);

/*
 * At the end of input: every begin that was read met its end.  False means that
 * a tool upstream died; what was read is then not the whole.
 */
bool record_complete(const struct record_reader *reader);

/* --- writing ------------------------------------------------------------ */

/*
 * Each of these writes one line to standard output and flushes it, so that a
 * tool downstream sees it at once.  A write error shows in msg_close.
 */
void record_write(const struct record *r);

/* {"type":"begin","tool":PROG,"stream":1}: before anything else. */
void record_write_begin(void);

/* The matching end; counts of the stage and object records written so far. */
void record_write_end(void);

/* The same with what more, an object, says; consumes it. */
void record_write_end_with(jv more);

/* --- the usual loop ----------------------------------------------------- */

/*
 * Wait until the tool upstream has written something; false when it ended
 * without.  What can be made ready meanwhile is best begun then: the tools
 * begin their output when they have read their input and start to work on it,
 * or when they can't, so that those after them see a stream without its end.
 */
bool record_await(FILE *f);

/*
 * Read all of standard input into an array (for tools that must see the whole
 * before they act).  Returns the count, or -1 with a message in err.  *complete
 * is record_complete's answer.  Free with record_free_all.
 */
long record_read_all(FILE *f, const char *name, struct record **records,
    bool *complete, struct buf *err);

/*
 * The same, for tools that hold the objects of few records at a time: behind
 * the first 256 KiB records may rest, and do.
 */
long record_read_resting(FILE *f, const char *name, struct record **records,
    bool *complete, struct buf *err);
void record_free_all(struct record *records, long n);

#endif
