/* Choosing resources; see select.h. */
#include "kustomize/select.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "kustomize/patterntext.h"
#include "mem.h"

/* --- patterns ----------------------------------------------------------- */

int
pattern_compile(struct pattern *p, const char *text, struct buf *err)
{
	struct buf full = BUF_INIT;
	int rc;

	memset(p, 0, sizeof(*p));
	if (!text || !*text)
		return 0;
	p->text = mem_strdup(text);
	p->plain = !strpbrk(text, "\\+*?()|[]{}^$");
	p->dots = strchr(text, '.') != NULL;
	if (p->plain)
		return 0;
	buf_adds(&full, "^(");
	rc = pattern_translate(text, &full) ? 0 : -1;
	buf_adds(&full, ")$");
	if (rc == 0)
		rc = regcomp(&p->re, full.s, REG_EXTENDED | REG_NOSUB);
	buf_release(&full);
	if (rc == 0)
		return 0;
	buf_addf(err, "%s is no regular expression", text);
	p->never = true;
	return -1;
}

void
pattern_release(struct pattern *p)
{
	if (p->text && !p->plain && !p->never)
		regfree(&p->re);
	free(p->text);
	memset(p, 0, sizeof(*p));
}

bool
pattern_matches(const struct pattern *p, const char *s)
{
	const char *t = p->text;

	if (!t)
		return true;
	if (p->never)
		return false;
	if (!p->plain)
		return regexec(&p->re, s, 0, NULL, 0) == 0;
	for (; *t && *s; t++, s++)
		if (*t != *s && *t != '.')
			return false;
	return *t == *s;
}

bool
pattern_in(const char *pattern, const char *s)
{
	struct buf text = BUF_INIT;
	bool found = false;
	regex_t re;

	if (!strpbrk(pattern, "\\.+*?()|[]{}^$"))
		return strstr(s, pattern) != NULL;
	if (pattern_translate(pattern, &text) &&
	    regcomp(&re, text.s, REG_EXTENDED | REG_NOSUB) == 0) {
		found = regexec(&re, s, 0, NULL, 0) == 0;
		regfree(&re);
	}
	buf_release(&text);
	return found;
}

/* --- label selectors ---------------------------------------------------- */

static char *
trimmed(const char *s, size_t n)
{
	while (n > 0 && isspace((unsigned char)*s)) {
		s++;
		n--;
	}
	while (n > 0 && isspace((unsigned char)s[n - 1]))
		n--;
	return mem_strndup(s, n);
}

/* A value is one of "a, b". */
static bool
is_among(const char *value, const char *list, size_t n)
{
	bool found = false;

	while (n > 0 && !found) {
		const char *comma = memchr(list, ',', n);
		size_t len = comma ? (size_t)(comma - list) : n;
		char *one = trimmed(list, len);

		found = strcmp(one, value) == 0;
		free(one);
		len += comma != NULL;
		list += len;
		n -= len;
	}
	return found;
}

/* "key in (a, b)" and "key notin (a, b)" */
static bool
set_holds(const char *text, const char *open, const jv *map)
{
	size_t n = strcspn(text, " \t(");
	char *key = mem_strndup(text, n);
	const char *value = json_get_str(map, key);
	bool negative = false;
	const char *close = strchr(open, ')');
	bool in;

	for (const char *p = text + n; p < open; p++)
		if (strncmp(p, "notin", 5) == 0)
			negative = true;
	free(key);
	in =
	    value && is_among(value, open + 1,
			 close ? (size_t)(close - open - 1) : strlen(open + 1));
	return negative ? !in : in;
}

/* One requirement: key, !key, key=v, key==v, key!=v, or of a set. */
static bool
holds(const char *text, const jv *map)
{
	const char *open = strchr(text, '('), *equal = strchr(text, '=');
	const char *value;
	char *key, *want;
	bool negative, is;

	if (open)
		return set_holds(text, open, map);
	if (!equal) {
		negative = *text == '!';
		key = trimmed(text + negative, strlen(text + negative));
		is = json_has(map, key);
		free(key);
		return is != negative;
	}
	negative = equal > text && equal[-1] == '!';
	key = trimmed(text, (size_t)(equal - text) - negative);
	equal += equal[1] == '=';
	want = trimmed(equal + 1, strlen(equal + 1));
	value = json_get_str(map, key);
	is = value && strcmp(value, want) == 0;
	free(key);
	free(want);
	return is != negative;
}

/* Past a key or a value, and what is blank around it. */
static const char *
skip_word(const char *s)
{
	s += strspn(s, " \t");
	while (isalnum((unsigned char)*s) || (*s && strchr("-._/", *s)))
		s++;
	return s + strspn(s, " \t");
}

