#ifndef POUNDLOCK_TAKEOVER_H
#define POUNDLOCK_TAKEOVER_H

#include <stdbool.h>

#include <jv.h>

/*
 * Who owns which fields of an object (metadata.managedFields), and how to take
 * over what earlier tools have left.  Pure.
 */

/*
 * A field that kubectl or Flux once wrote stays in the object when it vanishes
 * from the manifest, as long as they own it.  This makes the JSON patch that
 * hands all they own to manager, so that its next apply removes it:
 * the entries of managers whose name begins with kubectl, those of
 * before-first-apply and kustomize-controller, and manager's own that are no
 * apply.  The annotation of kubectl's client-side apply and the checksums of
 * Flux go with them.  Entries of subresources stay.
 *
 * live is the object as read; the patch holds only for its resourceVersion.
 * Invalid when there is nothing to take over.  Without others, only manager's
 * own entries are put together.
 */
jv takeover_patch(const jv *live, const char *manager, bool others);

/*
 * live (consumed) as if manager held the fields that pointers (an array of JSON
 * pointers, none of which leads into a list) lead to, by something else than an
 * apply.  Nobody can remove by an apply what it does not hold: this way fields
 * go that nobody holds.
 */
jv takeover_claim(
    jv live, const char *manager, const char *api_version, const jv *pointers);

/* The fields of a manager of that name are taken over so. */
bool takeover_takes(const char *name, const char *manager);

/*
 * The names of the other managers that own less in after than in before (an
 * array of strings); the two are states of one object.
 */
jv takeover_lost(const jv *before, const jv *after, const char *manager);

/*
 * manager's apply of desired changed nothing from before to after: its entry is
 * the same, with the time of its last change, and so are the generation and the
 * labels and annotations that desired has.  What others change meanwhile does
 * not count.
 */
bool takeover_same(
    const jv *desired, const jv *before, const jv *after, const char *manager);

#endif
