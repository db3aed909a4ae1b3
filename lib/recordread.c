/*
 * Reading the record stream: lines into records, Lists into their items, and
 * whether the stream is whole.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "object.h"
#include "record.h"

/* Deepest List within a List. */
#define LIST_DEPTH 8

/* So much text is kept with its values where what is behind it rests. */
#ifndef AWAKE_BYTES
#define AWAKE_BYTES (256u << 10)
#endif

struct record_reader {
	FILE *file;
	const char *name;
	char *line;
	size_t line_cap;
	unsigned long line_no;
	jv open;    /* object: tool name -> begins without an end so far */
	jv pending; /* items of a List that are still to come, last first */
	bool done;
};

struct record_reader *
record_reader_new(FILE *f, const char *name)
{
	struct record_reader *reader = mem_zero(1, sizeof(*reader));

	reader->file = f;
	reader->name = name;
	reader->open = jv_object();
	reader->pending = jv_array();
	return reader;
}

void
record_reader_free(struct record_reader *reader)
{
	if (!reader)
		return;
	jv_free(reader->open);
	jv_free(reader->pending);
	free(reader->line);
	free(reader);
}

bool
record_complete(const struct record_reader *reader)
{
	return json_len(&reader->open) == 0;
}

/* Count begins and ends by tool, so that one tool's end can't close another. */
static void
count_open(struct record_reader *reader, const struct record *r)
{
	const char *tool = json_get_str(&r->value, "tool");
	long long n;

	if (!tool)
		tool = "";
	n = json_get_int(&reader->open, tool, 0);
	n += r->type == RECORD_BEGIN ? 1 : -1;
	if (n > 0)
		reader->open =
		    json_set(reader->open, tool, jv_number((double)n));
	else
		reader->open = json_delete(reader->open, tool);
}

static enum record_type
type_of(const char *type)
{
	static const char *const names[] = {
		[RECORD_BEGIN] = "begin",
		[RECORD_STAGE] = "stage",
		[RECORD_OBJECT] = "object",
		[RECORD_END] = "end",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(type, names[i]) == 0)
			return (enum record_type)i;
	return RECORD_OTHER;
}

/* Put the items of a List where the next reads find them, in order. */
static int
unpack_list(struct record_reader *reader, jv list, int depth, struct buf *err)
{
	jv items = json_get(&list, "items");
	int i;

	jv_free(list);
	for (i = json_len(&items) - 1; i >= 0; i--) {
		jv item = json_at(&items, i);

		if (object_is_list(&item)) {
			if (depth >= LIST_DEPTH) {
				buf_adds(err, "Lists nested too deep");
				jv_free(item);
				jv_free(items);
				return -1;
			}
			if (unpack_list(reader, item, depth + 1, err)) {
				jv_free(items);
				return -1;
			}
			continue;
		}
		reader->pending = jv_array_append(reader->pending, item);
	}
	jv_free(items);
	return 0;
}

/* What an object record must have to be one. */
static int
check_object(const struct record *r, struct buf *err)
{
	struct object_id id;
	jv object = record_object(r);
	int rc;

	if (!jv_is_valid(object)) {
		buf_adds(err, "an object record without an object");
		return -1;
	}
	rc = object_id(&object, &id, err);
	jv_free(object);
	return rc;
}

/* A line with apiVersion and kind but no type; consumes value. */
static int
take_bare(
    struct record_reader *reader, struct record *r, jv value, struct buf *err)
{
	if (object_is_list(&value))
		return unpack_list(reader, value, 0, err) ? -1 : 0;
	record_make_object(r, NULL, value);
	r->line = reader->line_no;
	if (check_object(r, err)) {
		record_release(r);
		return -1;
	}
	return 1;
}

/* Make a record of one line: 1, or 0 when it only filled pending, or -1. */
static int
take_line(struct record_reader *reader, struct record *r, const char *s,
    size_t len, struct buf *err)
{
	jv value = json_parse(s, len, err);
	const char *type;

	if (!jv_is_valid(value)) {
		jv_free(value);
		return -1;
	}
	if (!json_is(&value, JV_KIND_OBJECT)) {
		buf_adds(err, "a record must be a JSON object");
		jv_free(value);
		return -1;
	}
	type = json_get_str(&value, "type");
	/* Some kinds (a Secret, an Event) have a field type of their own. */
	if (json_has(&value, "apiVersion") && json_has(&value, "kind"))
		return take_bare(reader, r, value, err);
	if (!type) {
		buf_adds(err, "neither a record (no type) nor an object "
			      "(no apiVersion and kind)");
		jv_free(value);
		return -1;
	}
	*r = (struct record){ .type = type_of(type), .value = value };
	r->line = reader->line_no;
	buf_add(&r->text, s, len);
	if (r->type == RECORD_BEGIN || r->type == RECORD_END)
		count_open(reader, r);
	if (r->type == RECORD_OBJECT && check_object(r, err)) {
		record_release(r);
		return -1;
	}
	return 1;
}

