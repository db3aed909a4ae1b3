/*
 * diff-immutable: say what would happen to each object of a stream, and which
 * fields of it can't change.
 *
 * It writes nothing to the server: all its questions are reads and dry runs.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/api.h"
#include "cli.h"
#include "diff/diff.h"
#include "diff/extdiff.h"
#include "fields/compare.h"
#include "json.h"
#include "msg.h"
#include "record.h"
#include "timestamp.h"

static const char usage[] =
    "usage: diff-immutable [-v] [-o jsonl|diff|summary] [--offline] "
    "[--old FILE]\n"
    "                      [--as USER] [--as-group GROUP] [--context NAME]\n"
    "                      [--kubeconfig FILE] [-n NAMESPACE]\n"
    "                      [--request-timeout DURATION]\n"
    "\n"
    "Say what applying each object on standard input would do, which fields "
    "it\n"
    "would change, and which of these can't change.  Exit 1: there is "
    "something.\n"
    "\n"
    "  -o FORMAT   jsonl (the records with a key \"diff\", the default), diff "
    "(of\n"
    "              YAML, as kubectl diff) or summary (one line an object)\n"
    "  --old FILE  compare with the stream in FILE instead of the cluster\n"
    "  --offline   ask no server\n";

enum { OPT_OLD = CLI_TOOL, OPT_OFFLINE };

static const struct option options[] = {
	CLI_OPTIONS,
	{ "old", required_argument, NULL, OPT_OLD },
	{ "offline", no_argument, NULL, OPT_OFFLINE },
	{ "output", required_argument, NULL, 'o' },
	{ NULL, 0, NULL, 0 },
};

enum output { OUT_JSONL, OUT_DIFF, OUT_SUMMARY };

static struct cli cli;
static const char *old_file;
static bool offline;
static enum output output = OUT_JSONL;

static struct stream {
	struct record *records;
	long n;
} new_stream, old_stream;

/* Fields that one line of the summary names. */
#define FIELDS_SHOWN 4

static const char *const actions[] = { "create", "update", "recreate", "delete",
	"none" };

#define N_ACTIONS (sizeof(actions) / sizeof(actions[0]))

/* --- people's output ---------------------------------------------------- */

static void
add_value(struct buf *out, const jv *field, const char *key)
{
	jv v = json_get(field, key);

	if (jv_is_valid(v))
		json_write(out, &v, 0);
	else
		buf_adds(out, "(none)");
	jv_free(v);
}

static bool
is_short(const jv *field, const char *key)
{
	jv v = json_get(field, key);
	jv_kind kind = jv_get_kind(v);
	bool is = kind != JV_KIND_OBJECT && kind != JV_KIND_ARRAY &&
		  (kind != JV_KIND_STRING || strlen(jv_string_value(v)) <= 60);

	jv_free(v);
	return is;
}

static void
add_field(struct buf *out, const jv *object, const jv *field)
{
	const char *path = json_get_str(field, "path");

	compare_path_text(object, path ? path : "", out);
	if (is_short(field, "from") && is_short(field, "to")) {
		buf_addc(out, ' ');
		add_value(out, field, "from");
		buf_adds(out, " -> ");
		add_value(out, field, "to");
	}
	if (json_get_bool(field, "immutable", false))
		buf_adds(out, " (immutable)");
}

static void
add_fields(struct buf *out, const struct record *r)
{
	jv object = record_object(r);
	jv fields = json_path(&r->value, "diff", "fields", NULL);
	int n = json_len(&fields);

	for (int i = 0; i < n && i < FIELDS_SHOWN; i++) {
		jv field = json_at(&fields, i);
		buf_adds(out, i ? ", " : "  ");
		add_field(out, &object, &field);
		jv_free(field);
	}
	if (n > FIELDS_SHOWN)
		buf_addf(out, ", and %d more", n - FIELDS_SHOWN);
	jv_free(fields);
	jv_free(object);
}

static void
summarize_entry(const struct diff_entry *e)
{
	struct buf line = BUF_INIT;
	const char *why =
	    e->action
		? json_path_str(&e->record->value, "diff", "reason", NULL)
		: json_path_str(&e->record->value, "error", "message", NULL);

	buf_addf(&line, "%-9s %s", e->action ? e->action : "error", e->subject);
	if (e->action)
		add_fields(&line, e->record);
	if (why)
		buf_addf(&line, "  (%s)", why);
	for (size_t i = 0; i < line.len; i++)
		if ((unsigned char)line.s[i] < 0x20)
			line.s[i] = '?';
	puts(buf_str(&line));
	buf_release(&line);
}

static void
summarize(const struct diff *d)
{
	long counts[N_ACTIONS] = { 0 }, errors = 0;

	for (long i = 0; i < d->n; i++) {
		const char *action = d->entries[i].action;
		summarize_entry(&d->entries[i]);
		errors += action == NULL;
		for (size_t k = 0; action && k < N_ACTIONS; k++)
			counts[k] += strcmp(action, actions[k]) == 0;
	}
	for (size_t k = 0; k < N_ACTIONS - 1; k++)
		printf("%ld %s, ", counts[k], actions[k]);
	printf("%ld same", counts[N_ACTIONS - 1]);
	if (errors)
		printf(", %ld error%s", errors, errors > 1 ? "s" : "");
	putchar('\n');
}