/* Past one requirement, in a form that holds() understands; else NULL. */
static const char *
skip_requirement(const char *s)
{
	bool negative = *s == '!';
	const char *key = s + negative;

	s = skip_word(key);
	if (s == key)
		return NULL;
	if (!*s || *s == ',')
		return s;
	if (negative)
		return NULL;
	if (*s == '=' || (*s == '!' && s[1] == '='))
		return skip_word(s + 1 + (s[1] == '='));
	if (strncmp(s, "in", 2) != 0 && strncmp(s, "notin", 5) != 0)
		return NULL;
	s += *s == 'i' ? 2 : 5;
	s += strspn(s, " \t");
	if (*s != '(')
		return NULL;
	do {
		s = skip_word(s + 1);
	} while (*s == ',');
	return *s == ')' ? skip_word(s + 1) : NULL;
}

static int
check_labels(const char *selector, const char *field, struct buf *err)
{
	const char *s = selector;

	while (s && *s) {
		s = skip_requirement(s);
		if (!s || (*s && *s != ',')) {
			buf_addf(err, "%s: no selector: %s", field, selector);
			return -1;
		}
		s += *s == ',';
		s += strspn(s, " \t");
	}
	return 0;
}

static bool
labels_match(const char *selector, const struct resource *r, const char *field)
{
	bool ok = true;
	jv map;

	if (!selector)
		return true;
	map = resource_map(r, field);
	while (*selector && ok) {
		size_t n = 0;
		int depth = 0;
		char *one;

		for (; selector[n] && (depth > 0 || selector[n] != ','); n++)
			depth += (selector[n] == '(') - (selector[n] == ')');
		one = trimmed(selector, n);
		ok = !*one || holds(one, &map);
		free(one);
		selector += n + (selector[n] == ',');
	}
	jv_free(map);
	return ok;
}

/* --- selectors ---------------------------------------------------------- */

static char *
optional(const jv *v, const char *key)
{
	const char *s = json_get_str(v, key);

	return s && *s ? mem_strdup(s) : NULL;
}

int
selector_read(struct selector *s, const jv *v, struct buf *err)
{
	memset(s, 0, sizeof(*s));
	s->labels = optional(v, "labelSelector");
	s->annotations = optional(v, "annotationSelector");
	return check_labels(s->labels, "labelSelector", err) ||
		       check_labels(
			   s->annotations, "annotationSelector", err) ||
		       pattern_compile(
			   &s->group, json_get_str(v, "group"), err) ||
		       pattern_compile(
			   &s->version, json_get_str(v, "version"), err) ||
		       pattern_compile(
			   &s->kind, json_get_str(v, "kind"), err) ||
		       pattern_compile(
			   &s->name, json_get_str(v, "name"), err) ||
		       pattern_compile(
			   &s->namespace, json_get_str(v, "namespace"), err)
		   ? -1
		   : 0;
}

void
selector_release(struct selector *s)
{
	pattern_release(&s->group);
	pattern_release(&s->version);
	pattern_release(&s->kind);
	pattern_release(&s->name);
	pattern_release(&s->namespace);
	free(s->labels);
	free(s->annotations);
}

bool
selector_is_open(const struct selector *s)
{
	return !s->group.text && !s->version.text && !s->kind.text &&
	       !s->name.text && !s->namespace.text;
}

static bool
matches_kind(const struct selector *s, const struct id *id)
{
	return pattern_matches(&s->group, id->group) &&
	       pattern_matches(&s->version, id->version) &&
	       pattern_matches(&s->kind, id->kind);
}

bool
selector_matches_meta(const struct selector *s, const struct resource *r)
{
	return labels_match(s->labels, r, "labels") &&
	       labels_match(s->annotations, r, "annotations");
}

bool
selector_matches_id(
    const struct selector *s, const struct id *id, const char *namespace)
{
	return matches_kind(s, id) && pattern_matches(&s->name, id->name) &&
	       pattern_matches(&s->namespace, namespace);
}

bool
selector_matches(const struct selector *s, const struct resource *r)
{
	struct id first = resource_first_id(r);

	return !r->dropped && matches_kind(s, &r->id) &&
	       (pattern_matches(&s->namespace, first.namespace) ||
		   pattern_matches(&s->namespace, r->id.namespace)) &&
	       (pattern_matches(&s->name, first.name) ||
		   pattern_matches(&s->name, r->id.name)) &&
	       selector_matches_meta(s, r);
}

const char *
selector_name(const struct selector *s, struct intern *in)
{
	const struct pattern *p = &s->name;

	return p->text && p->plain && !p->dots ? intern(in, p->text) : NULL;
}

struct selection
selection_start(const struct selector *s, struct resmap *m, struct intern *in)
{
	return (struct selection){ s, resmap_named(m, selector_name(s, in)) };
}

struct resource *
selection_next(struct selection *s)
{
	struct resource *r;

	while ((r = resmap_next(&s->walk)))
		if (selector_matches(s->selector, r))
			return r;
	return NULL;
}
