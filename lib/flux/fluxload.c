/* Reading Flux Kustomizations from files and directories; see fluxload.h. */
#include "flux/fluxload.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "flux/git.h"
#include "json.h"
#include "kustomize/place.h"
#include "manifest/manifest.h"
#include "mem.h"

#define MAX_DEPTH 64 /* of directories */

struct loader {
	struct flux_set *set;
	const char *namespace;
	struct buf *err;
};

/* One file while it is read. */
struct source {
	const char *name;
	const struct buf *text;
	const char *root;
};

/* Where in it a Kustomization stands. */
struct place {
	size_t doc;
	int line;
	const char *at; /* JSON pointer; NULL: the document itself */
};

/* --- one file ----------------------------------------------------------- */

/* Say what is wrong with a document, at the place of the pointer. */
static void
say_where(
    const struct source *src, size_t doc, const char *pointer, struct buf *err)
{
	int line, column;

	buf_adds(err, src->name);
	if (manifest_locate(buf_str(src->text), src->text->len, doc, pointer,
		&line, &column))
		buf_addf(err, ":%d:%d", line, column);
	buf_adds(err, ": ");
}

static void
say_kustomization(const jv *object, const char *namespace, struct buf *err)
{
	const char *own = json_path_str(object, "metadata", "namespace", NULL);
	const char *name = json_path_str(object, "metadata", "name", NULL);

	buf_adds(err, "Kustomization");
	if (name)
		buf_addf(err, "/%.63s/%.253s", own ? own : namespace, name);
	buf_adds(err, ": ");
}

static int
add_item(struct loader *l, const struct source *src, const jv *object,
    const struct place *place)
{
	struct flux_set *set = l->set;
	struct buf pointer = BUF_INIT, whole = BUF_INIT, what = BUF_INIT;
	struct flux_item *item;
	int rc;

	set->items =
	    mem_grow(set->items, set->n, &set->cap, sizeof(*set->items));
	item = &set->items[set->n];
	rc = flux_parse(&item->flux, object, l->namespace, &pointer, &what);
	if (rc) {
		buf_addf(&whole, "%s%s", place->at ? place->at : "",
		    buf_str(&pointer));
		say_where(src, place->doc, buf_str(&whole), l->err);
		say_kustomization(object, l->namespace, l->err);
		buf_adds(l->err, buf_str(&what));
		flux_release(&item->flux);
	} else {
		item->after = flux_after(&item->flux);
		item->file = mem_strdup(src->name);
		item->root = mem_strdup(src->root);
		item->line = place->line;
		item->at = place->at ? mem_strdup(place->at) : NULL;
		set->n++;
	}
	buf_release(&whole);
	buf_release(&what);
	buf_release(&pointer);
	return rc;
}

/* A List holds objects of its own; anything else is one object. */
static int
take_document(struct loader *l, const struct source *src,
    const struct manifest_doc *d, size_t doc)
{
	const char *kind = json_get_str(&d->value, "kind");
	struct place place = { doc, d->line, NULL };
	struct buf at = BUF_INIT;
	jv items;
	int i, rc = 0;

	if (flux_is_kustomization(&d->value))
		return add_item(l, src, &d->value, &place);
	if (!kind || strcmp(kind, "List") != 0)
		return 0;
	items = json_get(&d->value, "items");
	for (i = 0; rc == 0 && i < json_len(&items); i++) {
		jv item = json_at(&items, i);

		buf_clear(&at);
		buf_addf(&at, "/items/%d", i);
		place.at = at.s;
		if (flux_is_kustomization(&item))
			rc = add_item(l, src, &item, &place);
		jv_free(item);
	}
	buf_release(&at);
	jv_free(items);
	return rc;
}

