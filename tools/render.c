/*
 * render: build kustomizations, one directory as kustomize does, or all stages
 * of a Flux chain.  Nothing is written before everything is built.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "flux/fluxchain.h"
#include "json.h"
#include "kustomize/kustomize.h"
#include "manifest/manifest.h"
#include "mem.h"
#include "msg.h"
#include "record.h"

/* Gives the version that --kustomize-version would give. */
#define VERSION_VARIABLE "POUNDLOCK_KUSTOMIZE_VERSION"

static const char usage[] =
    "usage: render [-o jsonl|yaml] [--reorder none|legacy]\n"
    "              [--load-restrictor RESTRICTOR] [--kustomize-version V]\n"
    "              [--enable-helm [--helm-command FILE] "
    "[--helm-kube-version V]\n"
    "              [--helm-api-versions V]... [--helm-debug]] DIR\n"
    "       render --flux [-o jsonl|yaml] [-n NAMESPACE] [--root DIR]\n"
    "              [--source KIND/[NAMESPACE/]NAME=DIR]... [--recursive]\n"
    "              [--skip STAGE]... [--substitute-from FILE]... PATH...\n"
    "\n"
    "Build the objects of a directory, or those of all stages that the Flux\n"
    "Kustomizations in files or directories describe (- is standard input).\n"
    "\n"
    "  -o FORMAT         jsonl (records, the default) or yaml\n"
    "  --reorder ORDER   none or legacy (the default, as kustomize has it)\n"
    "  --load-restrictor LoadRestrictionsRootOnly (the default) or\n"
    "                    LoadRestrictionsNone\n"
    "  --enable-helm     run helm for helmCharts\n"
    "  --helm-command FILE\n"
    "                    the helm to run (default: helm)\n"
    "  --helm-kube-version VERSION, --helm-api-versions VERSION\n"
    "                    what helm is told of the cluster\n"
    "  --helm-debug      have helm say more when it fails\n"
    "  --kustomize-version VERSION\n"
    "                    what managedByLabel names (default: v5.8.1)\n"
    "  -n NAMESPACE      of Kustomizations that name none (default: default)\n"
    "  --root DIR        what spec.path is relative to (default: the top of\n"
    "                    the Git work tree that holds PATH, else the current\n"
    "                    directory)\n"
    "  --source SOURCE=DIR\n"
    "                    the same for one source only, such as\n"
    "                    GitRepository/my-app=../my-app\n"
    "  --recursive       Kustomizations that a stage builds are stages too\n"
    "  --skip STAGE      leave a stage out: NAMESPACE/NAME, or NAME if one "
    "has it\n"
    "  --substitute-from FILE\n"
    "                    ConfigMaps and Secrets that postBuild takes values "
    "from\n";

enum {
	OPT_ENABLE_HELM = CLI_TOOL,
	OPT_FLUX,
	OPT_HELM_API_VERSIONS,
	OPT_HELM_COMMAND,
	OPT_HELM_DEBUG,
	OPT_HELM_KUBE_VERSION,
	OPT_KUSTOMIZE_VERSION,
	OPT_LOAD_RESTRICTOR,
	OPT_RECURSIVE,
	OPT_REORDER,
	OPT_ROOT,
	OPT_SKIP,
	OPT_SOURCE,
	OPT_SUBSTITUTE_FROM,
};

static const struct option options[] = {
	CLI_OPTIONS,
	{ "enable-helm", no_argument, NULL, OPT_ENABLE_HELM },
	{ "flux", no_argument, NULL, OPT_FLUX },
	{ "helm-api-versions", required_argument, NULL, OPT_HELM_API_VERSIONS },
	{ "helm-command", required_argument, NULL, OPT_HELM_COMMAND },
	{ "helm-debug", no_argument, NULL, OPT_HELM_DEBUG },
	{ "helm-kube-version", required_argument, NULL, OPT_HELM_KUBE_VERSION },
	{ "kustomize-version", required_argument, NULL, OPT_KUSTOMIZE_VERSION },
	{ "load-restrictor", required_argument, NULL, OPT_LOAD_RESTRICTOR },
	{ "output", required_argument, NULL, 'o' },
	{ "recursive", no_argument, NULL, OPT_RECURSIVE },
	{ "reorder", required_argument, NULL, OPT_REORDER },
	{ "root", required_argument, NULL, OPT_ROOT },
	{ "skip", required_argument, NULL, OPT_SKIP },
	{ "source", required_argument, NULL, OPT_SOURCE },
	{ "substitute-from", required_argument, NULL, OPT_SUBSTITUTE_FROM },
	{ NULL, 0, NULL, 0 },
};

static struct {
	bool flux, yaml;
	struct cli cli;
	struct kustomize_options build;
	struct kustomize_helm helm;
	size_t n_api_versions, api_versions_cap;
	bool helm_named; /* any option of it was given */
	bool flux_named; /* any option for --flux alone was given */
	struct flux_chain chain;
} opt = { .helm.command = "helm" };

static void
add_source(const char *arg)
{
	struct buf err = BUF_INIT;

	if (flux_roots_add(&opt.chain.roots, arg, &err))
		die(STATUS_USAGE, "--source: %s", buf_str(&err));
}

static void
add_values(const char *file)
{
	struct buf err = BUF_INIT;

	if (flux_chain_values(&opt.chain, file, &err))
		die(STATUS_USAGE, "--substitute-from: %s", buf_str(&err));
}

static void
add_skip(const char *name)
{
	struct flux_chain *c = &opt.chain;

	c->skip = mem_grow(c->skip, c->n_skip, &c->skip_cap, sizeof(*c->skip));
	c->skip[c->n_skip++] = name;
}

