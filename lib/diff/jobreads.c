/*
 * What Jobs read, and with which content they ran.
 */
#include "diff/jobreads.h"

#include <string.h>

#include <openssl/evp.h>

#include "diff/desired.h"
#include "json.h"
#include "judge/policy.h"
#include "kinds.h"
#include "object.h"

#define KEY "reads"

/* Some milliseconds for each guess at what a Secret may hold. */
#define ROUNDS 10000
#define HASH_BYTES 8

/* --- what a Job names ---------------------------------------------------- */

static void
add_name(jv *reads, const char *kind, const char *name)
{
	struct buf id = BUF_INIT;

	if (name && *name) {
		buf_addf(&id, "%s/%s", kind, name);
		*reads = json_set(*reads, buf_str(&id), jv_true());
	}
	buf_release(&id);
}

typedef void source_fn(jv *reads, const jv *source);

static void
each(jv *reads, const jv *holder, const char *list, source_fn *add)
{
	jv sources = json_get(holder, list);
	int n = json_len(&sources);

	for (int i = 0; json_is(&sources, JV_KIND_ARRAY) && i < n; i++) {
		jv source = json_at(&sources, i);
		add(reads, &source);
		jv_free(source);
	}
	jv_free(sources);
}

/* What of a source names a ConfigMap, and what a Secret. */
static void
add_either(jv *reads, const jv *source, const char *map, const char *secret,
    const char *secret_name)
{
	add_name(reads, "ConfigMap", json_path_str(source, map, "name", NULL));
	add_name(
	    reads, "Secret", json_path_str(source, secret, secret_name, NULL));
}

static void
add_projection(jv *reads, const jv *source)
{
	add_either(reads, source, "configMap", "secret", "name");
}

static void
add_volume(jv *reads, const jv *volume)
{
	jv projected = json_get(volume, "projected");

	add_either(reads, volume, "configMap", "secret", "secretName");
	each(reads, &projected, "sources", add_projection);
	jv_free(projected);
}

static void
add_env_from(jv *reads, const jv *source)
{
	add_either(reads, source, "configMapRef", "secretRef", "name");
}

static void
add_env(jv *reads, const jv *variable)
{
	jv source = json_get(variable, "valueFrom");

	add_either(reads, &source, "configMapKeyRef", "secretKeyRef", "name");
	jv_free(source);
}

static void
add_container(jv *reads, const jv *container)
{
	each(reads, container, "envFrom", add_env_from);
	each(reads, container, "env", add_env);
}

static jv
names_in(const jv *job)
{
	jv pod = json_path(job, "spec", "template", "spec", NULL);
	jv reads = jv_object();

	each(&reads, &pod, "volumes", add_volume);
	each(&reads, &pod, "initContainers", add_container);
	each(&reads, &pod, "containers", add_container);
	jv_free(pod);
	return reads;
}

/* --- what that holds ----------------------------------------------------- */

/* The content of a ConfigMap or Secret, however it is spelled. */
static jv
content_of(const struct record *r)
{
	jv object = record_object(r);
	const char *kind = json_get_str(&object, "kind");
	jv desired = desired_object(
	    jv_copy(object), kind_find("", 0, "v1", kind), NULL, NULL);
	jv content = jv_object();

	content = json_set(content, "data", json_get(&desired, "data"));
	content =
	    json_set(content, "binaryData", json_get(&desired, "binaryData"));
	jv_free(desired);
	jv_free(object);
	return content;
}

static jv
hash_of(const struct record *r, const char *id)
{
	jv content = content_of(r);
	struct buf text = BUF_INIT, hex = BUF_INIT;
	unsigned char hash[HASH_BYTES];

	json_write(&text, &content, JSON_SORTED);
	PKCS5_PBKDF2_HMAC(text.s, (int)text.len, (const unsigned char *)id,
	    (int)strlen(id), ROUNDS, EVP_sha256(), HASH_BYTES, hash);
	for (int i = 0; i < HASH_BYTES; i++)
		buf_addf(&hex, "%02x", hash[i]);
	jv v = jv_string(buf_str(&hex));
	buf_release(&text);
	buf_release(&hex);
	jv_free(content);
	return v;
}

/* --- the stream ---------------------------------------------------------- */

struct sources {
	jv namespaces; /* stage -> namespace of its objects */
	jv index;      /* "NAMESPACE/KIND/NAME" -> record */
};

static void
add_namespace(const struct sources *s, const struct record *r, const jv *object,
    struct buf *out)
{
	const char *own = json_path_str(object, "metadata", "namespace", NULL);
	const char *of_stage = json_get_str(&s->namespaces, record_stage(r));

	buf_adds(out, own && *own ? own : of_stage ? of_stage : "");
}

static void
note_namespace(struct sources *s, const struct record *r)
{
	struct buf namespace = BUF_INIT;

	desired_namespace(&namespace, &r->value, "");
	s->namespaces =
	    json_set_str(s->namespaces, record_stage(r), buf_str(&namespace));
	buf_release(&namespace);
}

static bool
is_deleted(const struct record *r)
{
	const char *diff = json_path_str(&r->value, "diff", "action", NULL);
	const char *apply = json_path_str(&r->value, "apply", "action", NULL);

	return (diff && strcmp(diff, "delete") == 0) ||
	       (apply && strcmp(apply, "deleted") == 0);
}

