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

static jv
set_image(jv value, void *context, struct buf *err)
{
	const char *s = json_str(&value);
	jv name;

	(void)err;
	if (!s || !matches(context, s))
		return value;
	name = rename_image(context, s);
	jv_free(value);
	return name;
}

/* --- lists of containers, wherever they are ----------------------------- */

static bool
is_containers(const char *key)
{
	return strcmp(key, "containers") == 0 ||
	       strcmp(key, "initContainers") == 0;
}

/* Returns whether it changed. */
static bool
rename_in_containers(jv *list, const struct image *image)
{
	int n = json_len(list);
	bool changed = false;

	for (int i = 0; i < n; i++) {
		jv c = json_at(list, i);
		const char *s = json_get_str(&c, "image");

		if (s && matches(image, s)) {
			c = json_set(c, "image", rename_image(image, s));
			*list = jv_array_set(*list, i, c);
			changed = true;
		} else {
			jv_free(c);
		}
	}
	return changed;
}

static bool walk(jv *v, const struct image *image);

static bool
walk_array(jv *v, const struct image *image)
{
	int n = json_len(v);
	bool changed = false;

	for (int i = 0; i < n; i++) {
		jv e = json_at(v, i);

		if (walk(&e, image)) {
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
walk(jv *v, const struct image *image)
{
	bool changed = false;

	if (json_is(v, JV_KIND_ARRAY))
		return walk_array(v, image);
	if (!json_is(v, JV_KIND_OBJECT))
		return false;
	for (int i = jv_object_iter(*v); jv_object_iter_valid(*v, i);
	     i = jv_object_iter_next(*v, i)) {
		jv value = jv_object_iter_value(*v, i), key;
		bool touched = walk(&value, image);

		if (json_is(&value, JV_KIND_ARRAY) || touched) {
			key = jv_object_iter_key(*v, i);
			if (json_is(&value, JV_KIND_ARRAY) &&
			    is_containers(jv_string_value(key)))
				touched = rename_in_containers(&value, image) ||
					  touched;
			if (touched)
				*v = jv_object_set(
				    *v, jv_copy(key), jv_copy(value));
			changed = changed || touched;
			jv_free(key);
		}
		jv_free(value);
	}
	return changed;
}

static const char *
field(const jv *v, const char *key)
{
	const char *s = json_get_str(v, key);

	return s ? s : "";
}

static int
image_one(struct pass *p, struct resmap *m, struct resource *r)
{
	const struct fieldpaths *paths;
	struct buf what = BUF_INIT;
	int rc = 0;

	(void)m;
	if (strcmp(r->id.kind, "CustomResourceDefinition") == 0)
		return 0;
	walk(&r->object, p->context);
	paths = fieldplan_look(&p->plan, &r->id, &r->object);
	for (size_t i = 0; i < paths->n && rc == 0; i++)
		rc = fieldpath_apply(&r->object, &paths->list[i], MAKE_NOTHING,
		    set_image, p->context, &what);
	if (rc)
		where_fail_at(p->w, r, "%s", buf_str(&what));
	buf_release(&what);
	return rc;
}

static void
image_free(void *context)
{
	struct image *image = context;

	pattern_release(&image->name);
	jv_free(image->entry);
	free(image);
}

struct pass
transform_image(
    const struct where *w, const jv *v, const struct fieldspecs *specs)
{
	struct image *image = mem_zero(1, sizeof(*image));
	struct buf what = BUF_INIT, pattern = BUF_INIT;
	const char *name;

	*image = (struct image){ .entry = jv_copy(*v),
		.new_name = field(v, "newName"),
		.new_tag = field(v, "newTag"),
		.digest = field(v, "digest"),
		.suffix = field(v, "tagSuffix") };
	/*
	 * A name that is no expression is the name of no image.  A star at its
	 * beginning repeats the ^ that kustomize puts there: all fit.
	 */
	name = field(v, "name");
	buf_addf(&pattern, "%s%s", *name == '*' ? "." : "", name);
	pattern_compile(&image->name, buf_str(&pattern), &what);
	buf_release(&pattern);
	buf_release(&what);
	return (struct pass){ .w = w,
		.plan = { .specs = specs },
		.context = image,
		.release = image_free,
		.one = image_one };
}
