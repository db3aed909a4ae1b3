/* Evidence as lines for people. */
#include <string.h>

#include "evidence.h"
#include "json.h"
#include "msg.h"

static const char *
text(const jv *v, const char *key)
{
	const char *s = json_get_str(v, key);

	return s ? s : "";
}

/* "container app: exit code 3 (Error), restarted 2 times: message" */
static void
say_container(const char *subject, const char *pod, const jv *c)
{
	struct buf line = BUF_INIT;
	const char *name = text(c, "name"), *reason = text(c, "reason");
	long long signal = json_get_int(c, "signal", 0);
	long long restarts = json_get_int(c, "restarts", 0);
	jv log = json_get(c, "log"), s;
	int i;

	if (json_has(c, "exitCode"))
		buf_addf(
		    &line, "exit code %lld", json_get_int(c, "exitCode", 0));
	else
		buf_adds(&line,
		    json_has(c, "waiting") ? text(c, "waiting") : "not ready");
	if (signal)
		buf_addf(&line, ", signal %lld", signal);
	if (*reason)
		buf_addf(&line, " (%s)", reason);
	if (restarts)
		buf_addf(&line, ", restarted %lld time%s", restarts,
		    restarts == 1 ? "" : "s");
	if (*text(c, "message"))
		buf_addf(&line, ": %s", text(c, "message"));
	warning("%s: Pod %s: %scontainer %s: %s", subject, pod,
	    json_has(c, "init") ? "init " : "", name, buf_str(&line));
	for (i = 0; i < json_len(&log); i++) {
		s = json_at(&log, i);
		warning("%s: Pod %s: %s | %s", subject, pod, name,
		    json_str(&s) ? json_str(&s) : "");
		jv_free(s);
	}
	jv_free(log);
	buf_release(&line);
}

static void
say_pod(const char *subject, const jv *pod)
{
	const char *name = text(pod, "name");
	jv containers = json_get(pod, "containers"), c;
	int i, n = json_len(&containers);

	if (n == 0 || *text(pod, "reason"))
		warning("%s: Pod %s: %s%s%s%s%s", subject, name,
		    text(pod, "phase"), *text(pod, "reason") ? ": " : "",
		    text(pod, "reason"), *text(pod, "message") ? ": " : "",
		    text(pod, "message"));
	for (i = 0; i < n; i++) {
		c = json_at(&containers, i);
		say_container(subject, name, &c);
		jv_free(c);
	}
	jv_free(containers);
}

static void
say_event(const char *subject, const jv *event)
{
	long long count = json_get_int(event, "count", 1);
	struct buf times = BUF_INIT;

	if (count > 1)
		buf_addf(&times, " (%lld times)", count);
	warning("%s: event of %s: %s: %s%s", subject, text(event, "object"),
	    text(event, "reason"), text(event, "message"), buf_str(&times));
	buf_release(&times);
}

static void
each(const char *subject, const jv *evidence, const char *key,
    void (*say)(const char *subject, const jv *v))
{
	jv list = json_get(evidence, key), v;
	int i;

	for (i = 0; i < json_len(&list); i++) {
		v = json_at(&list, i);
		say(subject, &v);
		jv_free(v);
	}
	jv_free(list);
}

void
evidence_say(const char *subject, const jv *evidence)
{
	each(subject, evidence, "pods", say_pod);
	each(subject, evidence, "events", say_event);
}
