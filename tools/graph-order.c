/*
 * graph-order: sort the stages of a chain and the objects within them.
 *
 * The whole stream is read before anything is written, so that a mistake
 * anywhere in the chain keeps the tools behind from starting at all.
 */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "diff/jobreads.h"
#include "graph/chain.h"
#include "graph/draw.h"
#include "graph/ready.h"
#include "json.h"
#include "mem.h"
#include "msg.h"
#include "record.h"

static const char usage[] =
    "usage: graph-order [--stage NAME [--ready]] [--from NAME] [--until NAME]\n"
    "                   [--reverse] [--format jsonl|make|dot|text]\n"
    "\n"
    "Sort the stages on standard input by what they depend on, and the "
    "objects\n"
    "within each so that what others need comes first.\n"
    "\n"
    "  --stage NAME   only this stage: NAMESPACE/NAME, or NAME if one has it\n"
    "  --ready        all that it depends on is healthy: see whether it may "
    "start\n"
    "                 by its dependsOn[].readyExpr\n"
    "  --from NAME    only this stage and all that depend on it\n"
    "  --until NAME   only this stage and all that it depends on\n"
    "  --reverse      what depends on others comes first, as for deletion\n"
    "  --format FORMAT\n"
    "                 jsonl (records, the default), make (rules), dot\n"
    "                 (Graphviz) or text\n";

enum {
	OPT_STAGE = CLI_TOOL,
	OPT_READY,
	OPT_FROM,
	OPT_UNTIL,
	OPT_REVERSE,
	OPT_FORMAT,
};

static const struct option options[] = {
	CLI_OPTIONS,
	{ "stage", required_argument, NULL, OPT_STAGE },
	{ "ready", no_argument, NULL, OPT_READY },
	{ "from", required_argument, NULL, OPT_FROM },
	{ "until", required_argument, NULL, OPT_UNTIL },
	{ "reverse", no_argument, NULL, OPT_REVERSE },
	{ "format", required_argument, NULL, OPT_FORMAT },
	{ NULL, 0, NULL, 0 },
};

/* What was read, and which part of it is asked for. */
struct job {
	struct chain chain;
	struct record *records;
	long n_records;
	bool *in; /* the stages to show, and the objects without one */
	bool all; /* nothing was cut away */
	bool reverse;
	struct graph_index before; /* what comes right before each stage */
};

/* --- which stages ------------------------------------------------------- */

/* Keep only the stages that reached marks. */
static void
keep(struct job *job, const bool *reached)
{
	size_t i;

	for (i = 0; i <= job->chain.n; i++)
		job->in[i] = job->in[i] && reached[i];
	job->all = false;
}

/* option is --stage, --from or --until. */
static int
cut(struct job *job, const char *option, const char *name, struct buf *err)
{
	bool *reached;
	size_t node;

	if (!name)
		return 0;
	buf_addf(err, "%s ", option);
	if (chain_find(&job->chain, name, &node, err))
		return -1;
	buf_clear(err);
	reached = mem_zero(job->chain.n + 1, sizeof(*reached));
	reached[node] = true;
	if (strcmp(option, "--stage") != 0)
		graph_reach(&job->chain.graph, node,
		    strcmp(option, "--from") == 0, reached);
	keep(job, reached);
	free(reached);
	return 0;
}

/* What is shown, for those that only look. */
static struct drawing
drawing_of(const struct job *job)
{
	return (struct drawing){
		.chain = &job->chain,
		.shown = job->in,
		.before = &job->before,
		.reverse = job->reverse,
	};
}

/* --- records ------------------------------------------------------------ */

/* Leave in "after" only what is still there to wait for. */
static jv
after_shown(const struct job *job, const jv *after)
{
	jv shown = jv_array();
	struct buf err = BUF_INIT;
	int i;

	for (i = 0; i < json_len(after); i++) {
		jv name = json_at(after, i);
		size_t node;

		if (chain_find(&job->chain, json_str(&name), &node, &err) ==
			0 &&
		    job->in[node])
			shown = jv_array_append(shown, jv_copy(name));
		jv_free(name);
	}
	buf_release(&err);
	return shown;
}

/* What the stream knew of stages that were cut away before, and now. */
static jv
all_elsewhere(const struct chain_stage *stage, const jv *cut_away)
{
	jv ids = json_get(&stage->record->value, "elsewhere");

	if (!json_is(&ids, JV_KIND_ARRAY)) {
		jv_free(ids);
		return jv_copy(*cut_away);
	}
	return jv_array_concat(ids, jv_copy(*cut_away));
}

static void
write_stage(
    const struct job *job, const struct chain_stage *stage, const jv *cut_away)
{
	size_t i;

	if (stage->record && !job->all) {
		jv after = json_get(&stage->record->value, "after");
		jv shown = after_shown(job, &after);

		if (json_len(&shown) < json_len(&after))
			record_set(stage->record, "after", jv_copy(shown));
		jv_free(shown);
		jv_free(after);
		record_set(
		    stage->record, "elsewhere", all_elsewhere(stage, cut_away));
	}
	if (stage->record)
		record_write(stage->record);
	for (i = 0; i < stage->n; i++)
		record_write(
		    stage->objects[job->reverse ? stage->n - 1 - i : i]);
}

