/* ConfigMaps and Secrets of files, literals and environment files. */
#include "kustomize/generate.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "json.h"
#include "kustomize/hash.h"
#include "kustomize/transform.h"

struct generator {
	const struct where *w;
	bool secret;
	const char *name;
	char source[32]; /* JSON pointer of the one that is being read */
	jv data, binary;
};

/* Fail about a source: "FILE:LINE: FIELD: KIND/NAME: WHAT". */
PRINTF_LIKE(2, 3)
static int
fail(const struct generator *g, const char *fmt, ...)
{
	struct buf what = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_addvf(&what, fmt, ap);
	va_end(ap);
	where_fail_in(g->w, g->source, "%s/%s: %s",
	    g->secret ? "Secret" : "ConfigMap", g->name, what.s);
	buf_release(&what);
	return -1;
}

/* --- values ------------------------------------------------------------- */

/* Base64 as kustomize breaks it: 70 characters a line once there are 70. */
static jv
encode(const char *value, size_t len)
{
	struct buf raw = BUF_INIT, out = BUF_INIT;
	jv v;

	base64_encode(&raw, value, len);
	for (size_t i = 0; i < raw.len; i += 70) {
		buf_add(&out, raw.s + i, raw.len - i < 70 ? raw.len - i : 70);
		if (raw.len >= 70)
			buf_addc(&out, '\n');
	}
	v = jv_string_sized(buf_str(&out), (int)out.len);
	buf_release(&raw);
	buf_release(&out);
	return v;
}

