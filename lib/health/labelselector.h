#ifndef POUNDLOCK_LABELSELECTOR_H
#define POUNDLOCK_LABELSELECTOR_H

#include <jv.h>

#include "buf.h"

/*
 * Append a LabelSelector ({matchLabels, matchExpressions}) as the API takes it
 * in labelSelector: "app=x,tier in (a,b),!old".  Returns 0; -1, and out
 * untouched, for what is no selector or an empty one (it would select all).
 */
int label_selector_write(const jv *selector, struct buf *out);

#endif
