/* Evidence as lines for people. */
#include <string.h>

#include "json.h"
#include "msg.h"
#include "wait/evidence.h"

static const char *
text(const jv *v, const char *key)
{
	const char *s = json_get_str(v, key);

	return s ? s : "";
}

/* A message as it stands, without the newline that programs end it with. */
static void
add_message(struct buf *line, const char *message)
{
	size_t len = strlen(message);

	while (len && strchr("\r\n ", message[len - 1]))
		len--;
	if (len)
		buf_addf(line, ": %.*s", (int)len, message);
}

/* "container app: exit code 3 (Error), restarted 2 times: message" */
static void
say_container(const char *subject, const char *pod, const jv *c, bool logs)
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
	add_message(&line, text(c, "message"));
	warning("%s: Pod %s: %scontainer %s: %s", subject, pod,
	    json_has(c, "init") ? "init " : "", name, buf_str(&line));
	for (i = 0; logs && i < json_len(&log); i++) {
		s = json_at(&log, i);
		warning("%s: Pod %s: %s | %s", subject, pod, name,
		    json_str(&s) ? json_str(&s) : "");
		jv_free(s);
	}
	jv_free(log);
	buf_release(&line);
}

static void
say_pod(const char *subject, const jv *pod, bool logs)
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
		say_container(subject, name, &c, logs);
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

void
evidence_say(const char *subject, const jv *evidence, bool logs)
{
	jv pods = json_get(evidence, "pods"), v;
	jv events = json_get(evidence, "events");
	int i;

	for (i = 0; i < json_len(&pods); i++) {
		v = json_at(&pods, i);
		say_pod(subject, &v, logs);
		jv_free(v);
	}
	for (i = 0; i < json_len(&events); i++) {
		v = json_at(&events, i);
		say_event(subject, &v);
		jv_free(v);
	}
	jv_free(pods);
	jv_free(events);
}
