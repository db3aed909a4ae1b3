/*
 * Field ownership; see takeover.h.  A set of fields (fieldsV1) is a tree of
 * objects whose leaves are empty.
 */
#include "fields/takeover.h"

#include <string.h>

#include "json.h"
#include "object.h"

/* Annotations that the tools whose fields we take leave behind. */
static const char *const leftovers[] = {
	"kubectl.kubernetes.io/last-applied-configuration",
	"kustomize.toolkit.fluxcd.io/checksum",
	"fluxcd.io/sync-checksum",
};

static bool
str_is(const char *s, const char *want)
{
	return s && strcmp(s, want) == 0;
}

static bool
is_ours(const jv *entry, const char *manager)
{
	return str_is(json_get_str(entry, "manager"), manager) &&
	       str_is(json_get_str(entry, "operation"), "Apply");
}

static bool
is_subresource(const jv *entry)
{
	const char *s = json_get_str(entry, "subresource");

	return s && *s;
}

bool
takeover_takes(const char *name, const char *manager)
{
	return strncmp(name, "kubectl", 7) == 0 ||
	       strcmp(name, "before-first-apply") == 0 ||
	       strcmp(name, "kustomize-controller") == 0 ||
	       strcmp(name, manager) == 0;
}

/* Who takes over, and from whom. */
struct heir {
	const char *manager;
	bool others; /* also from others than itself */
};

/* An entry whose fields are to be taken over. */
static bool
is_foreign(const jv *entry, const struct heir *heir)
{
	const char *name = json_get_str(entry, "manager");

	return name && !is_subresource(entry) &&
	       !is_ours(entry, heir->manager) &&
	       (heir->others ? takeover_takes(name, heir->manager)
			     : strcmp(name, heir->manager) == 0);
}

/*
 * The union of two trees.  The depth of what a server sends is bounded by what
 * json_parse reads.
 */
static jv
unite(jv a, jv b)
{
	jv keys, key, x, y;
	int i;

	if (!json_is(&a, JV_KIND_OBJECT) || !json_is(&b, JV_KIND_OBJECT)) {
		jv_free(b);
		return a;
	}
	keys = jv_keys_unsorted(jv_copy(b));
	for (i = 0; i < json_len(&keys); i++) {
		key = json_at(&keys, i);
		y = json_get(&b, json_str(&key));
		x = json_take(&a, json_str(&key));
		if (jv_is_valid(x))
			y = unite(x, y);
		a = jv_object_set(a, key, y);
	}
	jv_free(keys);
	jv_free(b);
	return a;
}

/* Every leaf of a is in b. */
static bool
is_within(const jv *a, const jv *b)
{
	jv keys = jv_keys_unsorted(jv_copy(*a)), key, x, y;
	bool within = true;
	int i;

	for (i = 0; i < json_len(&keys) && within; i++) {
		key = json_at(&keys, i);
		x = json_get(a, json_str(&key));
		y = json_get(b, json_str(&key));
		within = jv_is_valid(y) &&
			 (!json_is(&x, JV_KIND_OBJECT) || is_within(&x, &y));
		jv_free(x);
		jv_free(y);
		jv_free(key);
	}
	jv_free(keys);
	return within;
}

static jv
entries_of(const jv *object)
{
	jv list = json_path(object, "metadata", "managedFields", NULL);

	if (json_is(&list, JV_KIND_ARRAY))
		return list;
	jv_free(list);
	return jv_array();
}

/* All that is to be ours, as an entry; invalid if nothing is foreign. */
static jv
united_entry(const jv *list, const struct heir *heir)
{
	jv ours = jv_invalid(), entry, fields;
	bool foreign = false;
	int i;

	for (i = 0; i < json_len(list); i++) {
		entry = json_at(list, i);
		if (!is_ours(&entry, heir->manager) &&
		    !is_foreign(&entry, heir)) {
			jv_free(entry);
			continue;
		}
		foreign = foreign || is_foreign(&entry, heir);
		if (!jv_is_valid(ours)) {
			ours = entry;
			continue;
		}
		fields = json_take(&ours, "fieldsV1");
		fields = unite(fields, json_get(&entry, "fieldsV1"));
		ours = json_set(ours, "fieldsV1", fields);
		jv_free(entry);
	}
	if (!foreign) {
		jv_free(ours);
		return jv_invalid();
	}
	ours = json_set_str(ours, "manager", heir->manager);
	return json_set_str(ours, "operation", "Apply");
}

static jv
op(const char *name, const char *path, jv value)
{
	jv o = json_set_str(jv_object(), "op", name);

	o = json_set_str(o, "path", path);
	if (jv_is_valid(value))
		o = json_set(o, "value", value);
	return o;
}

static jv
remove_leftovers(jv patch, const jv *live)
{
	struct buf path = BUF_INIT;
	size_t i;

	for (i = 0; i < sizeof(leftovers) / sizeof(*leftovers); i++) {
		if (!object_annotation(live, leftovers[i]))
			continue;
		buf_clear(&path);
		buf_adds(&path, "/metadata/annotations");
		json_pointer_add(&path, leftovers[i]);
		patch = jv_array_append(
		    patch, op("remove", buf_str(&path), jv_invalid()));
	}
	buf_release(&path);
	return patch;
}

