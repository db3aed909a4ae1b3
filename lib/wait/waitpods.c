/*
 * The Pods of what is rolling out: one watch a namespace, begun when the first
 * of its workloads is not healthy at once.  A Pod that will never start dooms
 * its workload, if it is of the revision that is being rolled out.
 */
#include <stdlib.h>
#include <string.h>

#include "health/conditions.h"
#include "health/labelselector.h"
#include "health/owner.h"
#include "health/podstuck.h"
#include "json.h"
#include "mem.h"
#include "object.h"
#include "wait/waitimpl.h"

#define REVISION "deployment.kubernetes.io/revision"
#define JOB_LABEL "batch.kubernetes.io/controller-uid"

/* Whether a Pod's ReplicaSet is the one that is being rolled out. */
struct check {
	struct wait_pods *pods;
	struct wait_target *target;
	struct health health;
	struct api_call *call;
	struct check *next;
};

struct wait_pods {
	struct wait_run *run;
	char *namespace;
	struct buf selector;
	struct api_watch *watch; /* NULL: we may not see Pods */
	bool synced;
	struct api_timer *timer;
	jv suspects; /* name to Pod: what is stuck, or will be in time */
	struct check *checks;
};

/* --- which workload a Pod is of ----------------------------------------- */

static bool
is_kind(const struct wait_target *t, const char *group, const char *kind)
{
	return object_is(&t->object, group, kind);
}

static bool
is_workload(const struct wait_run *run, const struct wait_target *t)
{
	if (is_kind(t, "apps", "StatefulSet") ||
	    is_kind(t, "apps", "ReplicaSet"))
		return true;
	if (is_kind(t, "batch", "Job"))
		return !run->options->strict || run->options->logs;
	return !run->options->strict && (is_kind(t, "apps", "Deployment") ||
					    is_kind(t, "apps", "DaemonSet"));
}

