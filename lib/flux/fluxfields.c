/*
 * The fields of a Flux Kustomization as a table, and one walk over it.  The
 * tables nest only so deep, and so does the walk.
 */
#include "flux/fluxfields.h"

#include <stdio.h>
#include <string.h>

#include "cel/cel.h"
#include "duration.h"
#include "graph/chain.h"
#include "json.h"
#include "near.h"

/* --- the fields --------------------------------------------------------- */

enum type {
	TYPE_STRING,
	TYPE_BOOL,
	TYPE_DURATION,
	TYPE_NAME,	/* of an object: a DNS name */
	TYPE_NAMESPACE, /* a DNS label */
	TYPE_MAP,	/* of strings */
	TYPE_STRINGS,	/* an array of strings */
	TYPE_EXPR,	/* CEL over an object's fields */
	TYPE_READY,	/* CEL over self and dep, which says yes or no */
	TYPE_OBJECT,
	TYPE_OBJECTS, /* an array of objects */
	TYPE_ANY,
};

struct field {
	const char *name;
	enum type type;
	bool required;
	const struct field *fields; /* of TYPE_OBJECT and TYPE_OBJECTS */
	const char *values;	    /* the words allowed, a blank around each */
	size_t max;		    /* bytes of a string, 0: any number */
	bool beta;		    /* not in v1 */
	const char *refused;	    /* why we can't do it */
	bool filled;		    /* a string that may not be empty */
	bool kinds; /* an array of objects that are for a kind each */
};

static const struct field common_metadata[] = {
	{ "annotations", .type = TYPE_MAP },
	{ "labels", .type = TYPE_MAP },
	{ 0 },
};

static const struct field secret_ref[] = {
	{ "name", .type = TYPE_NAME, .required = true },
	{ 0 },
};

static const struct field decryption[] = {
	{ "provider", .type = TYPE_STRING, .required = true,
	    .values = " sops " },
	{ "secretRef", .type = TYPE_OBJECT, .fields = secret_ref },
	{ "serviceAccountName", .type = TYPE_STRING },
	{ 0 },
};

static const struct field depends_on[] = {
	{ "name", .type = TYPE_NAME, .required = true },
	{ "namespace", .type = TYPE_NAMESPACE },
	{ "readyExpr", .type = TYPE_READY },
	{ 0 },
};

static const struct field health_check[] = {
	{ "apiVersion", .type = TYPE_STRING },
	{ "kind", .type = TYPE_STRING, .required = true },
	{ "name", .type = TYPE_STRING, .required = true },
	{ "namespace", .type = TYPE_STRING },
	{ 0 },
};

static const struct field health_check_exprs[] = {
	{ "apiVersion", .type = TYPE_STRING, .required = true, .filled = true },
	{ "kind", .type = TYPE_STRING },
	{ "current", .type = TYPE_EXPR, .required = true, .filled = true },
	{ "failed", .type = TYPE_EXPR },
	{ "inProgress", .type = TYPE_EXPR },
	{ 0 },
};

static const struct field image[] = {
	{ "name", .type = TYPE_STRING, .required = true },
	{ "newName", .type = TYPE_STRING },
	{ "newTag", .type = TYPE_STRING },
	{ "digest", .type = TYPE_STRING },
	{ 0 },
};

static const struct field target[] = {
	{ "group", .type = TYPE_STRING },
	{ "version", .type = TYPE_STRING },
	{ "kind", .type = TYPE_STRING },
	{ "name", .type = TYPE_STRING },
	{ "namespace", .type = TYPE_STRING },
	{ "labelSelector", .type = TYPE_STRING },
	{ "annotationSelector", .type = TYPE_STRING },
	{ 0 },
};

static const struct field patch[] = {
	{ "patch", .type = TYPE_STRING, .required = true },
	{ "target", .type = TYPE_OBJECT, .fields = target },
	{ 0 },
};

static const struct field substitute_from[] = {
	{ "kind", .type = TYPE_STRING, .required = true,
	    .values = " ConfigMap Secret " },
	{ "name", .type = TYPE_NAME, .required = true },
	{ "optional", .type = TYPE_BOOL },
	{ 0 },
};

static const struct field post_build[] = {
	{ "substitute", .type = TYPE_MAP },
	{ "substituteFrom", .type = TYPE_OBJECTS, .fields = substitute_from },
	{ "substituteStrategy", .type = TYPE_STRING,
	    .values = " WithVariables Always " },
	{ 0 },
};

