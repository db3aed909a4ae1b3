/*
 * A Job whose Pod failed is tried again, for minutes: what went wrong is said
 * when it does so for the first time, not when the Job gives up.
 */
#include <stdlib.h>

#include "health/conditions.h"
#include "health/owner.h"
#include "json.h"
#include "mem.h"
#include "object.h"
#include "wait/evidence.h"
#include "wait/evidenceimpl.h"
#include "wait/waitimpl.h"

/* What the API gives a Job that does not say: batch/v1 JobSpec. */
#define BACKOFF_LIMIT 6

/* Time for the log of the first failure; without it the rest is said. */
#define LOG_MS 5000

/* A failure whose log was asked for. */
struct attempt {
	struct wait_run *run;
	struct wait_target *target;
	struct buf said; /* "failed once, ..." */
	jv pod; /* the evidence of its Pod, its container's log absent */
	struct api_call *call;
	struct attempt *next;
};

/* --- what failed -------------------------------------------------------- */

/*
 * How a container ended when it failed last, as "terminated" of its status;
 * invalid if it never did.
 */
static jv
failure_of(const jv *status)
{
	static const char *const states[] = { "state", "lastState" };
	size_t i;

	for (i = 0; i < sizeof(states) / sizeof(*states); i++) {
		jv end = json_path(status, states[i], "terminated", NULL);

		if (json_get_int(&end, "exitCode", 0) != 0)
			return end;
		jv_free(end);
	}
	return jv_invalid();
}

/* The status of the container of a Pod that failed last; invalid if none. */
static jv
failed_container(const jv *pod, bool *init, jv *id)
{
	static const char *const lists[] = { "containerStatuses",
		"initContainerStatuses" };
	size_t l;
	int i;

	for (l = 0; l < sizeof(lists) / sizeof(*lists); l++) {
		jv list = json_path(pod, "status", lists[l], NULL);

		for (i = 0; i < json_len(&list); i++) {
			jv status = json_at(&list, i);
			jv end = failure_of(&status);

			if (jv_is_valid(end)) {
				*init = l == 1;
				*id = json_get(&end, "containerID");
				jv_free(end);
				jv_free(list);
				return status;
			}
			jv_free(end);
			jv_free(status);
		}
		jv_free(list);
	}
	return jv_invalid();
}

/* --- which Job ---------------------------------------------------------- */

/* Nobody has given it up yet, nor wants its Pods gone. */
static bool
is_tried(const struct wait_target *t)
{
	jv conditions;
	struct condition c;
	bool is = object_is(&t->object, "batch", "Job") && !t->final &&
		  jv_is_valid(t->live) &&
		  t->health.status == HEALTH_IN_PROGRESS;

	if (!is)
		return false;
	conditions = conditions_of(&t->live);
	is = !condition_find(&conditions, "FailureTarget", "True", &c) &&
	     !condition_find(&conditions, "SuccessCriteriaMet", "True", &c);
	jv_free(conditions);
	return is;
}

static struct wait_target *
job_of(struct wait_run *run, const jv *pod)
{
	size_t i;

	for (i = 0; i < run->set->n; i++)
		if (is_tried(&run->set->targets[i]) &&
		    owner_is(pod, &run->set->targets[i].live))
			return &run->set->targets[i];
	return NULL;
}

/*
 * Count a failure of a Job, each once, as a set of their ids.  Returns how many
 * there are, 0 if this one is not new.
 */
static int
count(struct wait_target *t, jv id)
{
	int had = json_len(&t->failures);

	if (!json_is(&t->failures, JV_KIND_OBJECT)) {
		jv_free(t->failures);
		t->failures = jv_object();
		had = 0;
	}
	t->failures = jv_object_set(t->failures, id, jv_true());
	return json_len(&t->failures) > had ? had + 1 : 0;
}

/* "failed once, is tried up to 5 times more"; -1 if it will not be. */
static int
describe(const struct wait_target *t, int failures, struct buf *out)
{
	jv spec = json_get(&t->live, "spec");
	bool by_index = json_has(&spec, "backoffLimitPerIndex");
	long long more =
	    json_get_int(&spec, "backoffLimit", BACKOFF_LIMIT) - failures + 1;

	jv_free(spec);
	if (!by_index && more <= 0)
		return -1;
	if (failures == 1)
		buf_adds(out, "failed once");
	else
		buf_addf(out, "failed %d times", failures);
	if (by_index)
		buf_adds(out, ", is tried again");
	else
		buf_addf(out, ", is tried up to %lld time%s more", more,
		    more == 1 ? "" : "s");
	return 0;
}

