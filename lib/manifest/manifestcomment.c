/* Comments taken from one YAML text to another; see manifestcomment.h. */
#include "manifest/manifestcomment.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "mem.h"

struct line {
	const char *s;
	size_t len; /* without its end */
};

/* A text by lines, and where its scalars and aliases are. */
struct layout {
	struct line *lines;
	size_t n_lines, cap_lines;
	struct spot {
		yaml_mark_t start, end;
		bool block; /* a scalar with | or > */
	} * spots;
	size_t n, cap;
};

/* Comments that stand by themselves on lines behind each other. */
struct block {
	size_t first, n; /* lines of the source */
	size_t before;	 /* the spot that comes next */
};

struct comments {
	struct layout source, target;
	size_t *to;   /* what each spot of the source is in the target */
	size_t *open; /* spots passed whose lines still hold what follows */
	size_t n_open;
	/* What was placed last before the next spot. */
	bool placed, foot;
	size_t indent;
	struct buf *above; /* for each line of the target, and the end */
	struct buf *behind;
};

/* --- layouts ------------------------------------------------------------ */

static void
split(struct layout *l, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *eol = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((eol ? eol : end) - text);

		l->lines = mem_grow(
		    l->lines, l->n_lines, &l->cap_lines, sizeof(*l->lines));
		l->lines[l->n_lines++] = (struct line){ text, n };
		text += n + (eol != NULL);
	}
}

/* False for lines that end as only YAML knows: they are not split here. */
static bool
has_lines(const struct layout *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->spots[i].start.line >= l->n_lines ||
		    l->spots[i].end.line > l->n_lines)
			return false;
	return true;
}

static void
find_spots(struct layout *l, const char *text, size_t len)
{
	yaml_parser_t parser;
	yaml_event_t e;
	yaml_event_type_t type;

	yaml_parser_initialize(&parser);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	do {
		if (!yaml_parser_parse(&parser, &e))
			break;
		type = e.type;
		if (type == YAML_SCALAR_EVENT || type == YAML_ALIAS_EVENT) {
			l->spots = mem_grow(
			    l->spots, l->n, &l->cap, sizeof(*l->spots));
			l->spots[l->n++] =
			    (struct spot){ e.start_mark, e.end_mark,
				    type == YAML_SCALAR_EVENT &&
					(e.data.scalar.style ==
						YAML_LITERAL_SCALAR_STYLE ||
					    e.data.scalar.style ==
						YAML_FOLDED_SCALAR_STYLE) };
		}
		yaml_event_delete(&e);
	} while (
	    type != YAML_DOCUMENT_END_EVENT && type != YAML_STREAM_END_EVENT);
	yaml_parser_delete(&parser);
}

static void
layout_release(struct layout *l)
{
	free(l->lines);
	free(l->spots);
}

/* Columns count characters. */
static const char *
at_column(const struct line *line, size_t column)
{
	const char *s = line->s, *end = s + line->len;

	for (; s < end; s++)
		if (((unsigned char)*s & 0xc0) != 0x80 && column-- == 0)
			break;
	return s;
}

static size_t
indent_of(const struct line *line)
{
	size_t n = 0;

	while (n < line->len && (line->s[n] == ' ' || line->s[n] == '\t'))
		n++;
	return n;
}

static bool
is_blank(const struct layout *l, size_t i)
{
	return i < l->n_lines && indent_of(&l->lines[i]) == l->lines[i].len;
}

static bool
ends_document(const struct line *line)
{
	return line->len >= 3 && (memcmp(line->s, "---", 3) == 0 ||
				     memcmp(line->s, "...", 3) == 0);
}

/* The comment of a line, behind a place that is in no scalar; or NULL. */
static const char *
comment_in(const struct line *line, const char *s, const char *end)
{
	for (; s < end; s++)
		if (*s == '#' &&
		    (s == line->s || s[-1] == ' ' || s[-1] == '\t'))
			return s;
	return NULL;
}

/* --- placing ------------------------------------------------------------ */

/* MANIFEST_NEW: not there any more. */
static size_t *
invert(const size_t *from, size_t n, size_t n_source)
{
	size_t *to = mem_zero(n_source + 1, sizeof(*to));

	for (size_t i = 0; i < n_source; i++)
		to[i] = MANIFEST_NEW;
	for (size_t i = 0; i < n; i++)
		if (from[i] < n_source)
			to[from[i]] = i;
	return to;
}

