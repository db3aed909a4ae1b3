/*
 * The decision about a Job: it is the server's verdict, bent by what the Job's
 * annotation asks for.
 */
#include "diff/jobrun.h"

#include <stdlib.h>
#include <string.h>

#include "diff/jobreads.h"
#include "fields/compare.h"
#include "health/conditions.h"
#include "json.h"
#include "judge/policy.h"
#include "mem.h"
#include "object.h"

bool
jobrun_is_job(const jv *object)
{
	return object_is(object, "batch", "Job");
}

static bool
run_is(const jv *job, const char *value)
{
	const char *run = object_annotation(job, POLICY_RUN);

	return run && strcmp(run, value) == 0;
}

static bool
has_finished(const jv *job)
{
	jv conditions = conditions_of(job);
	struct condition c;
	bool finished = condition_find(&conditions, "Complete", "True", &c) ||
			condition_find(&conditions, "Failed", "True", &c);

	jv_free(conditions);
	return finished;
}

static bool
is_over(const struct jobrun *j)
{
	return j->offline || has_finished(j->live);
}

static void
set_action(struct verdict *v, const char *action, const char *reason)
{
	v->action = action;
	free(v->reason);
	v->reason = mem_strdup(reason);
}

/* It stays as it is, whatever differs. */
static void
leave_it(struct verdict *v)
{
	set_action(v, "none", POLICY_RUN " is once");
	jv_free(v->fields);
	v->fields = jv_array();
}

static bool
action_is(const struct verdict *v, const char *action)
{
	return strcmp(v->action, action) == 0;
}

/* The annotation that says what it read, or what that stands in. */
static bool
is_reads(const char *path)
{
	static const char whole[] = "/spec/template/metadata/annotations/"
				    "poundlock~1reads";
	size_t len = strlen(path);

	return strncmp(whole, path, len) == 0 &&
	       (whole[len] == '\0' || whole[len] == '/');
}

/* The first field that makes it run, as people write it. */
static void
add_field(const jv *desired, const struct verdict *v, struct buf *out)
{
	int n = json_len(&v->fields);

	for (int i = 0; i < n && out->len == 0; i++) {
		jv field = json_at(&v->fields, i);
		const char *path = json_get_str(&field, "path");
		if (path && json_get_bool(&field, "immutable", false) &&
		    !is_reads(path))
			compare_path_text(desired, path, out);
		jv_free(field);
	}
}

/* Fields or objects: what it is that changes. */
static void
add_changes(const struct jobrun *j, const struct verdict *v, struct buf *why)
{
	struct buf objects = BUF_INIT;

	add_field(j->desired, v, why);
	jobreads_changed(j->desired, j->live, &objects);
	if (why->len && objects.len)
		buf_adds(why, ", ");
	buf_adds(why, buf_str(&objects));
	if (!why->len)
		buf_adds(why, "it is made anew");
	else
		buf_adds(why, strchr(why->s, ',') ? " change" : " changes");
	buf_release(&objects);
}

static void
explain(const struct jobrun *j, const struct verdict *v, bool *runs,
    struct buf *why)
{
	const jv *desired = j->desired;
	jv spec = json_get(desired, "spec");
	bool suspended = json_get_bool(&spec, "suspend", false);

	jv_free(spec);
	*runs = action_is(v, "create") || action_is(v, "recreate");
	if (*runs && suspended) {
		*runs = false;
		buf_adds(why, "it is suspended");
	} else if (action_is(v, "create")) {
		buf_adds(why, v->reason ? v->reason : "it does not exist");
	} else if (action_is(v, "recreate") && v->reason) {
		buf_adds(why, v->reason);
	} else if (action_is(v, "recreate")) {
		add_changes(j, v, why);
	} else if (jv_is_valid(*j->live) && !is_over(j)) {
		buf_adds(why, "it has not finished yet and goes on");
	} else if (action_is(v, "update")) {
		buf_adds(why, "only fields change that can change in place");
	} else {
		buf_adds(why, v->reason ? v->reason : "nothing changes");
	}
}

static void
refuse(struct verdict *v, const char *value)
{
	struct buf message = BUF_INIT;

	buf_addf(&message,
	    "the annotation " POLICY_RUN
	    " is %s: neither on-change, " POLICY_RUN_CONFIG ", always nor once",
	    value);
	v->action = NULL;
	v->error.exit = STATUS_USAGE;
	v->error.reason = mem_strdup("Invalid");
	v->error.message = buf_detach(&message);
}

jv
jobrun_decide(const struct jobrun *j, struct verdict *v)
{
	const char *run = object_annotation(j->desired, POLICY_RUN);
	struct buf why = BUF_INIT;
	bool runs;

	if (!v->action)
		return jv_invalid();
	if (policy_runs_always(j->desired)) {
		if (!action_is(v, "create") && !action_is(v, "recreate") &&
		    is_over(j))
			set_action(v, "recreate", POLICY_RUN " is always");
	} else if (run_is(j->desired, "once")) {
		if (action_is(v, "recreate"))
			leave_it(v);
	} else if (run && !run_is(j->desired, "on-change") &&
		   !run_is(j->desired, POLICY_RUN_CONFIG)) {
		refuse(v, run);
		return jv_invalid();
	}
	explain(j, v, &runs, &why);
	jv decision =
	    json_set(jv_object(), "runs", runs ? jv_true() : jv_false());
	decision = json_set_str(decision, "why", buf_str(&why));
	buf_release(&why);
	return decision;
}