/* --- saying it ---------------------------------------------------------- */

static void
say(struct wait_target *t, const char *said, jv pod, bool logs)
{
	jv pods = jv_array_append(jv_array(), pod);
	jv evidence = json_set(jv_object(), "pods", pods);

	warning("%s: %s", buf_str(&t->subject), said);
	evidence_say(buf_str(&t->subject), said, &evidence, logs);
	t->said = api_now();
	jv_free(evidence);
}

static void
release(struct attempt *a)
{
	jv_free(a->pod);
	buf_release(&a->said);
	free(a);
}

static void
take_log(void *ctx, const struct api_response *r)
{
	struct attempt *a = ctx, **p = &a->run->attempts;
	jv pod = a->pod, containers, c;

	while (*p != a)
		p = &(*p)->next;
	*p = a->next;
	a->pod = jv_invalid();
	if (r->exit == STATUS_OK) {
		containers = json_take(&pod, "containers");
		c = json_take_at(&containers, 0);
		c = json_set(c, "log", evidence_lines(r->text, r->len));
		pod =
		    json_set(pod, "containers", jv_array_set(containers, 0, c));
	}
	say(a->target, buf_str(&a->said), pod, true);
	release(a);
}

/* All is said when the log has come, so that it stands together. */
static void
say_with_log(
    struct attempt *a, const jv *pod, const char *container, bool previous)
{
	struct api_request r = { .method = "GET",
		.done = take_log,
		.ctx = a,
		.raw = true,
		.once = true,
		.timeout_ms = LOG_MS };
	struct buf path = BUF_INIT;

	a->next = a->run->attempts;
	a->run->attempts = a;
	evidence_tail_path(&path, pod, container, previous);
	r.path = path.s;
	a->call = api_send(a->run->api, &r);
	buf_release(&path);
}

/* One of this Job whose log has not come yet. */
static struct attempt *
pending(struct wait_run *run, const struct wait_target *t)
{
	struct attempt *a = run->attempts;

	while (a && a->target != t)
		a = a->next;
	return a;
}

static void
see_failure(struct wait_run *run, struct wait_target *t, const jv *pod,
    const jv *status, bool init, int failures)
{
	const char *name = json_path_str(pod, "metadata", "name", NULL);
	const char *container = json_get_str(status, "name");
	struct attempt *a = pending(run, t);
	struct buf said = BUF_INIT;
	bool previous;
	jv note;

	if (!name || !container || describe(t, failures, &said) != 0) {
		buf_release(&said);
		return;
	}
	if (a) {
		buf_release(&a->said);
		a->said = said;
		return;
	}
	note = evidence_container(status, init, &previous);
	a = mem_zero(1, sizeof(*a));
	a->run = run;
	a->target = t;
	a->said = said;
	a->pod = json_set_str(jv_object(), "name", name);
	a->pod =
	    json_set(a->pod, "containers", jv_array_append(jv_array(), note));
	if (failures == 1 && !run->options->logs) {
		say_with_log(a, pod, container, previous);
	} else {
		say(t, buf_str(&a->said), jv_copy(a->pod), false);
		release(a);
	}
}

void
wait_attempts_see(struct wait_run *run, const jv *pod)
{
	struct wait_target *t;
	bool init = false;
	int failures;
	jv id = jv_invalid(), status = failed_container(pod, &init, &id);
	jv leaves = json_path(pod, "metadata", "deletionTimestamp", NULL);

	t = json_str(&id) && !jv_is_valid(leaves) ? job_of(run, pod) : NULL;
	if (t) {
		failures = count(t, jv_copy(id));
		if (failures > 0)
			see_failure(run, t, pod, &status, init, failures);
	}
	jv_free(leaves);
	jv_free(id);
	jv_free(status);
}

void
wait_attempts_stop(struct wait_run *run)
{
	struct attempt *a, *next;

	for (a = run->attempts; a; a = next) {
		next = a->next;
		api_cancel(run->api, a->call);
		release(a);
	}
	run->attempts = NULL;
}