jv
takeover_patch(const jv *live, const char *manager, bool others)
{
	const struct heir heir = { manager, others };
	jv list = entries_of(live), entry;
	jv ours = united_entry(&list, &heir);
	jv kept = jv_array(), patch = jv_array();
	int i;

	if (others)
		patch = remove_leftovers(patch, live);

	if (jv_is_valid(ours)) {
		for (i = 0; i < json_len(&list); i++) {
			entry = json_at(&list, i);
			if (is_ours(&entry, manager) ||
			    is_foreign(&entry, &heir))
				jv_free(entry);
			else
				kept = jv_array_append(kept, entry);
		}
		kept = jv_array_append(kept, ours);
		patch = jv_array_append(
		    patch, op("add", "/metadata/managedFields", kept));
	} else {
		jv_free(kept);
		jv_free(ours);
	}
	jv_free(list);
	if (json_len(&patch) == 0) {
		jv_free(patch);
		return jv_invalid();
	}
	return jv_array_append(
	    patch, op("replace", "/metadata/resourceVersion",
		       json_path(live, "metadata", "resourceVersion", NULL)));
}

/* The set of one field. */
static jv
set_of(const char *pointer)
{
	struct buf token = BUF_INIT, key = BUF_INIT;
	jv set = jv_object();

	if (json_pointer_next(&pointer, &token)) {
		buf_addf(&key, "f:%s", buf_str(&token));
		set = json_set(set, buf_str(&key), set_of(pointer));
	}
	buf_release(&token);
	buf_release(&key);
	return set;
}

jv
takeover_claim(
    jv live, const char *manager, const char *api_version, const jv *pointers)
{
	jv fields = jv_object(), entry = jv_object();
	jv list = entries_of(&live), metadata = json_take(&live, "metadata");
	int i;

	for (i = 0; i < json_len(pointers); i++) {
		jv pointer = json_at(pointers, i);

		if (json_str(&pointer))
			fields = unite(fields, set_of(json_str(&pointer)));
		jv_free(pointer);
	}
	entry = json_set_str(entry, "apiVersion", api_version);
	entry = json_set_str(entry, "fieldsType", "FieldsV1");
	entry = json_set(entry, "fieldsV1", fields);
	entry = json_set_str(entry, "manager", manager);
	entry = json_set_str(entry, "operation", "Update");
	metadata =
	    json_set(metadata, "managedFields", jv_array_append(list, entry));
	return json_set(live, "metadata", metadata);
}

static bool
same_entry(const jv *a, const jv *b)
{
	return str_is(json_get_str(a, "manager"), json_get_str(b, "manager")) &&
	       str_is(json_get_str(a, "operation"),
		   json_get_str(b, "operation")) &&
	       !is_subresource(b);
}

/* What entry owned is all still owned by the same manager in list. */
static bool
is_kept(const jv *entry, const jv *list)
{
	jv fields = json_get(entry, "fieldsV1"), other, theirs;
	bool kept = false;
	int i;

	if (!json_is(&fields, JV_KIND_OBJECT)) {
		jv_free(fields);
		return true;
	}
	for (i = 0; i < json_len(list) && !kept; i++) {
		other = json_at(list, i);
		theirs = json_get(&other, "fieldsV1");
		kept = same_entry(entry, &other) && is_within(&fields, &theirs);
		jv_free(theirs);
		jv_free(other);
	}
	jv_free(fields);
	return kept;
}

jv
takeover_lost(const jv *before, const jv *after, const char *manager)
{
	jv old = entries_of(before), new = entries_of(after);
	jv lost = jv_array(), entry;
	int i;

	for (i = 0; i < json_len(&old); i++) {
		entry = json_at(&old, i);
		if (!is_subresource(&entry) &&
		    json_get_str(&entry, "manager") &&
		    json_get_str(&entry, "operation") &&
		    !is_ours(&entry, manager) && !is_kept(&entry, &new))
			lost =
			    jv_array_append(lost, json_get(&entry, "manager"));
		jv_free(entry);
	}
	jv_free(old);
	jv_free(new);
	return lost;
}

static jv
our_entry(const jv *object, const char *manager)
{
	jv list = entries_of(object), found = jv_invalid(), entry;
	int i;

	for (i = 0; i < json_len(&list) && !jv_is_valid(found); i++) {
		entry = json_at(&list, i);
		if (is_ours(&entry, manager) && !is_subresource(&entry))
			found = entry;
		else
			jv_free(entry);
	}
	jv_free(list);
	return found;
}

/* The same entry in a map of metadata of both. */
static bool
same_words(
    const jv *desired, const jv *before, const jv *after, const char *map)
{
	jv words = json_path(desired, "metadata", map, NULL);
	jv old = json_path(before, "metadata", map, NULL);
	jv new = json_path(after, "metadata", map, NULL);
	jv keys = json_is(&words, JV_KIND_OBJECT) ? jv_keys(jv_copy(words))
						  : jv_array();
	bool same = true;
	int i;

	for (i = 0; i < json_len(&keys) && same; i++) {
		jv key = json_at(&keys, i);
		const char *a = json_get_str(&old, json_str(&key));
		const char *b = json_get_str(&new, json_str(&key));

		same = a && b && strcmp(a, b) == 0;
		jv_free(key);
	}
	jv_free(words);
	jv_free(old);
	jv_free(new);
	jv_free(keys);
	return same;
}

static bool
same_generation(const jv *before, const jv *after)
{
	jv a = json_get(before, "metadata"), b = json_get(after, "metadata");
	bool same = json_get_int(&a, "generation", 0) ==
		    json_get_int(&b, "generation", 0);

	jv_free(a);
	jv_free(b);
	return same;
}

bool
takeover_same(
    const jv *desired, const jv *before, const jv *after, const char *manager)
{
	jv a = our_entry(before, manager), b = our_entry(after, manager);
	bool same = jv_is_valid(a) && jv_is_valid(b) && json_equal(&a, &b) &&
		    same_generation(before, after) &&
		    same_words(desired, before, after, "labels") &&
		    same_words(desired, before, after, "annotations");

	jv_free(a);
	jv_free(b);
	return same;
}
