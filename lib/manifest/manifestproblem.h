#ifndef POUNDLOCK_MANIFESTPROBLEM_H
#define POUNDLOCK_MANIFESTPROBLEM_H

#include <yaml.h>

#include "buf.h"

/*
 * Append "LINE:COLUMN: WHAT" for a parser that has failed.  The reader's own
 * errors come with an offset into the text, the others with a mark.
 */
void manifest_problem(
    const yaml_parser_t *p, const char *text, struct buf *err);

#endif
