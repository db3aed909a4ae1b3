/*
 * render: build kustomizations, one directory as kustomize does, or all stages
 * of a Flux chain.  Nothing is written before everything is built.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "flux/fluxload.h"
#include "flux/fluxrender.h"
#include "json.h"
#include "kustomize/kustomize.h"
#include "manifest/manifest.h"
#include "msg.h"
#include "record.h"

static const char usage[] =
    "usage: render [-o jsonl|yaml] [--reorder none|legacy]\n"
    "              [--load-restrictor RESTRICTOR] DIR\n"
    "       render --flux [-o jsonl|yaml] [-n NAMESPACE] [--root DIR]\n"
    "              [--source KIND/[NAMESPACE/]NAME=DIR]... PATH...\n"
    "\n"
    "Build the objects of a directory, or those of all stages that the Flux\n"
    "Kustomizations in files or directories describe (- is standard input).\n"
    "\n"
    "  -o FORMAT         jsonl (records, the default) or yaml\n"
    "  --reorder ORDER   none or legacy (the default, as kustomize has it)\n"
    "  --load-restrictor LoadRestrictionsRootOnly (the default) or\n"
    "                    LoadRestrictionsNone\n"
    "  -n NAMESPACE      of Kustomizations that name none (default: default)\n"
    "  --root DIR        what spec.path is relative to (default: the top of\n"
    "                    the Git work tree that holds PATH, else the current\n"
    "                    directory)\n"
    "  --source SOURCE=DIR\n"
    "                    the same for one source only, such as\n"
    "                    GitRepository/my-app=../my-app\n";

enum {
	OPT_FLUX = CLI_TOOL,
	OPT_LOAD_RESTRICTOR,
	OPT_REORDER,
	OPT_ROOT,
	OPT_SOURCE,
};

static const struct option options[] = {
	CLI_OPTIONS,
	{ "flux", no_argument, NULL, OPT_FLUX },
	{ "load-restrictor", required_argument, NULL, OPT_LOAD_RESTRICTOR },
	{ "output", required_argument, NULL, 'o' },
	{ "reorder", required_argument, NULL, OPT_REORDER },
	{ "root", required_argument, NULL, OPT_ROOT },
	{ "source", required_argument, NULL, OPT_SOURCE },
	{ NULL, 0, NULL, 0 },
};

static struct {
	bool flux, yaml;
	struct cli cli;
	struct kustomize_options build;
	struct flux_roots roots;
} opt;

static void
add_source(const char *arg)
{
	struct buf err = BUF_INIT;

	if (flux_roots_add(&opt.roots, arg, &err))
		die(STATUS_USAGE, "--source: %s", buf_str(&err));
}

static void
parse_options(int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, "o:" CLI_SHORT, options, NULL)) !=
	       -1) {
		switch (c) {
		case 'o':
			opt.yaml = cli_is_second("-o", optarg, "jsonl", "yaml");
			break;
		case OPT_FLUX:
			opt.flux = true;
			break;
		case OPT_LOAD_RESTRICTOR:
			opt.build.load_any = cli_is_second("--load-restrictor",
			    optarg, "LoadRestrictionsRootOnly",
			    "LoadRestrictionsNone");
			break;
		case OPT_REORDER:
			opt.build.reorder =
			    cli_is_second("--reorder", optarg, "legacy", "none")
				? KUSTOMIZE_REORDER_NONE
				: KUSTOMIZE_REORDER_LEGACY;
			break;
		case OPT_ROOT:
			opt.roots.root = optarg;
			break;
		case OPT_SOURCE:
			add_source(optarg);
			break;
		default:
			cli_option(&opt.cli, c, usage);
		}
	}
}

/* --- writing ------------------------------------------------------------ */

/* Documents of YAML with "---" between them. */
struct documents {
	struct buf text; /* of one document at a time */
	bool any;
};

static void
write_document(struct documents *d, const jv *object)
{
	buf_clear(&d->text);
	buf_adds(&d->text, d->any ? "---\n" : "");
	d->any = true;
	manifest_write(&d->text, object);
	fwrite(d->text.s, 1, d->text.len, stdout);
}

static void
write_yaml(const struct flux_records *out)
{
	struct documents d = { 0 };
	size_t i;

	for (i = 0; i < out->n; i++) {
		jv object = record_object(&out->records[i]);

		if (jv_is_valid(object))
			write_document(&d, &object);
		jv_free(object);
	}
	buf_release(&d.text);
}

static void
write_all(const struct flux_records *out)
{
	size_t i;

	if (opt.yaml) {
		write_yaml(out);
		return;
	}
	record_write_begin();
	for (i = 0; i < out->n; i++)
		record_write(&out->records[i]);
	record_write_end();
}

/* --- building ----------------------------------------------------------- */

/* The stages of a chain. */
static void
build_flux(struct flux_records *out, char **paths)
{
	const char *namespace =
	    opt.cli.namespace ? opt.cli.namespace : "default";
	struct flux_set set = { 0 };
	struct buf err = BUF_INIT;
	jv suspended;
	size_t i;
	int k;

	for (; *paths; paths++)
		if (flux_load(&set, *paths, namespace, &err))
			die(STATUS_USAGE, "%s", buf_str(&err));
	suspended = flux_drop_suspended(&set);
	for (k = 0; k < json_len(&suspended); k++) {
		jv name = json_at(&suspended, k);

		warning("Kustomization/%s: is suspended and left out",
		    json_str(&name));
		jv_free(name);
	}
	jv_free(suspended);
	for (i = 0; i < set.n; i++)
		if (flux_render(out, &set.items[i], &opt.roots, &err))
			die(STATUS_USAGE, "%s", buf_str(&err));
	flux_set_release(&set);
	buf_release(&err);
}

/* One directory, of no stage.  Nobody sees records in YAML. */
static void
build_directory(struct flux_records *out, const char *dir)
{
	struct kustomize_result built = { NULL, 0 };
	struct documents d = { 0 };
	struct buf err = BUF_INIT;
	size_t i;

	if (kustomize_build(dir, &opt.build, &built, &err))
		die(STATUS_USAGE, "%s", buf_str(&err));
	for (i = 0; i < built.n; i++) {
		if (opt.yaml)
			write_document(&d, &built.objects[i].object);
		else
			flux_records_add(out, "", dir, &built.objects[i]);
	}
	kustomize_release(&built);
	buf_release(&d.text);
	buf_release(&err);
}

int
main(int argc, char **argv)
{
	struct flux_records out = { 0 };

	msg_init(argv[0]);
	parse_options(argc, argv);
	if (opt.flux) {
		if (optind == argc)
			cli_usage(usage, "--flux needs a file or a directory");
		build_flux(&out, argv + optind);
	} else {
		if (opt.roots.root || opt.roots.n)
			cli_usage(usage, "--root and --source need --flux");
		if (argc - optind != 1)
			cli_usage(usage, "it builds one directory");
		build_directory(&out, argv[optind]);
	}
	write_all(&out);
	flux_records_release(&out);
	flux_roots_release(&opt.roots);
	return msg_close(STATUS_OK);
}
