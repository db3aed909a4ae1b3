/*
 * CEL rules of the plainest form, without a CEL interpreter.
 */
#include "judge/transition.h"

#include <ctype.h>
#include <string.h>

#include "buf.h"
#include "json.h"

/* The way down to the changed field. */
struct way {
	const jv *from, *to;
	const char *path; /* of the field that changed */
	struct buf at;	  /* pointer to where the schema is */
	enum transition found;
};

/* Read "self" or "oldSelf" and the members behind it as a pointer. */
static const char *
read_operand(const char *s, const char *name, struct buf *pointer)
{
	size_t len = strlen(name);

	if (strncmp(s, name, len) != 0)
		return NULL;
	s += len;
	while (*s == '.') {
		size_t n = 1;
		while (isalnum((unsigned char)s[n]) || s[n] == '_')
			n++;
		if (n == 1)
			return NULL;
		buf_addc(pointer, '/');
		buf_add(pointer, s + 1, n - 1);
		s += n;
	}
	return s;
}

/*
 * Whether a rule is an equation of a field with its old self; the pointer to it
 * is appended.
 */
static bool
is_equation(const char *rule, struct buf *pointer)
{
	struct buf text = BUF_INIT, other = BUF_INIT;
	bool old_first = false, ok = false;
	size_t start = pointer->len;

	for (; *rule; rule++)
		if (!isspace((unsigned char)*rule))
			buf_addc(&text, *rule);
	const char *s = buf_str(&text);
	old_first = strncmp(s, "oldSelf", 7) == 0;
	s = read_operand(s, old_first ? "oldSelf" : "self", pointer);
	if (s && strncmp(s, "==", 2) == 0) {
		s = read_operand(s + 2, old_first ? "self" : "oldSelf", &other);
		ok = s && !*s &&
		     strcmp(buf_str(pointer) + start, buf_str(&other)) == 0;
	}
	if (!ok)
		buf_truncate(pointer, start);
	buf_release(&text);
	buf_release(&other);
	return ok;
}

/* One pointer leads to the other, or below it. */
static bool
related(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b), shorter = n < m ? n : m;
	char after = n < m ? b[n] : a[m];

	return strncmp(a, b, shorter) == 0 && (after == '\0' || after == '/');
}

/* A transition rule holds only where there are an old and a new value. */
static bool
differs_at(const struct way *w, const char *pointer)
{
	jv a = json_pointer_get(w->from, pointer);
	jv b = json_pointer_get(w->to, pointer);
	bool differs = jv_is_valid(a) && jv_is_valid(b) && !json_equal(&a, &b);

	jv_free(a);
	jv_free(b);
	return differs;
}

static void
apply_rule(struct way *w, const char *rule)
{
	struct buf pointer = BUF_INIT;

	if (!strstr(rule, "oldSelf"))
		return;
	buf_adds(&pointer, buf_str(&w->at));
	if (!is_equation(rule, &pointer)) {
		if (w->found == TRANSITION_FREE)
			w->found = TRANSITION_UNKNOWN;
	} else if (related(buf_str(&pointer), w->path) &&
		   differs_at(w, buf_str(&pointer))) {
		w->found = TRANSITION_IMMUTABLE;
	}
	buf_release(&pointer);
}

static void
apply_rules(struct way *w, const jv *schema)
{
	jv rules = json_get(schema, "x-kubernetes-validations");
	int n = json_len(&rules);

	for (int i = 0; i < n; i++) {
		jv rule = json_at(&rules, i);
		const char *text = json_get_str(&rule, "rule");
		if (text)
			apply_rule(w, text);
		jv_free(rule);
	}
	jv_free(rules);
}

/* The schema of a member or an element. */
static jv
step(const jv *schema, const char *token)
{
	jv next = json_path(schema, "properties", token, NULL);

	if (!jv_is_valid(next)) {
		jv_free(next);
		next = json_get(schema, "items");
	}
	if (!jv_is_valid(next)) {
		jv_free(next);
		next = json_get(schema, "additionalProperties");
	}
	return next;
}

enum transition
transition_judge(
    const jv *schema, const jv *from, const jv *to, const char *path)
{
	struct way w = { .from = from, .to = to, .path = path };
	struct buf token = BUF_INIT;
	jv at = jv_copy(*schema);
	const char *rest = path;

	apply_rules(&w, &at);
	while (jv_is_valid(at) && json_pointer_next(&rest, &token)) {
		jv next = step(&at, buf_str(&token));
		jv_free(at);
		at = next;
		json_pointer_add(&w.at, buf_str(&token));
		apply_rules(&w, &at);
	}
	jv_free(at);
	buf_release(&token);
	buf_release(&w.at);
	return w.found;
}
