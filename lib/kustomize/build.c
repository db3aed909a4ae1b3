/* What all parts of a build share; see build.h. */
#include "kustomize/build.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/overlay.h"
#include "kustomize/place.h"
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
	fault_say_field(said.s, out);
	buf_release(&said);
	return true;
}

/* The n-th line of the field, if that is a block of text; 0: the field. */
static void
say_place(const struct build *b, const struct resource *r, const char *pointer,
    int n, struct buf *out)
{
	const char *confine = b->options->confine;
	int line =
	    r->is_inline
		? place_line_inline(confine, r->path, r->line, r->at, pointer)
		: place_line(confine, r->path, r->line, r->at, pointer, n);

	buf_addf(out, "%s:%d", r->path, line);
}

/* The place that is put in front of all that is said, and what is there. */
static void
add_where(const struct where *w, const char *pointer, int n, struct buf *out)
{
	if (w->k) {
		buf_addf(out, "%s:%d: ", w->k->name,
		    place_in_text(&w->k->text, pointer, n));
	} else if (w->plugin) {
		say_place(w->b, w->plugin, pointer, n, out);
		buf_adds(out, ": ");
		resource_subject(w->plugin, out);
		buf_adds(out, ": ");
	} else {
		buf_addf(out, "%s:%d: ", w->file, w->line);
	}
}

static void
add_place(const struct where *w, const char *below, int n, struct buf *out)
{
	struct buf pointer = BUF_INIT;

	buf_addf(&pointer, "%s%s", w->pointer ? w->pointer : "", below);
	if (!w->k || !add_overlaid(w, buf_str(&pointer), out)) {
		add_where(w, buf_str(&pointer), n, out);
		fault_say_field(buf_str(&pointer), out);
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
where_fail_said(const struct where *w, const char *pointer, const char *what)
{
	struct buf field = BUF_INIT;

	fault_say_field(pointer, &field);
	if (strncmp(what, buf_str(&field), field.len) == 0)
		what += field.len;
	buf_release(&field);
	return where_fail_in(w, pointer, "%s", what);
}

/* --- objects ------------------------------------------------------------ */

void
build_say_place(const struct build *b, const struct resource *r,
    const char *pointer, struct buf *out)
{
	say_place(b, r, pointer, 0, out);
}

/* What was wrong may have been its kind or its name. */
static void
add_subject(const struct resource *r, struct buf *out)
{
	struct id id =
	    *r->id.kind && *r->id.name ? r->id : resource_first_id(r);

	if (json_get_str(&r->object, "kind") && *resource_name(r))
		resource_subject(r, out);
	else
		buf_addf(out, "%s/%s", *id.kind ? id.kind : "?",
		    *id.name ? id.name : "?");
}

void
build_say_object(const struct build *b, const struct resource *r,
    const char *pointer, struct buf *out)
{
	struct buf place = BUF_INIT;
	size_t n;

	build_say_place(b, r, pointer, &place);
	n = place.len;
	add_subject(r, out);
	if (strncmp(buf_str(out), place.s, n) != 0 || out->s[n] != ':')
		buf_addf(out, " (%s)", place.s);
	buf_release(&place);
}

void
build_say_both(
    const struct build *b, struct resource *const two[2], struct buf *out)
{
	build_say_object(b, two[0], NULL, out);
	buf_adds(out, " and ");
	build_say_object(b, two[1], NULL, out);
}

/* Append "KIND/NAME (FILE:LINE): FIELD: " to a place. */
static void
add_object(const struct build *b, const struct resource *r, const char *pointer,
    struct buf *out)
{
	build_say_object(b, r, pointer, out);
	buf_adds(out, ": ");
	if (pointer)
		fault_say_field(pointer, out);
}

int
where_fail_at(const struct where *w, const struct resource *r,
    const char *pointer, const char *fmt, ...)
{
	va_list ap;

	add_place(w, "", 0, w->b->err);
	add_object(w->b, r, pointer, w->b->err);
	va_start(ap, fmt);
	buf_addvf(w->b->err, fmt, ap);
	va_end(ap);
	return -1;
}

int
where_fail_near(const struct where *w, const struct resource *r,
    const char *pointer, const char *fmt, ...)
{
	va_list ap;

	add_place(w, "", 0, w->b->err);
	build_say_object(w->b, r, pointer, w->b->err);
	buf_adds(w->b->err, ": ");
	va_start(ap, fmt);
	buf_addvf(w->b->err, fmt, ap);
	va_end(ap);
	return -1;
}

int
where_fail_fault(
    const struct where *w, const struct resource *r, const struct fault *fault)
{
	return where_fail_at(
	    w, r, buf_str(&fault->field), "%s", buf_str(&fault->what));
}

int
build_fail_at(struct build *b, const struct resource *r, const char *pointer,
    const char *fmt, ...)
{
	va_list ap;

	build_say_place(b, r, pointer, b->err);
	buf_adds(b->err, ": ");
	add_object(b, r, pointer, b->err);
	va_start(ap, fmt);
	buf_addvf(b->err, fmt, ap);
	va_end(ap);
	return -1;
}

int
build_fail_fault(
    struct build *b, const struct resource *r, const struct fault *fault)
{
	return build_fail_at(
	    b, r, buf_str(&fault->field), "%s", buf_str(&fault->what));
}

void
where_made(const struct where *w, struct resource *r)
{
	if (w->k) {
		r->at = intern(&w->b->in, w->pointer);
	} else if (w->plugin) {
		r->at = w->plugin->at;
		r->is_inline = w->plugin->is_inline;
	}
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