static bool
same_str(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static const char *
label(const jv *object, const char *key)
{
	return json_path_str(object, "metadata", "labels", key, NULL);
}

/* By its name, DEPLOYMENT-HASH; the answer to a check makes it sure. */
static bool
may_be_of_deployment(const jv *pod, const struct wait_target *t)
{
	const char *hash = label(pod, "pod-template-hash");
	struct buf name = BUF_INIT;
	jv owner = owner_controller(pod);
	bool is;

	buf_addf(&name, "%s-%s", t->name, hash ? hash : "");
	is = same_str(json_get_str(&owner, "kind"), "ReplicaSet") &&
	     same_str(json_get_str(&owner, "name"), buf_str(&name));
	buf_release(&name);
	jv_free(owner);
	return is;
}

/* The Pod of a workload that it controls itself is of the new revision. */
static bool
is_new(const jv *pod, const struct wait_target *t)
{
	const char *want, *is;

	if (is_kind(t, "apps", "StatefulSet")) {
		want =
		    json_path_str(&t->live, "status", "updateRevision", NULL);
		is = label(pod, "controller-revision-hash");
	} else if (is_kind(t, "apps", "DaemonSet")) {
		want = object_annotation(
		    &t->live, "deprecated.daemonset.template.generation");
		is = label(pod, "pod-template-generation");
	} else {
		return true;
	}
	return !want || !is || strcmp(want, is) == 0;
}

/* --- the verdict -------------------------------------------------------- */

/* As kstatus: failed, not being deleted, and not for want of a node. */
static bool
fails_strictly(const jv *pod, const struct wait_run *run, struct health *out)
{
	struct health_options o = wait_health_options(run, NULL);
	jv conditions = conditions_of(pod);
	struct condition c;
	bool waits = condition_find(&conditions, "PodScheduled", "False", &c) &&
		     strcmp(c.reason, "Unschedulable") == 0;

	jv_free(conditions);
	health_judge(pod, &o, out);
	return out->status == HEALTH_FAILED && !waits;
}

/* due may be NULL; t may be NULL for a Pod of an unknown workload. */
static bool
is_stuck(const struct wait_run *run, const jv *pod, const struct wait_target *t,
    struct health *out, long long *due)
{
	bool job = t && is_kind(t, "batch", "Job");
	struct pod_limits limits = {
		.crashes = job ? 0 : run->options->crashes,
		.unschedulable_ms = run->options->unschedulable_ms,
		.now = wait_now(),
	};
	long long ignored;

	if (run->options->strict)
		return !job && fails_strictly(pod, run, out);
	return pod_stuck(pod, &limits, out, due ? due : &ignored);
}

static void
doom(struct wait_run *run, struct wait_target *t, const struct health *of_pod)
{
	if (t->final || t->health.status != HEALTH_IN_PROGRESS)
		return;
	wait_update(run, t, of_pod);
}

/* --- the revision of a Deployment's Pod --------------------------------- */

static void
free_check(struct check *c)
{
	struct check **p = &c->pods->checks;

	while (*p != c)
		p = &(*p)->next;
	*p = c->next;
	health_release(&c->health);
	free(c);
}

static void
check_done(void *ctx, const struct api_response *r)
{
	struct check *c = ctx;
	struct wait_target *t = c->target;

	if (r->exit == STATUS_OK && owner_is(r->body, &t->live) &&
	    same_str(object_annotation(r->body, REVISION),
		object_annotation(&t->live, REVISION)))
		doom(c->pods->run, t, &c->health);
	free_check(c);
}

/* What is said of the workload names its Pod. */
static void
name_pod(struct health *h, const jv *pod)
{
	struct buf message = h->message;
	const char *name = json_path_str(pod, "metadata", "name", NULL);

	h->message = (struct buf)BUF_INIT;
	buf_addf(
	    &h->message, "Pod %s: %s", name ? name : "?", buf_str(&message));
	buf_release(&message);
}

static void
start_check(struct wait_pods *p, struct wait_target *t, const jv *pod,
    const struct health *h)
{
	struct check *c;
	struct buf path = BUF_INIT;
	struct api_request r = { .method = "GET", .done = check_done };
	jv owner;

	for (c = p->checks; c; c = c->next)
		if (c->target == t)
			return;
	owner = owner_controller(pod);
	c = mem_zero(1, sizeof(*c));
	c->pods = p;
	c->target = t;
	c->next = p->checks;
	p->checks = c;
	health_set(&c->health, h->status, buf_str(&h->reason), "%s",
	    buf_str(&h->message));
	api_path(&path, kind_find("apps", 4, NULL, "ReplicaSet"), p->namespace,
	    json_get_str(&owner, "name"));
	r.path = path.s;
	r.ctx = c;
	c->call = api_send(p->run->api, &r);
	buf_release(&path);
	jv_free(owner);
}

/* --- Pods and workloads together ---------------------------------------- */

/* A workload that its controller has not looked at has no new Pods yet. */
static bool
is_rolling(const struct wait_run *run, const struct wait_target *t)
{
	return is_workload(run, t) && !t->final && jv_is_valid(t->live) &&
	       t->health.status == HEALTH_IN_PROGRESS &&
	       strcmp(buf_str(&t->health.reason),
		   "LatestGenerationNotObserved") != 0;
}

static void
consider(struct wait_pods *p, struct wait_target *t, const jv *pod)
{
	struct health h = HEALTH_INIT;
	bool deployment = is_kind(t, "apps", "Deployment");

	if (!is_rolling(p->run, t) ||
	    !(deployment ? may_be_of_deployment(pod, t)
			 : owner_is(pod, &t->live) && is_new(pod, t)))
		return;
	if (is_stuck(p->run, pod, t, &h, NULL)) {
		name_pod(&h, pod);
		if (deployment)
			start_check(p, t, pod, &h);
		else
			doom(p->run, t, &h);
	}
	health_release(&h);
}

static void
consider_all(struct wait_pods *p, const jv *pod)
{
	struct wait_set *set = p->run->set;
	size_t i;

	for (i = 0; i < set->n; i++)
		if (strcmp(buf_str(&set->targets[i].namespace), p->namespace) ==
		    0)
			consider(p, &set->targets[i], pod);
}

static void
follow_logs(struct wait_pods *p, const jv *pod)
{
	struct wait_set *set = p->run->set;
	size_t i;

	for (i = 0; i < set->n; i++) {
		struct wait_target *t = &set->targets[i];

		if (jv_is_valid(t->live) && is_kind(t, "batch", "Job") &&
		    owner_is(pod, &t->live))
			wait_logs_see(p->run, t, pod);
	}
}

static void look_again(void *ctx);

/* Keep what is stuck, and what will be when nothing changes. */
static void
suspect(struct wait_pods *p, const char *name, const jv *pod)
{
	struct health h = HEALTH_INIT;
	long long due = 0;
	bool stuck = is_stuck(p->run, pod, NULL, &h, &due);

	health_release(&h);
	if (!stuck && due == 0) {
		p->suspects = json_delete(p->suspects, name);
		return;
	}
	p->suspects = json_set(p->suspects, name, jv_copy(*pod));
	if (due && !p->timer)
		p->timer = api_timer_start(
		    p->run->api, due - wait_now() + 10, look_again, p);
	if (stuck)
		consider_all(p, pod);
}

static void
look_again(void *ctx)
{
	struct wait_pods *p = ctx;
	jv pods = jv_copy(p->suspects);

	p->timer = NULL;
	jv_object_foreach (pods, name, pod) {
		suspect(p, jv_string_value(name), &pod);
		jv_free(name);
		jv_free(pod);
	}
	jv_free(pods);
}

static void
pod_event(void *ctx, const char *type, const jv *pod)
{
	struct wait_pods *p = ctx;
	const char *name = json_path_str(pod, "metadata", "name", NULL);

	if (strcmp(type, "SYNCED") == 0) {
		p->synced = true;
		wait_logs_next(p->run);
	}
	if (!name)
		return;
	if (strcmp(type, "DELETED") == 0)
		p->suspects = json_delete(p->suspects, name);
	else
		suspect(p, name, pod);
	if (strcmp(type, "DELETED") != 0)
		wait_attempts_see(p->run, pod);
	if (p->run->options->logs)
		follow_logs(p, pod);
}

static void
pods_failed(void *ctx, const struct api_response *r)
{
	struct wait_pods *p = ctx;

	p->watch = NULL;
	p->synced = true;
	wait_logs_next(p->run);
	if (r->status == 403)
		warning(
		    "%s, so nobody sees when a Pod can't start", r->message);
	else
		debug("Pods are not looked at: %s", r->message);
}

/* --- the watch ---------------------------------------------------------- */

/* Of a single workload only its own Pods are watched. */
static void
set_selector(struct wait_pods *p, const struct wait_target *t)
{
	const struct wait_set *set = p->run->set;
	jv selector;
	size_t i, n = 0;

	for (i = 0; i < set->n; i++)
		n += is_workload(p->run, &set->targets[i]) &&
		     strcmp(buf_str(&set->targets[i].namespace),
			 p->namespace) == 0;
	if (n != 1)
		return;
	if (is_kind(t, "batch", "Job")) {
		buf_addf(&p->selector, "%s=%s", JOB_LABEL,
		    json_path_str(&t->live, "metadata", "uid", NULL));
		return;
	}
	selector = json_path(&t->live, "spec", "selector", NULL);
	label_selector_write(&selector, &p->selector);
	jv_free(selector);
}

static struct wait_pods *
start_pods(struct wait_run *run, const struct wait_target *t)
{
	struct wait_pods *p = mem_zero(1, sizeof(*p));
	struct api_watch_options o = {
		.kind = kind_find("", 0, NULL, "Pod"),
		.trim = wait_trim_pod,
		.keep = wait_keep_pod,
		.event = pod_event,
		.failed = pods_failed,
		.ctx = p,
	};

	p->run = run;
	p->namespace = mem_strdup(buf_str(&t->namespace));
	p->suspects = jv_object();
	set_selector(p, t);
	o.namespace = p->namespace;
	o.label_selector = p->selector.len ? p->selector.s : NULL;
	run->pods =
	    mem_resize(run->pods, run->n_pods + 1, sizeof(struct wait_pods *));
	run->pods[run->n_pods++] = p;
	p->watch = api_watch_start(run->api, &o);
	return p;
}

static void
look_at_pod(struct wait_run *run, struct wait_target *t)
{
	struct health h = HEALTH_INIT;

	if (!run->options->strict && is_stuck(run, &t->live, t, &h, NULL))
		doom(run, t, &h);
	health_release(&h);
}

void
wait_pods_look(
    struct wait_run *run, struct wait_group *g, struct wait_target *t)
{
	struct wait_pods *p = g->pods;
	size_t i;
	jv pods;

	if (is_kind(t, "", "Pod"))
		look_at_pod(run, t);
	if (!is_workload(run, t))
		return;
	for (i = 0; i < run->n_pods && !p; i++)
		if (strcmp(run->pods[i]->namespace, buf_str(&t->namespace)) ==
		    0)
			p = run->pods[i];
	if (!p)
		p = start_pods(run, t);
	g->pods = p;
	pods = jv_copy(p->suspects);
	jv_object_foreach (pods, name, pod) {
		consider(p, t, &pod);
		jv_free(name);
		jv_free(pod);
	}
	jv_free(pods);
}

bool
wait_pods_known(const struct wait_run *run)
{
	size_t i;

	for (i = 0; i < run->n_pods; i++)
		if (!run->pods[i]->synced)
			return false;
	return true;
}

void
wait_pods_stop(struct wait_run *run)
{
	size_t i;

	for (i = 0; i < run->n_pods; i++) {
		struct wait_pods *p = run->pods[i];
		struct check *c, *next;

		for (c = p->checks; c; c = next) {
			next = c->next;
			api_cancel(run->api, c->call);
			free_check(c);
		}
		if (p->watch)
			api_watch_stop(run->api, p->watch);
		if (p->timer)
			api_timer_stop(run->api, p->timer);
		jv_free(p->suspects);
		buf_release(&p->selector);
		free(p->namespace);
		free(p);
	}
	free(run->pods);
}
