/* What there is to wait for; see waitset.h.  Nothing here talks to a server. */
#include "wait/waitset.h"

#include <stdlib.h>
#include <string.h>

#include "diff/desired.h"
#include "duration.h"
#include "json.h"
#include "kinds.h"
#include "mem.h"
#include "object.h"

#define DEFAULT_TIMEOUT_MS 300000

/* An object's own time, whatever its stage's. */
#define TIMEOUT_ANNOTATION "poundlock/timeout"

struct builder {
	struct wait_set *set;
	size_t cap;
	const struct wait_set_options *options;
	jv stages; /* name: value of its record */
	jv checks; /* name: the ids that its healthChecks name, as keys */
	jv exprs;  /* name: the place of its expressions in set->exprs */
	struct buf *err;
};

/*
 * The id of an object in its namespace, so that one that names none is the same
 * as one that names the stage's.
 */
static void
add_key(
    struct builder *b, struct object_id *id, const jv *stage, struct buf *key)
{
	struct buf namespace = BUF_INIT;

	if (!*id->namespace &&
	    !kind_is_cluster_scoped(id->group, id->group_len, id->kind)) {
		desired_namespace(&namespace, stage, b->options->namespace);
		id->namespace = buf_str(&namespace);
	}
	object_id_key(id, key);
	buf_release(&namespace);
}

/* --- stages ------------------------------------------------------------- */

static int
read_check(struct builder *b, const jv *stage, const jv *check, jv *ids)
{
	struct buf key = BUF_INIT, what = BUF_INIT;
	struct object_id id;
	jv metadata = jv_object(), object = jv_object(), v;
	static const char *const fields[] = { "name", "namespace" };
	size_t i;
	int rc;

	for (i = 0; i < 2; i++) {
		v = json_get(check, fields[i]);
		if (jv_is_valid(v))
			metadata = json_set(metadata, fields[i], v);
		else
			jv_free(v);
	}
	object = json_set(object, "apiVersion", json_get(check, "apiVersion"));
	object = json_set(object, "kind", json_get(check, "kind"));
	object = json_set(object, "metadata", metadata);
	rc = object_id(&object, &id, &what);
	if (rc) {
		buf_addf(b->err, "stage %s: spec.healthChecks: %s",
		    json_get_str(stage, "stage"), buf_str(&what));
		jv_free(object);
	} else {
		add_key(b, &id, stage, &key);
		*ids = json_set(*ids, buf_str(&key), object);
	}
	buf_release(&what);
	buf_release(&key);
	return rc;
}

static bool
stage_waits_for_all(const jv *stage)
{
	jv wait = json_path(stage, "spec", "wait", NULL);
	bool all = json_is_true(&wait);

	jv_free(wait);
	return all;
}

static int
read_exprs(struct builder *b, const char *name, const jv *stage)
{
	jv list = json_path(stage, "spec", "healthCheckExprs", NULL);
	struct wait_set *set = b->set;
	struct health_exprs *e = NULL;
	struct buf why = BUF_INIT;
	int n = json_len(&list);

	if (n)
		e = health_exprs_new(&list, &why);
	if (n && !e)
		buf_addf(b->err, "stage %s: spec.%s", name, buf_str(&why));
	buf_release(&why);
	jv_free(list);
	if (!e)
		return n ? -1 : 0;
	b->exprs = json_set(b->exprs, name, jv_number((double)set->n_exprs));
	set->exprs = mem_resize(
	    set->exprs, set->n_exprs + 1, sizeof(struct health_exprs *));
	set->exprs[set->n_exprs++] = e;
	return 0;
}

static int
add_stage(struct builder *b, const struct record *r)
{
	const char *name = record_stage(r);
	jv checks = json_path(&r->value, "spec", "healthChecks", NULL);
	jv ids = jv_object(), check;
	int i, rc = 0;

	if (!stage_waits_for_all(&r->value) && !b->options->all)
		for (i = 0; i < json_len(&checks) && rc == 0; i++) {
			check = json_at(&checks, i);
			rc = json_is(&check, JV_KIND_OBJECT)
				 ? read_check(b, &r->value, &check, &ids)
				 : -1;
			jv_free(check);
		}
	if (rc && !b->err->len)
		buf_addf(b->err,
		    "stage %s: spec.healthChecks: an entry is no "
		    "object",
		    name);
	if (rc == 0)
		rc = read_exprs(b, name, &r->value);
	b->checks = json_set(b->checks, name, ids);
	b->stages = json_set(b->stages, name, jv_copy(r->value));
	jv_free(checks);
	return rc;
}

