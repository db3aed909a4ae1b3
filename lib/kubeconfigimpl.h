#ifndef POUNDLOCK_KUBECONFIGIMPL_H
#define POUNDLOCK_KUBECONFIGIMPL_H

#include <jv.h>

#include "kubeconfig.h"

/* What kubeconfig.c and kubeconfigexec.c share; nobody else includes it. */

/* Append text decoded from base64; false for what is none. */
bool kubeconfig_base64(const char *text, struct buf *out);

/*
 * Take a user's exec entry (borrowed) of the named file.  extension is what the
 * cluster entry holds for plugins, or invalid; consumed.  Returns 0, or -1 with
 * what is wrong with which field.
 */
int kubeconfig_exec_new(struct kubeconfig *k, const jv *entry, const char *file,
    jv extension, struct buf *err);
void kubeconfig_exec_free(struct kubeconfig_exec *exec);

/* kubeconfig_token for a user with a plugin. */
int kubeconfig_exec_token(
    struct kubeconfig *k, bool fresh, struct buf *out, struct buf *err);

#endif
