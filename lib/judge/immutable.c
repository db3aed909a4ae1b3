/*
 * The table of fields that can't change, and the conditions in it.
 */
#include "judge/immutable.h"

#include <string.h>

#include "api/kinds.h"
#include "fields/quantity.h"
#include "json.h"
#include "object.h"

/* What a condition looks at: both objects, and the field in both. */
struct change {
	const jv *from, *to;
	jv a, b;
};

typedef bool condition_fn(const struct change *c);

static bool
always(const struct change *c)
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

static bool
was_absent(const struct change *c)
{
	return !jv_is_valid(c->a) || json_is(&c->a, JV_KIND_NULL);
}

static bool
was_immutable(const struct change *c)
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
static bool
scheduling_is_open(const struct change *c)
{
	jv status = json_get(c->from, "status");
	bool idle = json_get_int(&status, "active", 0) == 0 &&
		    (!has_at(c->from, "/status/startTime") ||
			has_condition(c->from, "Suspended"));

	jv_free(status);
	return idle && true_at(c->from, "/spec/suspend");
}

static bool
only_node_affinity(const struct change *c)
{
	jv a = json_is(&c->a, JV_KIND_OBJECT) ? jv_copy(c->a) : jv_object();
	jv b = json_is(&c->b, JV_KIND_OBJECT) ? jv_copy(c->b) : jv_object();

	a = json_delete(a, "nodeAffinity");
	b = json_delete(b, "nodeAffinity");
	bool same = json_equal(&a, &b);
	jv_free(a);
	jv_free(b);
	return same && scheduling_is_open(c);
}

/* An absent number of completions is 1 unless there is a parallelism. */
static bool
completions_are_fixed(const struct change *c)
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
static bool
completions_follow(const struct change *c)
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
static bool
address_is_kept(const struct change *c)
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

static bool
first_family_changes(const struct change *c)
{
	jv a = json_at(&c->a, 0), b = json_at(&c->b, 0);
	bool differs = jv_is_valid(a) && jv_is_valid(b) && !json_equal(&a, &b);

	jv_free(a);
	jv_free(b);
	return differs && !is_external(c->from) && !is_external(c->to) &&
	       !is_at(c->from, "/spec/clusterIP", "None");
}

static bool
stays_load_balancer(const struct change *c)
{
	return is_at(c->from, "/spec/type", "LoadBalancer") &&
	       is_at(c->to, "/spec/type", "LoadBalancer");
}

static bool
health_port_is_kept(const struct change *c)
{
	return stays_load_balancer(c) && jv_is_valid(c->a) &&
	       jv_is_valid(c->b) &&
	       is_at(c->from, "/spec/externalTrafficPolicy", "Local") &&
	       is_at(c->to, "/spec/externalTrafficPolicy", "Local");
}

/* --- storage and Pods --------------------------------------------------- */

static bool
storage_grows(const struct change *c)
{
	return json_str(&c->a) && json_str(&c->b) &&
	       quantity_compare(json_str(&c->a), json_str(&c->b)) <= 0;
}

static bool
deadline_shortens(const struct change *c)
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
static bool
gated_selector_grows(const struct change *c)
{
	jv both = jv_object_merge(
	    json_is(&c->b, JV_KIND_OBJECT) ? jv_copy(c->b) : jv_object(),
	    json_is(&c->a, JV_KIND_OBJECT) ? jv_copy(c->a) : jv_object());
	bool grows = is_gated(c) && json_equal(&both, &c->b);

	jv_free(both);
	return grows;
}

static bool
list_only_grows(const struct change *c)
{
	return is_part_of(&c->a, &c->b);
}

static bool
list_only_shrinks(const struct change *c)
{
	return is_part_of(&c->b, &c->a);
}

/* --- the table ---------------------------------------------------------- */

struct rule {
	bool may;
	const char *group, *kind, *field, *otherwise;
	condition_fn *condition;
};

#define MUST(g, k, f, o, c) { false, g, k, f, o, c },
#define MAY(g, k, f, o, c) { true, g, k, f, o, c },

/* clang-format off */
#define CONTAINER_DEFAULTS(g, k, p) \
	MUST(g, k, p "/ports/*/protocol", "\"TCP\"", always) \
	MUST(g, k, p "/env/*/valueFrom/fieldRef/apiVersion", "\"v1\"", always) \
	MUST(g, k, p "/terminationMessagePath", "\"/dev/termination-log\"", always) \
	MUST(g, k, p "/terminationMessagePolicy", "\"File\"", always) \
	MUST(g, k, p "/resources", "{}", always) \
	PROBE_DEFAULTS(g, k, p "/readinessProbe") \
	PROBE_DEFAULTS(g, k, p "/livenessProbe") \
	PROBE_DEFAULTS(g, k, p "/startupProbe")

#define PROBE_DEFAULTS(g, k, p) \
	MUST(g, k, p "/httpGet/path", "\"/\"", always) \
	MUST(g, k, p "/httpGet/scheme", "\"HTTP\"", always) \
	MUST(g, k, p "/timeoutSeconds", "1", always) \
	MUST(g, k, p "/periodSeconds", "10", always) \
	MUST(g, k, p "/successThreshold", "1", always) \
	MUST(g, k, p "/failureThreshold", "3", always)