static size_t
spot_indent(const struct layout *l, size_t spot)
{
	return indent_of(&l->lines[l->spots[spot].start.line]);
}

/* The line of the target above which a comment before a spot stands. */
static size_t
line_above(const struct comments *c, size_t spot)
{
	for (; spot < c->source.n; spot++)
		if (c->to[spot] != MANIFEST_NEW)
			return c->target.spots[c->to[spot]].start.line;
	return c->target.n_lines;
}

/* The spot whose line a comment below it is in the column of, if any. */
static size_t
holder(const struct comments *c, const struct block *b)
{
	size_t column = indent_of(&c->source.lines[b->first]);

	for (size_t i = c->n_open; i > 0; i--)
		if (c->to[c->open[i - 1]] != MANIFEST_NEW &&
		    spot_indent(&c->source, c->open[i - 1]) <= column)
			return c->open[i - 1];
	return MANIFEST_NEW;
}

static size_t
foot_indent(const struct comments *c, const struct block *b)
{
	size_t spot = holder(c, b);

	return spot == MANIFEST_NEW ? 0 : spot_indent(&c->target, c->to[spot]);
}

static void
put_block(const struct comments *c, const struct block *b, struct buf *out,
    size_t indent)
{
	for (size_t i = b->first; i < b->first + b->n; i++) {
		const struct line *line = &c->source.lines[i];
		const char *s = line->s + indent_of(line);

		/* Behind the dash of an element. */
		s = comment_in(line, s, line->s + line->len);
		for (size_t k = 0; k < indent; k++)
			buf_addc(out, ' ');
		buf_add(out, s, (size_t)(line->s + line->len - s));
		buf_addc(out, '\n');
	}
}

/* It stands in a container that the next spot is not in any more. */
static bool
is_deeper(const struct comments *c, const struct block *b)
{
	size_t next =
	    b->before < c->source.n ? spot_indent(&c->source, b->before) : 0;
	size_t spot = holder(c, b);

	return spot != MANIFEST_NEW && spot_indent(&c->source, spot) > next;
}

static bool
is_element(const struct layout *l, size_t spot)
{
	const struct line *line = &l->lines[l->spots[spot].start.line];

	return line->s[indent_of(line)] == '-';
}

/* The next spot is the first in the container of the last. */
static bool
begins_container(const struct comments *c, const struct block *b)
{
	const struct layout *l = &c->source;
	size_t was, is;

	if (b->before == 0 || b->before == l->n)
		return false;
	was = spot_indent(l, b->before - 1);
	is = spot_indent(l, b->before);
	return is > was || (is == was && is_element(l, b->before) &&
			       !is_element(l, b->before - 1));
}

/*
 * Between two nodes, what stands close below the first belongs to it, all else
 * to the second.
 */
static bool
is_foot(const struct comments *c, const struct block *b, bool last)
{
	bool after = b->first > 0 && is_blank(&c->source, b->first - 1);
	bool ahead = is_blank(&c->source, b->first + b->n);

	if (b->before == 0 || begins_container(c, b))
		return false;
	return is_deeper(c, b) || (!after && (ahead || last));
}

/*
 * Empty lines are kept between comments, but below those that belong to the
 * node before only if the next thing is in the same column.
 */
static void
place(struct comments *c, const struct block *b)
{
	size_t line = line_above(c, b->before);
	bool last = line == c->target.n_lines, foot = is_foot(c, b, last);
	size_t indent = foot   ? foot_indent(c, b)
			: last ? 0
			       : indent_of(&c->target.lines[line]);
	struct buf *out = &c->above[line];

	if ((c->placed && (!c->foot || c->indent == indent)) ||
	    (last && !foot && b->before > 0))
		buf_addc(out, '\n');
	put_block(c, b, out, indent);
	c->placed = true;
	c->foot = foot;
	c->indent = indent;
}

/* All comments before a spot are placed. */
static void
close_gap(struct comments *c, size_t next, bool ahead)
{
	size_t line = line_above(c, next);

	if (c->placed && line < c->target.n_lines &&
	    (next == 0 ? ahead
		       : c->foot &&
			     c->indent == indent_of(&c->target.lines[line])))
		buf_addc(&c->above[line], '\n');
	c->placed = false;
}

/* Behind a spot; block: behind the mark that a block scalar begins with. */
static void
place_behind(
    struct comments *c, size_t spot, bool block, const char *s, const char *end)
{
	const struct spot *at;
	struct buf *out;

