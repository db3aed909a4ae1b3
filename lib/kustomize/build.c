/* What all parts of a build share; see build.h. */
#include "kustomize/build.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/overlay.h"
#include "manifest/manifest.h"
#include "mem.h"

void
build_release(struct build *b)
{
	for (struct resource *r = b->newest; r; r = r->older)
		resource_release(r);
	arena_release(&b->resources);
	for (size_t i = 0; i < b->n_configs; i++) {
		config_release(b->configs[i]);
		free(b->configs[i]);
	}
	free(b->configs);
	schema_free(b->custom);
	intern_release(&b->in);
}

/* The kind is one of those whose scope is known without the schema. */
static bool
knows(const struct resource *r)
{
	const char *api_version = json_get_str(&r->object, "apiVersion");

	return r->cluster || (api_version && schema_type(schema_builtin(),
						 api_version, r->id.kind) >= 0);
}

struct resource *
build_resource(struct build *b, jv object, const char *path, int line)
{
	struct resource *r = arena_take(&b->resources, sizeof(*r));

	r->older = b->newest;
	b->newest = r;
	r->object = object;
	r->path = intern(&b->in, path);
	r->line = line;
	resource_refresh(r, &b->in, b->schema);
	if (b->schema_base == SCHEMA_ALONE && !knows(r))
		b->schema_base = SCHEMA_BUILTIN;
	return r;
}

static void
forget_name(struct resmap *m, const struct resource *r, const char *was)
{
	if (r->id.name != was && m->indexed)
		resmap_touch(m);
}

void
build_renamed(struct build *b, struct resmap *m, struct resource *r)
{
	const char *was = r->id.name;

	resource_refresh(r, &b->in, b->schema);
	forget_name(m, r, was);
}

void
build_moved(struct build *b, struct resmap *m, struct resource *r)
{
	const char *was = r->id.name;

	resource_refresh_name(r, &b->in);
	forget_name(m, r, was);
}

struct config *
build_config(struct build *b)
{
	struct config *c = mem_zero(1, sizeof(*c));

	b->configs = mem_grow(
	    b->configs, b->n_configs, &b->cap_configs, sizeof(*b->configs));
	b->configs[b->n_configs++] = c;
	return c;
}

const struct config *
build_builtin(struct build *b)
{
	if (!b->builtin) {
		struct config *c = build_config(b);

		config_add_builtin(c);
		b->builtin = c;
	}
	return b->builtin;
}

static void
add_field(struct buf *out, const char *pointer)
{
	json_pointer_say(pointer, out);
	if (*pointer)
		buf_adds(out, ": ");
}

/* The line of a field, or if it is a block of text that of its n-th line. */
static int
find_line(const struct where *w, const char *pointer, int n)
{
	const char *text = buf_str(&w->k->text), *end;
	int line = 1, column = 1;

	manifest_locate(text, w->k->text.len, 0, pointer, &line, &column);
	for (int i = 1; i < line && text; i++) {
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	end = text ? strpbrk(text, "|\n") : NULL;
	return n > 0 && end && *end == '|' &&
		       end[1 + strcspn(end + 1, "#\n")] &&
		       strspn(end + 1, "-+0123456789 \t\r") ==
			   strcspn(end + 1, "#\n")
		   ? line + n
		   : line;
}

/* What is said of a field of the overlay has its place from who gave that. */
static bool
add_overlaid(const struct where *w, const char *pointer, struct buf *out)
{
	const struct kustomize_options *o = w->b->options;
	struct buf said = BUF_INIT;

	if (!jv_is_valid(w->k->own) || !o->overlay)
		return false;
	buf_clear(o->overlay_at);
	if (!overlay_is(&w->k->own, o->overlay, pointer, o->overlay_at))
		return false;
	buf_addf(&said, "/spec%s", buf_str(o->overlay_at));
	add_field(out, said.s);
	buf_release(&said);
	return true;
}

static void
add_place(const struct where *w, const char *below, int n, struct buf *out)
{
	struct buf pointer = BUF_INIT;

	buf_addf(&pointer, "%s%s", w->pointer ? w->pointer : "", below);
	if (!w->k) {
		buf_addf(out, "%s:%d: ", w->file, w->line);
		if (w->plugin) {
			resource_subject(w->plugin, out);
			buf_adds(out, ": ");
		}
		add_field(out, buf_str(&pointer));
	} else if (!add_overlaid(w, buf_str(&pointer), out)) {
		buf_addf(out, "%s:%d: ", w->k->name,
		    find_line(w, buf_str(&pointer), n));
		add_field(out, buf_str(&pointer));
	}
	buf_release(&pointer);
}

int
where_fail_line(
    const struct where *w, const char *pointer, int line, const char *what)
{
	add_place(w, pointer, line, w->b->err);
	buf_adds(w->b->err, what);
	return -1;
}

int
where_fail_text(const struct where *w, const char *pointer, const char *what)
{
	const char *colon = strstr(what, ": "), *end;
	struct buf text = BUF_INIT;
	int line = atoi(what);

	/* Where what is broken began is told by a line of the text, too. */
	what = colon ? colon + 2 : what;
	end = strstr(what, " (while");
	buf_add(&text, what, end ? (size_t)(end - what) : strlen(what));
	where_fail_line(w, pointer, line, buf_str(&text));
	buf_release(&text);
	return -1;
}

int
where_fail_in(const struct where *w, const char *pointer, const char *fmt, ...)
{
	va_list ap;

	add_place(w, pointer, 0, w->b->err);
	va_start(ap, fmt);
	buf_addvf(w->b->err, fmt, ap);
	va_end(ap);
	return -1;
}

int
where_fail(const struct where *w, const char *fmt, ...)
{
	va_list ap;

	add_place(w, "", 0, w->b->err);
	va_start(ap, fmt);
	buf_addvf(w->b->err, fmt, ap);
	va_end(ap);
	return -1;
}

int
where_fail_at(
    const struct where *w, const struct resource *r, const char *fmt, ...)
{
	va_list ap;

	add_place(w, "", 0, w->b->err);
	resource_subject(r, w->b->err);
	buf_adds(w->b->err, ": ");
	va_start(ap, fmt);
	buf_addvf(w->b->err, fmt, ap);
	va_end(ap);
	return -1;
}

int
build_fail_file(struct build *b, const struct dir *dir, const char *path,
    const struct buf *text, const char *pointer, const char *what)
{
	struct buf name = BUF_INIT;
	int line = 1, column = 1;

	dir_name(dir, path, &name);
	buf_addf(b->err, "%s:", name.s);
	buf_release(&name);
	if (pointer) {
		manifest_locate(
		    buf_str(text), text->len, 0, pointer, &line, &column);
		buf_addf(b->err, "%d: ", line);
	}
	buf_adds(b->err, what);
	return -1;
}