/* --- one target --------------------------------------------------------- */

static int
parse_timeout(struct builder *b, struct wait_target *t, const char *text,
    const char *from)
{
	t->timeout_from = from;
	if (duration_parse(text, &t->timeout_ms))
		return 0;
	buf_addf(b->err, "%s: %s: %s is not a duration", buf_str(&t->subject),
	    from, text);
	return -1;
}

static int
set_timeout(struct builder *b, struct wait_target *t, const jv *stage)
{
	const char *own = object_annotation(&t->object, TIMEOUT_ANNOTATION);
	const char *of_stage = json_path_str(stage, "spec", "timeout", NULL);

	if (own)
		return parse_timeout(
		    b, t, own, "annotation " TIMEOUT_ANNOTATION);
	if (b->options->timeout_ms >= 0) {
		t->timeout_ms = b->options->timeout_ms;
		t->timeout_from = "--timeout";
		return 0;
	}
	if (of_stage)
		return parse_timeout(b, t, of_stage, "the stage's timeout");
	t->timeout_ms = DEFAULT_TIMEOUT_MS;
	t->timeout_from = "the default timeout";
	return 0;
}

/* What apply left behind, else what the object itself carries. */
static const char *
from_server(const struct wait_target *t, const char *key)
{
	const char *s = NULL;

	if (t->record)
		s = json_path_str(&t->record->value, "apply", key, NULL);
	if (!s)
		s = json_path_str(&t->object, "metadata", key, NULL);
	return s && *s ? s : NULL;
}

void
wait_target_name(struct wait_target *t, bool namespaced)
{
	buf_clear(&t->subject);
	if (namespaced && t->namespace.len)
		buf_addf(
		    &t->subject, "%s/%s/%s", t->kind, t->namespace.s, t->name);
	else
		object_subject(&t->object, &t->subject);
}

/* Consumes object; record may be NULL. */
static int
add_target(
    struct builder *b, struct record *record, const char *stage, jv object)
{
	struct wait_set *set = b->set;
	struct object_id id;
	struct wait_target *t;
	struct buf ignored = BUF_INIT;
	jv value = json_get(&b->stages, stage);
	long long exprs = json_get_int(&b->exprs, stage, -1);
	int rc;

	set->targets =
	    mem_grow(set->targets, set->n, &b->cap, sizeof(*set->targets));
	t = &set->targets[set->n++];
	*t = (struct wait_target){ .record = record,
		.object = object,
		.health = HEALTH_INIT,
		.live = jv_invalid(),
		.failures = jv_invalid(),
		.evidence = jv_invalid() };
	object_id(&t->object, &id, &ignored);
	buf_release(&ignored);
	t->api_version = json_get_str(&t->object, "apiVersion");
	t->kind = id.kind;
	t->name = id.name;
	t->uid = from_server(t, "uid");
	t->resource_version = from_server(t, "resourceVersion");
	t->exprs = exprs < 0 ? NULL : set->exprs[exprs];
	buf_adds(&t->stage, stage);
	if (*id.namespace)
		buf_adds(&t->namespace, id.namespace);
	else
		desired_namespace(&t->namespace, &value, b->options->namespace);
	wait_target_name(
	    t, kind_find(id.group, id.group_len, NULL, id.kind) &&
		   !kind_is_cluster_scoped(id.group, id.group_len, id.kind));
	health_set(&t->health, HEALTH_UNKNOWN, "NotSeen", "not seen yet");
	rc = set_timeout(b, t, &value);
	jv_free(value);
	return rc;
}

bool
wait_target_judge(const struct wait_target *t, const jv *object,
    const struct health_options *options, struct health *out)
{
	if (t->exprs && health_exprs_judge(t->exprs, object, out))
		return true;
	health_judge(object, options, out);
	return false;
}

/* --- which records ------------------------------------------------------ */

