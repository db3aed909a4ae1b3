/* Numbers in YAML; see manifestnumber.h. */
#include "manifest/manifestnumber.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

bool
manifest_is_integer(const char *s)
{
	char *end;

	errno = 0;
	if (*s == '-')
		(void)strtoll(s, &end, 10);
	else
		(void)strtoull(s, &end, 10);
	return errno == 0 && *end == '\0';
}

/* A double beyond JSON_EXACT, too, whose digits in JSON read as an integer. */
static bool
write_large(struct buf *out, const jv *v)
{
	size_t before = out->len;

	json_write(out, v, 0);
	if (json_digits(v) || manifest_is_integer(buf_str(out) + before))
		return true;
	buf_truncate(out, before);
	return false;
}

/* %g of Go, with the fewest digits. */
static void
write_double(struct buf *out, double d)
{
	char text[40];
	int precision, exponent;

	for (precision = 0; precision < 17; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision, d);
		if (strtod(text, NULL) == d)
			break;
	}
	exponent = atoi(strchr(text, 'e') + 1);
	if (exponent >= -4 && exponent < 6)
		snprintf(text, sizeof(text), "%.*f",
		    precision > exponent ? precision - exponent : 0, d);
	buf_adds(out, text);
}

void
manifest_write_number(struct buf *out, const jv *v)
{
	double d = jv_number_value(*v);

	if (floor(d) == d && fabs(d) <= JSON_EXACT)
		buf_addi(out, (long long)d);
	/* Large integers are NaN. */
	else if (fabs(d) < JSON_EXACT || !write_large(out, v))
		write_double(out, d);
}
