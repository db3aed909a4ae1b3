/*
 * wait: end when every object is healthy, or at the first that can't become so,
 * and say why.
 */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "cli.h"
#include "event.h"
#include "json.h"
#include "mem.h"
#include "msg.h"
#include "record.h"
#include "wait/evidence.h"
#include "wait/report.h"
#include "wait/waiter.h"
#include "wait/waitset.h"

/* Evidence is gathered for so many objects at most, and so long. */
#define MAX_CASES 8
#define GATHER_MS 5000

/* The same for a report, which is read later and holds whole logs. */
#define MAX_REPORTED 64
#define REPORT_MS 20000

static const char usage[] =
    "usage: wait [--timeout DURATION] [--for healthy|deleted] [--all]\n"
    "            [--offline] [--strict=kstatus] [--logs] [-o jsonl|text]\n"
    "            [--no-activity-timeout DURATION] [--crashes N]\n"
    "            [--unschedulable DURATION] [--report DIR] [--quiet]\n"
    "            [--heartbeat DURATION] [server option...]\n"
    "\n"
    "Wait until the objects of the records on standard input are healthy, or\n"
    "one of them can't become so, and pass the records on with a key "
    "\"wait\".\n"
    "\n"
    "  --timeout DURATION      wait so long at most (default: the stage's own\n"
    "                          timeout, else 5m); 0 looks once\n"
    "  --for healthy|deleted   what to wait for (default: healthy)\n"
    "  --all                   every object, whatever its stage waits for\n"
    "  --offline               judge the objects as they are in the records\n"
    "  --strict=kstatus        judge as kstatus does also where it misleads\n"
    "  --logs                  show the logs of Jobs while they run\n"
    "  -o jsonl|text           text: one line an object, instead of records\n"
    "  --no-activity-timeout DURATION\n"
    "                          end when nothing has changed for so long\n"
    "  --crashes N             restarts from which a crash loop is a failure\n"
    "                          (default: 3)\n"
    "  --unschedulable DURATION\n"
    "                          how long a Pod may wait for a node (default: "
    "3m)\n"
    "  --report DIR            write all evidence to files in DIR, which must "
    "be\n"
    "                          empty or not exist\n"
    "  --quiet                 say nothing of what is on its way\n"
    "  --heartbeat DURATION    without a terminal, say what is still waited "
    "for\n"
    "                          after so long without a word (default: 30s; 0: "
    "never)\n"
    "\n"
    "server: --kubeconfig FILE  --context NAME  -n NAMESPACE  --as USER\n"
    "        --as-group GROUP  --request-timeout DURATION  -v\n";

static struct {
	struct cli cli;
	struct wait_options wait;
	long long timeout_ms;
	bool offline, text, all;
	const char *report;
} opt = {
	.wait = { .crashes = 3,
	    .unschedulable_ms = 180000,
	    .heartbeat_ms = 30000 },
	.timeout_ms = -1,
};

enum {
	TIMEOUT = CLI_TOOL,
	FOR,
	OFFLINE,
	ALL,
	STRICT,
	LOGS,
	NO_ACTIVITY,
	CRASHES,
	UNSCHEDULABLE,
	REPORT,
	QUIET,
	HEARTBEAT
};

static const struct option options[] = {
	CLI_OPTIONS,
	{ "timeout", required_argument, NULL, TIMEOUT },
	{ "for", required_argument, NULL, FOR },
	{ "offline", no_argument, NULL, OFFLINE },
	{ "all", no_argument, NULL, ALL },
	{ "strict", required_argument, NULL, STRICT },
	{ "logs", no_argument, NULL, LOGS },
	{ "no-activity-timeout", required_argument, NULL, NO_ACTIVITY },
	{ "crashes", required_argument, NULL, CRASHES },
	{ "unschedulable", required_argument, NULL, UNSCHEDULABLE },
	{ "report", required_argument, NULL, REPORT },
	{ "quiet", no_argument, NULL, QUIET },
	{ "heartbeat", required_argument, NULL, HEARTBEAT },
	{ NULL, 0, NULL, 0 },
};

