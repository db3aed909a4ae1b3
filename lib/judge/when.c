/*
 * Some fields are immutable only by what others hold; see when.h.  The rules
 * are those of the API server's validation.
 */
#include "judge/when.h"

#include <string.h>

#include "fields/quantity.h"
#include "json.h"

bool
when_always(const struct change *c)
{
	(void)c;
	return true;
}

static bool
is_at(const jv *v, const char *pointer, const char *want)
{
	jv x = json_pointer_get(v, pointer);
	bool is = json_str(&x) && strcmp(json_str(&x), want) == 0;

	jv_free(x);
	return is;
}

static bool
true_at(const jv *v, const char *pointer)
{
	jv x = json_pointer_get(v, pointer);
	bool is = json_is_true(&x);

	jv_free(x);
	return is;
}

static bool
has_at(const jv *v, const char *pointer)
{
	jv x = json_pointer_get(v, pointer);
	bool has = jv_is_valid(x) && !json_is(&x, JV_KIND_NULL);

	jv_free(x);
	return has;
}

bool
when_was_absent(const struct change *c)
{
	return !jv_is_valid(c->a) || json_is(&c->a, JV_KIND_NULL);
}

bool
when_was_immutable(const struct change *c)
{
	return true_at(c->from, "/immutable");
}

/* --- Jobs --------------------------------------------------------------- */

static bool
has_condition(const jv *object, const char *type)
{
	jv conditions = json_path(object, "status", "conditions", NULL);
	int n = json_len(&conditions);
	bool found = false;

	for (int i = 0; i < n && !found; i++) {
		jv condition = json_at(&conditions, i);
		found = is_at(&condition, "/type", type) &&
			is_at(&condition, "/status", "True");
		jv_free(condition);
	}
	jv_free(conditions);
	return found;
}

/* A suspended Job that has no Pods: where they will run may still change. */
bool
when_scheduling_is_open(const struct change *c)
{
	jv status = json_get(c->from, "status");
	bool idle = json_get_int(&status, "active", 0) == 0 &&
		    (!has_at(c->from, "/status/startTime") ||
			has_condition(c->from, "Suspended"));

	jv_free(status);
	return idle && true_at(c->from, "/spec/suspend");
}

/* An object without some of its members; an empty one where there is none. */
static jv
without(const jv *v, const char *one, const char *two)
{
	jv o = json_is(v, JV_KIND_OBJECT) ? jv_copy(*v) : jv_object();

	o = json_delete(o, one);
	return two ? json_delete(o, two) : o;
}

static bool
same_without(const struct change *c, const char *one, const char *two)
{
	jv a = without(&c->a, one, two), b = without(&c->b, one, two);
	bool same = json_equal(&a, &b);

	jv_free(a);
	jv_free(b);
	return same;
}

/*
 * Of a template's metadata.  Without it, or without all labels, those go too
 * that the controller has set, and these can't.
 */
bool
when_labels_are_open(const struct change *c)
{
	return when_scheduling_is_open(c) &&
	       same_without(c, "labels", "annotations") &&
	       (when_was_absent(c) || json_is(&c->b, JV_KIND_OBJECT)) &&
	       (!has_at(&c->a, "/labels") || has_at(&c->b, "/labels"));
}

bool
when_only_node_affinity(const struct change *c)
{
	return same_without(c, "nodeAffinity", NULL) &&
	       when_scheduling_is_open(c);
}

/* An absent number of completions is 1 unless there is a parallelism. */
bool
when_completions_are_fixed(const struct change *c)
{
	jv from = json_get(c->from, "spec"), to = json_get(c->to, "spec");
	long long want = json_get_int(&to, "completions", -1);
	bool elastic = is_at(&to, "/completionMode", "Indexed") &&
		       want == json_get_int(&to, "parallelism", 1);
	bool was_one =
	    !json_has(&from, "completions") && !json_has(&from, "parallelism");

	jv_free(from);
	jv_free(to);
	return !elastic && !(was_one && want == 1);
}

/* Without either, the server sets both to 1. */
bool
when_completions_follow(const struct change *c)
{
	return !has_at(c->to, "/spec/parallelism") &&
	       !has_at(c->to, "/spec/completions") &&
	       !has_at(c->from, "/spec/completions");
}

/* --- Services ----------------------------------------------------------- */

static bool
is_external(const jv *service)
{
	return is_at(service, "/spec/type", "ExternalName");
}

/* An address that is given is another than before, or than was allocated. */
bool
when_address_is_kept(const struct change *c)
{
	jv a = jv_copy(c->a), b = jv_copy(c->b);

	/* A second address may come and go. */
	if (json_is(&b, JV_KIND_ARRAY)) {
		jv_free(a);
		jv_free(b);
		a = json_at(&c->a, 0);
		b = json_at(&c->b, 0);
	}
	bool given = json_str(&b) && *json_str(&b);
	bool same = json_equal(&a, &b);
	jv_free(a);
	jv_free(b);
	return given && !same && !is_external(c->from) && !is_external(c->to);
}

bool
when_first_family_changes(const struct change *c)
{
	jv a = json_at(&c->a, 0), b = json_at(&c->b, 0);
	bool differs = jv_is_valid(a) && jv_is_valid(b) && !json_equal(&a, &b);

	jv_free(a);
	jv_free(b);
	return differs && !is_external(c->from) && !is_external(c->to) &&
	       !is_at(c->from, "/spec/clusterIP", "None");
}

