/*
 * Sends requests through lib/api as a tool would, for the tests of lib/api.
 *
 *	apicat [options] METHOD PATH [BODY]   one request; the body is printed
 *	apicat [options] -f FILE              "METHOD PATH [BODY]" a line, all
 *	                                      at once; "HTTP EXIT MESSAGE" each
 *	apicat [options] -s PATH              a stream, line by line
 *	apicat [options] -w APIVERSION/KIND   list and watch, an event a line
 *	apicat [options] -r APIVERSION/KIND   the path of a resource
 *
 * With -w, a request is sent after the first event behind SYNCED.
 *
 * -l N    requests in flight at most
 * -o      requests are sent once (not idempotent)
 * -t MS   end a watch or a stream after so long
 * -N N    end a watch after so many events
 *
 * The exit status is the worst of what the responses ask for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "json.h"
#include "mem.h"
#include "object.h"

static const char usage[] =
    "usage: apicat [options] METHOD PATH [BODY] | -f FILE | -s PATH |\n"
    "       -w APIVERSION/KIND | -r APIVERSION/KIND\n";

static struct api *api;
static enum status worst;
static bool brief, once;
static long events_left = -1;
static char **later; /* METHOD PATH [BODY] of -w */
static bool synced;

static void send_one(const char *method, const char *path, const char *body);

static void
told(void *ctx, const struct api_response *r)
{
	(void)ctx;
	if (!brief && r->exit == STATUS_OK)
		printf("%.*s\n", (int)r->len, r->text);
	else
		printf("%ld %d %s%s%s\n", r->status, (int)r->exit, r->reason,
		    r->reason[0] && r->message[0] ? ": " : "", r->message);
	fflush(stdout);
	worst = status_worse(worst, r->exit);
}

static bool
told_line(void *ctx, const char *line, size_t len)
{
	(void)ctx;
	printf("%.*s\n", (int)len, line);
	fflush(stdout);
	return true;
}

static void
told_event(void *ctx, const char *type, const jv *object)
{
	struct buf subject = BUF_INIT;

	(void)ctx;
	if (jv_is_valid(*object))
		object_subject(object, &subject);
	printf("%s %s %s\n", type, buf_str(&subject),
	    jv_is_valid(*object)
		? json_path_str(object, "metadata", "resourceVersion", NULL)
		: "");
	fflush(stdout);
	buf_release(&subject);
	if (synced && later) {
		send_one(later[0], later[1], later[2]);
		later = NULL;
	}
	synced |= strcmp(type, "SYNCED") == 0;
	if (events_left > 0 && --events_left == 0)
		api_stop(api);
}

static void
told_failed(void *ctx, const struct api_response *r)
{
	brief = true;
	told(ctx, r);
}

static void
end(void *ctx)
{
	(void)ctx;
	api_stop(api);
}

static void
send_one(const char *method, const char *path, const char *body)
{
	struct api_request r = { .method = method,
		.path = path,
		.body_text = body,
		.once = once,
		.done = told };

	if (strcmp(method, "PATCH") == 0)
		r.content_type = "application/apply-patch+yaml";
	api_send(api, &r);
}

static void
send_file(const char *name)
{
	FILE *f = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
	char *line = NULL, *method, *path, *body;
	size_t cap = 0;

	if (!f)
		die(STATUS_USAGE, "%s:", name);
	while (getline(&line, &cap, f) > 0) {
		line[strcspn(line, "\n")] = '\0';
		method = strtok_r(line, " ", &body);
		path = strtok_r(NULL, " ", &body);
		if (method && path)
			send_one(method, path, body && *body ? body : NULL);
	}
	free(line);
	if (f != stdin)
		fclose(f);
}

/* "apps/v1/Deployment"; the kind is borrowed from name. */
static const struct kind *
find_kind(char *name)
{
	struct buf err = BUF_INIT;
	enum status status;
	char *slash = strrchr(name, '/');
	const struct kind *kind;

	if (!slash)
		cli_usage(usage, "no kind");
	*slash = '\0';
	kind = api_resource(api, name, slash + 1, &status, &err);
	if (!kind)
		die(status, "%s", buf_str(&err));
	return kind;
}

static void
print_path(char *name, const struct cli *cli)
{
	struct buf path = BUF_INIT;

	api_path(&path, find_kind(name), cli->namespace, NULL);
	puts(buf_str(&path));
	buf_release(&path);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = { CLI_OPTIONS,
		{ NULL, 0, NULL, 0 } };
	struct buf err = BUF_INIT;
	struct cli cli = { 0 };
	long ms = 0, limit = 0;
	char mode = 0, *arg = NULL;
	int c;

	msg_init(argv);
	while ((c = getopt_long(argc, argv, CLI_SHORT "f:s:w:r:l:t:N:o",
		    options, NULL)) != -1) {
		if (strchr("fswr", c)) {
			mode = (char)c;
			arg = optarg;
		} else if (c == 'l') {
			limit = cli_number("-l", optarg, 1, 1000);
		} else if (c == 't') {
			ms = cli_number("-t", optarg, 1, 600000);
		} else if (c == 'N') {
			events_left = cli_number("-N", optarg, 1, 1000000);
		} else if (c == 'o') {
			once = true;
		} else {
			cli_option(&cli, c, usage);
		}
	}
	api = api_open(&cli, &err);
	if (!api)
		die(STATUS_USAGE, "%s", buf_str(&err));
	if (limit)
		api_set_limit(api, (int)limit);
	if (ms)
		api_timer_start(api, ms, end, NULL);
	if (mode == 'f') {
		brief = true;
		send_file(arg);
	} else if (mode == 's') {
		struct api_request r = { .method = "GET",
			.path = arg,
			.line = told_line,
			.done = told };

		api_send(api, &r);
	} else if (mode == 'w') {
		later = optind + 2 <= argc ? argv + optind : NULL;
		struct api_watch_options w = { .kind = find_kind(arg),
			.namespace = cli.namespace,
			.event = told_event,
			.failed = told_failed };

		api_watch_start(api, &w);
	} else if (mode == 'r') {
		print_path(arg, &cli);
	} else if (optind + 2 <= argc) {
		send_one(argv[optind], argv[optind + 1], argv[optind + 2]);
	} else {
		cli_usage(usage, "nothing to send");
	}
	api_run(api);
	api_close(api);
	buf_release(&err);
	return msg_close(worst);
}
