#ifndef POUNDLOCK_FUZZ_H
#define POUNDLOCK_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/*
 * A fuzz target is a file fuzz_NAME.c with this one function, linked with
 * libFuzzer by `make fuzz`, and with replay.c as a unit test over the files in
 * seeds/NAME.  It returns 0; what must hold is checked with fuzz_check.  Words
 * of its language may stand in NAME.dict.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* End the process with the name of a property that does not hold. */
#define fuzz_check(property) \
	do { \
		if (!(property)) { \
			fprintf(stderr, "%s:%d: does not hold: %s\n", \
			    __FILE__, __LINE__, #property); \
			abort(); \
		} \
	} while (0)

#endif