static void
write_type(const struct job *job, enum record_type type)
{
	long i;

	for (i = 0; i < job->n_records; i++)
		if (job->records[i].type == type)
			record_write(&job->records[i]);
}

static void
write_records(const struct job *job)
{
	struct drawing shown = drawing_of(job);
	const struct chain_stage *bare = drawing_bare(&shown), *stage;
	jv cut_away = chain_elsewhere(&job->chain, job->in);
	size_t i;

	record_write_begin();
	write_type(job, RECORD_BEGIN);
	write_type(job, RECORD_OTHER);
	if (bare && !job->reverse)
		write_stage(job, bare, &cut_away);
	for (i = 0; i < job->chain.n; i++)
		if (drawing_at(&shown, i, &stage))
			write_stage(job, stage, &cut_away);
	if (bare && job->reverse)
		write_stage(job, bare, &cut_away);
	write_type(job, RECORD_END);
	record_write_end();
	jv_free(cut_away);
}

/* --- the command line --------------------------------------------------- */

struct arguments {
	const char *stage, *from, *until, *format;
	bool reverse, ready;
};

static struct arguments
parse_arguments(int argc, char **argv)
{
	struct arguments a = { .format = "jsonl" };
	struct cli cli = { 0 };
	int c;

	while ((c = getopt_long(argc, argv, CLI_SHORT, options, NULL)) != -1) {
		if (c == OPT_STAGE)
			a.stage = optarg;
		else if (c == OPT_READY)
			a.ready = true;
		else if (c == OPT_FROM)
			a.from = optarg;
		else if (c == OPT_UNTIL)
			a.until = optarg;
		else if (c == OPT_REVERSE)
			a.reverse = true;
		else if (c == OPT_FORMAT)
			a.format = optarg;
		else
			cli_option(&cli, c, usage);
	}
	if (optind < argc)
		cli_usage(usage, "it reads standard input, not files");
	if (a.ready && !a.stage)
		cli_usage(usage, "--ready is about one stage: use --stage");
	return a;
}

/* A stage that may not start yet ends this with nothing written. */
static void
check_ready(const struct job *job, const char *name)
{
	struct buf notice = BUF_INIT, why = BUF_INIT;
	int ready = ready_check(&job->chain, name, &notice, &why);

	if (notice.len)
		warning("%s", notice.s);
	if (ready != 1)
		die(ready ? STATUS_USAGE : STATUS_UNHEALTHY, "%s",
		    buf_str(&why));
	buf_release(&notice);
}

static void
read_chain(struct job *job, const struct arguments *a)
{
	struct buf err = BUF_INIT;
	bool complete;
	size_t i;

	job->n_records = record_read_all(
	    stdin, "standard input", &job->records, &complete, &err);
	if (job->n_records < 0)
		die(STATUS_USAGE, "%s", buf_str(&err));
	if (!complete)
		die(STATUS_USAGE, "standard input: ends before its end "
				  "record: the tool that wrote it failed");
	if (chain_init(&job->chain, job->records, job->n_records, &err))
		die(STATUS_USAGE, "%s", buf_str(&err));
	job->in = mem_zero(job->chain.n + 1, sizeof(*job->in));
	for (i = 0; i <= job->chain.n; i++)
		job->in[i] = true;
	if (cut(job, "--stage", a->stage, &err) ||
	    cut(job, "--from", a->from, &err) ||
	    cut(job, "--until", a->until, &err))
		die(STATUS_USAGE, "%s", buf_str(&err));
	if (a->ready)
		check_ready(job, a->stage);
	/* What is cut away takes along what Jobs of other stages read of it. */
	if (strcmp(a->format, "jsonl") == 0)
		jobreads_note(job->records, job->n_records);
	chain_sort_objects(&job->chain);
	job->before = graph_index_new(&job->chain.graph, job->reverse);
	buf_release(&err);
}

struct format {
	const char *name;
	draw_fn *draw; /* NULL: records */
};

static void
write_as(const struct job *job, const struct format *format)
{
	struct drawing shown = drawing_of(job);
	struct buf out = BUF_INIT, err = BUF_INIT;

	if (!format->draw)
		write_records(job);
	else if (format->draw(&shown, &out, &err))
		die(STATUS_USAGE, "%s", buf_str(&err));
	else
		fwrite(buf_str(&out), 1, out.len, stdout);
	buf_release(&out);
}

int
main(int argc, char **argv)
{
	static const struct format formats[] = {
		{ "jsonl", NULL },
		{ "make", draw_make },
		{ "dot", draw_dot },
		{ "text", draw_text },
	};
	struct job job = { .all = true };
	struct arguments a;
	size_t i, n = sizeof(formats) / sizeof(*formats);

	msg_init(argv);
	a = parse_arguments(argc, argv);
	for (i = 0; i < n && strcmp(a.format, formats[i].name) != 0; i++)
		;
	if (i == n)
		die(STATUS_USAGE,
		    "--format: %s is none of jsonl, make, dot "
		    "and text",
		    a.format);
	job.reverse = a.reverse;
	read_chain(&job, &a);
	write_as(&job, &formats[i]);
	chain_release(&job.chain);
	record_free_all(job.records, job.n_records);
	graph_index_release(&job.before);
	free(job.in);
	return msg_close(STATUS_OK);
}
