#ifndef POUNDLOCK_KUBECONFIGIMPL_H
#define POUNDLOCK_KUBECONFIGIMPL_H

#include <jv.h>

#include "api/kubeconfig.h"

/* What the parts of kubeconfig share; nobody else includes it. */

/* --- kubeconfigfile.c ---------------------------------------------------- */

#define KUBECONFIG_MAX_FILE (4u << 20)

/* The files that were read, first wins. */
struct kubeconfig_files {
	struct kubeconfig_file {
		char *name;
		jv value;
	} * v;
	size_t n, cap;
};

/* An entry of one of the lists, and the file that has it. */
struct kubeconfig_entry {
	jv value;
	const char *file;
};

/*
 * Read the named file, else those of $KUBECONFIG, else ~/.kube/config; only a
 * named one must be there.
 */
int kubeconfig_files_read(
    struct kubeconfig_files *files, const char *file, struct buf *err);
void kubeconfig_files_release(struct kubeconfig_files *files);

/*
 * The entry of a name: contexts[name].context and its like.  Its file is NULL
 * when no file has it.  The caller frees the value.
 */
struct kubeconfig_entry kubeconfig_entry(const struct kubeconfig_files *files,
    const char *list, const char *key, const char *name);

/* A copy of a string that is not empty, else NULL. */
char *kubeconfig_member(const struct kubeconfig_entry *e, const char *key);

/* A file that an entry names is relative to the file that it stands in. */
char *kubeconfig_resolve(const char *file, const char *name);

/* A command, likewise, unless it is to be found on PATH. */
char *kubeconfig_command(const char *file, const char *command);

/* Append what KEY-data holds, or the file that KEY names. */
int kubeconfig_pem(const struct kubeconfig_entry *e, const char *key,
    struct buf *out, struct buf *err);

/* --- kubeconfigexec.c ---------------------------------------------------- */

/* Longest answer of a plugin, in bytes. */
#define KUBECONFIG_MAX_ANSWER (1u << 20)

enum kubeconfig_mode {
	MODE_NEVER,
	MODE_IF_AVAILABLE,
	MODE_ALWAYS,
};

struct kubeconfig_exec {
	char *version; /* the apiVersion that both sides speak */
	char *command, *hint;
	char **args; /* NULL at the end; the command is the first */
	char **env;  /* "NAME=VALUE", NULL at the end */
	enum kubeconfig_mode mode;
	jv cluster;    /* of the spec; invalid if it is not to be told */
	char hash[33]; /* of all that the answer depends on */
	/* the credential that is in use */
	bool have;
	jv status;	   /* as the plugin answered */
	long long expires; /* ms since the epoch; 0: never */
};

/*
 * Take a user's exec entry (borrowed) of the named file.  extension is what the
 * cluster entry holds for plugins, or invalid; consumed.  Returns 0, or -1 with
 * what is wrong with which field.
 */
int kubeconfig_exec_new(struct kubeconfig *k, const jv *entry, const char *file,
    jv extension, struct buf *err);
void kubeconfig_exec_free(struct kubeconfig_exec *exec);

/* Run the plugin; what it printed is appended to answer. */
int kubeconfig_exec_run(
    const struct kubeconfig_exec *e, struct buf *answer, struct buf *err);

/* --- kubeconfigcred.c ---------------------------------------------------- */

/* kubeconfig_token for a user with a plugin. */
int kubeconfig_exec_token(
    struct kubeconfig *k, bool fresh, struct buf *out, struct buf *err);

#endif
