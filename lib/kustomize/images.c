/* Images: other names, tags and digests; see transform.h. */
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/select.h"
#include "kustomize/transform.h"
#include "mem.h"

struct image {
	jv entry; /* that the texts are of */
	struct pattern name;
	const char *new_name, *new_tag, *digest, *suffix; /* "" for none */
};

/* The characters of a tag or a digest's value. */
#define TAG \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.{}-"

/* Where the name of an image ends: before ":TAG" and "@ALGORITHM:DIGEST". */
static bool
fits(const struct image *image, const char *s, size_t name_len)
{
	const char *rest = s + name_len;
	char *name;
	bool is;

	if (*rest == ':')
		rest += 1 + strspn(rest + 1, TAG);
	if (*rest == '@') {
		rest++;
		rest += strcspn(rest, ":");
		if (*rest != ':')
			return false;
		rest += 1 + strspn(rest + 1, TAG);
	}
	if (*rest)
		return false;
	/* An empty name would be a pattern that everything matches. */
	if (!image->name.text)
		return name_len == 0;
	name = mem_strndup(s, name_len);
	is = pattern_matches(&image->name, name);
	free(name);
	return is;
}

static bool
matches(const struct image *image, const char *s)
{
	for (size_t n = 0; s[n]; n++)
		if ((s[n] == ':' || s[n] == '@') && fits(image, s, n))
			return true;
	return fits(image, s, strlen(s));
}

/* The length of the name; a port belongs to it. */
static size_t
name_length(const char *s)
{
	const char *slash = strchr(s, '/');
	const char *from = slash ? slash : s;

	return (size_t)(from - s) + strcspn(from, ":@");
}

/* The image's new name, made of the old one. */
static jv
rename_image(const struct image *image, const char *s)
{
	size_t n = name_length(s);
	const char *tag = s[n] == ':' ? s + n + 1 : "";
	const char *digest = strchr(s + n, '@');
	struct buf out = BUF_INIT;
	jv name;

	digest = digest ? digest + 1 : "";
	if (*image->new_name)
		buf_adds(&out, image->new_name);
	else
		buf_add(&out, s, n);
	if (*image->new_tag || *image->digest) {
		if (*image->new_tag)
			buf_addf(&out, ":%s", image->new_tag);
		if (*image->digest)
			buf_addf(&out, "@%s", image->digest);
	} else {
		size_t len = strcspn(tag, "@");

		if (len > 0 || *image->suffix)
			buf_addf(&out, ":%.*s%s", (int)len, tag, image->suffix);
		if (*digest && !*image->suffix)
			buf_addf(&out, "@%s", digest);
	}
	name = jv_string(buf_str(&out));
	buf_release(&out);
	return name;
}

/* All entries of a list, or one that stands by itself. */
struct images {
	struct image *list;
	size_t n;
	bool listed;
	/* While one object is at hand: */
	const struct image *image;
	struct buf found; /* all its images, each with its NUL */
	struct fault odd; /* one is no scalar, or a container no map */
};

/* Only the first one is told. */
static bool
is_odd(const struct images *images)
{
	return images->odd.what.len > 0;
}

/* --- lists of containers, wherever they are ----------------------------- */

static bool
is_containers(const char *key)
{
	return strcmp(key, "containers") == 0 ||
	       strcmp(key, "initContainers") == 0;
}

/*
 * An image (consumed) by its new name, if it fits; what it is then is appended
 * to found.  To YAML it may be a number.
 */
static jv
take_image(jv image, struct images *images)
{
	jv s;

	if (!jv_is_valid(image) || json_is(&image, JV_KIND_NULL))
		return image;
	if (json_is(&image, JV_KIND_OBJECT) || json_is(&image, JV_KIND_ARRAY)) {
		if (!is_odd(images))
			buf_adds(&images->odd.what, "must be a single value");
		return image;
	}
	s = scalar_string(&image);
	if (matches(images->image, jv_string_value(s))) {
		jv_free(image);
		image = rename_image(images->image, jv_string_value(s));
		jv_free(s);
		s = jv_copy(image);
	}
	buf_add(
	    &images->found, jv_string_value(s), strlen(jv_string_value(s)) + 1);
	jv_free(s);
	return image;
}

/* Returns whether the list changed. */
static bool
rename_in_containers(jv *list, struct images *images)
{
	int n = json_len(list);
	bool changed = false;

	for (int i = 0; i < n; i++) {
		jv c = json_at(list, i);
		jv old = json_get(&c, "image");
		bool before = is_odd(images);
		jv image = take_image(jv_copy(old), images);

		if (!before && is_odd(images))
			fault_lead(&images->odd, "image");
		else if (!before && !json_is(&c, JV_KIND_OBJECT) &&
			 !json_is(&c, JV_KIND_NULL))
			buf_adds(&images->odd.what, "must be a map");
		if (!before && is_odd(images))
			fault_lead_index(&images->odd, i);
		if (jv_identical(old, jv_copy(image))) {
			jv_free(c);
			jv_free(image);
			continue;
		}
		c = json_set(c, "image", image);
		*list = jv_array_set(*list, i, c);
		changed = true;
	}
	return changed;
}

static bool walk(jv *v, struct images *images);

static bool
walk_array(jv *v, struct images *images)
{
	int n = json_len(v);
	bool changed = false;

	for (int i = 0; i < n; i++) {
		jv e = json_at(v, i);
		bool before = is_odd(images);
		bool touched = walk(&e, images);

		if (!before && is_odd(images))
			fault_lead_index(&images->odd, i);
		if (touched) {
			*v = jv_array_set(*v, i, e);
			changed = true;
		} else {
			jv_free(e);
		}
	}
	return changed;
}

