/*
 * What stands in for libFuzzer where there is none: run a target over files,
 * one test each.  Without arguments these are the files of tests/fuzz/seeds/
 * for the target whose name the program has; a directory stands for its files.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fuzz.h"
#include "mem.h"

#define MAX_SIZE (64u << 20)

static int tests, failed;

static void
replay_file(const char *path)
{
	struct buf text = BUF_INIT;
	int rc = buf_read_file(&text, path, MAX_SIZE);
	uint8_t *exact = NULL;

	/* A copy without a byte to spare: reading on is an error. */
	if (rc == 0 && text.len) {
		exact = mem_alloc(text.len);
		memcpy(exact, text.s, text.len);
	}
	if (rc)
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
	else
		LLVMFuzzerTestOneInput(exact, text.len);
	free(exact);
	buf_release(&text);
	printf("%sok %d - %s\n", rc ? "not " : "", ++tests, path);
	fflush(stdout);
	failed += rc != 0;
}

static int
visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void
replay(const char *path)
{
	struct dirent **entries;
	int n = scandir(path, &entries, visible, alphasort);

	if (n < 0) {
		replay_file(path);
		return;
	}
	for (int i = 0; i < n; i++) {
		struct buf file = BUF_INIT;

		buf_addf(&file, "%s/%s", path, entries[i]->d_name);
		replay_file(file.s);
		buf_release(&file);
		free(entries[i]);
	}
	free(entries);
}

/* DIR/fuzz_NAME.t has its seeds in tests/fuzz/seeds/NAME. */
static void
replay_seeds(const char *program)
{
	const char *slash = strrchr(program, '/');
	const char *name = slash ? slash + 1 : program;
	struct buf path = BUF_INIT;

	if (strncmp(name, "fuzz_", 5) == 0)
		name += 5;
	buf_addf(&path, "tests/fuzz/seeds/%.*s", (int)strcspn(name, "."), name);
	replay(path.s);
	buf_release(&path);
}

int
main(int argc, char **argv)
{
	mem_init();
	if (argc < 2)
		replay_seeds(argv[0]);
	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	printf("1..%d\n", tests);
	return failed || !tests;
}
