/*
 * Deleting members: by their UID, phase after phase, the last one first.  An
 * object whose deletion hangs ends it, so that what it needs is still there.
 */
#include "apply/members.h"

#include "apply/removal.h"
#include "json.h"
#include "object.h"

/* --- reports ------------------------------------------------------------ */

/* As much of an object as a record needs to name it. */
static jv
named(const struct member *member)
{
	const char *namespace = metadata_str(&member->live, "namespace");
	jv object = jv_object(), metadata = jv_object();

	metadata =
	    json_set_str(metadata, "name", metadata_str(&member->live, "name"));
	if (*namespace)
		metadata = json_set_str(metadata, "namespace", namespace);
	object = json_set(
	    object, "apiVersion", json_get(&member->live, "apiVersion"));
	object = json_set(object, "kind", json_get(&member->live, "kind"));
	return json_set(object, "metadata", metadata);
}

/* Into the object's record, or into one of its own. */
static void
tell(struct member *member, const char *action, const char *message,
    const struct removal_result *failure)
{
	const struct apply_options *o = member->unit->options;
	struct record own = { 0 },
		      *r = member->item ? member->item->record : NULL;
	struct buf subject = BUF_INIT;
	jv apply = json_set_str(jv_object(), "action", action);

	if (!r) {
		r = &own;
		record_make_object(r, member->unit->stage, named(member));
	}
	apply = json_set_str(apply, "uid", metadata_str(&member->live, "uid"));
	if (*message)
		apply = json_set_str(apply, "message", message);
	if (failure) {
		record_set_error(
		    r, failure->reason, failure->message, failure->http);
		jv_free(apply);
	} else {
		record_set(r, "apply", apply);
	}
	object_subject(&member->live, &subject);
	if (member->item) {
		member->item->finished = true;
		o->done(o->ctx, r, buf_str(&subject));
	} else {
		o->extra(o->ctx, r, buf_str(&subject));
	}
	buf_release(&subject);
}

/* --- what may go -------------------------------------------------------- */

void
members_protect(struct members *m)
{
	struct buf why = BUF_INIT;
	size_t i;

	for (i = 0; i < m->n; i++) {
		struct member *member = &m->list[i];

		buf_clear(&why);
		if (member->keep || policy_may_prune(&member->live,
					member->unit->options->data_too, &why))
			continue;
		member->keep = true;
		tell(member, "skipped", buf_str(&why), NULL);
	}
	buf_release(&why);
}

void
members_check_max(const struct members *m, struct unit *u)
{
	struct buf text = BUF_INIT, first = BUF_INIT;
	long n = 0;
	size_t i;

	for (i = 0; i < m->n; i++)
		if (!m->list[i].keep && n++ == 0)
			object_subject(&m->list[i].live, &first);
	if (u->options->prune_max >= 0 && n > u->options->prune_max) {
		buf_addf(&text,
		    "%ld object%s would be deleted (%s%s), and --prune-max "
		    "allows %ld: none is",
		    n, n == 1 ? "" : "s", buf_str(&first),
		    n == 1 ? "" : ", ...", u->options->prune_max);
		unit_problem(u, STATUS_REFUSED, buf_str(&text));
	}
	buf_release(&text);
	buf_release(&first);
}

/* --- deleting ----------------------------------------------------------- */

static void
on_removed(void *ctx, const struct removal_result *result)
{
	struct member *member = ctx;
	struct unit *u = member->unit;

	if (result->status == STATUS_OK) {
		member->gone = !u->options->dry_run;
		tell(member, "deleted", "", NULL);
		return;
	}
	member->failed = true;
	u->status = status_worse(u->status, result->status);
	tell(member, "", "", result);
}

/*
 * Or may own what does.  The garbage collector, through which an object goes
 * that waits for what it owns, is slow: twenty objects a second.
 */
static bool
runs_pods(const struct member *member)
{
	return member->phase == PHASE_WORK || member->phase == PHASE_CUSTOM;
}

static void
start(struct member *member, bool foreground)
{
	struct removal_request request = { 0 };

	request.kind = member->kind;
	request.namespace = metadata_str(&member->live, "namespace");
	request.name = metadata_str(&member->live, "name");
	request.uid = metadata_str(&member->live, "uid");
	request.background = !foreground || !runs_pods(member);
	request.already = json_path_str(&member->live, "metadata",
			      "deletionTimestamp", NULL) != NULL;
	request.dry_run = member->unit->options->dry_run;
	request.timeout_ms = member->unit->timeout_ms;
	request.done = on_removed;
	request.ctx = member;
	removal_start(member->unit->options->api, &request);
}

void
members_delete(struct members *m, struct unit *u, bool foreground)
{
	size_t i;
	int phase;

	for (phase = N_PHASES; phase-- > 0 && u->status == STATUS_OK;) {
		for (i = 0; i < m->n; i++)
			if ((int)m->list[i].phase == phase && !m->list[i].keep)
				start(&m->list[i], foreground);
		api_run(u->options->api);
	}
}
