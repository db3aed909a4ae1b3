#ifndef POUNDLOCK_IMMUTABLE_H
#define POUNDLOCK_IMMUTABLE_H

#include <stdbool.h>

#include <jv.h>

#include "buf.h"

/*
 * Which fields can't change once an object exists: as a table for when there is
 * no server to ask, and how the server says so when there is.
 */

/* --- without a server --------------------------------------------------- */

enum immutable_kind {
	IMMUTABLE_KNOWN,   /* a built-in kind: the table tells all */
	IMMUTABLE_UNKNOWN, /* a custom kind: rules of its own may hold */
};

enum immutable_kind immutable_kind(const jv *object);

enum immutable_change {
	CHANGE_MUTABLE,
	CHANGE_IMMUTABLE, /* it needs a new object */
	CHANGE_NONE,	  /* a default was spelled out, or left out */
	CHANGE_UNKNOWN,	  /* never said by immutable_field */
};

/*
 * What the change of the field at path (a JSON pointer) means.  from and to are
 * the object before and after: some fields are immutable only by what others
 * hold.  Kinds of Kubernetes 1.36.
 */
enum immutable_change immutable_field(
    const jv *from, const jv *to, const char *path);

/* --- what a server's refusal says --------------------------------------- */

enum refusal {
	REFUSAL_NONE,	 /* accepted */
	REFUSAL_SERVER,	 /* no answer, or no leave to ask: says nothing about
			    the object */
	REFUSAL_MISSING, /* its namespace or its kind does not exist */
	REFUSAL_INVALID, /* can't be right, whatever is live */
	REFUSAL_UNTRIED, /* a webhook can't take part in a dry run */
	REFUSAL_CHANGE,	 /* perhaps only because of what is live: whether a new
			    object would be accepted decides */
};

/*
 * By the HTTP status, the reason ("Invalid", may be "") and the message of an
 * answer to a write; many refusals of a change never say "immutable", and some
 * say it of an object that would be refused if it were new.
 */
enum refusal immutable_refusal(
    long http, const char *reason, const char *message);

/* A refusal of a second object only because the quota is used up. */
bool immutable_is_quota(const char *message);

/*
 * The fields that a refusal names, as an array of JSON pointers; they may be as
 * coarse as "/spec".
 */
jv immutable_causes(const jv *status);

/* A pointer equals one of them, or leads to below or above one of them. */
bool immutable_covers(const jv *pointers, const char *path);

#endif