static jv
pop_pending(struct record_reader *reader)
{
	int last = json_len(&reader->pending) - 1;
	jv item = json_at(&reader->pending, last);

	reader->pending = jv_array_slice(reader->pending, 0, last);
	return item;
}

/* Read a line: 1, 0 at the end of input, or -1. */
static int
read_line(struct record_reader *reader, size_t *len, struct buf *err)
{
	ssize_t n;

	errno = 0;
	n = getline(&reader->line, &reader->line_cap, reader->file);
	if (n < 0) {
		if (!ferror(reader->file))
			return 0;
		buf_adds(err, strerror(errno));
		return -1;
	}
	reader->line_no++;
	*len = (size_t)n;
	while (*len && strchr(" \t\r\n", reader->line[*len - 1]))
		--*len;
	return 1;
}

/*
 * kubectl and jq print one value over many lines, the first "{" and the last
 * "}" alone on theirs; no other line of it looks like the last.
 */
static int
take_block(struct record_reader *reader, struct record *r, struct buf *err)
{
	struct buf text = BUF_INIT;
	unsigned long first = reader->line_no;
	size_t len = 1;
	int rc;

	buf_addc(&text, '{');
	do {
		rc = read_line(reader, &len, err);
		if (rc > 0)
			buf_add(&text, reader->line, len);
	} while (rc > 0 && !(len == 1 && reader->line[0] == '}'));
	if (rc > 0) {
		rc = take_line(reader, r, text.s, text.len, err);
	} else if (rc == 0) {
		buf_adds(err, "the input ends within a value");
		rc = -1;
	}
	if (rc < 0)
		reader->line_no = first;
	buf_release(&text);
	return rc;
}

static int
read_one(struct record_reader *reader, struct record *r, struct buf *err)
{
	size_t start, len;
	int rc;

	if (json_len(&reader->pending) > 0)
		return take_bare(reader, r, pop_pending(reader), err);
	rc = read_line(reader, &len, err);
	if (rc <= 0) {
		reader->done = true;
		return rc;
	}
	start = strspn(reader->line, " \t\r");
	if (start >= len)
		return 0;
	if (len == 1 && reader->line[0] == '{')
		return take_block(reader, r, err);
	return take_line(reader, r, reader->line + start, len - start, err);
}

int
record_read(struct record_reader *reader, struct record *r, struct buf *err)
{
	struct buf what = BUF_INIT;
	int rc = 0;

	while (!reader->done && rc == 0)
		rc = read_one(reader, r, &what);
	if (rc < 0) {
		reader->done = true;
		buf_adds(err, reader->name);
		if (reader->line_no)
			buf_addf(err, ":%lu", reader->line_no);
		buf_addf(err, ": %s", buf_str(&what));
	}
	buf_release(&what);
	return rc;
}

bool
record_await(FILE *f)
{
	int c = getc(f);

	return c != EOF && ungetc(c, f) != EOF;
}

/* Behind so much text that is kept awake, records rest. */
static long
read_all(struct record_reader *reader, size_t awake, struct record **records,
    bool *complete, struct buf *err)
{
	size_t n = 0, cap = 0, read = 0;
	int rc;

	*records = NULL;
	for (;;) {
		*records = mem_grow(*records, n, &cap, sizeof(**records));
		rc = record_read(reader, *records + n, err);
		if (rc <= 0)
			break;
		read += (*records)[n].text.len;
		(*records)[n].may_rest = read > awake;
		record_rest(&(*records)[n++]);
	}
	*complete = rc == 0 && record_complete(reader);
	record_reader_free(reader);
	if (rc < 0) {
		record_free_all(*records, (long)n);
		*records = NULL;
		return -1;
	}
	return (long)n;
}

long
record_read_all(FILE *f, const char *name, struct record **records,
    bool *complete, struct buf *err)
{
	return read_all(
	    record_reader_new(f, name), SIZE_MAX, records, complete, err);
}

long
record_read_resting(FILE *f, const char *name, struct record **records,
    bool *complete, struct buf *err)
{
	return read_all(
	    record_reader_new(f, name), AWAKE_BYTES, records, complete, err);
}

void
record_free_all(struct record *records, long n)
{
	long i;

	for (i = 0; i < n; i++)
		record_release(&records[i]);
	free(records);
}
