/* readyExpr; see ready.h. */
#include "graph/ready.h"

#include <string.h>

#include "cel/cel.h"
#include "json.h"

static jv
metadata_of(const struct chain_stage *stage)
{
	jv m = json_get(&stage->record->value, "metadata");
	const char *slash = strchr(stage->name, '/');
	size_t n = slash ? (size_t)(slash - stage->name) : 0;

	if (!json_is(&m, JV_KIND_OBJECT)) {
		jv_free(m);
		m = jv_object();
	}
	m = json_set_str(m, "name", slash ? slash + 1 : stage->name);
	if (slash)
		m = json_set(
		    m, "namespace", jv_string_sized(stage->name, (int)n));
	return json_set(m, "generation", jv_number(1));
}

static jv
condition(const char *type, const char *reason, const char *message)
{
	jv c = json_set_str(jv_object(), "type", type);

	c = json_set_str(c, "status", "True");
	c = json_set_str(c, "reason", reason);
	c = json_set_str(c, "message", message);
	return json_set(c, "observedGeneration", jv_number(1));
}

static bool
waits(const jv *spec)
{
	jv checks = json_get(spec, "healthChecks");
	bool any = json_get_bool(spec, "wait", false) || json_len(&checks);

	jv_free(checks);
	return any;
}

/* What Flux writes when a stage is done. */
static jv
status_of(const struct chain_stage *stage, const jv *spec)
{
	const char *revision = json_get_str(&stage->record->value, "revision");
	jv conditions = jv_array(), s = jv_object();
	struct buf text = BUF_INIT;

	buf_addf(&text, "Applied revision: %s", revision ? revision : "");
	conditions = jv_array_append(conditions,
	    condition("Ready", "ReconciliationSucceeded", buf_str(&text)));
	if (waits(spec))
		conditions = jv_array_append(conditions,
		    condition("Healthy", "Succeeded", "Health check passed"));
	buf_release(&text);
	s = json_set(s, "observedGeneration", jv_number(1));
	s = json_set(s, "conditions", conditions);
	if (revision) {
		s = json_set_str(s, "lastAppliedRevision", revision);
		s = json_set_str(s, "lastAttemptedRevision", revision);
	}
	return s;
}

static jv
kustomization_of(const struct chain_stage *stage, bool done)
{
	jv spec = json_get(&stage->record->value, "spec");
	jv status =
	    done ? status_of(stage, &spec)
		 : json_set(jv_object(), "observedGeneration", jv_number(-1));
	jv k = json_set_str(
	    jv_object(), "apiVersion", "kustomize.toolkit.fluxcd.io/v1");

	k = json_set_str(k, "kind", "Kustomization");
	k = json_set(k, "metadata", metadata_of(stage));
	k = json_set(k, "spec", spec);
	return json_set(k, "status", status);
}

/* One dependency with an expression; like ready_check. */
static int
ask(const struct chain_stage *self, const struct chain_stage *dep,
    const char *expr, struct buf *why)
{
	static const char *const names[] = { "self", "dep", NULL };
	struct buf what = BUF_INIT;
	struct cel *c = cel_compile_checked(expr, strlen(expr), names, &what);
	bool ready = false, evaluated = false;
	jv vars = jv_object();

	if (c) {
		vars = json_set(vars, "self", kustomization_of(self, false));
		vars = json_set(vars, "dep", kustomization_of(dep, true));
		evaluated = cel_eval_bool(c, &vars, &ready, &what);
	}
	if (!c)
		buf_addf(why, "Kustomization/%s: readyExpr for %s: %s",
		    self->name, dep->name, buf_str(&what));
	else if (!evaluated)
		buf_addf(why,
		    "Kustomization/%s: its dependency %s is not ready: "
		    "readyExpr: %s",
		    self->name, dep->name, buf_str(&what));
	else if (!ready)
		buf_addf(why,
		    "Kustomization/%s: its dependency %s is not ready: "
		    "readyExpr is false: ",
		    self->name, dep->name);
	if (evaluated && !ready)
		buf_add_line(why, expr);
	jv_free(vars);
	cel_free(c);
	buf_release(&what);
	return !c ? -1 : ready;
}

static void
name_of(const struct chain_stage *self, const jv *entry, struct buf *out)
{
	const char *namespace = json_get_str(entry, "namespace");
	const char *slash = strchr(self->name, '/');

	if (namespace)
		buf_adds(out, namespace);
	else if (slash)
		buf_add(out, self->name, (size_t)(slash - self->name));
	buf_addf(out, "/%s", json_get_str(entry, "name"));
}

static int
check_entry(const struct chain *c, const struct chain_stage *self,
    const jv *entry, struct buf *missing, struct buf *why)
{
	const char *expr = json_get_str(entry, "readyExpr");
	struct buf name = BUF_INIT, ignored = BUF_INIT;
	size_t node;
	int rc = 1;

	if (!expr || !*expr || !json_get_str(entry, "name"))
		return 1;
	name_of(self, entry, &name);
	if (chain_find(c, buf_str(&name), &node, &ignored))
		buf_addf(
		    missing, "%s%s", missing->len ? ", " : "", buf_str(&name));
	else
		rc = ask(self, &c->stages[node], expr, why);
	buf_release(&ignored);
	buf_release(&name);
	return rc;
}

int
ready_check(const struct chain *c, const char *name, struct buf *notice,
    struct buf *why)
{
	const struct chain_stage *self;
	struct buf missing = BUF_INIT;
	size_t node;
	jv depends;
	int i, rc = 1;

	if (chain_find(c, name, &node, why))
		return -1;
	self = &c->stages[node];
	depends = json_path(&self->record->value, "spec", "dependsOn", NULL);
	for (i = 0; i < json_len(&depends) && rc == 1; i++) {
		jv entry = json_at(&depends, i);

		rc = check_entry(c, self, &entry, &missing, why);
		jv_free(entry);
	}
	if (missing.len)
		buf_addf(notice,
		    "Kustomization/%s: readyExpr for %s is passed over, since "
		    "that is not in the chain",
		    self->name, missing.s);
	buf_release(&missing);
	jv_free(depends);
	return rc;
}
