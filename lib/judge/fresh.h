#ifndef POUNDLOCK_FRESH_H
#define POUNDLOCK_FRESH_H

#include <jv.h>

/*
 * The object to try as a new one, when a change of the live one was refused:
 * desired under another name, which follows from its own.  A Service gives up
 * the addresses and ports that the live one holds, which would be refused only
 * because they are taken; a definition (CRD) gets a plural that fits its name.
 */
jv fresh_object(const jv *desired, const jv *live);

#endif