static void
index_source(struct sources *s, const struct record *r, long at)
{
	jv object = record_object(r);
	const char *kind = json_get_str(&object, "kind");
	const char *name = json_path_str(&object, "metadata", "name", NULL);
	struct buf key = BUF_INIT;

	if (name && !is_deleted(r) &&
	    (object_is(&object, "", "ConfigMap") ||
		object_is_secret(&object))) {
		add_namespace(s, r, &object, &key);
		buf_addf(&key, "/%s/%s", kind, name);
		s->index =
		    json_set(s->index, buf_str(&key), jv_number((double)at));
	}
	buf_release(&key);
	jv_free(object);
}

static bool
asks(const jv *object)
{
	const char *run = object_annotation(object, POLICY_RUN);

	return run && strcmp(run, POLICY_RUN_CONFIG) == 0 &&
	       object_is(object, "batch", "Job");
}

static void
note_job(const struct sources *s, struct record *records, long at)
{
	struct record *r = &records[at];
	jv object = record_object(r);
	jv names = names_in(&object), noted = json_get(&r->value, KEY);
	jv reads = jv_object();
	struct buf key = BUF_INIT;

	jv_object_foreach (names, id, yes) {
		jv hash = json_get(&noted, jv_string_value(id));

		buf_clear(&key);
		add_namespace(s, r, &object, &key);
		buf_addf(&key, "/%s", jv_string_value(id));
		long from = (long)json_get_int(&s->index, buf_str(&key), -1);
		if (from >= 0) {
			jv_free(hash);
			hash = hash_of(&records[from], jv_string_value(id));
		}
		if (json_is(&hash, JV_KIND_STRING))
			reads = json_set(reads, jv_string_value(id), hash);
		else
			jv_free(hash);
		jv_free(id);
		jv_free(yes);
	}
	record_set(r, KEY, reads);
	buf_release(&key);
	jv_free(noted);
	jv_free(names);
	jv_free(object);
}

static bool
record_asks(const struct record *r)
{
	if (!record_is_kind(r, "Job"))
		return false;
	jv object = record_object(r);
	bool does = asks(&object);
	jv_free(object);
	return does;
}

static bool
any_asks(const struct record *records, long n)
{
	bool any = false;

	for (long i = 0; i < n && !any; i++)
		any = record_asks(&records[i]);
	return any;
}

void
jobreads_note(struct record *records, long n)
{
	struct sources s;

	if (!any_asks(records, n))
		return;
	s = (struct sources){ jv_object(), jv_object() };
	for (long i = 0; i < n; i++)
		if (records[i].type == RECORD_STAGE)
			note_namespace(&s, &records[i]);
	for (long i = 0; i < n; i++)
		if (record_is_kind(&records[i], "ConfigMap") ||
		    record_is_kind(&records[i], "Secret"))
			index_source(&s, &records[i], i);
	for (long i = 0; i < n; i++) {
		if (record_asks(&records[i]))
			note_job(&s, records, i);
	}
	jv_free(s.namespaces);
	jv_free(s.index);
}

/* --- the annotation ------------------------------------------------------ */

static void
add_entries(const jv *reads, struct buf *out)
{
	jv keys = json_is(reads, JV_KIND_OBJECT) ? jv_keys(jv_copy(*reads))
						 : jv_array();
	int n = json_len(&keys);

	for (int i = 0; i < n; i++) {
		jv key = json_at(&keys, i);
		const char *hash = json_get_str(reads, jv_string_value(key));
		if (hash)
			buf_addf(out, "%s%s=%s", out->len ? "," : "",
			    jv_string_value(key), hash);
		jv_free(key);
	}
	jv_free(keys);
}

jv
jobreads_annotate(jv object, const struct record *r)
{
	struct buf text = BUF_INIT;
	jv spec, template;

	if (!asks(&object))
		return object;
	jv reads = json_get(&r->value, KEY);
	add_entries(&reads, &text);
	jv_free(reads);
	template = json_path(&object, "spec", "template", NULL);
	if (text.len && json_is(&template, JV_KIND_OBJECT)) {
		template = object_set_annotation(
		    template, JOBREADS_ANNOTATION, buf_str(&text));
		spec = json_take(&object, "spec");
		spec = json_set(spec, "template", template);
		object = json_set(object, "spec", spec);
	} else {
		jv_free(template);
	}
	buf_release(&text);
	return object;
}

static const char *
annotation_of(const jv *job)
{
	const char *text = json_path_str(job, "spec", "template", "metadata",
	    "annotations", JOBREADS_ANNOTATION, NULL);

	return text ? text : "";
}

/* One of the entries of a list is just this one. */
static bool
has_entry(const char *list, const char *entry, size_t len)
{
	for (;;) {
		size_t n = strcspn(list, ",");
		if (n == len && memcmp(list, entry, n) == 0)
			return true;
		if (!list[n])
			return false;
		list += n + 1;
	}
}

void
jobreads_changed(const jv *desired, const jv *live, struct buf *out)
{
	const char *new = annotation_of(desired), *old = annotation_of(live);

	while (*new) {
		size_t len = strcspn(new, ",");
		if (!has_entry(old, new, len)) {
			buf_adds(out, out->len ? ", " : "");
			buf_add(out, new, strcspn(new, "="));
		}
		new += len + (new[len] == ',');
	}
}