static const struct field source_ref[] = {
	{ "apiVersion", .type = TYPE_STRING },
	{ "kind", .type = TYPE_STRING, .required = true,
	    .values = " GitRepository OCIRepository Bucket ExternalArtifact " },
	{ "name", .type = TYPE_NAME, .required = true },
	{ "namespace", .type = TYPE_NAMESPACE },
	{ 0 },
};

static const struct field spec_fields[] = {
	{ "buildMetadata", .type = TYPE_STRINGS,
	    .values = " originAnnotations transformerAnnotations "
		      "managedByLabel " },
	{ "commonMetadata", .type = TYPE_OBJECT, .fields = common_metadata },
	{ "components", .type = TYPE_STRINGS },
	{ "decryption", .type = TYPE_OBJECT, .fields = decryption },
	{ "deletionPolicy", .type = TYPE_STRING,
	    .values = " MirrorPrune Delete WaitForTermination Orphan " },
	{ "dependsOn", .type = TYPE_OBJECTS, .fields = depends_on },
	{ "force", .type = TYPE_BOOL },
	{ "healthCheckExprs", .type = TYPE_OBJECTS,
	    .fields = health_check_exprs, .kinds = true },
	{ "healthChecks", .type = TYPE_OBJECTS, .fields = health_check },
	{ "ignore", .refused = "rules for ignoring drift are not supported" },
	{ "ignoreMissingComponents", .type = TYPE_BOOL },
	{ "images", .type = TYPE_OBJECTS, .fields = image },
	{ "interval", .type = TYPE_DURATION, .required = true },
	{ "kubeConfig", .refused = "other clusters are not supported; use "
				   "--kubeconfig" },
	{ "namePrefix", .type = TYPE_STRING, .max = 200 },
	{ "nameSuffix", .type = TYPE_STRING, .max = 200 },
	{ "patches", .type = TYPE_OBJECTS, .fields = patch },
	{ "patchesJson6902", .beta = true, .refused = "use spec.patches" },
	{ "patchesStrategicMerge", .beta = true,
	    .refused = "use spec.patches" },
	{ "path", .type = TYPE_STRING },
	{ "postBuild", .type = TYPE_OBJECT, .fields = post_build },
	{ "prune", .type = TYPE_BOOL, .required = true },
	{ "retryInterval", .type = TYPE_DURATION },
	{ "serviceAccountName", .type = TYPE_NAME },
	{ "sourceRef", .type = TYPE_OBJECT, .required = true,
	    .fields = source_ref },
	{ "suspend", .type = TYPE_BOOL },
	{ "targetNamespace", .type = TYPE_NAMESPACE },
	{ "timeout", .type = TYPE_DURATION },
	{ "validation", .type = TYPE_STRING, .beta = true,
	    .values = " none client server " },
	{ "wait", .type = TYPE_BOOL },
	{ 0 },
};

static const struct field metadata[] = {
	{ "name", .type = TYPE_NAME, .required = true },
	{ "namespace", .type = TYPE_NAMESPACE },
	{ "labels", .type = TYPE_MAP },
	{ "annotations", .type = TYPE_MAP },
	/* What a server adds, in an object that was read from one. */
	{ "creationTimestamp", .type = TYPE_ANY },
	{ "deletionGracePeriodSeconds", .type = TYPE_ANY },
	{ "deletionTimestamp", .type = TYPE_ANY },
	{ "finalizers", .type = TYPE_ANY },
	{ "generation", .type = TYPE_ANY },
	{ "managedFields", .type = TYPE_ANY },
	{ "ownerReferences", .type = TYPE_ANY },
	{ "resourceVersion", .type = TYPE_ANY },
	{ "uid", .type = TYPE_ANY },
	{ 0 },
};

static const struct field object_fields[] = {
	{ "apiVersion", .type = TYPE_ANY },
	{ "kind", .type = TYPE_ANY },
	{ "metadata", .type = TYPE_OBJECT, .required = true,
	    .fields = metadata },
	{ "spec", .type = TYPE_OBJECT, .required = true,
	    .fields = spec_fields },
	{ "status", .type = TYPE_ANY },
	{ 0 },
};

/* --- the walk ----------------------------------------------------------- */