bool
when_stays_load_balancer(const struct change *c)
{
	return is_at(c->from, "/spec/type", "LoadBalancer") &&
	       is_at(c->to, "/spec/type", "LoadBalancer");
}

bool
when_health_port_is_kept(const struct change *c)
{
	return when_stays_load_balancer(c) && jv_is_valid(c->a) &&
	       jv_is_valid(c->b) &&
	       is_at(c->from, "/spec/externalTrafficPolicy", "Local") &&
	       is_at(c->to, "/spec/externalTrafficPolicy", "Local");
}

/* --- storage and Pods --------------------------------------------------- */

/* Where nothing tells the phase of a claim, it is taken for the usual one. */
bool
when_bound(const struct change *c)
{
	return !has_at(c->from, "/status/phase") ||
	       is_at(c->from, "/status/phase", "Bound");
}

bool
when_storage_grows(const struct change *c)
{
	return when_bound(c) && json_str(&c->a) && json_str(&c->b) &&
	       quantity_compare(json_str(&c->a), json_str(&c->b)) <= 0;
}

/* Invalid where there is none; null where the two contradict each other. */
static jv
source_of(const jv *claim)
{
	jv old = json_pointer_get(claim, "/spec/dataSource");
	jv new = json_pointer_get(claim, "/spec/dataSourceRef");
	bool both = jv_is_valid(old) && jv_is_valid(new);

	if (both && !json_equal(&old, &new)) {
		jv_free(old);
		jv_free(new);
		return jv_null();
	}
	if (jv_is_valid(new)) {
		jv_free(old);
		return new;
	}
	jv_free(new);
	return old;
}

/*
 * The server fills in either of dataSource and dataSourceRef from the other;
 * what it has filled in nobody holds, so it stays and brings back the first.
 */
bool
when_source_stays(const struct change *c)
{
	jv a = source_of(c->from), b = source_of(c->to);
	bool same = json_equal(&a, &b);

	if (!jv_is_valid(b))
		same = !has_at(c->from, "/spec/dataSource") ||
		       !has_at(c->from, "/spec/dataSourceRef");
	jv_free(a);
	jv_free(b);
	return same;
}

bool
when_deadline_shortens(const struct change *c)
{
	long long a, b;

	return json_int(&c->b, &b) && (!json_int(&c->a, &a) || b <= a);
}

/* Every element of one list is in the other. */
static bool
is_part_of(const jv *part, const jv *whole)
{
	int n = json_len(part), m = json_len(whole);
	bool all = true;

	for (int i = 0; i < n && all; i++) {
		jv x = json_at(part, i);
		all = false;
		for (int k = 0; k < m && !all; k++) {
			jv y = json_at(whole, k);
			all = json_equal(&x, &y);
			jv_free(y);
		}
		jv_free(x);
	}
	return all;
}

static bool
is_gated(const struct change *c)
{
	jv gates = json_path(c->from, "spec", "schedulingGates", NULL);
	bool gated = json_len(&gates) > 0;

	jv_free(gates);
	return gated;
}

/* Where a Pod that waits at a gate will run can be narrowed down. */
bool
when_gated_selector_grows(const struct change *c)
{
	jv both = jv_object_merge(
	    json_is(&c->b, JV_KIND_OBJECT) ? jv_copy(c->b) : jv_object(),
	    json_is(&c->a, JV_KIND_OBJECT) ? jv_copy(c->a) : jv_object());
	bool grows = is_gated(c) && json_equal(&both, &c->b);

	jv_free(both);
	return grows;
}

/* The elements of b begin with those of a. */
static bool
continues(const jv *a, const jv *b)
{
	int n = json_len(a);
	bool same = n <= json_len(b);

	for (int i = 0; i < n && same; i++) {
		jv x = json_at(a, i), y = json_at(b, i);
		same = json_equal(&x, &y);
		jv_free(x);
		jv_free(y);
	}
	return same;
}

/* More is asked of the nodes of one term, and nothing less; or nothing was
 * asked before. */
static bool
term_narrows(const jv *a, const jv *b)
{
	static const char *const lists[] = { "matchExpressions",
		"matchFields" };
	bool narrows = true, asked = false, asks = false;

	for (int i = 0; i < 2; i++) {
		jv x = json_get(a, lists[i]), y = json_get(b, lists[i]);
		asked |= json_len(&x) > 0;
		asks |= json_len(&y) > 0;
		narrows &= continues(&x, &y);
		jv_free(x);
		jv_free(y);
	}
	return narrows && (asked || !asks);
}

static jv
required_terms(const jv *affinity)
{
	return json_path(affinity, "nodeAffinity",
	    "requiredDuringSchedulingIgnoredDuringExecution",
	    "nodeSelectorTerms", NULL);
}

/* The same for the node affinity of a Pod that waits at a gate. */
bool
when_gated_affinity_narrows(const struct change *c)
{
	jv a = required_terms(&c->a), b = required_terms(&c->b);
	int n = json_len(&a);
	bool narrows = n == 0 || n == json_len(&b);

	for (int i = 0; i < n && narrows; i++) {
		jv x = json_at(&a, i), y = json_at(&b, i);
		narrows = term_narrows(&x, &y);
		jv_free(x);
		jv_free(y);
	}
	jv_free(a);
	jv_free(b);
	return narrows && is_gated(c) && same_without(c, "nodeAffinity", NULL);
}

bool
when_list_only_grows(const struct change *c)
{
	return is_part_of(&c->a, &c->b);
}

bool
when_list_only_shrinks(const struct change *c)
{
	return is_part_of(&c->b, &c->a);
}
