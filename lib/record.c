/*
 * The record stream: one JSON object a line.  Records keep their text so that
 * what a tool does not know leaves it as it came.
 */
#include "record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "msg.h"
#include "object.h"

/* Deepest List within a List. */
#define LIST_DEPTH 8

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

static struct {
	unsigned long stages, objects;
} written;

void
record_release(struct record *r)
{
	jv_free(r->value);
	buf_release(&r->text);
	r->value = jv_invalid();
}

const char *
record_stage(const struct record *r)
{
	const char *s = json_get_str(&r->value, "stage");

	return s ? s : "";
}

jv
record_object(const struct record *r)
{
	if (r->type != RECORD_OBJECT)
		return jv_invalid();
	return json_get(&r->value, "object");
}

bool
record_has_error(const struct record *r)
{
	return json_has(&r->value, "error");
}

void
record_set(struct record *r, const char *key, jv value)
{
	bool again = json_has(&r->value, key);

	if (!again) {
		/* Behind the last key, in front of the closing brace. */
		buf_truncate(&r->text, r->text.len - 1);
		if (json_len(&r->value) > 0)
			buf_addc(&r->text, ',');
		json_write_str(&r->text, key, strlen(key), 0);
		buf_addc(&r->text, ':');
		json_write(&r->text, &value, 0);
		buf_addc(&r->text, '}');
	}
	r->value = json_set(r->value, key, value);
	if (again) {
		buf_clear(&r->text);
		json_write(&r->text, &r->value, 0);
	}
}

void
record_set_error(
    struct record *r, const char *reason, const char *message, long http)
{
	jv error = jv_object();

	error = json_set_str(error, "tool", msg_prog());
	error = json_set_str(error, "reason", reason);
	error = json_set_str(error, "message", message);
	if (http)
		error = json_set(error, "status", jv_number((double)http));
	record_set(r, "error", error);
}

static void
set_value(struct record *r, enum record_type type, jv value)
{
	*r = (struct record){ .type = type, .value = value };
	json_write(&r->text, &value, 0);
}

void
record_make_object(struct record *r, const char *stage, jv object)
{
	jv value = json_set_str(jv_object(), "type", "object");

	if (stage && *stage)
		value = json_set_str(value, "stage", stage);
	set_value(r, RECORD_OBJECT, json_set(value, "object", object));
}

void
record_make(struct record *r, jv value)
{
	set_value(r, RECORD_OTHER, value);
}

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
		buf_addf(err, "%s:%lu: %s", reader->name, reader->line_no,
		    buf_str(&what));
	}
	buf_release(&what);
	return rc;
}

void
record_write(const struct record *r)
{
	if (r->type == RECORD_STAGE)
		written.stages++;
	if (r->type == RECORD_OBJECT)
		written.objects++;
	fwrite(r->text.s, 1, r->text.len, stdout);
	putchar('\n');
	fflush(stdout);
}

static void
write_made(enum record_type type, jv value)
{
	struct record r;

	set_value(&r, type, value);
	record_write(&r);
	record_release(&r);
}

void
record_write_begin(void)
{
	jv v = json_set_str(jv_object(), "type", "begin");

	v = json_set_str(v, "tool", msg_prog());
	write_made(RECORD_BEGIN, json_set(v, "stream", jv_number(1)));
}

void
record_write_end(void)
{
	record_write_end_with(jv_object());
}

void
record_write_end_with(jv more)
{
	jv v = json_set_str(jv_object(), "type", "end");

	v = json_set_str(v, "tool", msg_prog());
	v = json_set(v, "stages", jv_number((double)written.stages));
	v = json_set(v, "objects", jv_number((double)written.objects));
	write_made(RECORD_END, jv_object_merge(v, more));
}

bool
record_await(FILE *f)
{
	int c = getc(f);

	return c != EOF && ungetc(c, f) != EOF;
}

long
record_read_all(FILE *f, const char *name, struct record **records,
    bool *complete, struct buf *err)
{
	struct record_reader *reader = record_reader_new(f, name);
	size_t n = 0, cap = 0;
	int rc;

	*records = NULL;
	for (;;) {
		*records = mem_grow(*records, n, &cap, sizeof(**records));
		rc = record_read(reader, *records + n, err);
		if (rc <= 0)
			break;
		n++;
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

void
record_free_all(struct record *records, long n)
{
	long i;

	for (i = 0; i < n; i++)
		record_release(&records[i]);
	free(records);
}