struct check {
	bool beta;	     /* the object is of a beta version */
	struct buf *pointer; /* to the field at hand */
	struct buf *err;
	struct flux_refusal *refusal;
};

/* Say something of the field that the pointer leads to. */
static void
say(const struct buf *pointer, const char *what, struct buf *out)
{
	json_pointer_say(buf_str(pointer), out);
	buf_addf(out, ": %s", what);
}

static int
fail(struct check *c, const char *what)
{
	say(c->pointer, what, c->err);
	return -1;
}

/* Keep the first field that asks for more than we can do. */
static int
refuse(struct check *c, const char *what)
{
	if (c->refusal->what.len)
		return 0;
	say(c->pointer, what, &c->refusal->what);
	buf_adds(&c->refusal->pointer, buf_str(c->pointer));
	return 0;
}

static const char *
what_string(const char *s, const struct field *f)
{
	long long ms;
	char word[64];

	if (f->filled && !*s)
		return "must not be empty";
	if (f->type == TYPE_DURATION && !duration_parse_flux(s, &ms))
		return "not a duration such as 90s or 1h30m";
	if ((f->type == TYPE_NAME || f->type == TYPE_NAMESPACE) &&
	    (!chain_name_ok(s) || strchr(s, '/')))
		return "not a name that Kubernetes allows";
	if (f->type == TYPE_NAMESPACE && (strlen(s) > 63 || strchr(s, '.')))
		return "not a name that Kubernetes allows for a namespace";
	if (f->max && strlen(s) > f->max)
		return "too long";
	if (!f->values)
		return NULL;
	snprintf(word, sizeof(word), " %s ", s);
	if (strlen(s) + 3 > sizeof(word) || strchr(s, ' ') ||
	    !strstr(f->values, word))
		return "not one of the values allowed";
	return NULL;
}

/* An empty one is none, as in Flux. */
static int
check_expr(struct check *c, const jv *v, const struct field *f)
{
	static const char *const names[] = { "self", "dep", NULL };
	const char *s = json_str(v);
	size_t n = s ? (size_t)jv_string_length_bytes(jv_copy(*v)) : 0;
	struct buf why = BUF_INIT;
	struct cel *cel;
	int rc = 0;

	if (!s)
		return fail(c, "must be a string");
	if (!n)
		return f->filled ? fail(c, "must not be empty") : 0;
	cel = f->type == TYPE_READY ? cel_compile_checked(s, n, names, &why)
				    : cel_compile(s, n, &why);
	if (!cel)
		rc = fail(c, buf_str(&why));
	cel_free(cel);
	buf_release(&why);
	return rc;
}

static int
check_string(struct check *c, const jv *v, const struct field *f)
{
	const char *s = json_str(v), *what;
	struct buf text = BUF_INIT;

	if (!s)
		return fail(c, "must be a string");
	what = what_string(s, f);
	if (!what)
		return 0;
	buf_adds(&text, what);
	if (f->values && strcmp(what, "too long") != 0)
		buf_addf(&text, ":%.*s", (int)strlen(f->values) - 1, f->values);
	fail(c, buf_str(&text));
	buf_release(&text);
	return -1;
}

static int check_object(
    struct check *c, const jv *v, const struct field *fields);

/* The group and kind that an entry is for. */
static void
add_kind(const jv *entry, struct buf *out)
{
	const char *version = json_get_str(entry, "apiVersion");
	const char *kind = json_get_str(entry, "kind");
	const char *slash = strchr(version, '/');

	buf_add(out, version, slash ? (size_t)(slash - version) : 0);
	buf_addf(out, "/%s", kind ? kind : "");
}

static int
check_kinds(struct check *c, const jv *v)
{
	struct buf key = BUF_INIT;
	jv seen = jv_object();
	int i, rc = 0;

	for (i = 0; i < json_len(v) && rc == 0; i++) {
		jv entry = json_at(v, i);

		buf_clear(&key);
		add_kind(&entry, &key);
		if (json_has(&seen, buf_str(&key))) {
			buf_addf(c->pointer, "/%d", i);
			rc = fail(c, "another entry is for the same kind");
		}
		seen = json_set(seen, buf_str(&key), jv_true());
		jv_free(entry);
	}
	jv_free(seen);
	buf_release(&key);
	return rc;
}

