/* Frames as bytes; see display.h. */
#include "show/display.h"

#include <stdbool.h>
#include <string.h>

/* Columns for a time, with two blanks behind it: "1h23m  ". */
#define TIME_COLUMNS 6

/* --- columns ------------------------------------------------------------ */

struct range {
	unsigned long first, last;
};

static bool
is_in(unsigned long c, const struct range *ranges, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

/* Marks that stand on the letter before them, and what has no width. */
static bool
is_zero_wide(unsigned long c)
{
	static const struct range marks[] = { { 0x300, 0x36f },
		{ 0x483, 0x489 }, { 0x591, 0x5bd }, { 0x610, 0x61a },
		{ 0x64b, 0x65f }, { 0x93c, 0x93c }, { 0x941, 0x948 },
		{ 0xe31, 0xe31 }, { 0xe34, 0xe3a }, { 0xe47, 0xe4e },
		{ 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff }, { 0x200b, 0x200d },
		{ 0x20d0, 0x20ff }, { 0x302a, 0x302d }, { 0x3099, 0x309a },
		{ 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f }, { 0xfeff, 0xfeff },
		{ 0xe0100, 0xe01ef } };

	return is_in(c, marks, sizeof(marks) / sizeof(*marks));
}

/* East Asian Width W and F, in the large. */
static bool
is_wide(unsigned long c)
{
	static const struct range wide[] = { { 0x1100, 0x115f },
		{ 0x231a, 0x231b }, { 0x23e9, 0x23ec }, { 0x2614, 0x2615 },
		{ 0x26a1, 0x26a1 }, { 0x2705, 0x2705 }, { 0x270a, 0x270b },
		{ 0x2728, 0x2728 }, { 0x274c, 0x274c }, { 0x2753, 0x2757 },
		{ 0x2795, 0x2797 }, { 0x2b50, 0x2b50 }, { 0x2e80, 0x303e },
		{ 0x3041, 0x33ff }, { 0x3400, 0x4dbf }, { 0x4e00, 0x9fff },
		{ 0xa000, 0xa4cf }, { 0xa960, 0xa97f }, { 0xac00, 0xd7a3 },
		{ 0xf900, 0xfaff }, { 0xfe30, 0xfe6f }, { 0xff00, 0xff60 },
		{ 0xffe0, 0xffe6 }, { 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff },
		{ 0x1f900, 0x1f9ff }, { 0x1fa70, 0x1faff },
		{ 0x20000, 0x3fffd } };

	return is_in(c, wide, sizeof(wide) / sizeof(*wide));
}

/* Controls, line separators, and what changes the direction of the text. */
static bool
is_harmful(unsigned long c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) ||
	       (c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

/*
 * The character that s begins with, and its length in bytes in *len.  Returns
 * false, with one byte, where there is none that may be shown.
 */
static bool
decode(const char *s, unsigned long *c, size_t *len)
{
	static const unsigned long least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *u = (const unsigned char *)s;
	size_t n = *u < 0x80		 ? 1
		   : (*u & 0xe0) == 0xc0 ? 2
		   : (*u & 0xf0) == 0xe0 ? 3
		   : (*u & 0xf8) == 0xf0 ? 4
					 : 0,
	       i;

	*len = 1;
	if (n == 0)
		return false;
	*c = n == 1 ? *u : *u & (0xffu >> (n + 1));
	for (i = 1; i < n; i++) {
		if ((u[i] & 0xc0) != 0x80)
			return false;
		*c = *c << 6 | (u[i] & 0x3f);
	}
	if (*c < least[n] || *c > 0x10ffff || (*c >= 0xd800 && *c < 0xe000))
		return false;
	*len = n;
	return !is_harmful(*c);
}

static size_t
width_of(unsigned long c)
{
	return is_zero_wide(c) ? 0 : is_wide(c) ? 2 : 1;
}

/* The columns that s takes as display_cut shows it. */
static size_t
columns_of(const char *s, size_t n)
{
	const char *end = s + n;
	size_t columns = 0, len;
	unsigned long c;

	for (; s < end && *s; s += len)
		columns += decode(s, &c, &len) ? width_of(c) : 1;
	return columns;
}

size_t
display_cut(struct buf *out, const char *s, size_t columns)
{
	bool cut = columns_of(s, strlen(s)) > columns;
	size_t room = cut && columns ? columns - 1 : columns;
	size_t used = 0, len, width;
	unsigned long c;
	bool good;

	for (; *s; s += len) {
		good = decode(s, &c, &len);
		width = good ? width_of(c) : 1;
		if (used + width > room)
			break;
		used += width;
		if (good)
			buf_add(out, s, len);
		else
			buf_addc(out, '?');
	}
	if (cut && columns) {
		buf_adds(out, "\xe2\x80\xa6");
		used++;
	}
	return used;
}

/* --- frames ------------------------------------------------------------- */

struct frame {
	struct buf *out;
	size_t columns; /* that may be used */
	size_t subject; /* columns of the widest subject */
	size_t rows;
};

static void
pad(struct frame *f, size_t columns)
{
	while (columns-- > 0)
		buf_addc(f->out, ' ');
}

/* Whole seconds: the frame is drawn about once in each. */
static void
write_time(struct buf *out, long long ms)
{
	long long s = ms < 0 ? 0 : ms / 1000;

	if (s < 60)
		buf_addf(out, "%llds", s);
	else if (s < 3600)
		buf_addf(out, "%lldm%02llds", s / 60, s % 60);
	else
		buf_addf(out, "%lldh%02lldm", s / 3600, s / 60 % 60);
}

static size_t
add_time(struct frame *f, long long ms)
{
	struct buf time = BUF_INIT;
	size_t room = f->columns, width;

	write_time(&time, ms);
	width = time.len;
	if (time.len < TIME_COLUMNS)
		width = TIME_COLUMNS;
	if (room > width + 2) {
		pad(f, width - time.len);
		buf_addf(f->out, "%s  ", buf_str(&time));
		room -= width + 2;
	}
	buf_release(&time);
	return room;
}

static void
end_row(struct frame *f)
{
	buf_addc(f->out, '\n');
	f->rows++;
}

static void
add_item(struct frame *f, const struct display_item *item)
{
	size_t room = add_time(f, item->ms), used;

	if (room > 2) {
		pad(f, 2);
		room -= 2;
	}
	used = display_cut(
	    f->out, item->subject, f->subject < room ? f->subject : room);
	if (f->subject + 2 < room) {
		pad(f, f->subject - used + 2);
		display_cut(f->out, item->state, room - f->subject - 2);
	}
	end_row(f);
}

static void
add_more(struct frame *f, size_t n, const char *what)
{
	struct buf text = BUF_INIT;
	size_t room = f->columns;

	if (room > TIME_COLUMNS + 2) {
		pad(f, TIME_COLUMNS + 2);
		room -= TIME_COLUMNS + 2;
	}
	buf_addf(&text, "%s%zu more", what, n);
	display_cut(f->out, buf_str(&text), room);
	buf_release(&text);
	end_row(f);
}

/* Its row and so many below it. */
static void
add_group(struct frame *f, const struct display_group *g, size_t rows)
{
	size_t room = add_time(f, g->ms), i, n = g->total;

	display_cut(f->out, g->title, room);
	end_row(f);
	if (n > rows)
		n = rows ? rows - 1 : 0;
	if (n > g->n)
		n = g->n;
	for (i = 0; i < n; i++)
		add_item(f, &g->items[i]);
	if (n < g->total && rows)
		add_more(f, g->total - n, "  and ");
}

/* Each group may have so many rows that all find room. */
static size_t
share(const struct display_group *groups, size_t n, size_t rows)
{
	size_t rows_each = 0, used, i;
	bool more = true;

	while (more) {
		more = false;
		for (i = 0, used = n; i < n; i++) {
			more |= groups[i].total > rows_each;
			used += groups[i].total > rows_each ? rows_each + 1
							    : groups[i].total;
		}
		if (used > rows)
			break;
		rows_each++;
	}
	return rows_each;
}

/* Subjects stand in a column, that leaves room for the states. */
static size_t
widest_subject(const struct display_group *groups, size_t n, size_t columns)
{
	size_t widest = 0, i, k, w;

	for (i = 0; i < n; i++)
		for (k = 0; k < groups[i].n; k++) {
			const char *s = groups[i].items[k].subject;

			w = columns_of(s, strlen(s));
			if (w > widest)
				widest = w;
		}
	return widest > columns / 2 ? columns / 2 : widest;
}

size_t
display_frame(struct buf *out, const struct display_group *groups, size_t n,
    size_t columns, size_t rows)
{
	struct frame f = { .out = out };
	size_t shown = n, each, i;

	if (columns < 2 || rows < 2)
		return 0;
	f.columns = columns - 1;
	if (n > rows - 1)
		shown = rows - 2;
	f.subject = widest_subject(groups, shown, f.columns);
	each = share(groups, shown, rows - 1 - (shown < n));
	for (i = 0; i < shown; i++)
		add_group(&f, &groups[i], each);
	if (shown < n)
		add_more(&f, n - shown, "and ");
	return f.rows;
}

size_t
display_height(const struct buf *frame, size_t columns)
{
	const char *s = buf_str(frame), *nl;
	size_t rows = 0, w;

	for (; (nl = strchr(s, '\n')); s = nl + 1) {
		w = columns_of(s, (size_t)(nl - s));
		rows +=
		    columns && w > columns ? (w + columns - 1) / columns : 1;
	}
	return rows;
}

/* --- painting ----------------------------------------------------------- */

void
display_paint(struct buf *out, size_t up, const struct buf *above,
    const struct buf *frame)
{
	const char *s = buf_str(frame), *nl;

	if (up)
		buf_addf(out, "\r\033[%zuA", up);
	/*
	 * What stays may be wider than the screen: erasing behind it would
	 * take the character in its last column along.
	 */
	if (above->len) {
		if (up)
			buf_adds(out, "\033[J");
		buf_add(out, above->s, above->len);
	}
	for (; (nl = strchr(s, '\n')); s = nl + 1) {
		buf_add(out, s, (size_t)(nl - s));
		buf_adds(out, "\033[K\n");
	}
	if (up || frame->len)
		buf_adds(out, "\033[J");
}
