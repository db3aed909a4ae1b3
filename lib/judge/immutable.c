/*
 * The table of fields that can't change.
 */
#include "judge/immutable.h"

#include <string.h>

#include "json.h"
#include "judge/when.h"
#include "kinds.h"
#include "object.h"

/* --- the table ---------------------------------------------------------- */

struct rule {
	enum immutable_change means;
	const char *group, *kind, *field, *otherwise;
	condition_fn *condition;
};

#define MUST(g, k, f, o, c) { CHANGE_IMMUTABLE, g, k, f, o, c },
#define MAY(g, k, f, o, c) { CHANGE_MUTABLE, g, k, f, o, c },
#define STAYS(g, k, f, o, c) { CHANGE_NONE, g, k, f, o, c },

/* clang-format off */
#define CONTAINER_DEFAULTS(g, k, p) \
	MUST(g, k, p "/ports/*/protocol", "\"TCP\"", when_always) \
	MUST(g, k, p "/env/*/valueFrom/fieldRef/apiVersion", "\"v1\"", when_always) \
	MUST(g, k, p "/terminationMessagePath", "\"/dev/termination-log\"", when_always) \
	MUST(g, k, p "/terminationMessagePolicy", "\"File\"", when_always) \
	MUST(g, k, p "/resources", "{}", when_always) \
	PROBE_DEFAULTS(g, k, p "/readinessProbe") \
	PROBE_DEFAULTS(g, k, p "/livenessProbe") \
	PROBE_DEFAULTS(g, k, p "/startupProbe")

#define PROBE_DEFAULTS(g, k, p) \
	MUST(g, k, p "/httpGet/path", "\"/\"", when_always) \
	MUST(g, k, p "/httpGet/scheme", "\"HTTP\"", when_always) \
	MUST(g, k, p "/timeoutSeconds", "1", when_always) \
	MUST(g, k, p "/periodSeconds", "10", when_always) \
	MUST(g, k, p "/successThreshold", "1", when_always) \
	MUST(g, k, p "/failureThreshold", "3", when_always)

/* What a Pod's spec at p means where it says nothing. */
#define POD_DEFAULTS(g, k, p) \
	CONTAINER_DEFAULTS(g, k, p "/containers/*") \
	CONTAINER_DEFAULTS(g, k, p "/initContainers/*") \
	MUST(g, k, p "/volumes/*/configMap/defaultMode", "420", when_always) \
	MUST(g, k, p "/volumes/*/secret/defaultMode", "420", when_always) \
	MUST(g, k, p "/volumes/*/emptyDir", "{}", when_always) \
	MUST(g, k, p "/dnsPolicy", "\"ClusterFirst\"", when_always) \
	MUST(g, k, p "/schedulerName", "\"default-scheduler\"", when_always) \
	MUST(g, k, p "/serviceAccountName", "\"default\"", when_always) \
	MUST(g, k, p "/enableServiceLinks", "true", when_always) \
	MUST(g, k, p "/terminationGracePeriodSeconds", "30", when_always) \
	MUST(g, k, p "/securityContext", "{}", when_always)
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
	if (r == APART || (r == ABOVE && rule->means != CHANGE_IMMUTABLE) ||
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
			return rules[i].means;
	}
	return CHANGE_MUTABLE;
}