static int
check_items(struct check *c, const jv *v, const struct field *f)
{
	size_t mark = c->pointer->len;
	int i, rc = 0;

	if (!json_is(v, JV_KIND_ARRAY))
		return fail(c, "must be an array");
	for (i = 0; rc == 0 && i < json_len(v); i++) {
		jv item = json_at(v, i);

		buf_addf(c->pointer, "/%d", i);
		rc = f->type == TYPE_OBJECTS ? check_object(c, &item, f->fields)
					     : check_string(c, &item, f);
		if (rc == 0)
			buf_truncate(c->pointer, mark);
		jv_free(item);
	}
	return rc == 0 && f->kinds ? check_kinds(c, v) : rc;
}

static int
check_map(struct check *c, const jv *v)
{
	size_t mark = c->pointer->len;
	int it, rc = 0;

	if (!json_is(v, JV_KIND_OBJECT))
		return fail(c, "must be a map of strings");
	for (it = jv_object_iter(*v); rc == 0 && jv_object_iter_valid(*v, it);
	     it = jv_object_iter_next(*v, it)) {
		jv key = jv_object_iter_key(*v, it);
		jv value = jv_object_iter_value(*v, it);

		json_pointer_add(c->pointer, jv_string_value(key));
		if (!json_is(&value, JV_KIND_STRING))
			rc = fail(c, "must be a string; quote it");
		else
			buf_truncate(c->pointer, mark);
		jv_free(key);
		jv_free(value);
	}
	return rc;
}

static int
check_field(struct check *c, const jv *v, const struct field *f)
{
	if (f->refused)
		return refuse(c, f->refused);
	switch (f->type) {
	case TYPE_BOOL:
		if (json_is(v, JV_KIND_TRUE) || json_is(v, JV_KIND_FALSE))
			return 0;
		return fail(c, "must be true or false");
	case TYPE_MAP:
		return check_map(c, v);
	case TYPE_OBJECT:
		return check_object(c, v, f->fields);
	case TYPE_OBJECTS:
	case TYPE_STRINGS:
		return check_items(c, v, f);
	case TYPE_EXPR:
	case TYPE_READY:
		return check_expr(c, v, f);
	case TYPE_ANY:
		return 0;
	default:
		return check_string(c, v, f);
	}
}

static const struct field *
find_field(const struct check *c, const struct field *fields, const char *name)
{
	for (; fields->name; fields++)
		if (strcmp(fields->name, name) == 0)
			return fields->beta && !c->beta ? NULL : fields;
	return NULL;
}

/* Fail, with the field that was probably meant. */
static int
fail_unknown(struct check *c, const struct field *fields, const char *name)
{
	struct near near;

	near_start(&near, name);
	for (; fields->name; fields++)
		if (c->beta || !fields->beta)
			near_try(&near, fields->name);
	say(c->pointer, "", c->err);
	near_say(&near, c->err);
	return -1;
}

static int
check_member(
    struct check *c, const struct field *fields, const char *key, const jv *v)
{
	const struct field *f = find_field(c, fields, key);
	size_t mark = c->pointer->len;
	int rc;

	json_pointer_add(c->pointer, key);
	rc = f ? check_field(c, v, f) : fail_unknown(c, fields, key);
	if (rc == 0)
		buf_truncate(c->pointer, mark);
	return rc;
}

static int
check_object(struct check *c, const jv *v, const struct field *fields)
{
	int it, rc = 0;

	if (!json_is(v, JV_KIND_OBJECT))
		return fail(c, "must be an object");
	for (it = jv_object_iter(*v); rc == 0 && jv_object_iter_valid(*v, it);
	     it = jv_object_iter_next(*v, it)) {
		jv key = jv_object_iter_key(*v, it);
		jv value = jv_object_iter_value(*v, it);

		rc = check_member(c, fields, jv_string_value(key), &value);
		jv_free(key);
		jv_free(value);
	}
	for (; rc == 0 && fields->name; fields++) {
		if (!fields->required || json_has(v, fields->name))
			continue;
		/* The message names the field, the pointer its parent. */
		size_t mark = c->pointer->len;

		json_pointer_add(c->pointer, fields->name);
		rc = fail(c, "is missing");
		buf_truncate(c->pointer, mark);
	}
	return rc;
}

int
flux_check(const jv *object, bool beta, struct flux_refusal *refusal,
    struct buf *pointer, struct buf *err)
{
	struct check c = { beta, pointer, err, refusal };

	return check_object(&c, object, object_fields);
}
