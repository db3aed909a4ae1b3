/* What generators made, added to what is there; see generate.h. */
#include "json.h"
#include "kustomize/generate.h"
#include "mem.h"

/* A map of the old one, under that of the new one. */
static void
merge_field(struct resource *r, const struct resource *old, const char *key)
{
	jv a = json_get(&old->object, key), b = json_get(&r->object, key);
	jv all = json_is(&a, JV_KIND_OBJECT) ? jv_copy(a) : jv_object();

	if (json_is(&b, JV_KIND_OBJECT))
		all = jv_object_merge(all, jv_copy(b));
	if (json_len(&all) > 0)
		r->object = json_set(r->object, key, all);
	else
		jv_free(all);
	jv_free(a);
	jv_free(b);
}

static void
merge_meta(struct resource *r, const struct resource *old, const char *field)
{
	jv all = resource_map(old, field);

	resource_set_map(
	    r, field, jv_object_merge(all, resource_map(r, field)));
}

/* The new object, under the old one's name and with its history. */
static void
take_place(
    struct build *b, struct resmap *m, struct resource *old, struct resource *r)
{
	jv object;
	bool merge = r->behavior == BEHAVIOR_MERGE;
	jv origin = json_path(&old->object, "metadata", "annotations",
	    "config.kubernetes.io/origin", NULL);

	merge_meta(r, old, "labels");
	merge_meta(r, old, "annotations");
	resource_set_name(r, resource_name(old));
	resource_set_namespace(r, resource_namespace(old));
	if (merge) {
		merge_field(r, old, "data");
		merge_field(r, old, "binaryData");
	}
	if (merge && jv_is_valid(origin)) {
		jv map = resource_map(r, "annotations");

		resource_set_map(r, "annotations",
		    json_set(
			map, "config.kubernetes.io/origin", jv_copy(origin)));
	}
	jv_free(origin);
	object = r->object;
	r->object = jv_null();
	jv_free(old->object);
	old->object = object;
	old->quotes = QUOTES_NEEDED;
	old->hash = old->hash && r->hash;
	build_renamed(b, m, old);
}

static int
fail_exists(
    const struct where *w, const struct resource *r, const struct resource *old)
{
	struct buf place = BUF_INIT;

	build_say_place(w->b, old, NULL, &place);
	where_fail_at(w, r, NULL,
	    "exists already (%s); behavior must be merge or replace",
	    buf_str(&place));
	buf_release(&place);
	return -1;
}

static int
fail_several(const struct where *w, const struct resource *r,
    struct resource *const old[2])
{
	struct buf both = BUF_INIT;

	build_say_both(w->b, old, &both);
	where_fail_at(w, r, NULL, "more than one object is meant: %s", both.s);
	buf_release(&both);
	return -1;
}

int
generate_absorb(const struct where *w, struct resmap *m, struct resource *r)
{
	struct resource *old[2] = { NULL };
	size_t n = resmap_find(m, &r->id, old);

	if (n > 1)
		return fail_several(w, r, old);
	if (n == 0 && r->behavior != BEHAVIOR_CREATE)
		return where_fail_at(w, r, NULL,
		    "there is no such object to merge with or to replace");
	if (n == 0) {
		resmap_add(m, r);
		return 0;
	}
	if (r->behavior == BEHAVIOR_CREATE)
		return fail_exists(w, r, old[0]);
	take_place(w->b, m, old[0], r);
	return 0;
}
