/*
 * pty [-s COLUMNSxROWS] [-r COLUMNSxROWS -w FILE] CMD...
 *
 * Run CMD with standard error on a terminal of its own, in a session of its
 * own, and copy to standard error what it writes there.  Once FILE is there,
 * the terminal gets another size.  Ends with CMD's status.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static void
fail(const char *what)
{
	fprintf(stderr, "pty: %s: %s\n", what, strerror(errno));
	exit(125);
}

static void
set_size(int fd, const char *size)
{
	struct winsize w = { 0 };
	char *end;

	w.ws_col = (unsigned short)strtoul(size, &end, 10);
	w.ws_row = *end ? (unsigned short)strtoul(end + 1, NULL, 10) : 0;
	if (ioctl(fd, TIOCSWINSZ, &w))
		fail("TIOCSWINSZ");
}

static void
run(int master, char **argv)
{
	int slave;

	/* A shell that starts us in the background has them ignored. */
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	setsid();
	slave = open(ptsname(master), O_RDWR);
	if (slave < 0 || ioctl(slave, TIOCSCTTY, 0))
		fail("the terminal");
	dup2(slave, STDERR_FILENO);
	close(slave);
	close(master);
	execvp(argv[0], argv);
	_exit(127);
}

/* Until nobody has the terminal open any more. */
static void
copy(int master, const char *size, const char *file)
{
	struct pollfd p = { .fd = master, .events = POLLIN };
	char bytes[4096];
	ssize_t n;

	for (;;) {
		if (file && access(file, F_OK) == 0) {
			set_size(master, size);
			file = NULL;
		}
		if (poll(&p, 1, file ? 20 : -1) <= 0)
			continue;
		n = read(master, bytes, sizeof(bytes));
		if (n <= 0 || write(STDERR_FILENO, bytes, (size_t)n) < 0)
			return;
	}
}

int
main(int argc, char **argv)
{
	const char *size = "80x24", *then = NULL, *file = NULL;
	int c, master, status;
	pid_t pid;

	while ((c = getopt(argc, argv, "+s:r:w:")) != -1)
		if (c == 's')
			size = optarg;
		else if (c == 'r')
			then = optarg;
		else if (c == 'w')
			file = optarg;
		else
			return 125;
	if (optind == argc || !then != !file)
		return 125;
	master = posix_openpt(O_RDWR | O_NOCTTY);
	if (master < 0 || grantpt(master) || unlockpt(master))
		fail("posix_openpt");
	set_size(master, size);
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (pid == 0)
		run(master, argv + optind);
	copy(master, then, file);
	if (waitpid(pid, &status, 0) < 0)
		fail("waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
