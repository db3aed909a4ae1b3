/* Evidence as lines for people, in a text or on standard error. */
#include <stdarg.h>
#include <string.h>

#include "json.h"
#include "msg.h"
#include "wait/evidence.h"

/* Where the lines go, and what each of them is about. */
struct say {
	struct buf *text; /* NULL: standard error */
	const char *subject;
	bool logs;
	struct buf *said; /* the verdict, and all lines since */
};

static void add(const struct say *say, const char *fmt, ...) PRINTF_LIKE(2, 3);

static size_t
trimmed_len(const char *message)
{
	size_t len = strlen(message);

	while (len && strchr("\r\n ", message[len - 1]))
		len--;
	return len;
}

/* The words were said before; kubelet puts "Error: " before a reason. */
static bool
is_said(const struct say *say, const char *message)
{
	static const char error[] = "Error: ";
	struct buf words = BUF_INIT;
	bool is;

	if (strncmp(message, error, strlen(error)) == 0)
		message += strlen(error);
	buf_add(&words, message, trimmed_len(message));
	is = words.len && strstr(buf_str(say->said), buf_str(&words));
	buf_release(&words);
	return is;
}

/* What comes from the server may hold newlines, which would end the line. */
static void
add(const struct say *say, const char *fmt, ...)
{
	struct buf line = BUF_INIT;
	va_list ap;
	size_t i;

	buf_addf(&line, "%s: ", say->subject);
	va_start(ap, fmt);
	buf_addvf(&line, fmt, ap);
	va_end(ap);
	buf_addf(say->said, "%s\n", line.s);
	for (i = 0; i < line.len; i++)
		if (line.s[i] == '\n' || line.s[i] == '\r')
			line.s[i] = ' ';
	if (say->text)
		buf_addf(say->text, "%s\n", line.s);
	else
		warning("%s", line.s);
	buf_release(&line);
}

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
	size_t len = trimmed_len(message);

	if (len)
		buf_addf(line, ": %.*s", (int)len, message);
}

/* "exit code 3 (Error), restarted 2 times: message" */
static void
describe_container(const struct say *say, const jv *c, struct buf *line)
{
	const char *reason = text(c, "reason");
	long long signal = json_get_int(c, "signal", 0);
	long long restarts = json_get_int(c, "restarts", 0);

	if (json_has(c, "exitCode"))
		buf_addf(
		    line, "exit code %lld", json_get_int(c, "exitCode", 0));
	else
		buf_adds(line,
		    json_has(c, "waiting") ? text(c, "waiting") : "not ready");
	if (signal)
		buf_addf(line, ", signal %lld", signal);
	if (*reason)
		buf_addf(line, " (%s)", reason);
	if (restarts)
		buf_addf(line, ", restarted %lld time%s", restarts,
		    restarts == 1 ? "" : "s");
	if (!is_said(say, text(c, "message")))
		add_message(line, text(c, "message"));
}

static void
say_container(const struct say *say, const char *pod, const jv *c)
{
	struct buf line = BUF_INIT;
	const char *name = text(c, "name");
	jv log = json_get(c, "log"), s;
	int i;

	describe_container(say, c, &line);
	add(say, "Pod %s: %scontainer %s: %s", pod,
	    json_has(c, "init") ? "init " : "", name, buf_str(&line));
	for (i = 0; say->logs && i < json_len(&log); i++) {
		s = json_at(&log, i);
		add(say, "Pod %s: %s | %s", pod, name,
		    json_str(&s) ? json_str(&s) : "");
		jv_free(s);
	}
	jv_free(log);
	buf_release(&line);
}

static void
say_pod(const struct say *say, const jv *pod)
{
	const char *name = text(pod, "name");
	jv containers = json_get(pod, "containers"), c;
	int i, n = json_len(&containers);

	if (n == 0 || *text(pod, "reason"))
		add(say, "Pod %s: %s%s%s%s%s", name, text(pod, "phase"),
		    *text(pod, "reason") ? ": " : "", text(pod, "reason"),
		    *text(pod, "message") ? ": " : "", text(pod, "message"));
	for (i = 0; i < n; i++) {
		c = json_at(&containers, i);
		say_container(say, name, &c);
		jv_free(c);
	}
	jv_free(containers);
}

static void
say_event(const struct say *say, const jv *event)
{
	long long count = json_get_int(event, "count", 1);
	struct buf times = BUF_INIT;

	if (is_said(say, text(event, "message")))
		return;
	if (count > 1)
		buf_addf(&times, " (%lld times)", count);
	add(say, "event of %s: %s: %s%s", text(event, "object"),
	    text(event, "reason"), text(event, "message"), buf_str(&times));
	buf_release(&times);
}

static void
say_all(const struct say *say, const jv *evidence)
{
	jv pods = json_get(evidence, "pods"), v;
	jv events = json_get(evidence, "events");
	int i;

	for (i = 0; i < json_len(&pods); i++) {
		v = json_at(&pods, i);
		say_pod(say, &v);
		jv_free(v);
	}
	for (i = 0; i < json_len(&events); i++) {
		v = json_at(&events, i);
		say_event(say, &v);
		jv_free(v);
	}
	jv_free(pods);
	jv_free(events);
}

void
evidence_say(
    const char *subject, const char *verdict, const jv *evidence, bool logs)
{
	struct buf said = BUF_INIT;
	struct say say = { .subject = subject, .logs = logs, .said = &said };

	buf_addf(&said, "%s\n", verdict);
	say_all(&say, evidence);
	buf_release(&said);
}

void
evidence_write(struct buf *out, const char *subject, const char *verdict,
    const jv *evidence)
{
	struct buf said = BUF_INIT;
	struct say say = {
		.text = out, .subject = subject, .logs = true, .said = &said
	};

	buf_addf(&said, "%s\n", verdict);
	say_all(&say, evidence);
	buf_release(&said);
}