static int
take_text(struct loader *l, const struct source *src)
{
	struct manifest m;
	struct buf what = BUF_INIT;
	int rc;
	size_t i;

	rc = manifest_read_as(
	    MANIFEST_KUBERNETES, buf_str(src->text), src->text->len, &m, &what);
	if (rc && strstr(buf_str(src->text), "{{") &&
	    !strstr(buf_str(src->text), "kustomize.toolkit.fluxcd.io"))
		rc = 0;
	else if (rc)
		buf_addf(l->err, "%s:%s", src->name, buf_str(&what));
	for (i = 0; rc == 0 && i < m.n; i++)
		rc = take_document(l, src, &m.docs[i], i);
	manifest_release(&m);
	buf_release(&what);
	return rc;
}

static int
load_file(struct loader *l, const char *path, const char *root)
{
	bool standard = strcmp(path, "-") == 0;
	struct buf text = BUF_INIT;
	struct source src = { standard ? "standard input" : path, &text, root };
	int rc;

	rc = standard ? buf_read_fd(&text, STDIN_FILENO, MANIFEST_TEXT)
		      : buf_read_file(&text, path, MANIFEST_TEXT);
	if (rc)
		buf_addf(l->err, "%s: %s", src.name, strerror(errno));
	else
		rc = take_text(l, &src);
	buf_release(&text);
	return rc;
}

/* --- directories -------------------------------------------------------- */