static bool
apply_did(const struct record *r, const char *action)
{
	const char *s = json_path_str(&r->value, "apply", "action", NULL);

	return s && strcmp(s, action) == 0;
}

/* Named by the stage's healthChecks; forgets the entry then. */
static bool
take_check(struct builder *b, const jv *value, const jv *object)
{
	struct buf key = BUF_INIT, ignored = BUF_INIT;
	struct object_id id;
	const char *stage = json_get_str(value, "stage");
	jv ids = json_take(&b->checks, stage);
	bool named = false;

	if (object_id(object, &id, &ignored) == 0) {
		add_key(b, &id, value, &key);
		named = json_has(&ids, buf_str(&key));
	}
	if (named)
		ids = json_delete(ids, buf_str(&key));
	if (jv_is_valid(ids))
		b->checks = json_set(b->checks, stage, ids);
	else
		jv_free(ids);
	buf_release(&ignored);
	buf_release(&key);
	return named;
}

static bool
is_waited_for(struct builder *b, const struct record *r, const jv *object)
{
	const char *name = record_stage(r);
	jv stage = json_get(&b->stages, name);
	bool waited;

	if (b->options->deleted)
		waited =
		    apply_did(r, "deleted") || !json_has(&r->value, "apply");
	else if (apply_did(r, "deleted"))
		waited = false;
	else if (jv_is_valid(stage) && !stage_waits_for_all(&stage) &&
		 !b->options->all)
		waited = take_check(b, &stage, object);
	else
		waited = !apply_did(r, "skipped");
	jv_free(stage);
	return waited;
}

static int
add_record(struct builder *b, struct record *r)
{
	jv object = record_object(r), error;

	if (record_has_error(r)) {
		error = json_get(&r->value, "error");
		if (!b->set->errors++)
			b->set->first_error = error;
		else
			jv_free(error);
	} else if (is_waited_for(b, r, &object)) {
		return add_target(b, r, record_stage(r), object);
	}
	jv_free(object);
	return 0;
}

/* The health checks that no record answered to. */
static int
add_checks(struct builder *b, const char *stage)
{
	jv ids = json_get(&b->checks, stage);
	int rc = 0, i;

	for (i = jv_object_iter(ids); rc == 0 && jv_object_iter_valid(ids, i);
	     i = jv_object_iter_next(ids, i))
		rc = add_target(b, NULL, stage, jv_object_iter_value(ids, i));
	jv_free(ids);
	return rc;
}

int
wait_set_make(struct wait_set *set, struct record *records, long n,
    const struct wait_set_options *options, struct buf *err)
{
	struct builder b = { .set = set,
		.options = options,
		.stages = jv_object(),
		.checks = jv_object(),
		.exprs = jv_object(),
		.err = err };
	int rc = 0;
	long i;

	*set = (struct wait_set){ .first_error = jv_invalid() };
	for (i = 0; i < n && rc == 0; i++)
		if (records[i].type == RECORD_STAGE)
			rc = add_stage(&b, &records[i]);
	for (i = 0; i < n && rc == 0; i++)
		if (records[i].type == RECORD_OBJECT)
			rc = add_record(&b, &records[i]);
	for (i = 0; i < n && rc == 0 && !options->deleted; i++)
		if (records[i].type == RECORD_STAGE)
			rc = add_checks(&b, record_stage(&records[i]));
	jv_free(b.stages);
	jv_free(b.checks);
	jv_free(b.exprs);
	if (rc)
		wait_set_release(set);
	return rc;
}

void
wait_set_release(struct wait_set *set)
{
	size_t i;

	for (i = 0; i < set->n; i++) {
		struct wait_target *t = &set->targets[i];

		jv_free(t->object);
		jv_free(t->live);
		jv_free(t->failures);
		jv_free(t->evidence);
		health_release(&t->health);
		buf_release(&t->stage);
		buf_release(&t->subject);
		buf_release(&t->namespace);
	}
	for (i = 0; i < set->n_exprs; i++)
		health_exprs_free(set->exprs[i]);
	free(set->exprs);
	free(set->targets);
	jv_free(set->first_error);
	*set = (struct wait_set){ .first_error = jv_invalid() };
}
