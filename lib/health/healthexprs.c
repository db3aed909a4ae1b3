/* Health by expressions; see healthexprs.h. */
#include "health/healthexprs.h"

#include <stdlib.h>
#include <string.h>

#include "cel/cel.h"
#include "json.h"
#include "mem.h"
#include "object.h"

/* In the order that they are asked in. */
static const struct {
	const char *name, *reason;
	enum health_status status;
} questions[] = {
	{ "inProgress", "InProgressExpr", HEALTH_IN_PROGRESS },
	{ "failed", "FailedExpr", HEALTH_FAILED },
	{ "current", "CurrentExpr", HEALTH_CURRENT },
};

#define QUESTIONS (sizeof(questions) / sizeof(*questions))

struct entry {
	char *group, *kind; /* kind "": all */
	struct cel *exprs[QUESTIONS];
	char *texts[QUESTIONS]; /* each as one line */
};

struct health_exprs {
	struct entry *entries;
	size_t n;
};

static const struct entry *
find(const struct health_exprs *e, const char *group, size_t len,
    const char *kind)
{
	size_t i;

	for (i = 0; i < e->n; i++)
		if (strlen(e->entries[i].group) == len &&
		    strncmp(e->entries[i].group, group, len) == 0 &&
		    strcmp(e->entries[i].kind, kind) == 0)
			return &e->entries[i];
	return NULL;
}

static int
compile(struct entry *entry, const jv *from, struct buf *err)
{
	struct buf line = BUF_INIT;
	size_t i;

	for (i = 0; i < QUESTIONS; i++) {
		const char *text = json_get_str(from, questions[i].name);

		if (!text || !*text)
			continue;
		buf_addf(err, ".%s: ", questions[i].name);
		entry->exprs[i] = cel_compile(text, strlen(text), err);
		if (!entry->exprs[i])
			return -1;
		buf_truncate(err, err->len - strlen(questions[i].name) - 3);
		buf_add_line(&line, text);
		entry->texts[i] = buf_detach(&line);
	}
	if (!entry->exprs[QUESTIONS - 1]) {
		buf_adds(err, ".current: is missing");
		return -1;
	}
	return 0;
}

static int
add(struct health_exprs *e, const jv *from, struct buf *err)
{
	const char *version = json_get_str(from, "apiVersion");
	const char *kind = json_get_str(from, "kind");
	const char *slash = version ? strchr(version, '/') : NULL;
	size_t len = slash ? (size_t)(slash - version) : 0;
	struct entry *entry = &e->entries[e->n];

	kind = kind ? kind : "";
	if (!version) {
		buf_adds(err, ".apiVersion: is missing");
		return -1;
	}
	if (find(e, version, len, kind)) {
		buf_addf(err, ": another entry is for %s%s%.*s too",
		    *kind ? kind : "all kinds", len ? " of " : "", (int)len,
		    version);
		return -1;
	}
	entry->group = mem_strndup(version, len);
	entry->kind = mem_strdup(kind);
	e->n++;
	return compile(entry, from, err);
}

struct health_exprs *
health_exprs_new(const jv *list, struct buf *err)
{
	struct health_exprs *e = mem_zero(1, sizeof(*e));
	size_t n = (size_t)json_len(list), mark = err->len, i;
	int rc = 0;

	e->entries = mem_zero(n + 1, sizeof(*e->entries));
	for (i = 0; i < n && rc == 0; i++) {
		jv from = json_at(list, (int)i);

		buf_addf(err, "healthCheckExprs[%zu]", i);
		rc = add(e, &from, err);
		if (rc == 0)
			buf_truncate(err, mark);
		jv_free(from);
	}
	if (rc == 0)
		return e;
	health_exprs_free(e);
	return NULL;
}

void
health_exprs_free(struct health_exprs *e)
{
	size_t i, k;

	if (!e)
		return;
	for (i = 0; i < e->n; i++) {
		free(e->entries[i].group);
		free(e->entries[i].kind);
		for (k = 0; k < QUESTIONS; k++) {
			cel_free(e->entries[i].exprs[k]);
			free(e->entries[i].texts[k]);
		}
	}
	free(e->entries);
	free(e);
}

static bool
path_int(const jv *object, const char *part, const char *key, long long *out)
{
	jv v = json_path(object, part, key, NULL);
	bool is = json_int(&v, out);

	jv_free(v);
	return is;
}

/* The controller has not looked at this generation of the object. */
static bool
is_behind(const jv *object, struct health *out)
{
	long long seen, wanted;

	if (!path_int(object, "status", "observedGeneration", &seen) ||
	    !path_int(object, "metadata", "generation", &wanted) ||
	    seen == wanted)
		return false;
	health_set(out, HEALTH_IN_PROGRESS, "LatestGenerationNotObserved",
	    "generation is %lld, but the latest observed is %lld", wanted,
	    seen);
	return true;
}

/* Ask one question; true once out holds the answer. */
static bool
ask(const struct entry *entry, size_t index, size_t question, const jv *object,
    struct health *out)
{
	const struct cel *c = entry->exprs[question];
	const char *name = questions[question].name;
	struct buf why = BUF_INIT;
	bool result = false, decided;

	if (!c)
		return false;
	if (cel_eval_bool(c, object, &result, &why)) {
		decided = result;
		if (result)
			health_set(out, questions[question].status,
			    questions[question].reason,
			    "healthCheckExprs[%zu].%s is true: %s", index, name,
			    entry->texts[question]);
	} else {
		decided = true;
		if (object_is_secret(object)) {
			buf_clear(&why);
			buf_adds(&why, "can't be evaluated");
		}
		health_set(out, HEALTH_UNKNOWN, "ExprError",
		    "healthCheckExprs[%zu].%s: %s", index, name, buf_str(&why));
	}
	buf_release(&why);
	return decided;
}

static const struct entry *
entry_for(const struct health_exprs *e, const jv *object)
{
	const char *version = json_get_str(object, "apiVersion");
	const char *kind = json_get_str(object, "kind");
	const char *slash = version ? strchr(version, '/') : NULL;
	size_t len = slash ? (size_t)(slash - version) : 0;
	const struct entry *entry;

	if (!version || !kind || object_is(object, "batch", "Job"))
		return NULL;
	entry = find(e, version, len, kind);
	return entry ? entry : find(e, version, len, "");
}

bool
health_exprs_cover(const struct health_exprs *e, const jv *object)
{
	return entry_for(e, object);
}

bool
health_exprs_judge(
    const struct health_exprs *e, const jv *object, struct health *out)
{
	const struct entry *entry = entry_for(e, object);
	size_t index = entry ? (size_t)(entry - e->entries) : 0, i;

	if (!entry)
		return false;
	if (is_behind(object, out))
		return true;
	for (i = 0; i < QUESTIONS; i++)
		if (ask(entry, index, i, object, out))
			return true;
	health_set(out, HEALTH_IN_PROGRESS, "NotCurrentExpr",
	    "healthCheckExprs[%zu].current is not true yet: %s", index,
	    entry->texts[QUESTIONS - 1]);
	return true;
}
