/* Anchors by name; see manifestanchor.h. */
#include "manifest/manifestanchor.h"

#include <stdlib.h>

#include "json.h"
#include "mem.h"

void
manifest_anchors_init(struct manifest_anchors *anchors)
{
	*anchors = (struct manifest_anchors){ .names = jv_object() };
}

void
manifest_anchors_clear(struct manifest_anchors *anchors)
{
	while (anchors->n)
		jv_free(anchors->list[--anchors->n].value);
	jv_free(anchors->names);
	anchors->names = jv_object();
}

void
manifest_anchors_release(struct manifest_anchors *anchors)
{
	manifest_anchors_clear(anchors);
	jv_free(anchors->names);
	free(anchors->list);
}

void
manifest_anchors_set(struct manifest_anchors *anchors, const char *name,
    const struct manifest_anchor *anchor)
{
	anchors->list = mem_grow(
	    anchors->list, anchors->n, &anchors->cap, sizeof(*anchors->list));
	anchors->list[anchors->n] = *anchor;
	anchors->names =
	    json_set(anchors->names, name, jv_number((double)anchors->n));
	anchors->n++;
}

const struct manifest_anchor *
manifest_anchors_find(const struct manifest_anchors *anchors, const char *name)
{
	jv index = json_get(&anchors->names, name);
	long long i;
	bool known = json_int(&index, &i);

	jv_free(index);
	return known ? &anchors->list[i] : NULL;
}
