#ifndef POUNDLOCK_KUSTOMIZE_HELM_H
#define POUNDLOCK_KUSTOMIZE_HELM_H

#include "kustomize/read.h"

/*
 * Charts, inflated by the user's own helm as kustomize 5.8 does it: the same
 * arguments, the same environment (a configuration of its own, unless
 * configHome names one), the same values file.  A chart that is not there is
 * pulled by helm if it has a repo.  Nothing is run unless the options of the
 * build have a helm.
 */

/*
 * Append what one chart gives.  chart is checked as FIELDS_HELM_CHART, globals
 * as FIELDS_HELM_GLOBALS (or invalid).  Returns -1 with a whole message.
 */
int helm_inflate(const struct where *w, const jv *chart, const jv *globals,
    struct resources *out);

/*
 * The charts of a kustomization, those of the old field
 * helmChartInflationGenerator behind those of helmCharts, each with the
 * namespace that it gets, and its helmGlobals.
 */
jv helm_charts(const struct kustomization *k);
jv helm_globals(const struct kustomization *k);

#endif