static size_t
utf8_length(const unsigned char *s, size_t left)
{
	size_t n = *s < 0x80		     ? 1
		   : *s >= 0xc2 && *s < 0xe0 ? 2
		   : *s >= 0xe0 && *s < 0xf0 ? 3
		   : *s >= 0xf0 && *s < 0xf5 ? 4
					     : 0;

	if (n == 0 || n > left)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) ||
	    (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

static bool
is_utf8(const char *s, size_t len)
{
	for (size_t i = 0, n; i < len; i += n) {
		n = utf8_length((const unsigned char *)s + i, len - i);
		if (n == 0)
			return false;
	}
	return true;
}

static bool
is_taken(const struct generator *g, const char *key)
{
	return json_has(&g->data, key) || json_has(&g->binary, key);
}

static int
add_pair(struct generator *g, const char *key, const char *value, size_t len)
{
	if (!*key)
		return fail(g, "a key is empty");
	if (is_taken(g, key))
		return fail(g, "the key %s comes twice", key);
	if (g->secret)
		g->data = json_set(g->data, key, encode(value, len));
	else if (is_utf8(value, len))
		g->data =
		    json_set(g->data, key, jv_string_sized(value, (int)len));
	else
		g->binary = json_set(g->binary, key, encode(value, len));
	return 0;
}

/* --- sources ------------------------------------------------------------ */

static int
add_literal(struct generator *g, const char *text)
{
	const char *equal = strchr(text, '='), *value;
	struct buf key = BUF_INIT;
	size_t n;
	int rc;

	/* What lacks its key may be the secret itself. */
	if ((!equal || equal == text) && g->secret)
		return fail(g, "*** is not KEY=VALUE");
	if (!equal || equal == text)
		return fail(g, "%s is not KEY=VALUE", text);
	buf_add(&key, text, (size_t)(equal - text));
	value = equal + 1;
	n = strlen(value);
	if (n >= 2 && value[0] == value[n - 1] &&
	    (*value == '"' || *value == '\'')) {
		value++;
		n -= 2;
	}
	rc = add_pair(g, key.s, value, n);
	buf_release(&key);
	return rc;
}

static int
read_source(struct generator *g, const char *path, bool keyed, struct buf *text)
{
	struct buf what = BUF_INIT;
	int rc = dir_read(g->w->dir, path, text, &what);

	/* What stands behind a key may be meant as a literal. */
	if (rc && g->secret && (keyed || strchr(path, '=')))
		fail(g, "***: %s", buf_str(&what));
	else if (rc)
		fail(g, "%s: %s", path, buf_str(&what));
	buf_release(&what);
	return rc;
}

/* "PATH" or "KEY=PATH" */
static int
add_file(struct generator *g, const char *source)
{
	const char *equal = strchr(source, '='), *path = source;
	struct buf key = BUF_INIT, text = BUF_INIT;
	int rc;

	if (equal && (equal == source || !equal[1] || strchr(equal + 1, '=')))
		return fail(g, "%s is neither PATH nor KEY=PATH",
		    g->secret ? "***" : source);
	if (equal) {
		buf_add(&key, source, (size_t)(equal - source));
		path = equal + 1;
	} else {
		const char *slash = strrchr(source, '/');
		buf_adds(&key, slash ? slash + 1 : source);
	}
	rc = read_source(g, path, equal != NULL, &text);
	if (rc == 0)
		rc = add_pair(g, buf_str(&key), buf_str(&text), text.len);
	buf_release(&key);
	buf_release(&text);
	return rc;
}

/* Fail about a line of an environment file, which is what is to be mended. */
static int
fail_line(
    const struct generator *g, const char *path, int line, const char *what)
{
	struct buf name = BUF_INIT;

	dir_name(g->w->dir, path, &name);
	buf_addf(g->w->b->err, "%s:%d: %s/%s: %s", name.s, line,
	    g->secret ? "Secret" : "ConfigMap", g->name, what);
	buf_release(&name);
	return -1;
}

/* The bytes of the space, by Unicode, that a text begins with; 0 for none. */
static size_t
space(const char *text, size_t len)
{
	static const char *const wide[] = { "\xc2\x85", "\xc2\xa0",
		"\xe1\x9a\x80", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf",
		"\xe2\x81\x9f", "\xe3\x80\x80" };
	size_t i, n;

	if (len > 0 && isspace((unsigned char)*text))
		return 1;
	for (i = 0; i < sizeof(wide) / sizeof(*wide); i++) {
		n = strlen(wide[i]);
		if (len >= n && memcmp(text, wide[i], n) == 0)
			return n;
	}
	/* From the en quad to the hair space. */
	return len >= 3 && memcmp(text, "\xe2\x80", 2) == 0 &&
		       (unsigned char)text[2] >= 0x80 &&
		       (unsigned char)text[2] <= 0x8a
		   ? 3
		   : 0;
}

/* A line NAME=VALUE; one without a name is passed over, as kustomize does. */
static int
add_env_line(struct generator *g, const char *path, int line, const char *text,
    size_t len)
{
	const char *equal;
	struct buf key = BUF_INIT;
	size_t n;
	int rc;

	if (len > 0 && text[len - 1] == '\r')
		len--;
	while ((n = space(text, len)) > 0) {
		text += n;
		len -= n;
	}
	if (len == 0 || *text == '#')
		return 0;
	if (!is_utf8(text, len))
		return fail_line(g, path, line, "no UTF-8");
	equal = memchr(text, '=', len);
	n = equal ? (size_t)(equal - text) : len;
	if (n == 0)
		return 0;
	buf_add(&key, text, n);
	if (is_taken(g, key.s)) {
		rc = fail_line(g, path, line, "the key comes twice");
	} else {
		rc = add_pair(
		    g, key.s, equal ? equal + 1 : "", equal ? len - n - 1 : 0);
	}
	buf_release(&key);
	return rc;
}

static int
add_env(struct generator *g, const char *path)
{
	struct buf text = BUF_INIT;
	const char *p, *end;
	int line = 0, rc = read_source(g, path, false, &text);

	p = buf_str(&text);
	end = p + text.len;
	if (text.len >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		p += 3;
	while (rc == 0 && p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl ? nl : end) - p);

		rc = add_env_line(g, path, ++line, p, n);
		p += n + 1;
	}
	buf_release(&text);
	return rc;
}

static int
add_list(struct generator *g, const jv *args, const char *key,
    int (*add)(struct generator *, const char *))
{
	jv list = json_get(args, key);
	int rc = 0;

	for (int i = 0; i < json_len(&list) && rc == 0; i++) {
		jv s = json_at(&list, i);

		snprintf(g->source, sizeof(g->source), "/%s/%d", key, i);
		rc = add(g, json_str(&s) ? json_str(&s) : "");
		jv_free(s);
	}
	jv_free(list);
	return rc;
}

