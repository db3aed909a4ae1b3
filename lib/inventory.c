/*
 * The names, labels and annotations of an ApplySet; see inventory.h.  The rules
 * are KEP-3659's, and where it leaves a choice, those that kubectl follows.
 */
#include "inventory.h"

#include <string.h>

#include "base64.h"
#include "json.h"
#include "object.h"
#include "sha256.h"

#define TOOLING "poundlock"
#define PARENT_KIND "ConfigMap"
#define PARENT_PREFIX "poundlock-"

void
inventory_namespace(const char *stage, struct buf *out)
{
	const char *slash = strchr(stage, '/');

	if (slash && slash > stage)
		buf_add(out, stage, (size_t)(slash - stage));
	else
		buf_adds(out, "default");
}

void
inventory_name(const char *stage, struct buf *out)
{
	const char *slash = strchr(stage, '/');

	buf_adds(out, PARENT_PREFIX);
	buf_adds(out, slash ? slash + 1 : stage);
}

/* Base64 in the URL-safe alphabet, without padding. */
static void
add_base64url(struct buf *out, const unsigned char *data, size_t len)
{
	struct buf text = BUF_INIT;
	size_t i;

	base64_encode(&text, data, len);
	for (i = 0; i < text.len && text.s[i] != '='; i++) {
		if (text.s[i] == '+')
			buf_addc(out, '-');
		else if (text.s[i] == '/')
			buf_addc(out, '_');
		else
			buf_addc(out, text.s[i]);
	}
	buf_release(&text);
}

void
inventory_id(const char *stage, struct buf *out)
{
	struct buf text = BUF_INIT;
	unsigned char digest[SHA256_BYTES];

	inventory_name(stage, &text);
	buf_addc(&text, '.');
	inventory_namespace(stage, &text);
	/* The core group is empty; its separator stays. */
	buf_adds(&text, "." PARENT_KIND ".");
	sha256(text.s, text.len, digest);
	buf_adds(out, "applyset-");
	add_base64url(out, digest, sizeof(digest));
	buf_adds(out, "-v1");
	buf_release(&text);
}

void
inventory_init(struct inventory *inv)
{
	inv->kinds = jv_object();
	inv->namespaces = jv_object();
	inv->taken = false;
}

void
inventory_release(struct inventory *inv)
{
	jv_free(inv->kinds);
	jv_free(inv->namespaces);
	inv->kinds = inv->namespaces = jv_invalid();
}

static void
add_kind(struct inventory *inv, const char *group, size_t group_len,
    const char *kind)
{
	struct buf key = BUF_INIT;

	buf_adds(&key, kind);
	if (group_len) {
		buf_addc(&key, '.');
		buf_add(&key, group, group_len);
	}
	inv->kinds = json_set(inv->kinds, buf_str(&key), jv_true());
	buf_release(&key);
}

void
inventory_add_namespace(struct inventory *inv, const char *namespace)
{
	if (*namespace)
		inv->namespaces =
		    json_set(inv->namespaces, namespace, jv_true());
}

void
inventory_add(struct inventory *inv, const jv *object)
{
	struct object_id id;
	struct buf err = BUF_INIT;

	if (object_id(object, &id, &err) == 0) {
		add_kind(inv, id.group, id.group_len, id.kind);
		inventory_add_namespace(inv, id.namespace);
	}
	buf_release(&err);
}

/* Add the words of a comma-separated list to a set. */
static jv
add_words(jv set, const char *list)
{
	struct buf word = BUF_INIT;
	size_t n;

	for (; list && *list; list += n + (list[n] == ',')) {
		n = strcspn(list, ",");
		buf_clear(&word);
		buf_add(&word, list, n);
		if (n)
			set = json_set(set, buf_str(&word), jv_true());
	}
	buf_release(&word);
	return set;
}

/* The name of the tooling is what stands before the last slash. */
static bool
is_our_tooling(const char *tooling)
{
	const char *slash = strrchr(tooling, '/');
	size_t len = slash ? (size_t)(slash - tooling) : strlen(tooling);

	return len == strlen(TOOLING) && strncmp(tooling, TOOLING, len) == 0;
}