static bool
is_yaml(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

static int
not_hidden(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static int load_dir(
    struct loader *l, const char *dir, const char *root, int depth);

static int
load_entry(struct loader *l, const char *path, const char *root, int depth)
{
	struct stat st;

	if (lstat(path, &st) != 0) {
		buf_addf(l->err, "%s: %s", path, strerror(errno));
		return -1;
	}
	if (S_ISDIR(st.st_mode))
		return load_dir(l, path, root, depth + 1);
	if (!is_yaml(path))
		return 0;
	if (S_ISLNK(st.st_mode) &&
	    (stat(path, &st) != 0 || !S_ISREG(st.st_mode)))
		return 0;
	return load_file(l, path, root);
}

static int
load_dir(struct loader *l, const char *dir, const char *root, int depth)
{
	struct dirent **entries;
	struct buf path = BUF_INIT;
	size_t len = strlen(dir);
	int n, i, rc = 0;

	if (depth > MAX_DEPTH) {
		buf_addf(l->err, "%s: nested deeper than %d directories", dir,
		    MAX_DEPTH);
		return -1;
	}
	n = scandir(dir, &entries, not_hidden, alphasort);
	if (n < 0) {
		buf_addf(l->err, "%s: %s", dir, strerror(errno));
		return -1;
	}
	while (len > 1 && dir[len - 1] == '/')
		len--;
	for (i = 0; i < n; i++) {
		buf_clear(&path);
		if (strcmp(dir, ".") != 0)
			buf_addf(&path, "%.*s%s", (int)len, dir,
			    dir[len - 1] == '/' ? "" : "/");
		buf_adds(&path, entries[i]->d_name);
		if (rc == 0)
			rc = load_entry(l, path.s, root, depth);
		free(entries[i]);
	}
	free(entries);
	buf_release(&path);
	return rc;
}

/* --- the whole ---------------------------------------------------------- */

static int
line_of(const struct flux_item *item)
{
	return place_line(NULL, item->file, item->line, item->at, NULL, 0);
}

static int
check_names(const struct flux_set *set, struct buf *err)
{
	jv seen = jv_object();
	struct buf name = BUF_INIT;
	int rc = 0;
	size_t i;

	for (i = 0; rc == 0 && i < set->n; i++) {
		const struct flux_item *item = &set->items[i];
		long long before;

		buf_clear(&name);
		flux_stage_name(&item->flux, &name);
		before = json_get_int(&seen, name.s, -1);
		if (before >= 0) {
			const struct flux_item *other = &set->items[before];

			buf_addf(err,
			    "%s:%d: Kustomization/%s: is already in "
			    "%s:%d",
			    item->file, line_of(item), name.s, other->file,
			    line_of(other));
			rc = -1;
		}
		seen = json_set(seen, name.s, jv_number((double)i));
	}
	buf_release(&name);
	jv_free(seen);
	return rc;
}

/* The top of the work tree that holds path, else the current directory. */
static int
default_root(const char *path, struct buf *root, struct buf *err)
{
	char here[PATH_MAX];

	if (git_top(strcmp(path, "-") == 0 ? "." : path, root) == 0)
		return 0;
	if (!getcwd(here, sizeof(here))) {
		buf_addf(err, "the current directory: %s", strerror(errno));
		return -1;
	}
	buf_adds(root, here);
	return 0;
}

int
flux_load(struct flux_set *set, const char *path, const char *namespace,
    struct buf *err)
{
	struct loader l = { set, namespace, err };
	struct buf root = BUF_INIT;
	struct stat st = { 0 };
	int rc;

	if (strcmp(path, "-") != 0 && stat(path, &st) != 0) {
		buf_addf(err, "%s: %s", path, strerror(errno));
		return -1;
	}
	rc = default_root(path, &root, err);
	if (rc == 0 && strcmp(path, "-") != 0 && S_ISDIR(st.st_mode))
		rc = load_dir(&l, path, root.s, 0);
	else if (rc == 0)
		rc = load_file(&l, path, root.s);
	if (rc == 0)
		rc = check_names(set, err);
	buf_release(&root);
	return rc;
}

static void
item_release(struct flux_item *item)
{
	flux_release(&item->flux);
	jv_free(item->after);
	free(item->file);
	free(item->at);
	free(item->root);
}

void
flux_set_release(struct flux_set *set)
{
	while (set->n)
		item_release(&set->items[--set->n]);
	free(set->items);
	*set = (struct flux_set){ 0 };
}

static bool
has_name(const jv *names, const char *name)
{
	bool found = false;
	int i;

	for (i = 0; !found && i < json_len(names); i++) {
		jv x = json_at(names, i);

		found = strcmp(json_str(&x), name) == 0;
		jv_free(x);
	}
	return found;
}

/* The names, with those of instead in place of name; none twice. */
static jv
replace_name(jv names, const char *name, const jv *instead)
{
	jv all = jv_array();
	int i;

	if (!has_name(&names, name)) {
		jv_free(all);
		return names;
	}
	names = jv_array_concat(names, jv_copy(*instead));
	for (i = 0; i < json_len(&names); i++) {
		jv x = json_at(&names, i);

		if (strcmp(json_str(&x), name) != 0 &&
		    !has_name(&all, json_str(&x)))
			all = jv_array_append(all, x);
		else
			jv_free(x);
	}
	jv_free(names);
	return all;
}

void
flux_set_drop(struct flux_set *set, size_t which)
{
	struct flux_item *item = &set->items[which];
	struct buf name = BUF_INIT;
	size_t i;

	flux_stage_name(&item->flux, &name);
	for (i = 0; i < set->n; i++)
		if (i != which)
			set->items[i].after = replace_name(
			    set->items[i].after, name.s, &item->after);
	buf_release(&name);
	item_release(item);
	set->n--;
	memmove(item, item + 1, (set->n - which) * sizeof(*item));
}

int
flux_set_nest(struct flux_set *set, size_t parent, const jv *object,
    const char *file, int line, struct buf *err)
{
	const struct flux_item *holder = &set->items[parent];
	const char *target =
	    json_get_str(&holder->flux.spec, "targetNamespace");
	const char *where = target ? target : holder->flux.namespace;
	struct buf pointer = BUF_INIT, name = BUF_INIT;
	struct flux_item item = { .line = line };
	int rc;

	buf_addf(err, "%s:%d: ", file, line);
	say_kustomization(object, where, err);
	rc = flux_parse(&item.flux, object, where, &pointer, err);
	buf_release(&pointer);
	if (rc) {
		flux_release(&item.flux);
		return rc;
	}
	buf_clear(err);
	flux_stage_name(&holder->flux, &name);
	item.after = flux_after(&item.flux);
	if (!has_name(&item.after, name.s))
		item.after = jv_array_append(item.after, jv_string(name.s));
	item.file = mem_strdup(file);
	item.root = mem_strdup(holder->root);
	buf_release(&name);
	set->items =
	    mem_grow(set->items, set->n, &set->cap, sizeof(*set->items));
	set->items[set->n++] = item;
	return check_names(set, err);
}
