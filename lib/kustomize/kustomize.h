#ifndef POUNDLOCK_KUSTOMIZE_H
#define POUNDLOCK_KUSTOMIZE_H

#include <stdbool.h>
#include <stddef.h>

#include <jv.h>

#include "arena.h"
#include "buf.h"

/*
 * The build: what `kustomize build` makes of a directory.
 */

enum kustomize_reorder {
	KUSTOMIZE_REORDER_LEGACY, /* kustomize's default on the command line */
	KUSTOMIZE_REORDER_NONE,	  /* first in, first out: what Flux does */
};

/* The user's helm, and what it is told of the cluster: --helm-... */
struct kustomize_helm {
	const char *command;
	const char *kube_version;  /* NULL: helm's own default */
	const char **api_versions; /* NULL at the end; NULL: none */
	bool debug;
};

struct kustomize_options {
	enum kustomize_reorder reorder;
	bool yaml;     /* each object's text, too */
	bool load_any; /* LoadRestrictionsNone: files outside of the root too */
	bool flux;     /* build as Flux does: a directory without a
			  kustomization file is scanned, an empty one is
			  none, load_any holds.  Where Flux drops unknown
			  fields in silence, they are refused all the same */
	const char *confine; /* nothing outside of this directory is read,
				symlinks resolved; NULL: no such limit */
	const jv *overlay;   /* Flux: fields of a Kustomization's spec that are
				written over the top kustomization
				(targetNamespace, namePrefix, nameSuffix,
				patches, images, components, ...); NULL: none */
	struct buf *overlay_at; /* set where there is an overlay: gets the JSON
				   pointer of what a message is about that has
				   no place, since that is in the overlay */
	const struct kustomize_helm *helm; /* run for helmCharts; NULL: they
					      are an error */
	const char *version;		   /* in the label that buildMetadata's
					      managedByLabel asks for; NULL: v5.8.1 */
};

/*
 * Could be what a kustomize calls itself: what a label takes behind
 * "kustomize-", or such as "(devel)", which no API server takes but kustomize's
 * own development builds write.
 */
bool kustomize_is_version(const char *version);

/* One object of the build, in the build's order. */
struct kustomize_object {
	jv object;
	const char *path; /* of the file it came from; a generated object: of
			     the kustomization that asked for it */
	int line;	  /* where its document starts in there, from 1 */
	const char *at;	  /* what in that it is, see place.h; NULL: all of it */
	const char *yaml; /* as kustomize writes it; NULL: nobody asked */
	size_t yaml_len;
};

struct kustomize_result {
	struct kustomize_object *objects;
	size_t n;
	struct arena strings; /* that paths lie in */
	struct buf yaml;      /* that all texts lie in, in no order */
};

/*
 * Build dir.  Returns 0, or -1 with one line "FILE:LINE: WHAT" in err, which
 * names file, line, object and field as far as they are known.  The result is
 * freed with kustomize_release, also after an error.
 */
int kustomize_build(const char *dir, const struct kustomize_options *options,
    struct kustomize_result *result, struct buf *err);
void kustomize_release(struct kustomize_result *result);

#endif
