#ifndef POUNDLOCK_KUBECONFIG_H
#define POUNDLOCK_KUBECONFIG_H

#include <stdbool.h>

#include "buf.h"

/*
 * Who we are and where the API server is: what a kubeconfig's context, or the
 * service account within a Pod, says.  Read as kubectl reads it: --kubeconfig,
 * else the files of $KUBECONFIG (a list separated by ':'; the first file to set
 * a value wins), else ~/.kube/config, else the in-cluster files.
 */
struct kubeconfig {
	char *server; /* https://HOST:PORT[/PATH], no slash at the end */
	char *tls_server_name; /* NULL: the server's own */
	char *proxy_url;       /* NULL: none */
	bool insecure;	 /* insecure-skip-tls-verify, the file's own wish */
	char *namespace; /* the context's, "" if it names none */
	struct buf ca, cert, key; /* PEM; empty where there is none */
	char *token_file;	  /* read anew when it changes; NULL: none */
	char *token;		  /* fixed token; NULL: none */
	char *username, *password;
	char *as; /* impersonation that the user entry asks for */
	char *as_uid;
	char **as_groups;
	size_t n_as_groups;
	struct kubeconfig_exec *exec; /* plugin; NULL: none */
	unsigned long credentials;    /* how many it has given so far */
};

/*
 * Load; file and context may be NULL.  Returns 0, or -1 with a message that
 * names the file and the field.  kubeconfig_release frees what it filled in.
 */
int kubeconfig_load(struct kubeconfig *k, const char *file, const char *context,
    struct buf *err);
void kubeconfig_release(struct kubeconfig *k);

/*
 * The bearer token to send now, appended to out: the fixed one, the token
 * file's present content, or the exec plugin's, which is run at most once for a
 * whole run: its answer is shared by the run's processes in a file of mode 0600
 * in $POUNDLOCK_RUN_DIR, where that is set, until it expires.  A plugin that
 * answers with a certificate fills cert and key instead.  fresh asks for a new
 * one after the server answered 401.  Returns 0 (out may stay empty), or -1.
 */
int kubeconfig_token(
    struct kubeconfig *k, bool fresh, struct buf *out, struct buf *err);

#endif