/*
 * Every list of containers, wherever it is.  Most of an object has none, so
 * only what changed is written; returns whether anything did.
 */
static bool
walk(jv *v, struct images *images)
{
	bool changed = false;

	if (json_is(v, JV_KIND_ARRAY))
		return walk_array(v, images);
	if (!json_is(v, JV_KIND_OBJECT))
		return false;
	for (int i = jv_object_iter(*v); jv_object_iter_valid(*v, i);
	     i = jv_object_iter_next(*v, i)) {
		jv value = jv_object_iter_value(*v, i), key;
		bool before = is_odd(images);
		bool touched = walk(&value, images);

		if (json_is(&value, JV_KIND_ARRAY) || touched ||
		    is_odd(images)) {
			key = jv_object_iter_key(*v, i);
			if (json_is(&value, JV_KIND_ARRAY) &&
			    is_containers(jv_string_value(key)))
				touched =
				    rename_in_containers(&value, images) ||
				    touched;
			if (touched)
				*v = jv_object_set(
				    *v, jv_copy(key), jv_copy(value));
			if (!before && is_odd(images))
				fault_lead(&images->odd, jv_string_value(key));
			changed = changed || touched;
			jv_free(key);
		}
		jv_free(value);
	}
	return changed;
}

/* --- an object, entry by entry ------------------------------------------ */

static jv
set_image(jv value, void *context, struct buf *err)
{
	struct images *images = context;

	value = take_image(value, images);
	if (!is_odd(images))
		return value;
	buf_adds(err, buf_str(&images->odd.what));
	jv_free(value);
	return jv_invalid();
}

/* The entry at hand fits an image of the object. */
static bool
fits_any(const struct images *images)
{
	const char *s = buf_str(&images->found), *end = s + images->found.len;

	for (; s < end; s += strlen(s) + 1)
		if (matches(images->image, s))
			return true;
	return false;
}

static int
fail_in_entry(
    const struct pass *p, const struct resource *r, const struct fault *fault)
{
	const struct images *images = p->context;
	struct where w = *p->w;
	struct buf pointer = BUF_INIT;

	buf_adds(&pointer, w.pointer ? w.pointer : "");
	if (images->listed)
		buf_addf(&pointer, "/%td", images->image - images->list);
	w.pointer = buf_str(&pointer);
	where_fail_fault(&w, r, fault);
	buf_release(&pointer);
	return -1;
}

/*
 * Most entries fit none of an object's images, which are looked for once, not
 * for each entry.
 */
static int
images_one(struct pass *p, struct resmap *m, struct resource *r)
{
	struct images *images = p->context;
	const struct fieldpaths *paths;
	struct fault fault = FAULT_INIT;
	int rc = 0;

	(void)m;
	if (strcmp(r->id.kind, "CustomResourceDefinition") == 0)
		return 0;
	paths = fieldplan_look(&p->plan, &r->id, &r->object);
	for (size_t i = 0; i < images->n && rc == 0; i++) {
		images->image = &images->list[i];
		if (i > 0 && !fits_any(images))
			continue;
		buf_clear(&images->found);
		fault_release(&images->odd);
		walk(&r->object, images);
		if (is_odd(images)) {
			fail_in_entry(p, r, &images->odd);
			return -1;
		}
		for (size_t k = 0; k < paths->n && rc == 0; k++)
			rc = fieldpath_apply(&r->object, &paths->list[k],
			    MAKE_NOTHING, set_image, images, &fault);
	}
	if (rc)
		fail_in_entry(p, r, &fault);
	fault_release(&fault);
	return rc;
}

static void
images_free(void *context)
{
	struct images *images = context;

	for (size_t i = 0; i < images->n; i++) {
		pattern_release(&images->list[i].name);
		jv_free(images->list[i].entry);
	}
	free(images->list);
	buf_release(&images->found);
	fault_release(&images->odd);
	free(images);
}

static const char *
field(const jv *v, const char *key)
{
	const char *s = json_get_str(v, key);

	return s ? s : "";
}

/* Takes over the entry. */
static void
image_init(struct image *image, jv entry)
{
	struct buf what = BUF_INIT, pattern = BUF_INIT;
	const char *name = field(&entry, "name");

	*image = (struct image){ .entry = entry,
		.new_name = field(&entry, "newName"),
		.new_tag = field(&entry, "newTag"),
		.digest = field(&entry, "digest"),
		.suffix = field(&entry, "tagSuffix") };
	/*
	 * A name that is no expression is the name of no image.  A star at its
	 * beginning repeats the ^ that kustomize puts there: all fit.
	 */
	buf_addf(&pattern, "%s%s", *name == '*' ? "." : "", name);
	pattern_compile(&image->name, buf_str(&pattern), &what);
	buf_release(&pattern);
	buf_release(&what);
}

struct pass
transform_images(
    const struct where *w, const jv *v, const struct fieldspecs *specs)
{
	struct images *images = mem_zero(1, sizeof(*images));

	images->listed = json_is(v, JV_KIND_ARRAY);
	images->n = images->listed ? (size_t)json_len(v) : 1;
	images->list = mem_zero(images->n, sizeof(*images->list));
	for (size_t i = 0; i < images->n; i++)
		image_init(&images->list[i],
		    images->listed ? json_at(v, (int)i) : jv_copy(*v));
	return (struct pass){ .w = w,
		.plan = { .specs = specs },
		.context = images,
		.release = images_free,
		.one = images_one };
}
