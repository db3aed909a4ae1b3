/*
 * Units and items: sorting the records of a stream by stage, and giving each
 * its result.
 */
#include "apply/unit.h"

#include <stdlib.h>
#include <string.h>

#include "diff/desired.h"
#include "diff/jobreads.h"
#include "duration.h"
#include "fields/secret.h"
#include "json.h"
#include "mem.h"
#include "object.h"

/* Where neither the caller nor a stage says how long anything may take. */
#define DEFAULT_TIMEOUT_MS (5LL * 60 * 1000)

const char *
metadata_str(const jv *object, const char *key)
{
	const char *s = json_path_str(object, "metadata", key, NULL);

	return s ? s : "";
}

static struct unit *
unit_of(struct units *u, const struct apply_options *options, const char *stage)
{
	struct unit *unit;
	size_t i;

	/* The one used last comes first: a stage's records stand together. */
	for (i = u->n; i-- > 0;)
		if (strcmp(u->units[i].stage, stage) == 0)
			return &u->units[i];
	u->units = mem_grow(u->units, u->n, &u->cap, sizeof(*u->units));
	unit = &u->units[u->n++];
	*unit = (struct unit){ .options = options, .stage = stage };
	unit->timeout_ms =
	    options->timeout_ms < 0 ? DEFAULT_TIMEOUT_MS : options->timeout_ms;
	unit->parent = jv_invalid();
	inventory_init(&unit->inventory);
	return unit;
}

static void
take_stage(struct unit *unit, const struct record *r)
{
	const char *timeout;

	unit->spec = &r->value;
	timeout = json_path_str(&r->value, "spec", "timeout", NULL);
	if (timeout && unit->options->timeout_ms < 0)
		duration_parse(timeout, &unit->timeout_ms);
}

static void
take_object(struct unit *unit, struct record *r)
{
	struct item *item;

	unit->items =
	    mem_grow(unit->items, unit->n, &unit->cap, sizeof(*unit->items));
	item = &unit->items[unit->n++];
	*item = (struct item){ .record = r };
	item->object = item->live = item->lock = jv_invalid();
	item->remove = item->took = jv_invalid();
}

void
units_init(struct units *u, const struct apply_options *options,
    struct record *records, long n)
{
	struct unit *unit;
	size_t k, m;
	long i;

	*u = (struct units){ 0 };
	for (i = 0; i < n; i++) {
		if (records[i].type != RECORD_STAGE &&
		    records[i].type != RECORD_OBJECT)
			continue;
		unit = unit_of(u, options, record_stage(&records[i]));
		if (records[i].type == RECORD_STAGE)
			take_stage(unit, &records[i]);
		else
			take_object(unit, &records[i]);
	}
	/* Only now do the arrays stand still. */
	for (k = 0; k < u->n; k++)
		for (m = 0; m < u->units[k].n; m++)
			u->units[k].items[m].unit = &u->units[k];
}

void
units_release(struct units *u)
{
	size_t i, k;

	for (i = 0; i < u->n; i++) {
		struct unit *unit = &u->units[i];

		for (k = 0; k < unit->n; k++) {
			jv_free(unit->items[k].object);
			jv_free(unit->items[k].live);
			jv_free(unit->items[k].lock);
			jv_free(unit->items[k].remove);
			jv_free(unit->items[k].took);
			buf_release(&unit->items[k].live_text);
			free(unit->items[k].namespace);
			free(unit->items[k].name);
		}
		crds_release(unit);
		free(unit->items);
		buf_release(&unit->part_of);
		buf_release(&unit->namespace);
		jv_free(unit->parent);
		inventory_release(&unit->inventory);
	}
	free(u->units);
	*u = (struct units){ 0 };
}

void
unit_namespace(const struct unit *u, struct buf *out)
{
	desired_namespace(out, u->spec, api_namespace(u->options->api));
}

bool
unit_spec_flag(const struct unit *u, const char *key)
{
	jv spec;
	bool flag;

	if (!u->spec)
		return false;
	spec = json_get(u->spec, "spec");
	flag = json_get_bool(&spec, key, false);
	jv_free(spec);
	return flag;
}

bool
item_is_namespace(const struct item *item)
{
	return item->name && !*item->kind->group &&
	       strcmp(item->kind->kind, "Namespace") == 0;
}