/* The older env, which names one file. */
static int
add_only_env(struct generator *g, const jv *args)
{
	const char *env = json_get_str(args, "env");

	strcpy(g->source, "/env");
	return env && *env ? add_env(g, env) : 0;
}

static int
add_sources(struct generator *g, const jv *args)
{
	return add_list(g, args, "envs", add_env) || add_only_env(g, args) ||
		       add_list(g, args, "literals", add_literal) ||
		       add_list(g, args, "files", add_file)
		   ? -1
		   : 0;
}

/* --- the object --------------------------------------------------------- */

/* A map of the options of all, under that of this one. */
static jv
merged_option(const jv *args, const jv *options, const char *key)
{
	jv out = json_get(options, key);
	jv own = json_path(args, "options", key, NULL);

	if (!json_is(&out, JV_KIND_OBJECT)) {
		jv_free(out);
		out = jv_object();
	}
	if (json_is(&own, JV_KIND_OBJECT))
		return jv_object_merge(out, own);
	jv_free(own);
	return out;
}

static bool
is_set(const jv *args, const jv *options, const char *key)
{
	jv own = json_get(args, "options");
	bool set = json_get_bool(&own, key, false) ||
		   json_get_bool(options, key, false);

	jv_free(own);
	return set;
}

static enum behavior
behavior_of(const jv *args)
{
	const char *s = json_get_str(args, "behavior");

	return s && strcmp(s, "merge") == 0	? BEHAVIOR_MERGE
	       : s && strcmp(s, "replace") == 0 ? BEHAVIOR_REPLACE
						: BEHAVIOR_CREATE;
}

static jv
make_meta(const jv *args, const jv *options)
{
	const char *namespace = json_get_str(args, "namespace");
	jv meta = json_set_str(jv_object(), "name", json_get_str(args, "name"));
	static const char *const maps[] = { "labels", "annotations" };

	if (namespace && *namespace)
		meta = json_set_str(meta, "namespace", namespace);
	for (size_t i = 0; i < 2; i++) {
		jv map = merged_option(args, options, maps[i]);

		if (json_len(&map) > 0)
			meta = json_set(meta, maps[i], map);
		else
			jv_free(map);
	}
	return meta;
}

struct resource *
generate_data(
    const struct where *w, const char *kind, const jv *args, const jv *options)
{
	const char *name = json_get_str(args, "name");
	struct generator g = { w, strcmp(kind, "Secret") == 0, name, "",
		jv_object(), jv_object() };
	const char *type = json_get_str(args, "type");
	struct resource *r = NULL;
	jv o;

	if (!name || !*name) {
		where_fail_in(
		    w, "/name", "a generated %s must have a name", kind);
	} else if (add_sources(&g, args) == 0) {
		o = json_set_str(jv_object(), "apiVersion", "v1");
		o = json_set_str(o, "kind", kind);
		o = json_set(o, "metadata", make_meta(args, options));
		if (g.secret)
			o = json_set_str(
			    o, "type", type && *type ? type : "Opaque");
		if (g.secret || json_len(&g.data) > 0)
			o = json_set(o, "data", jv_copy(g.data));
		if (json_len(&g.binary) > 0)
			o = json_set(o, "binaryData", jv_copy(g.binary));
		if (is_set(args, options, "immutable"))
			o = json_set(o, "immutable", jv_true());
		r = build_resource(
		    w->b, o, w->k ? w->k->name : w->file, w->k ? 1 : w->line);
		where_made(w, r);
		r->behavior = behavior_of(args);
		r->generated = true;
		r->quotes = QUOTES_NEEDED;
		r->hash = !is_set(args, options, "disableNameSuffixHash");
	}
	jv_free(g.data);
	jv_free(g.binary);
	return r;
}

int
transform_hash(struct build *b, struct resmap *m)
{
	for (size_t i = 0; i < m->n; i++) {
		struct resource *r = m->list[i];
		struct buf name = BUF_INIT;
		char hash[11];

		if (!r->hash)
			continue;
		hash_object(&r->object, hash);
		resource_remember(r);
		buf_addf(&name, "%s-%s", resource_name(r), hash);
		resource_set_name(r, name.s);
		buf_release(&name);
		build_moved(b, m, r);
	}
	return 0;
}
