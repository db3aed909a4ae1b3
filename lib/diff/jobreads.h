#ifndef POUNDLOCK_JOBREADS_H
#define POUNDLOCK_JOBREADS_H

#include <jv.h>

#include "buf.h"
#include "record.h"

/*
 * The ConfigMaps and Secrets that a Job reads, for a Job that is to run again
 * when one of them changes (its annotation poundlock/run is on-config-change).
 *
 * Which content it ran with is kept where nothing can lose it: as an annotation
 * of its own template, "ConfigMap/NAME=HASH,Secret/NAME=HASH".  The template
 * can't be changed, so that another content needs a new Job in the server's own
 * judgement, and a run that was killed finds in the Job itself what it was made
 * for.
 *
 * A hash is a short one, and slow to compute, so that it is of little use for
 * guessing what a Secret holds.
 *
 * Pure.
 */
#define JOBREADS_ANNOTATION "poundlock/reads"

/*
 * Give each such Job among the records the key "reads": {"KIND/NAME": HASH}, of
 * what it mounts, projects, or has as environment, and the records hold.  What
 * a tool that saw more of the chain has noted before stays beside it; objects
 * that are nowhere in the chain do not count.
 */
void jobreads_note(struct record *records, long n);

/* Write into the template of a record's object (consumed) what was noted. */
jv jobreads_annotate(jv object, const struct record *r);

/*
 * Append the objects, "ConfigMap/NAME", of which desired has another content
 * than live, separated by ", ".
 */
void jobreads_changed(const jv *desired, const jv *live, struct buf *out);

#endif
