/* The stages of a chain, those that stages hold included; see fluxchain.h. */
#include "flux/fluxchain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "flux/fluxload.h"
#include "json.h"
#include "manifest/manifest.h"
#include "object.h"

void
flux_chain_release(struct flux_chain *chain)
{
	flux_roots_release(&chain->roots);
	jv_free(chain->values);
	free(chain->skip);
	*chain = (struct flux_chain){ .values = jv_invalid() };
}

/* --- values ------------------------------------------------------------- */

static void
add_value(struct flux_chain *chain, const jv *object)
{
	if (object_is(object, "", "ConfigMap") || object_is_secret(object))
		chain->values =
		    jv_array_append(chain->values, jv_copy(*object));
}

static void
add_values(struct flux_chain *chain, const jv *document)
{
	jv items = json_get(document, "items");
	int i;

	add_value(chain, document);
	for (i = 0; i < json_len(&items); i++) {
		jv item = json_at(&items, i);

		add_value(chain, &item);
		jv_free(item);
	}
	jv_free(items);
}

int
flux_chain_values(struct flux_chain *chain, const char *file, struct buf *err)
{
	struct buf text = BUF_INIT, what = BUF_INIT;
	struct manifest m = { NULL, 0 };
	int rc = buf_read_file(&text, file, MANIFEST_TEXT);
	size_t i;

	if (rc) {
		buf_addf(err, "%s: %s", file, strerror(errno));
	} else {
		rc = manifest_read_as(
		    MANIFEST_KUBERNETES, buf_str(&text), text.len, &m, &what);
		if (rc)
			buf_addf(err, "%s:%s", file, buf_str(&what));
	}
	if (!json_is(&chain->values, JV_KIND_ARRAY)) {
		jv_free(chain->values);
		chain->values = jv_array();
	}
	for (i = 0; rc == 0 && i < m.n; i++)
		add_values(chain, &m.docs[i].value);
	manifest_release(&m);
	buf_release(&what);
	buf_release(&text);
	return rc;
}

/* --- what is left out --------------------------------------------------- */

static bool
is_named(const struct flux_item *item, const char *name)
{
	struct buf whole = BUF_INIT;
	bool same;

	flux_stage_name(&item->flux, &whole);
	same = strcmp(strchr(name, '/') ? whole.s : item->flux.name, name) == 0;
	buf_release(&whole);
	return same;
}

static bool
is_skipped(const struct flux_chain *chain, const struct flux_item *item)
{
	size_t i;

	for (i = 0; i < chain->n_skip; i++)
		if (is_named(item, chain->skip[i]))
			return true;
	return false;
}

/* Each name to skip is that of one stage. */
static int
check_skips(
    const struct flux_chain *chain, const struct flux_set *set, struct buf *err)
{
	size_t i, k;

	for (i = 0; i < chain->n_skip; i++) {
		const struct flux_item *one = NULL, *two = NULL;

		for (k = 0; k < set->n; k++)
			if (is_named(&set->items[k], chain->skip[i])) {
				two = one;
				one = &set->items[k];
			}
		if (one && !two)
			continue;
		buf_addf(err, "--skip %s: ", chain->skip[i]);
		if (two)
			buf_addf(err, "there are %s/%s and %s/%s",
			    two->flux.namespace, two->flux.name,
			    one->flux.namespace, one->flux.name);
		else
			buf_adds(err, "there is no such stage");
		return -1;
	}
	return 0;
}

static void
leave_out(const struct flux_chain *chain, struct flux_set *set, jv *suspended)
{
	struct buf name = BUF_INIT;
	size_t i = 0;

	while (i < set->n) {
		const struct flux_item *item = &set->items[i];
		bool skipped = is_skipped(chain, item);

		if (!skipped && !item->flux.suspend) {
			i++;
			continue;
		}
		buf_clear(&name);
		flux_stage_name(&item->flux, &name);
		if (!skipped)
			*suspended =
			    jv_array_append(*suspended, jv_string(name.s));
		flux_set_drop(set, i);
	}
	buf_release(&name);
}

/* --- stages that stages hold -------------------------------------------- */

static int
nest_record(struct flux_set *set, size_t parent, const struct record *r,
    struct buf *err)
{
	jv object = record_object(r), origin = json_get(&r->value, "origin");
	int rc = 0;

	if (jv_is_valid(object) && flux_is_kustomization(&object))
		rc = flux_set_nest(set, parent, &object,
		    json_get_str(&origin, "path"),
		    (int)json_get_int(&origin, "line", 1), err);
	jv_free(origin);
	jv_free(object);
	return rc;
}

/*
 * Build every stage to see which ones it holds, and those likewise.  It is
 * built once more when all are known, and with them what comes after what.
 */
static int
find_nested(
    const struct flux_chain *chain, struct flux_set *set, struct buf *err)
{
	size_t i, k;
	int rc = 0;

	for (i = 0; rc == 0 && i < set->n; i++) {
		struct flux_records built = { NULL, 0, 0 };

		if (set->items[i].flux.suspend ||
		    is_skipped(chain, &set->items[i]))
			continue;
		rc = flux_render(
		    &built, &set->items[i], &chain->roots, &chain->values, err);
		for (k = 0; rc == 0 && k < built.n; k++)
			rc = nest_record(set, i, &built.records[k], err);
		flux_records_release(&built);
	}
	return rc;
}

/* Drop, from a place on, the records of what is a stage by itself. */
static void
drop_nested(struct flux_records *out, size_t from)
{
	size_t i, n = from;

	for (i = from; i < out->n; i++) {
		jv object = record_object(&out->records[i]);

		if (jv_is_valid(object) && flux_is_kustomization(&object))
			record_release(&out->records[i]);
		else
			out->records[n++] = out->records[i];
		jv_free(object);
	}
	out->n = n;
}

/* A path that was mistyped is no release of nothing. */
static int
load_all(const struct flux_chain *chain, char **paths, struct flux_set *set,
    struct buf *err)
{
	int rc = 0;

	for (; rc == 0 && *paths; paths++) {
		size_t before = set->n;

		rc = flux_load(set, *paths, chain->namespace, err);
		if (rc == 0 && set->n == before) {
			buf_addf(err, "%s: there is no Flux Kustomization",
			    strcmp(*paths, "-") == 0 ? "standard input"
						     : *paths);
			rc = -1;
		}
	}
	return rc;
}

int
flux_chain_render(const struct flux_chain *chain, char **paths,
    struct flux_records *out, jv *suspended, struct buf *err)
{
	struct flux_set set = { NULL, 0, 0 };
	int rc = load_all(chain, paths, &set, err);
	size_t i;

	if (rc == 0 && chain->recursive)
		rc = find_nested(chain, &set, err);
	if (rc == 0)
		rc = check_skips(chain, &set, err);
	if (rc == 0)
		leave_out(chain, &set, suspended);
	for (i = 0; rc == 0 && i < set.n; i++) {
		size_t from = out->n;

		rc = flux_render(
		    out, &set.items[i], &chain->roots, &chain->values, err);
		if (rc == 0 && chain->recursive)
			drop_nested(out, from);
	}
	flux_set_release(&set);
	return rc;
}