int
inventory_read(struct inventory *inv, const char *stage, const jv *parent,
    bool take_over, struct buf *err)
{
	const char *id = json_path_str(
	    parent, "metadata", "labels", INVENTORY_ID_LABEL, NULL);
	const char *tooling = object_annotation(parent, INVENTORY_TOOLING);
	struct buf want = BUF_INIT;
	bool ok;

	inventory_id(stage, &want);
	ok = id && strcmp(id, buf_str(&want)) == 0;
	buf_release(&want);
	if (!tooling) {
		buf_adds(err, "exists but is no inventory (no "
			      "annotation " INVENTORY_TOOLING ")");
		return -1;
	}
	if (!is_our_tooling(tooling) && !take_over) {
		buf_addf(err,
		    "belongs to other tooling, %s; --take-ownership takes the "
		    "whole set over",
		    tooling);
		return -1;
	}
	if (!ok) {
		buf_adds(err, "has a label " INVENTORY_ID_LABEL
			      " that is not this stage's");
		return -1;
	}
	inv->taken = !is_our_tooling(tooling);
	inv->kinds =
	    add_words(inv->kinds, object_annotation(parent, INVENTORY_KINDS));
	inv->namespaces = add_words(
	    inv->namespaces, object_annotation(parent, INVENTORY_NAMESPACES));
	/* Not written down, but always part of the set (as in kubectl). */
	buf_clear(&want);
	inventory_namespace(stage, &want);
	inventory_add_namespace(inv, buf_str(&want));
	buf_release(&want);
	return 0;
}

/* The keys of a set but one, sorted and joined by commas. */
static jv
join_words(const jv *set, const char *but)
{
	jv keys = jv_keys(jv_copy(*set)), word;
	struct buf out = BUF_INIT;
	jv joined;
	int i;

	for (i = 0; i < json_len(&keys); i++) {
		word = json_at(&keys, i);
		if (strcmp(json_str(&word), but) != 0)
			buf_addf(
			    &out, "%s%s", out.len ? "," : "", json_str(&word));
		jv_free(word);
	}
	jv_free(keys);
	joined = jv_string(buf_str(&out));
	buf_release(&out);
	return joined;
}

/* The one thing besides the id that says what a parent is: annotations. */
static jv
parent_annotations(const struct inventory *inv, const char *namespace)
{
	jv a =
	    json_set_str(jv_object(), INVENTORY_TOOLING, TOOLING "/v" VERSION);

	a = json_set(a, INVENTORY_KINDS, join_words(&inv->kinds, ""));
	return json_set(
	    a, INVENTORY_NAMESPACES, join_words(&inv->namespaces, namespace));
}

jv
inventory_parent(const struct inventory *inv, const char *stage)
{
	jv object = json_set_str(jv_object(), "apiVersion", "v1");
	jv metadata = jv_object();
	struct buf text = BUF_INIT;

	inventory_name(stage, &text);
	metadata = json_set_str(metadata, "name", buf_str(&text));
	buf_clear(&text);
	inventory_namespace(stage, &text);
	metadata = json_set_str(metadata, "namespace", buf_str(&text));
	metadata = json_set(
	    metadata, "annotations", parent_annotations(inv, buf_str(&text)));
	object = json_set_str(object, "kind", PARENT_KIND);
	object = json_set(object, "metadata", metadata);
	buf_clear(&text);
	inventory_id(stage, &text);
	object = object_set_label(object, INVENTORY_ID_LABEL, buf_str(&text));
	buf_release(&text);
	return object;
}

bool
inventory_is_current(
    const struct inventory *inv, const char *stage, const jv *parent)
{
	static const char *const keys[] = { INVENTORY_KINDS,
		INVENTORY_NAMESPACES };
	jv want = inventory_parent(inv, stage);
	bool same = !inv->taken;
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(*keys) && same; i++) {
		const char *a = object_annotation(&want, keys[i]);
		const char *b = object_annotation(parent, keys[i]);

		same = b && strcmp(a, b) == 0;
	}
	jv_free(want);
	return same;
}