bool
unit_brings_namespace(const struct unit *u, const char *name)
{
	bool brings = false;
	size_t i;

	for (i = 0; i < u->n && !brings; i++) {
		const struct item *item = &u->items[i];

		brings =
		    item_is_namespace(item) && strcmp(item->name, name) == 0;
	}
	return brings;
}

void
unit_problem(struct unit *u, enum status status, const char *message)
{
	struct buf text = BUF_INIT;

	if (*u->stage)
		buf_addf(&text, "%s: ", u->stage);
	buf_adds(&text, message);
	u->options->problem(u->options->ctx, buf_str(&text));
	u->status = status_worse(u->status, status);
	buf_release(&text);
}

void
item_wake(struct item *item)
{
	struct unit *u = item->unit;
	struct buf err = BUF_INIT;

	if (!jv_is_valid(item->object) && item->kind)
		item->object = desired_object(
		    jobreads_annotate(
			record_object(item->record), item->record),
		    item->kind, u->part_of.len ? buf_str(&u->part_of) : NULL,
		    buf_str(&u->namespace));
	if (item->live_text.len) {
		item->live =
		    json_parse(item->live_text.s, item->live_text.len, &err);
		buf_release(&item->live_text);
	}
	buf_release(&err);
}

void
item_rest(struct item *item)
{
	if (!item->record->may_rest || item->finished)
		return;
	if (jv_is_valid(item->live))
		json_write(&item->live_text, &item->live, 0);
	jv_free(item->live);
	jv_free(item->object);
	item->live = item->object = jv_invalid();
}

bool
item_is_there(const struct item *item)
{
	return jv_is_valid(item->live) || item->live_text.len;
}

void
item_close(struct item *item)
{
	if (!item->open)
		return;
	item->open = false;
	item->unit->n_open--;
	unit_feed(item->unit);
}

/* As it was sent, with its namespace; else as it was written. */
static void
add_subject(const struct item *item, struct buf *out)
{
	if (item->name && *item->name) {
		buf_addf(out, "%s/%s%s%s", item->kind->kind, item->namespace,
		    *item->namespace ? "/" : "", item->name);
		return;
	}
	jv object = jv_is_valid(item->object) ? jv_copy(item->object)
					      : record_object(item->record);

	object_subject(&object, out);
	jv_free(object);
}

void
item_pass(struct item *item)
{
	struct buf subject = BUF_INIT;

	add_subject(item, &subject);
	item->finished = true;
	jv_free(item->object);
	jv_free(item->live);
	item->object = item->live = jv_invalid();
	buf_release(&item->live_text);
	item->unit->options->done(
	    item->unit->options->ctx, item->record, buf_str(&subject));
	buf_release(&subject);
	item_close(item);
}

static jv
copy_metadata(jv result, const jv *answer, const char *key)
{
	jv value = json_path(answer, "metadata", key, NULL);

	if (jv_is_valid(value))
		return json_set(result, key, value);
	jv_free(value);
	return result;
}

void
item_finish(struct item *item, const char *action, const jv *answer)
{
	jv result = json_set_str(jv_object(), "action", action);

	if (answer) {
		result = copy_metadata(result, answer, "uid");
		result = copy_metadata(result, answer, "resourceVersion");
		result = copy_metadata(result, answer, "generation");
	}
	if (item->handed && answer)
		result = json_set_str(result, "message",
		    "it was in the inventory of another stage");
	if (jv_is_valid(item->took))
		result = json_set(result, "took", jv_copy(item->took));
	record_set(item->record, "apply", result);
	item_pass(item);
}

void
item_fail(struct item *item, enum status status, const char *reason,
    const char *message, long http)
{
	jv object = record_object(item->record);
	struct buf text = BUF_INIT;

	secret_message(&object, message, &text);
	record_set_error(item->record, reason, buf_str(&text), http);
	jv_free(object);
	buf_release(&text);
	item->unit->status = status_worse(item->unit->status, status);
	item_pass(item);
}

void
item_fail_response(struct item *item, const struct api_response *r)
{
	item_fail(item, r->exit, *r->reason ? r->reason : "Failed", r->message,
	    r->status);
}

void
unit_skip_rest(struct unit *u)
{
	size_t i;

	for (i = 0; i < u->n; i++) {
		struct item *item = &u->items[i];

		if (item->finished)
			continue;
		if (record_has_error(item->record))
			item_pass(item);
		else
			item_finish(item, "skipped", NULL);
	}
}