/* What a Pod's spec at p means where it says nothing. */
#define POD_DEFAULTS(g, k, p) \
	CONTAINER_DEFAULTS(g, k, p "/containers/*") \
	CONTAINER_DEFAULTS(g, k, p "/initContainers/*") \
	MUST(g, k, p "/volumes/*/configMap/defaultMode", "420", always) \
	MUST(g, k, p "/volumes/*/secret/defaultMode", "420", always) \
	MUST(g, k, p "/volumes/*/emptyDir", "{}", always) \
	MUST(g, k, p "/dnsPolicy", "\"ClusterFirst\"", always) \
	MUST(g, k, p "/schedulerName", "\"default-scheduler\"", always) \
	MUST(g, k, p "/serviceAccountName", "\"default\"", always) \
	MUST(g, k, p "/enableServiceLinks", "true", always) \
	MUST(g, k, p "/terminationGracePeriodSeconds", "30", always) \
	MUST(g, k, p "/securityContext", "{}", always)
/* clang-format on */

static const struct rule rules[] = {
#include "judge/immutable.inc"
};

#define N_RULES (sizeof(rules) / sizeof(rules[0]))

enum immutable_kind
immutable_kind(const jv *object)
{
	const char *v = json_get_str(object, "apiVersion");
	const char *k = json_get_str(object, "kind");

	return v && k && kind_find(v, object_group_len(v), NULL, k)
		   ? IMMUTABLE_KNOWN
		   : IMMUTABLE_UNKNOWN;
}

enum relation { APART, BELOW, ABOVE };

/*
 * How a path lies to a rule's field.  The part of the path that the field
 * covers is *covered bytes long.
 */
static enum relation
relate(const char *field, const char *path, size_t *covered)
{
	const char *start = path;

	while (*field == '/' && *path == '/') {
		size_t n = strcspn(field + 1, "/"), m = strcspn(path + 1, "/");

		if (!(n == 1 && field[1] == '*') &&
		    (n != m || memcmp(field + 1, path + 1, n) != 0))
			return APART;
		field += n + 1;
		path += m + 1;
	}
	*covered = (size_t)(path - start);
	return *field ? ABOVE : BELOW;
}

/*
 * The values before and after of a pointer, with the rule's default in place of
 * nothing.
 */
static bool
read_change(struct change *c, const struct rule *rule, const char *pointer)
{
	struct buf err = BUF_INIT;
	jv otherwise = jv_invalid();

	if (rule->otherwise)
		otherwise =
		    json_parse(rule->otherwise, strlen(rule->otherwise), &err);
	c->a = json_pointer_get(c->from, pointer);
	c->b = json_pointer_get(c->to, pointer);
	jv a = jv_is_valid(c->a) ? jv_copy(c->a) : jv_copy(otherwise);
	jv b = jv_is_valid(c->b) ? jv_copy(c->b) : jv_copy(otherwise);
	bool differs = !json_equal(&a, &b);

	jv_free(a);
	jv_free(b);
	jv_free(otherwise);
	buf_release(&err);
	return differs;
}

enum fit {
	FIT_NOT,  /* the rule is about something else */
	FIT_SAME, /* about this field, but it did not really change */
	FIT_YES,
};

static enum fit
rule_fits(
    const struct rule *rule, const jv *from, const jv *to, const char *path)
{
	struct change c = { .from = from, .to = to };
	struct buf pointer = BUF_INIT;
	size_t covered = 0;
	enum relation r = relate(rule->field, path, &covered);
	enum fit fit = FIT_YES;

	/* What lies below an exception does not excuse all above it. */
	if (r == APART || (r == ABOVE && rule->may) ||
	    (r == ABOVE && strchr(rule->field, '*')))
		return FIT_NOT;
	if (r == ABOVE)
		buf_adds(&pointer, rule->field);
	else
		buf_add(&pointer, path, covered);
	bool changed = read_change(&c, rule, buf_str(&pointer));
	/* Without a default to hold it against, a field that differs does. */
	if (!changed && r == ABOVE)
		fit = FIT_NOT;
	else if (!changed && rule->otherwise && !path[covered])
		fit = FIT_SAME;
	else if (!rule->condition(&c))
		fit = FIT_NOT;
	jv_free(c.a);
	jv_free(c.b);
	buf_release(&pointer);
	return fit;
}

enum immutable_change
immutable_field(const jv *from, const jv *to, const char *path)
{
	for (size_t i = 0; i < N_RULES; i++) {
		if (!object_is(to, rules[i].group, rules[i].kind))
			continue;
		enum fit fit = rule_fits(&rules[i], from, to, path);
		if (fit == FIT_SAME)
			return CHANGE_NONE;
		if (fit == FIT_YES)
			return rules[i].may ? CHANGE_MUTABLE : CHANGE_IMMUTABLE;
	}
	return CHANGE_MUTABLE;
}