static void
show_diff(const struct diff *d)
{
	struct extdiff x;
	struct buf err = BUF_INIT;
	int rc = extdiff_open(&x, &err);

	for (long i = 0; i < d->n && rc == 0; i++) {
		const struct diff_entry *e = &d->entries[i];
		if (jv_is_valid(e->before) || jv_is_valid(e->after))
			rc = extdiff_add(&x, &e->before, &e->after, &err);
	}
	if (rc == 0)
		rc = extdiff_run(&x, &err);
	extdiff_close(&x);
	if (rc < 0)
		die(STATUS_USAGE, "%s", buf_str(&err));
	buf_release(&err);
}

/* --- the stream --------------------------------------------------------- */

/* When it was compared with the cluster, which goes on changing. */
static jv
time_of_end(void)
{
	struct buf text = BUF_INIT;
	jv more = jv_object();

	if (old_file || offline)
		return more;
	timestamp_write(&text, time(NULL) * 1000LL, false);
	more = json_set_str(more, "time", buf_str(&text));
	buf_release(&text);
	return more;
}

static void
write_records(const struct diff *d)
{
	for (long i = 0; i < new_stream.n; i++)
		record_write(&new_stream.records[i]);
	for (long i = 0; i < d->n; i++)
		if (d->entries[i].own)
			record_write(d->entries[i].record);
	record_write_end_with(time_of_end());
}

/* What is wrong with the stream, if anything, is appended to err. */
static void
read_stream(struct stream *s, FILE *f, const char *name, struct buf *err)
{
	bool complete;

	s->n = record_read_resting(f, name, &s->records, &complete, err);
	if (s->n >= 0 && !complete)
		buf_addf(err,
		    "%s: the stream ends early: a tool before this one failed",
		    name);
}

/* Our own begins even then, so that the next tool sees one without its end. */
static void
read_new(void)
{
	struct buf err = BUF_INIT;

	read_stream(&new_stream, stdin, "standard input", &err);
	if (output == OUT_JSONL)
		record_write_begin();
	if (err.len)
		die(STATUS_USAGE, "%s", buf_str(&err));
}

static void
read_old(void)
{
	struct buf err = BUF_INIT;
	FILE *f = fopen(old_file, "r");

	if (!f)
		die(STATUS_USAGE, "%s: %s", old_file, strerror(errno));
	read_stream(&old_stream, f, old_file, &err);
	fclose(f);
	if (err.len)
		die(STATUS_USAGE, "%s", buf_str(&err));
}

/* The connection is made while the input is on its way. */
static void
compare_with_cluster(struct diff *d)
{
	struct buf err = BUF_INIT;
	struct api *api = api_open(&cli, &err);

	if (record_await(stdin) && api)
		api_connect(api);
	read_new();
	if (!api)
		die(STATUS_SERVER, "%s", buf_str(&err));
	if (diff_cluster(d, api, new_stream.records, new_stream.n, &err))
		die(d->status, "%s", buf_str(&err));
	api_close(api);
	buf_release(&err);
}

static bool
report(const struct diff *d)
{
	bool differs = false;

	for (long i = 0; i < d->n; i++) {
		const struct diff_entry *e = &d->entries[i];
		differs |= e->action && strcmp(e->action, "none") != 0;
		if (!e->refused)
			continue;
		warning("%s: %s", e->subject,
		    json_path_str(&e->record->value, "error", "message", NULL));
	}
	return differs;
}

static void
option(int c)
{
	switch (c) {
	case OPT_OLD:
		old_file = optarg;
		break;
	case OPT_OFFLINE:
		offline = true;
		break;
	case 'o':
		if (strcmp(optarg, "jsonl") == 0)
			output = OUT_JSONL;
		else if (strcmp(optarg, "diff") == 0)
			output = OUT_DIFF;
		else if (strcmp(optarg, "summary") == 0)
			output = OUT_SUMMARY;
		else
			die(STATUS_USAGE,
			    "-o: %s is not jsonl, diff or summary", optarg);
		break;
	default:
		cli_option(&cli, c, usage);
	}
}

static enum status
run(void)
{
	struct diff d = { .keep = output == OUT_DIFF };

	if (old_file || offline) {
		read_new();
		if (old_file)
			read_old();
		diff_stream(&d, cli.namespace ? cli.namespace : "default",
		    new_stream.records, new_stream.n, old_stream.records,
		    old_stream.n);
	} else
		compare_with_cluster(&d);
	bool differs = report(&d);
	if (output == OUT_JSONL)
		write_records(&d);
	else if (output == OUT_DIFF)
		show_diff(&d);
	else
		summarize(&d);
	enum status status = d.status  ? d.status
			     : differs ? STATUS_DIFFERS
				       : STATUS_OK;
	diff_release(&d);
	record_free_all(new_stream.records, new_stream.n);
	record_free_all(old_stream.records, old_stream.n);
	return status;
}

int
main(int argc, char **argv)
{
	int c;

	msg_init(argv);
	while (
	    (c = getopt_long(argc, argv, CLI_SHORT "o:", options, NULL)) != -1)
		option(c);
	if (optind < argc)
		cli_usage(usage, "takes no arguments, reads a stream");
	return msg_close(run());
}
