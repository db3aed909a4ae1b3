/* The options that all tools share; see cli.h. */
#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "duration.h"
#include "msg.h"

static void
add_group(struct cli *cli, const char *group)
{
	int max = (int)(sizeof(cli->as_groups) / sizeof(*cli->as_groups));

	if (cli->n_as_groups == max)
		die(STATUS_USAGE, "--as-group: given more than %d times", max);
	cli->as_groups[cli->n_as_groups++] = group;
}

void
cli_option(struct cli *cli, int c, const char *usage)
{
	switch (c) {
	case CLI_KUBECONFIG:
		cli->kubeconfig = optarg;
		break;
	case CLI_CONTEXT:
		cli->context = optarg;
		break;
	case 'n':
		cli->namespace = optarg;
		break;
	case CLI_AS:
		cli->as = optarg;
		break;
	case CLI_AS_GROUP:
		add_group(cli, optarg);
		break;
	case CLI_REQUEST_TIMEOUT:
		cli->request_timeout =
		    cli_duration("--request-timeout", optarg);
		break;
	case 'v':
		msg_set_verbose(msg_verbose() + 1);
		break;
	case 'h':
		fputs(usage, stdout);
		exit(msg_close(STATUS_OK));
	case CLI_VERSION:
		printf("%s (poundlock) %s\n", msg_prog(), VERSION);
		exit(msg_close(STATUS_OK));
	default:
		cli_usage(usage, NULL);
	}
}

long long
cli_duration(const char *option, const char *arg)
{
	long long ms;

	if (!duration_parse(arg, &ms))
		die(STATUS_USAGE, "%s: %s is not a duration such as 90s or 5m",
		    option, arg);
	return ms;
}

long
cli_number(const char *option, const char *arg, long min, long max)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(arg, &end, 10);
	if (errno || end == arg || *end || n < min || n > max)
		die(STATUS_USAGE, "%s: %s is not a number from %ld to %ld",
		    option, arg, min, max);
	return n;
}

bool
cli_is_second(
    const char *option, const char *arg, const char *first, const char *second)
{
	if (strcmp(arg, first) != 0 && strcmp(arg, second) != 0)
		die(STATUS_USAGE, "%s: %s is neither %s nor %s", option, arg,
		    first, second);
	return strcmp(arg, second) == 0;
}

void
cli_usage(const char *usage, const char *message)
{
	const char *rest = strstr(usage, "\n\n");

	if (message)
		warning("%s", message);
	fwrite(usage, 1, rest ? (size_t)(rest + 1 - usage) : strlen(usage),
	    stderr);
	exit(STATUS_USAGE);
}