static void
take_option(int c)
{
	switch (c) {
	case TIMEOUT:
		opt.timeout_ms = cli_duration("--timeout", optarg);
		break;
	case FOR:
		opt.wait.deleted =
		    cli_is_second("--for", optarg, "healthy", "deleted");
		break;
	case OFFLINE:
		opt.offline = true;
		break;
	case ALL:
		opt.all = true;
		break;
	case STRICT:
		if (strcmp(optarg, "kstatus") != 0)
			die(STATUS_USAGE, "--strict: %s is not kstatus",
			    optarg);
		opt.wait.strict = true;
		break;
	case LOGS:
		opt.wait.logs = true;
		break;
	case NO_ACTIVITY:
		opt.wait.silence_ms =
		    cli_duration("--no-activity-timeout", optarg);
		break;
	case CRASHES:
		opt.wait.crashes =
		    (int)cli_number("--crashes", optarg, 1, 1000000);
		break;
	case UNSCHEDULABLE:
		opt.wait.unschedulable_ms =
		    cli_duration("--unschedulable", optarg);
		break;
	case QUIET:
		opt.wait.quiet = true;
		break;
	case HEARTBEAT:
		opt.wait.heartbeat_ms = cli_duration("--heartbeat", optarg);
		break;
	case REPORT:
		opt.report = optarg;
		break;
	case 'o':
		opt.text = cli_is_second("-o", optarg, "jsonl", "text");
		break;
	default:
		cli_option(&opt.cli, c, usage);
	}
}

static void
parse_options(int argc, char **argv)
{
	int c;

	while (
	    (c = getopt_long(argc, argv, CLI_SHORT "o:", options, NULL)) != -1)
		take_option(c);
	if (optind < argc)
		cli_usage(usage, "reads standard input and takes no arguments");
	if (opt.offline && opt.wait.logs)
		cli_usage(usage, "--offline has no logs to show");
	if (opt.offline && opt.wait.deleted)
		cli_usage(usage, "--offline knows nothing of what is deleted");
}

/* --- waiting ------------------------------------------------------------ */

/* The first max targets that failed, or after a timeout were waited for. */
static size_t
find_unhealthy(const struct wait_set *set, enum status status,
    struct wait_target **found, size_t max)
{
	size_t i, n = 0;

	for (i = 0; i < set->n && n < max; i++) {
		struct wait_target *t = &set->targets[i];

		if (jv_is_valid(t->live) &&
		    t->health.status != HEALTH_CURRENT &&
		    (status != STATUS_UNHEALTHY ||
			t->health.status == HEALTH_FAILED))
			found[n++] = t;
	}
	return n;
}

/* Why what failed did, and after a timeout what kept the others. */
static void
gather(struct api *api, struct wait_target **of, size_t n)
{
	struct evidence_case cases[MAX_REPORTED];
	size_t i;

	for (i = 0; i < n; i++)
		cases[i] = (struct evidence_case){ .object = &of[i]->live };
	evidence_gather(api, cases, n, GATHER_MS);
	for (i = 0; i < n; i++) {
		of[i]->evidence = cases[i].evidence;
		if (i < MAX_CASES)
			evidence_say(buf_str(&of[i]->subject),
			    buf_str(&of[i]->health.message), &of[i]->evidence,
			    !opt.wait.logs || strcmp(of[i]->kind, "Job") != 0);
	}
}

/* Before anything is passed on: what comes next may delete. */
static void
gather_all(struct api *api, struct wait_set *set, enum status status,
    struct report *report)
{
	struct wait_target *of[MAX_REPORTED];
	size_t n = 0;

	if (!opt.wait.deleted &&
	    (status == STATUS_UNHEALTHY || status == STATUS_TIMEOUT))
		n = find_unhealthy(
		    set, status, of, report ? MAX_REPORTED : MAX_CASES);
	if (api && n && !(opt.text && !report))
		gather(api, of, n);
	if (report)
		report_gather(report, api, of, n, REPORT_MS);
}

/* What an earlier tool could not do; its own words have been said by it. */
static enum status
upstream_failed(const struct wait_set *set)
{
	const char *tool = json_get_str(&set->first_error, "tool");
	bool refused = json_has(&set->first_error, "status");

	warning("%s failed on %zu object%s; the others are not waited for",
	    tool ? tool : "an earlier tool", set->errors,
	    set->errors == 1 ? "" : "s");
	return refused ? STATUS_REFUSED : STATUS_FAILED;
}

static enum status
wait_for(struct api *api, struct wait_set *set, bool complete)
{
	if (!complete) {
		warning("standard input: the stream ends early, since a tool "
			"before this one died; nothing is called healthy");
		return STATUS_USAGE;
	}
	if (set->errors)
		return upstream_failed(set);
	return api ? wait_cluster(api, set, &opt.wait)
		   : wait_offline(set, &opt.wait, wait_now());
}

