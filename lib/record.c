/*
 * The record stream: one JSON object a line.  Records keep their text so that
 * what a tool does not know leaves it as it came.
 */
#include "record.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "mem.h"
#include "msg.h"

static struct {
	unsigned long stages, objects;
} written;

void
record_release(struct record *r)
{
	jv_free(r->value);
	buf_release(&r->text);
	free(r->kind);
	r->kind = NULL;
	r->value = jv_invalid();
}

const char *
record_stage(const struct record *r)
{
	const char *s = json_get_str(&r->value, "stage");

	return s ? s : "";
}

/* The whole value; its text was one when it was read. */
static jv
read_text(const struct record *r)
{
	struct buf err = BUF_INIT;
	jv value = json_parse(r->text.s, r->text.len, &err);

	buf_release(&err);
	return value;
}

jv
record_object(const struct record *r)
{
	jv value, object;

	if (r->type != RECORD_OBJECT)
		return jv_invalid();
	if (!r->kind)
		return json_get(&r->value, "object");
	value = read_text(r);
	object = json_get(&value, "object");
	jv_free(value);
	return object;
}

bool
record_is_kind(const struct record *r, const char *kind)
{
	const char *its = r->kind;

	if (r->type != RECORD_OBJECT)
		return false;
	if (!its)
		its = json_path_str(&r->value, "object", "kind", NULL);
	return its && strcmp(its, kind) == 0;
}

void
record_rest(struct record *r)
{
	const char *kind = json_path_str(&r->value, "object", "kind", NULL);

	if (!r->may_rest || r->type != RECORD_OBJECT || !kind)
		return;
	r->kind = mem_strdup(kind);
	r->value = json_delete(r->value, "object");
	r->value = json_delete(r->value, "origin");
}

static void
wake(struct record *r)
{
	if (!r->kind)
		return;
	free(r->kind);
	r->kind = NULL;
	jv_free(r->value);
	r->value = read_text(r);
}

bool
record_has_error(const struct record *r)
{
	return json_has(&r->value, "error");
}

void
record_set(struct record *r, const char *key, jv value)
{
	bool again = strcmp(key, "object") == 0 || json_has(&r->value, key);

	if (again) {
		wake(r);
	} else {
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
		record_rest(r);
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
