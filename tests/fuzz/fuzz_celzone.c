/* A file of a time zone, asked for some times. */
#include <stdlib.h>

#include "cel/celzone.h"
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t times[] = { -62135596800, -1, 0, 1700000000,
		1720000000, 4102444800, 253402300799 };
	struct buf file = BUF_INIT;
	size_t i;

	buf_add(&file, data, size);
	for (i = 0; i < sizeof(times) / sizeof(*times); i++) {
		int32_t east = 0;

		cel_zone_file_east(&file, times[i], &east);
	}
	buf_release(&file);
	return 0;
}