/* False for what is no option of --flux alone. */
static bool
flux_option(int c)
{
	switch (c) {
	case OPT_RECURSIVE:
		opt.chain.recursive = true;
		break;
	case OPT_ROOT:
		opt.chain.roots.root = optarg;
		break;
	case OPT_SKIP:
		add_skip(optarg);
		break;
	case OPT_SOURCE:
		add_source(optarg);
		break;
	case OPT_SUBSTITUTE_FROM:
		add_values(optarg);
		break;
	default:
		return false;
	}
	opt.flux_named = true;
	return true;
}

static void
add_api_version(const char *arg)
{
	opt.helm.api_versions = mem_grow(opt.helm.api_versions,
	    opt.n_api_versions + 1, &opt.api_versions_cap, sizeof(char *));
	opt.helm.api_versions[opt.n_api_versions++] = arg;
	opt.helm.api_versions[opt.n_api_versions] = NULL;
}

/* from: the option or the variable that says so, for messages. */
static void
set_version(const char *from, const char *version)
{
	if (!kustomize_is_version(version))
		die(STATUS_USAGE, "%s: \"%s\" can't be part of a label", from,
		    version);
	opt.build.version = version;
}

/* False for what is no option about helm. */
static bool
helm_option(int c)
{
	switch (c) {
	case OPT_ENABLE_HELM:
		opt.build.helm = &opt.helm;
		break;
	case OPT_HELM_API_VERSIONS:
		add_api_version(optarg);
		break;
	case OPT_HELM_COMMAND:
		opt.helm.command = optarg;
		break;
	case OPT_HELM_DEBUG:
		opt.helm.debug = true;
		break;
	case OPT_HELM_KUBE_VERSION:
		opt.helm.kube_version = optarg;
		break;
	default:
		return false;
	}
	opt.helm_named = true;
	return true;
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
		case OPT_KUSTOMIZE_VERSION:
			set_version("--kustomize-version", optarg);
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
		default:
			if (!helm_option(c) && !flux_option(c))
				cli_option(&opt.cli, c, usage);
		}
	}
}

/* --- writing ------------------------------------------------------------ */

/* Documents of YAML with "---" between them. */
struct documents {
	struct buf text; /* that has not been written yet */
	bool any;
};

static void
documents_flush(struct documents *d)
{
	fwrite(buf_str(&d->text), 1, d->text.len, stdout);
	buf_clear(&d->text);
}

/* Where the next document goes. */
static struct buf *
documents_next(struct documents *d)
{
	if (d->text.len > 65536)
		documents_flush(d);
	buf_adds(&d->text, d->any ? "---\n" : "");
	d->any = true;
	return &d->text;
}

static void
write_yaml(const struct flux_records *out)
{
	struct documents d = { 0 };
	size_t i;

	for (i = 0; i < out->n; i++) {
		jv object = record_object(&out->records[i]);

		if (jv_is_valid(object))
			manifest_write(documents_next(&d), &object);
		jv_free(object);
	}
	documents_flush(&d);
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
	struct buf err = BUF_INIT;
	jv suspended = jv_array();
	int i;

	opt.chain.namespace = opt.cli.namespace ? opt.cli.namespace : "default";
	if (flux_chain_render(&opt.chain, paths, out, &suspended, &err))
		die(STATUS_USAGE, "%s", buf_str(&err));
	for (i = 0; i < json_len(&suspended); i++) {
		jv name = json_at(&suspended, i);

		warning("Kustomization/%s: is suspended and left out",
		    json_str(&name));
		jv_free(name);
	}
	jv_free(suspended);
	buf_release(&err);
}

/* One directory, of no stage.  Nobody sees records in YAML. */
static void
build_directory(struct flux_records *out, const char *dir)
{
	static struct kustomize_result built;
	struct documents d = { 0 };
	struct buf err = BUF_INIT;
	const char *version = getenv(VERSION_VARIABLE);
	size_t i;

	if (!opt.build.version && version && *version)
		set_version(VERSION_VARIABLE, version);
	opt.build.yaml = opt.yaml;
	if (kustomize_build(dir, &opt.build, &built, &err))
		die(STATUS_USAGE, "%s", buf_str(&err));
	for (i = 0; i < built.n; i++) {
		struct kustomize_object *o = &built.objects[i];

		if (opt.yaml)
			buf_add(documents_next(&d), o->yaml, o->yaml_len);
		else
			flux_records_add(out, "", dir, o);
	}
	documents_flush(&d);
	buf_release(&d.text);
	buf_release(&err);
}

/*
 * What was built, here and in build_directory, stays until the process ends:
 * its pieces are many, and the system takes them back at once.
 */
int
main(int argc, char **argv)
{
	static struct flux_records out;

	msg_init(argv);
	parse_options(argc, argv);
	if (opt.flux) {
		if (optind == argc)
			cli_usage(usage, "--flux needs a file or a directory");
		if (opt.helm_named)
			cli_usage(usage, "Flux runs no helm");
		if (opt.build.version)
			cli_usage(usage, "Flux has a kustomize of its own");
		build_flux(&out, argv + optind);
	} else {
		if (opt.flux_named)
			cli_usage(usage, "--recursive, --root, --skip, "
					 "--source and --substitute-from need "
					 "--flux");
		if (opt.helm_named && !opt.build.helm)
			cli_usage(usage, "--helm-... need --enable-helm");
		if (argc - optind != 1)
			cli_usage(usage, "it builds one directory");
		build_directory(&out, argv[optind]);
	}
	write_all(&out);
	flux_chain_release(&opt.chain);
	free(opt.helm.api_versions);
	return msg_close(STATUS_OK);
}
