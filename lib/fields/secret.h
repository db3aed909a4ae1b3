#ifndef POUNDLOCK_SECRET_H
#define POUNDLOCK_SECRET_H

#include <jv.h>

#include "buf.h"

/*
 * Append what a server said about an object.  Where that is a Secret, values
 * that the message repeats ("expected string, got ...", "Invalid value: ...")
 * become "***", with all that follows them, since where they end can't be told.
 */
void secret_message(const jv *object, const char *message, struct buf *out);

#endif
