/*
 * apply: bring the objects of a stream into the cluster, delete what a stage
 * no longer holds (--prune), or all that it owns (--delete).
 *
 * Arguments, messages and the order of the output; all else is in lib/apply.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "apply/apply.h"
#include "cli.h"
#include "event.h"
#include "json.h"
#include "judge/judge.h"
#include "mem.h"
#include "msg.h"
#include "timestamp.h"

static const char usage[] =
    "usage: apply [-v] [--conflicts force|fail] [--dry-run] [--field-manager "
    "NAME]\n"
    "             [--force] [--as USER] [--as-group GROUP] [--context NAME]\n"
    "             [--kubeconfig FILE] [-n NAMESPACE] [--request-timeout "
    "DURATION]\n"
    "             [--take-ownership] [--timeout DURATION]\n"
    "       apply --prune [--allow-empty] [--prune-data] [--prune-max N] ...\n"
    "       apply --delete [--prune-data] [--prune-max N] ...\n"
    "\n"
    "Bring the objects of the records on standard input into the cluster, and\n"
    "pass the records on with what became of each under the key \"apply\".\n"
    "\n"
    "  --prune           instead, delete what a stage owns and no longer "
    "holds\n"
    "  --delete          instead, delete all that the stages own\n"
    "  --force           recreate what can't be updated, whatever spec.force "
    "says\n"
    "  --conflicts force|fail\n"
    "                    take fields that others own (the default), or fail\n"
    "  --dry-run         let the server try everything, but change nothing\n"
    "  --field-manager NAME\n"
    "                    who is to own the fields (default: poundlock)\n"
    "  --take-ownership  take over inventories that belong to other tooling\n"
    "  --timeout DURATION\n"
    "                    how long recreating or deleting may take (default: "
    "the\n"
    "                    stage's own timeout, else 5m)\n"
    "  --prune-max N     delete nothing of a stage if more than N would go\n"
    "  --prune-data      delete also kinds that may hold data\n"
    "  --allow-empty     prune also where a stage holds no object at all\n";

enum {
	OPT_PRUNE = CLI_TOOL,
	OPT_DELETE,
	OPT_FORCE,
	OPT_DRY_RUN,
	OPT_CONFLICTS,
	OPT_MANAGER,
	OPT_PRUNE_MAX,
	OPT_PRUNE_DATA,
	OPT_ALLOW_EMPTY,
	OPT_TAKE,
	OPT_TIMEOUT,
};

static const struct option options[] = {
	CLI_OPTIONS,
	{ "prune", no_argument, NULL, OPT_PRUNE },
	{ "delete", no_argument, NULL, OPT_DELETE },
	{ "force", no_argument, NULL, OPT_FORCE },
	{ "dry-run", no_argument, NULL, OPT_DRY_RUN },
	{ "conflicts", required_argument, NULL, OPT_CONFLICTS },
	{ "field-manager", required_argument, NULL, OPT_MANAGER },
	{ "prune-max", required_argument, NULL, OPT_PRUNE_MAX },
	{ "prune-data", no_argument, NULL, OPT_PRUNE_DATA },
	{ "allow-empty", no_argument, NULL, OPT_ALLOW_EMPTY },
	{ "take-ownership", no_argument, NULL, OPT_TAKE },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ NULL, 0, NULL, 0 },
};

static struct cli cli;
static bool prune, delete;
static struct apply_options opt = {
	.manager = JUDGE_MANAGER,
	.prune_max = -1,
	.timeout_ms = -1,
};

/* The stream: records go out in the order in which they came. */
static struct {
	struct record *records;
	long n;
	long next;	      /* the first that was not written yet */
	bool *ready;	      /* per record: it has its result */
	struct record *extra; /* deleted, and not among what came in */
	size_t n_extra, cap;
} stream;

