/* Kubeconfigs, from a file as they always are; nothing in them is run. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "api/kubeconfig.h"
#include "fuzz.h"

static char path[] = "/tmp/fuzz-kubeconfig-XXXXXX";

static void
forget(void)
{
	unlink(path);
}

static int
fresh_file(void)
{
	static int fd = -1;

	if (fd < 0) {
		fd = mkstemp(path);
		fuzz_check(fd >= 0);
		atexit(forget);
	}
	fuzz_check(ftruncate(fd, 0) == 0);
	return fd;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf err = BUF_INIT;
	struct kubeconfig k;
	int rc;

	fuzz_check(pwrite(fresh_file(), data, size, 0) == (ssize_t)size);
	for (int named = 0; named < 2; named++) {
		rc = kubeconfig_load(&k, path, named ? "a" : NULL, &err);
		fuzz_check((rc == 0) == (err.len == 0));
		fuzz_check(rc != 0 || k.server);
		kubeconfig_release(&k);
		buf_clear(&err);
	}
	buf_release(&err);
	return 0;
}
