/*
 * From bytes to a response: JSON, the Status object's reason and message, and
 * the exit status.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "api/apiimpl.h"
#include "json.h"

/* Where the value that begins at s[i] ends; i may be behind len then. */
static size_t
skip_value(const char *s, size_t i, size_t len)
{
	bool in_string = false;
	int depth = 0;

	for (; i < len; i++) {
		if (in_string) {
			if (s[i] == '\\')
				i++;
			else
				in_string = s[i] != '"';
		} else if (s[i] == '"') {
			in_string = true;
		} else if (strchr("{[", s[i])) {
			depth++;
		} else if (strchr("}]", s[i]) && depth-- == 0) {
			return i;
		} else if (s[i] == ',' && depth == 0) {
			return i;
		}
	}
	return i;
}

/* Behind the [ of the member items of the object that the text is; 0: none. */
static size_t
find_items(const char *s, size_t len)
{
	static const char key[] = "\"items\":[";
	size_t i = 0;

	while (i < len && isspace((unsigned char)s[i]))
		i++;
	if (i == len || s[i] != '{')
		return 0;
	for (i++; i < len; i = skip_value(s, i, len) + 1)
		if (len - i > sizeof(key) &&
		    memcmp(s + i, key, sizeof(key) - 1) == 0)
			return i + sizeof(key) - 1;
	return 0;
}

/* *at is moved from the first item to the end of the array. */
static jv
decode_items(
    const char *s, size_t len, size_t *at, jv (*trim)(jv item), struct buf *err)
{
	jv items = jv_array(), item;
	size_t i = *at, end;

	while (i < len && s[i] != ']') {
		end = skip_value(s, i, len);
		item =
		    end < len ? json_parse(s + i, end - i, err) : jv_invalid();
		if (!jv_is_valid(item)) {
			jv_free(items);
			return item;
		}
		items = jv_array_append(items, trim(item));
		i = end + (s[end] == ',');
	}
	*at = i;
	return items;
}

jv
api_decode_list(
    const char *text, size_t len, jv (*trim)(jv item), struct buf *err)
{
	size_t start = find_items(text, len), end = start;
	struct buf rest = BUF_INIT;
	jv items, list;

	/* An error, or a list that is written otherwise. */
	if (!start)
		return json_parse(text, len, err);
	items = decode_items(text, len, &end, trim, err);
	if (!jv_is_valid(items))
		return items;
	buf_add(&rest, text, start);
	buf_add(&rest, text + end, len - end);
	list = json_parse(buf_str(&rest), rest.len, err);
	buf_release(&rest);
	if (json_is(&list, JV_KIND_OBJECT))
		return json_set(list, "items", items);
	jv_free(items);
	return list;
}

/* One line, cut where nobody would read on. */
static void
add_line(struct buf *out, const char *s, size_t len)
{
	size_t i;

	while (len && isspace((unsigned char)s[len - 1]))
		len--;
	if (len > 4000)
		len = 4000;
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c > ' ' && c != 0x7f)
			buf_addc(out, s[i]);
		else if (out->len && out->s[out->len - 1] != ' ')
			buf_addc(out, ' ');
	}
}

static void
add_status_message(struct api_answer *a, const struct http_transfer *t)
{
	const char *words = json_get_str(&a->body, "message");
	const char *kind = json_get_str(&a->body, "kind");

	if (kind && strcmp(kind, "Status") == 0) {
		a->r.reason = json_get_str(&a->body, "reason");
		if (words)
			add_line(&a->message, words, strlen(words));
	} else if (t->got.len && !jv_is_valid(a->body)) {
		const char *end = memchr(t->got.s, '\n', t->got.len);

		add_line(&a->message, t->got.s,
		    end ? (size_t)(end - t->got.s) : t->got.len);
	}
	if (!a->message.len)
		buf_addf(&a->message, "HTTP status %ld%s%s", t->status,
		    a->r.reason ? ": " : "", a->r.reason ? a->r.reason : "");
}

static jv
decode(
    const struct api_call *call, const char *text, size_t len, struct buf *err)
{
	return call->trim ? api_decode_list(text, len, call->trim, err)
			  : json_parse(text, len, err);
}

bool
api_answer_read(struct api_answer *a, const struct api_call *call,
    const struct http_transfer *t, const char *server)
{
	struct buf err = BUF_INIT;
	bool good = t->status >= 200 && t->status < 300;
	bool json = !call->raw && !(call->line && good);
	bool whole = true;

	memset(a, 0, sizeof(*a));
	a->body = jv_invalid();
	a->r.body = &a->body;
	a->r.text = buf_str(&t->got);
	a->r.len = t->got.len;
	if (t->failure != HTTP_ANSWERED) {
		buf_addf(&a->message, "%s: ", server);
		add_line(&a->message, t->error, strlen(t->error));
	} else {
		a->r.status = t->status;
		if (json || !good)
			a->body = decode(call, a->r.text, a->r.len, &err);
		if (!good)
			add_status_message(a, t);
		else if (json && !jv_is_valid(a->body))
			whole = false;
	}
	if (!whole)
		buf_addf(&a->message,
		    "%s: the answer is cut off or no JSON: %s", server,
		    buf_str(&err));
	buf_release(&err);
	if (!a->r.reason)
		a->r.reason = "";
	a->r.message = buf_str(&a->message);
	a->r.exit = whole ? api_exit_status(t->failure, t->status, call->method,
				a->r.message)
			  : STATUS_SERVER;
	return whole;
}

void
api_answer_release(struct api_answer *a)
{
	jv_free(a->body);
	buf_release(&a->message);
}
