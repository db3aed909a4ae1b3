/* Field paths; see path.h. */
#include "kustomize/path.h"

#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/resource.h"
#include "kustomize/select.h"
#include "mem.h"

static void
add_part(struct path *p, const struct buf *part)
{
	const char *s = buf_str(part);
	size_t n = part->len;

	while (n > 0 && (*s == ' ' || *s == '\t')) {
		s++;
		n--;
	}
	if (n == 0)
		return;
	p->parts = mem_grow(p->parts, p->n, &p->cap, sizeof(*p->parts));
	p->parts[p->n++] = mem_strndup(s, n);
}

/* In brackets, dots are part of a name; without = the brackets go. */
static const char *
parse_bracket(const char *text, struct buf *part)
{
	size_t n = 0;

	while (text[n] &&
	       !(text[n] == ']' && (!text[n + 1] || text[n + 1] == '.')))
		n++;
	if (memchr(text, '=', n) || !memchr(text, '.', n)) {
		buf_add(part, text, n + (text[n] == ']'));
	} else {
		buf_add(part, text + 1, n - 1);
	}
	return text + n + (text[n] == ']');
}

void
path_parse(struct path *p, const char *text)
{
	struct buf part = BUF_INIT;

	*p = (struct path){ 0 };
	while (*text) {
		buf_clear(&part);
		if (*text == '[')
			text = parse_bracket(text, &part);
		for (; *text && *text != '.'; text++) {
			if (text[0] == '\\' && text[1] == '.')
				text++;
			buf_addc(&part, *text);
		}
		add_part(p, &part);
		text += *text == '.';
	}
	buf_release(&part);
}

void
path_release(struct path *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->parts[i]);
	free(p->parts);
	*p = (struct path){ 0 };
}

static bool
is_index(const char *s)
{
	return *s && s[strspn(s, "0123456789")] == '\0' && strlen(s) < 9;
}

/* "[key=value]": its value, and the length of its key. */
static const char *
match_value(const char *part, size_t *key_len, size_t *value_len)
{
	size_t n = strlen(part);
	const char *equal = strchr(part, '=');

	if (*part != '[' || n < 2 || part[n - 1] != ']' || !equal)
		return NULL;
	*key_len = (size_t)(equal - part) - 1;
	*value_len = n - 1 - (size_t)(equal + 1 - part);
	return equal + 1;
}

/* An element's text for a key, or its own for no key. */
static jv
element_text(const jv *element, const char *part, size_t key_len)
{
	char *key = mem_strndup(part + 1, key_len);
	jv v = key_len ? json_get(element, key) : jv_copy(*element);
	jv s = jv_is_valid(v) ? scalar_string(&v) : jv_invalid();

	jv_free(v);
	free(key);
	return s;
}

/* The first element that [key=value] fits; -1 for none. */
static int
find_match(const jv *list, const char *part)
{
	size_t key_len, n;
	const char *value = match_value(part, &key_len, &n);

	for (int i = 0; value && i < json_len(list); i++) {
		jv e = json_at(list, i), s = element_text(&e, part, key_len);
		bool is = json_str(&s) && strlen(json_str(&s)) == n &&
			  memcmp(json_str(&s), value, n) == 0;

		jv_free(s);
		jv_free(e);
		if (is)
			return i;
	}
	return -1;
}

static int
find_element(const jv *list, const char *part)
{
	if (*part == '[')
		return find_match(list, part);
	if (is_index(part))
		return atoi(part);
	return strcmp(part, "-") ? -1 : json_len(list) - 1;
}

static jv
get_part(jv v, const char *part, jv *way)
{
	bool field = *part != '[' && !json_is(&v, JV_KIND_ARRAY);
	int at = field ? -1 : find_element(&v, part);
	jv next = field	   ? json_get(&v, part)
		  : at < 0 ? jv_invalid()
			   : json_at(&v, at);

	if (way)
		*way = jv_array_append(
		    *way, field ? jv_string(part) : jv_number(at));
	jv_free(v);
	return next;
}

jv
path_step(const jv *v, const char *part)
{
	return get_part(jv_copy(*v), part, NULL);
}

jv
path_get(const jv *v, const char *text)
{
	return path_find(v, text, NULL);
}

jv
path_find(const jv *v, const char *text, jv *way)
{
	struct path p;
	jv at = jv_copy(*v);

	if (way)
		*way = jv_array();
	path_parse(&p, text);
	for (size_t i = 0; i < p.n && jv_is_valid(at); i++) {
		char *open = strchr(p.parts[i], '[');
		char *index = NULL;

		/* "ports[0]" */
		if (open && open > p.parts[i]) {
			index = mem_strndup(open + 1, strcspn(open + 1, "]"));
			*open = '\0';
		}
		at = get_part(at, p.parts[i], way);
		if (index && jv_is_valid(at))
			at = get_part(at, index, way);
		free(index);
	}
	path_release(&p);
	return at;
}

/* --- changing ----------------------------------------------------------- */

struct walk {
	const struct path *p;
	size_t from;
	struct path_change *change;
	struct fault *fault;
};

static jv walk(struct walk *w, jv v, size_t i, bool made);

/* Fail about a part of the path, which can't lead on from v. */
static jv
fail(struct walk *w, jv v, size_t i, const char *what)
{
	if (i < w->p->n)
		fault_lead(w->fault, w->p->parts[i]);
	buf_adds(&w->fault->what, what);
	jv_free(v);
	return jv_invalid();
}