	if (c->to[spot] == MANIFEST_NEW)
		return;
	at = &c->target.spots[c->to[spot]];
	out = &c->behind[block ? at->start.line : at->end.line];
	while (end > s && (end[-1] == ' ' || end[-1] == '\r'))
		end--;
	buf_addc(out, ' ');
	buf_add(out, s, (size_t)(end - s));
}

/* "text: | # why" */
static void
look_at_header(struct comments *c, size_t spot)
{
	const struct spot *s = &c->source.spots[spot];
	const struct line *line = &c->source.lines[s->start.line];
	const char *end = line->s + line->len, *found;

	if (!s->block)
		return;
	found = comment_in(line, at_column(line, s->start.column), end);
	if (found)
		place_behind(c, spot, true, found, end);
}

/* The comments between a spot (or the start) and the next one (or the end). */
static void
look_between(struct comments *c, size_t next)
{
	const struct layout *l = &c->source;
	const struct spot *a = next ? &l->spots[next - 1] : NULL;
	const struct spot *b = next < l->n ? &l->spots[next] : NULL;
	size_t i = a ? a->end.line : 0, last = b ? b->start.line : l->n_lines;
	struct block block = { 0, 0, next };
	bool ahead = false;

	for (; i < l->n_lines && i <= last; i++) {
		const struct line *line = &l->lines[i];
		const char *s = line->s, *end = s + line->len, *found;
		bool inside = a && i == a->end.line;

		if (inside)
			s = at_column(line, a->end.column);
		else if (next == l->n && ends_document(line))
			break;
		if (b && i == last)
			end = at_column(line, b->start.column);
		found = comment_in(line, s, end);
		if (found && inside && found != line->s + indent_of(line)) {
			place_behind(c, next - 1, false, found, end);
		} else if (found) {
			block.first = block.n ? block.first : i;
			block.n++;
			ahead = is_blank(l, i + 1);
			continue;
		}
		if (block.n)
			place(c, &block);
		block.n = 0;
	}
	if (block.n)
		place(c, &block);
	close_gap(c, next, ahead);
}

static void
pass(struct comments *c, size_t spot)
{
	size_t indent = spot_indent(&c->source, spot);

	look_at_header(c, spot);
	while (c->n_open > 0 &&
	       spot_indent(&c->source, c->open[c->n_open - 1]) >= indent)
		c->n_open--;
	c->open[c->n_open++] = spot;
}

/* --- all of it ---------------------------------------------------------- */

static void
join(const struct comments *c, struct buf *out)
{
	size_t n = c->target.n_lines;

	for (size_t i = 0; i < n; i++) {
		const struct line *line = &c->target.lines[i];

		buf_add(out, buf_str(&c->above[i]), c->above[i].len);
		buf_add(out, line->s, line->len);
		buf_add(out, buf_str(&c->behind[i]), c->behind[i].len);
		buf_addc(out, '\n');
	}
	buf_add(out, buf_str(&c->above[n]), c->above[n].len);
}

void
manifest_comments(const char *text, size_t len, const size_t *from, size_t n,
    struct buf *yaml)
{
	struct comments c = { .n_open = 0 };
	struct buf out = BUF_INIT;

	split(&c.source, text, len);
	split(&c.target, buf_str(yaml), yaml->len);
	find_spots(&c.source, text, len);
	find_spots(&c.target, buf_str(yaml), yaml->len);
	c.above = mem_zero(c.target.n_lines + 1, sizeof(*c.above));
	c.behind = mem_zero(c.target.n_lines + 1, sizeof(*c.behind));
	c.to = invert(from, n, c.source.n);
	c.open = mem_zero(c.source.n + 1, sizeof(*c.open));
	if (c.target.n == n && has_lines(&c.source) && has_lines(&c.target)) {
		for (size_t i = 0; i <= c.source.n; i++) {
			look_between(&c, i);
			if (i < c.source.n)
				pass(&c, i);
		}
		join(&c, &out);
		buf_clear(yaml);
		buf_add(yaml, buf_str(&out), out.len);
	}
	for (size_t i = 0; i <= c.target.n_lines; i++) {
		buf_release(&c.above[i]);
		buf_release(&c.behind[i]);
	}
	free(c.to);
	free(c.open);
	free(c.above);
	free(c.behind);
	layout_release(&c.source);
	layout_release(&c.target);
	buf_release(&out);
}