static void
write_ready(void)
{
	while (stream.next < stream.n && stream.ready[stream.next]) {
		struct record *r = &stream.records[stream.next++];

		/* The framing is our own; others' begin and end pass. */
		record_write(r);
	}
}

static void
write_rest(void)
{
	size_t i;

	/* Objects that prune had nothing to do with have no result of it. */
	memset(stream.ready, true, (size_t)stream.n);
	write_ready();
	for (i = 0; i < stream.n_extra; i++)
		record_write(&stream.extra[i]);
	record_free_all(stream.extra, (long)stream.n_extra);
}

static void
tell(const struct record *r, const char *subject, const char *action)
{
	jv event;

	if (!event_enabled())
		return;
	event = json_set_str(jv_object(), "stage", record_stage(r));
	event = json_set_str(event, "object", subject);
	event_write("object", json_set_str(event, "action", action));
}

static void
add_took(const struct record *r, struct buf *out)
{
	jv took = json_path(&r->value, "apply", "took", NULL), one;
	int i;

	for (i = 0; i < json_len(&took); i++) {
		one = json_at(&took, i);
		buf_addf(out, "%s%s", i ? ", " : " (took fields from ",
		    json_str(&one) ? json_str(&one) : "?");
		jv_free(one);
	}
	if (json_len(&took) > 0)
		buf_addc(out, ')');
	jv_free(took);
}

/* One line for people about what became of an object. */
static void
report(const struct record *r, const char *subject)
{
	const char *action = json_path_str(&r->value, "apply", "action", NULL);
	const char *tool = json_path_str(&r->value, "error", "tool", NULL);
	const char *error = json_path_str(&r->value, "error", "message", NULL);
	const char *why = json_path_str(&r->value, "apply", "message", NULL);
	struct buf took = BUF_INIT;

	add_took(r, &took);
	if (tool && error && strcmp(tool, msg_prog()) == 0) {
		warning("%s: %s", subject, error);
		tell(r, subject, "failed");
	} else if (action) {
		bool quiet = strcmp(action, "unchanged") == 0 ||
			     (strcmp(action, "skipped") == 0 && !why);

		if (quiet)
			debug("%s: %s", subject, action);
		else
			warning("%s: %s%s%s%s", subject, action,
			    why ? ": " : "", why ? why : "", buf_str(&took));
		tell(r, subject, action);
	}
	buf_release(&took);
}

static void
on_done(void *ctx, struct record *r, const char *subject)
{
	(void)ctx;
	report(r, subject);
	stream.ready[r - stream.records] = true;
	write_ready();
}

/* Behind all that came in, since it was not among it. */
static void
on_extra(void *ctx, struct record *r, const char *subject)
{
	(void)ctx;
	report(r, subject);
	stream.extra =
	    mem_grow(stream.extra, stream.n_extra, &stream.cap, sizeof(*r));
	stream.extra[stream.n_extra++] = *r;
}

static void
on_problem(void *ctx, const char *message)
{
	(void)ctx;
	warning("%s", message);
}

/*
 * A plan that comes straight from diff-immutable, through a pipe, was compared
 * as late as it can be.  One that was kept was not.
 */
#define FRESH_MS (10LL * 1000)

static bool
is_fresh(void)
{
	long long ms, now = time(NULL) * 1000LL;
	struct stat st;
	bool fresh = false;
	long i;

	if (fstat(STDIN_FILENO, &st) != 0 || S_ISREG(st.st_mode))
		return false;
	for (i = 0; i < stream.n; i++) {
		const jv *v = &stream.records[i].value;
		const char *tool = json_get_str(v, "tool");

		if (stream.records[i].type == RECORD_END && tool &&
		    strcmp(tool, "diff-immutable") == 0)
			fresh = timestamp_parse(json_get_str(v, "time"), &ms) &&
				now - ms >= 0 && now - ms < FRESH_MS;
	}
	return fresh;
}

