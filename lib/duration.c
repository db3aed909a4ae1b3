/* Go's durations; see duration.h. */
#include "duration.h"

#include <stdlib.h>
#include <string.h>

static const struct unit {
	const char *name;
	double ms;
	bool flux;
} units[] = {
	{ "ns", 1e-6, false },
	{ "us", 1e-3, false },
	{ "\xc2\xb5s", 1e-3, false }, /* the micro sign */
	{ "\xce\xbcs", 1e-3, false }, /* the Greek letter */
	{ "ms", 1, true },
	{ "s", 1e3, true },
	{ "m", 60e3, true },
	{ "h", 3600e3, true },
};

static const struct unit *
unit_at(const char *s)
{
	size_t len = strcspn(s, "0123456789."), i;

	for (i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (strlen(units[i].name) == len &&
		    strncmp(units[i].name, s, len) == 0)
			return &units[i];
	return NULL;
}

/* Move behind one number of digits with at most one point; false if none. */
static bool
number(const char **s, bool flux, double *value)
{
	size_t whole = strspn(*s, "0123456789"), fraction = 0;
	const char *end = *s + whole;

	if (*end == '.') {
		fraction = strspn(end + 1, "0123456789");
		end += 1 + fraction;
		if (flux && (!whole || !fraction))
			return false;
	}
	if (whole + fraction == 0 || whole + fraction > 30)
		return false;
	*value = strtod(*s, NULL);
	*s = end;
	return true;
}

static bool
parse(const char *s, bool flux, long long *ms)
{
	double total = 0, value;
	const struct unit *unit;

	if (!*s)
		return false;
	while (*s) {
		if (!number(&s, flux, &value))
			return false;
		unit = unit_at(s);
		if (!unit || (flux && !unit->flux))
			return false;
		s += strlen(unit->name);
		total += value * unit->ms;
		if (total > (double)DURATION_MAX_MS)
			return false;
	}
	/* Forgive what the sum of binary fractions lost. */
	*ms = (long long)(total + 1e-6);
	return true;
}

bool
duration_parse(const char *s, long long *ms)
{
	if (*s == '+')
		s++;
	if (strcmp(s, "0") == 0) {
		*ms = 0;
		return true;
	}
	return parse(s, false, ms);
}

bool
duration_parse_flux(const char *s, long long *ms)
{
	return parse(s, true, ms);
}

void
duration_write(struct buf *out, long long ms)
{
	long long s = ms / 1000;

	if (ms < 1000)
		buf_addf(out, "%lldms", ms);
	else if (s < 60)
		buf_addf(out, "%lld.%llds", s, ms % 1000 / 100);
	else if (s < 3600)
		buf_addf(out, "%lldm%llds", s / 60, s % 60);
	else
		buf_addf(out, "%lldh%lldm", s / 3600, s % 3600 / 60);
}
