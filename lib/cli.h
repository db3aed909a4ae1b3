#ifndef POUNDLOCK_CLI_H
#define POUNDLOCK_CLI_H

#include <getopt.h>
#include <stdbool.h>

/*
 * The options that all tools have in common, with kubectl's names and meaning.
 * A tool's table of long options begins with CLI_OPTIONS, its string of short
 * ones with CLI_SHORT, and its loop gives to cli_option what it doesn't know.
 */
struct cli {
	const char *kubeconfig;	   /* --kubeconfig FILE */
	const char *context;	   /* --context NAME */
	const char *namespace;	   /* -n, --namespace NAME */
	const char *as;		   /* --as USER */
	const char *as_groups[16]; /* --as-group GROUP, repeated */
	int n_as_groups;
	long long request_timeout; /* --request-timeout, ms; 0: none */
};

enum {
	CLI_KUBECONFIG = 1000,
	CLI_CONTEXT,
	CLI_AS,
	CLI_AS_GROUP,
	CLI_REQUEST_TIMEOUT,
	CLI_VERSION,
	CLI_TOOL /* a tool's own long options count from here */
};

#define CLI_SHORT "n:vh"

/* clang-format off */
#define CLI_OPTIONS \
	{ "kubeconfig", required_argument, NULL, CLI_KUBECONFIG }, \
	{ "context", required_argument, NULL, CLI_CONTEXT }, \
	{ "namespace", required_argument, NULL, 'n' }, \
	{ "as", required_argument, NULL, CLI_AS }, \
	{ "as-group", required_argument, NULL, CLI_AS_GROUP }, \
	{ "request-timeout", required_argument, NULL, CLI_REQUEST_TIMEOUT }, \
	{ "verbose", no_argument, NULL, 'v' }, \
	{ "help", no_argument, NULL, 'h' }, \
	{ "version", no_argument, NULL, CLI_VERSION }
/* clang-format on */

/*
 * Take what getopt_long returned.  --help prints usage on standard output and
 * exits 0, --version likewise; an unknown option (getopt has said so) or a
 * wrong argument exits as cli_usage does.
 */
void cli_option(struct cli *cli, int c, const char *usage);

/*
 * The argument of an option as a duration in ms or as a whole number from min
 * to max; anything else exits with STATUS_USAGE and a line that names the
 * option.
 */
long long cli_duration(const char *option, const char *arg);
long cli_number(const char *option, const char *arg, long min, long max);

/* Whether the argument is the second of two words; other words exit likewise.
 */
bool cli_is_second(
    const char *option, const char *arg, const char *first, const char *second);

/*
 * Exit with STATUS_USAGE, after "PROG: MESSAGE" where there is one, and usage
 * up to its first empty line: what the options mean is for --help.
 */
_Noreturn void cli_usage(const char *usage, const char *message);

#endif