/* --- writing ------------------------------------------------------------ */

static void
write_text(const struct wait_set *set)
{
	size_t i;

	for (i = 0; i < set->n; i++) {
		const struct wait_target *t = &set->targets[i];
		const char *stage = buf_str(&t->stage);

		printf("%s%s%s: %s%s%s\n", stage, *stage ? " " : "",
		    buf_str(&t->subject), health_status_name(t->health.status),
		    t->health.message.len ? ": " : "",
		    buf_str(&t->health.message));
	}
}

/* A health check of an object that is not in the stream. */
static void
write_check(const struct wait_target *t)
{
	struct record r;
	jv v = json_set_str(jv_object(), "type", "check");

	v = json_set_str(v, "stage", buf_str(&t->stage));
	v = json_set(v, "object", jv_copy(t->object));
	record_make(&r, json_set(v, "wait", wait_value(t)));
	record_write(&r);
	record_release(&r);
}

static void
write_records(struct record *records, long n, const struct wait_set *set)
{
	size_t i;
	long r;

	for (i = 0; i < set->n; i++)
		if (set->targets[i].record)
			record_set(set->targets[i].record, "wait",
			    wait_value(&set->targets[i]));
	for (r = 0; r < n; r++)
		record_write(&records[r]);
	for (i = 0; i < set->n; i++)
		if (!set->targets[i].record)
			write_check(&set->targets[i]);
}

/*
 * The last record says that all was done.  It is held back when nobody can tell
 * from the objects in the stream that something is wrong.
 */
static bool
is_whole(const struct wait_set *set, bool complete, enum status status)
{
	size_t i;

	for (i = 0; i < set->n; i++)
		if (!set->targets[i].record &&
		    set->targets[i].health.status != HEALTH_CURRENT)
			return false;
	return complete && status != STATUS_SERVER;
}

/* --- the whole ---------------------------------------------------------- */

static enum status
write_report(
    struct report *report, const struct wait_set *set, enum status status)
{
	struct buf err = BUF_INIT;

	if (report_close(report, set, status, &err)) {
		warning("%s", buf_str(&err));
		status = status_worse(status, STATUS_FAILED);
	}
	buf_release(&err);
	return status;
}

static struct report *
open_report(void)
{
	struct buf err = BUF_INIT;
	struct report *report = report_open(opt.report, &err);

	if (!report)
		die(STATUS_USAGE, "%s", buf_str(&err));
	return report;
}

static enum status
run(struct api *api)
{
	struct wait_set_options o = { .deleted = opt.wait.deleted,
		.all = opt.all,
		.timeout_ms = opt.timeout_ms,
		.namespace = api ? api_namespace(api) : opt.cli.namespace };
	struct report *report = opt.report ? open_report() : NULL;
	struct buf err = BUF_INIT;
	struct record *records;
	struct wait_set set;
	enum status status;
	bool complete;
	long n;

	opt.wait.report = report;
	if (api && record_await(stdin))
		api_connect(api);
	n = record_read_all(stdin, "standard input", &records, &complete, &err);
	if (!opt.text)
		record_write_begin();
	if (n < 0 || wait_set_make(&set, records, n, &o, &err))
		die(STATUS_USAGE, "%s", buf_str(&err));
	status = wait_for(api, &set, complete);
	gather_all(api, &set, status, report);
	if (report)
		status = write_report(report, &set, status);
	if (opt.text)
		write_text(&set);
	else
		write_records(records, n, &set);
	if (!opt.text && is_whole(&set, complete, status))
		record_write_end();
	wait_set_release(&set);
	record_free_all(records, n);
	return status;
}

int
main(int argc, char **argv)
{
	struct buf err = BUF_INIT;
	struct api *api = NULL;
	enum status status;

	msg_init(argv);
	parse_options(argc, argv);
	if (!opt.offline) {
		api = api_open(&opt.cli, &err);
		if (!api)
			die(STATUS_SERVER, "%s", buf_str(&err));
	}
	event_write("start", jv_object());
	status = run(api);
	event_write(
	    "end", json_set(jv_object(), "status", jv_number((double)status)));
	if (api)
		api_close(api);
	return msg_close(status);
}