/* What its service account may not do, nobody does for a stage by mistake. */
static void
check_account(const struct record *r)
{
	const char *as = json_get_str(&r->value, "as");

	if (r->type == RECORD_STAGE && as && !cli.as && !opt.dry_run)
		die(STATUS_USAGE,
		    "%s: is to be applied as %s: say --as, with that or "
		    "another user",
		    record_stage(r), as);
}

/* A kubeconfig that is none is said only when the input has been read. */
static void
read_stream(struct buf *no_api)
{
	struct buf err = BUF_INIT;
	long i;

	opt.api = api_open(&cli, no_api);
	if (record_await(stdin) && opt.api)
		api_connect(opt.api);
	stream.n = record_read_resting(
	    stdin, "standard input", &stream.records, &opt.complete, &err);
	record_write_begin();
	if (stream.n < 0)
		die(STATUS_USAGE, "%s", buf_str(&err));
	opt.fresh = is_fresh();
	stream.ready = mem_zero((size_t)stream.n + 1, sizeof(*stream.ready));
	for (i = 0; i < stream.n; i++)
		check_account(&stream.records[i]);
	for (i = 0; i < stream.n; i++)
		stream.ready[i] = stream.records[i].type != RECORD_OBJECT;
}

static enum status
work(void)
{
	struct buf err = BUF_INIT;
	enum status status;

	read_stream(&err);
	if (!opt.api)
		die(STATUS_SERVER, "%s", buf_str(&err));
	event_write("start", jv_object());
	write_ready();
	if (prune)
		status = apply_prune(&opt, stream.records, stream.n);
	else if (delete)
		status = apply_delete(&opt, stream.records, stream.n);
	else
		status = apply_write(&opt, stream.records, stream.n);
	if (!opt.complete && status == STATUS_OK) {
		/* Cut before its first object: no stage has said so. */
		warning("standard input: the stream ends early");
		status = STATUS_USAGE;
	}
	write_rest();
	record_write_end();
	event_write(
	    "end", json_set(jv_object(), "status", jv_number((double)status)));
	api_close(opt.api);
	return status;
}

static void
option(int c)
{
	switch (c) {
	case OPT_PRUNE:
		prune = true;
		break;
	case OPT_DELETE:
		delete = true;
		break;
	case OPT_FORCE:
		opt.force = true;
		break;
	case OPT_DRY_RUN:
		opt.dry_run = true;
		break;
	case OPT_CONFLICTS:
		opt.fail_conflicts =
		    cli_is_second("--conflicts", optarg, "force", "fail");
		break;
	case OPT_MANAGER:
		opt.manager = optarg;
		if (!*optarg || strlen(optarg) > 128)
			die(STATUS_USAGE,
			    "--field-manager: not from 1 to 128 characters");
		break;
	case OPT_PRUNE_MAX:
		opt.prune_max = cli_number("--prune-max", optarg, 0, 1000000);
		break;
	case OPT_PRUNE_DATA:
		opt.data_too = true;
		break;
	case OPT_ALLOW_EMPTY:
		opt.allow_empty = true;
		break;
	case OPT_TAKE:
		opt.take_ownership = true;
		break;
	case OPT_TIMEOUT:
		opt.timeout_ms = cli_duration("--timeout", optarg);
		break;
	default:
		cli_option(&cli, c, usage);
	}
}

int
main(int argc, char **argv)
{
	enum status status;
	int c;

	msg_init(argv);
	while ((c = getopt_long(argc, argv, CLI_SHORT, options, NULL)) != -1)
		option(c);
	if (optind < argc)
		cli_usage(usage, "takes no arguments, reads a stream");
	if (prune && delete)
		cli_usage(usage, "--prune and --delete exclude each other");
	opt.done = on_done;
	opt.extra = on_extra;
	opt.problem = on_problem;
	status = work();
	record_free_all(stream.records, stream.n);
	free(stream.ready);
	return msg_close(status);
}