/* An empty value of the kind that the part after this one needs. */
static jv
make_for(struct walk *w, size_t next)
{
	if (next < w->p->n) {
		const char *part = w->p->parts[next];

		return *part == '[' || is_index(part) ? jv_array()
						      : jv_object();
	}
	return w->change->make == PATH_MAP    ? jv_object()
	       : w->change->make == PATH_LIST ? jv_array()
					      : jv_string("");
}

/* The part before this one stands for a step. */
static void
note_step(struct walk *w, size_t i, jv step)
{
	jv *way = w->change->way;

	*way = jv_array_set(*way, (int)(i - 1 - w->from), step);
}

static jv
walk_at(struct walk *w, jv list, int at, size_t i, bool made)
{
	jv e;

	if (w->change->way)
		note_step(w, i, jv_number(at));
	e = walk(w, json_take_at(&list, at), i, made);
	if (!jv_is_valid(e)) {
		fault_lead_index(w->fault, at);
		jv_free(list);
		return e;
	}
	return jv_array_set(list, at, e);
}

static jv
walk_index(struct walk *w, jv list, size_t i)
{
	int at = atoi(w->p->parts[i]);
	bool made = false;

	if (!json_is(&list, JV_KIND_ARRAY))
		return fail(w, list, i, "an index stands where no list is");
	if (at == json_len(&list) && w->change->make != PATH_NOTHING) {
		list = jv_array_append(list, make_for(w, i + 1));
		made = true;
	}
	if (at >= json_len(&list))
		return fail(w, list, i, "the list is shorter than the index");
	return walk_at(w, list, at, i + 1, made);
}

/* A new element that has the key and value. */
static jv
make_element(const char *part, size_t key_len, const char *value, size_t n)
{
	char *key = mem_strndup(part + 1, key_len);
	jv s = jv_string_sized(value, (int)n);
	jv e = key_len ? json_set(jv_object(), key, s) : s;

	free(key);
	return e;
}

static jv
walk_matches(struct walk *w, jv list, size_t i)
{
	const char *part = w->p->parts[i];
	size_t key_len, n;
	const char *value = match_value(part, &key_len, &n);
	char *pattern;
	bool any = false;

	if (!value)
		return fail(w, list, i, "[KEY=VALUE] was expected");
	if (!json_is(&list, JV_KIND_ARRAY))
		return fail(w, list, i, "[KEY=VALUE] stands where no list is");
	pattern = mem_strndup(value, n);
	for (int k = 0; k < json_len(&list) && jv_is_valid(list); k++) {
		jv e = json_at(&list, k), s = element_text(&e, part, key_len);
		bool is = json_str(&s) && pattern_in(pattern, json_str(&s));

		jv_free(e);
		jv_free(s);
		any = any || is;
		if (is)
			list = walk_at(w, list, k, i + 1, false);
		if (!jv_is_valid(list))
			break;
	}
	free(pattern);
	if (any || !jv_is_valid(list) || w->change->make == PATH_NOTHING)
		return list;
	list = jv_array_append(list, make_element(part, key_len, value, n));
	return walk_at(w, list, json_len(&list) - 1, i + 1, false);
}

static jv
walk_every(struct walk *w, jv list, size_t i)
{
	if (!json_is(&list, JV_KIND_ARRAY))
		return fail(w, list, i, "* stands where no list is");
	for (int k = 0; jv_is_valid(list) && k < json_len(&list); k++) {
		list = walk_at(w, list, k, i + 1, false);
		if (!jv_is_valid(list))
			break;
	}
	return list;
}

static jv
walk_field(struct walk *w, jv map, size_t i)
{
	const char *key = w->p->parts[i];
	bool made = false;
	jv v;

	if (json_is(&map, JV_KIND_NULL))
		return map;
	if (!json_is(&map, JV_KIND_OBJECT))
		return fail(w, map, i, "a field is asked of what is no map");
	v = json_take(&map, key);
	if (!jv_is_valid(v)) {
		jv_free(v);
		if (w->change->make == PATH_NOTHING)
			return map;
		v = make_for(w, i + 1);
		made = true;
	}
	if (w->change->way)
		note_step(w, i + 1, jv_string(key));
	v = walk(w, v, i + 1, made);
	if (!jv_is_valid(v)) {
		fault_lead(w->fault, key);
		jv_free(map);
		return v;
	}
	return json_set(map, key, v);
}

static jv
walk(struct walk *w, jv v, size_t i, bool made)
{
	const char *part;

	if (i == w->p->n) {
		w->change->found++;
		return w->change->set(
		    v, made, w->change->context, &w->fault->what);
	}
	part = w->p->parts[i];
	if (is_index(part) && !json_is(&v, JV_KIND_OBJECT))
		return walk_index(w, v, i);
	if (*part == '[')
		return walk_matches(w, v, i);
	if (strcmp(part, "*") == 0)
		return walk_every(w, v, i);
	return walk_field(w, v, i);
}

jv
path_apply(jv v, const struct path *p, size_t from, struct path_change *change,
    struct fault *fault)
{
	struct walk w = { p, from, change, fault };

	if (p->n > JSON_DEPTH)
		return fail(&w, v, p->n, "too long a path");
	return walk(&w, v, from, false);
}
