#include "cel/celtime.h"

#include <string.h>

#include "cel/celnumber.h"
#include "cel/celzone.h"

enum { DAY = 86400, GIGA = 1000000000 };

/* A zone may have to be read from a file. */
enum { ZONE_COST = 200 };

/* --- timestamps --------------------------------------------------------- */

/* What is left to read. */
struct cursor {
	const char *s;
	size_t n;
};

static bool
take(struct cursor *c, char want)
{
	if (!c->n || *c->s != want)
		return false;
	c->s++;
	c->n--;
	return true;
}

static bool
take_digit(struct cursor *c, int *digit)
{
	if (!c->n || *c->s < '0' || *c->s > '9')
		return false;
	*digit = *c->s - '0';
	c->s++;
	c->n--;
	return true;
}

/* A number of just so many digits, at most max. */
static bool
take_number(struct cursor *c, int digits, int max, int *out)
{
	int d;
	*out = 0;
	while (digits--) {
		if (!take_digit(c, &d))
			return false;
		*out = *out * 10 + d;
	}
	return *out <= max;
}

/* Digits of a fraction of a second; those beyond nanoseconds are dropped. */
static bool
take_fraction(struct cursor *c, int *nsec)
{
	int d, n = 0;
	*nsec = 0;
	if (!take(c, '.') && !take(c, ','))
		return true;
	for (int scale = GIGA / 10; take_digit(c, &d); scale /= 10, n++)
		*nsec += d * scale;
	return n > 0;
}

static bool
take_zone(struct cursor *c, int *east)
{
	int hours, minutes;
	*east = 0;
	if (take(c, 'Z'))
		return true;
	bool west = c->n && *c->s == '-';
	if (!take(c, '-') && !take(c, '+'))
		return false;
	if (!take_number(c, 2, 24, &hours) || !take(c, ':') ||
	    !take_number(c, 2, 60, &minutes))
		return false;
	*east = (hours * 60 + minutes) * (west ? -60 : 60);
	return true;
}

static int
month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return days[month - 1] + (month == 2 && leap);
}

/* Go reads an hour of one digit, too. */
static bool
take_hour(struct cursor *c, int *hour)
{
	struct cursor before = *c;
	if (take_number(c, 2, 23, hour))
		return true;
	*c = before;
	return take_number(c, 1, 9, hour) && c->n && *c->s == ':';
}

bool
cel_time_parse(const char *s, size_t n, struct cel_value *out)
{
	struct cursor c = { s, n };
	int year, month, day, hour, minute, second, nsec, east;
	if (!take_number(&c, 4, 9999, &year) || !take(&c, '-') ||
	    !take_number(&c, 2, 12, &month) || !take(&c, '-') ||
	    !take_number(&c, 2, 31, &day) || !take(&c, 'T') ||
	    !take_hour(&c, &hour) || !take(&c, ':') ||
	    !take_number(&c, 2, 59, &minute) || !take(&c, ':') ||
	    !take_number(&c, 2, 59, &second) || !take_fraction(&c, &nsec) ||
	    !take_zone(&c, &east) || c.n)
		return false;
	if (month < 1 || day < 1 || day > month_days(year, month))
		return false;
	int64_t sec = cel_days(year, month, day) * DAY + INT64_C(3600) * hour +
		      INT64_C(60) * minute + second - east;
	if (sec < CEL_TIME_MIN || sec > CEL_TIME_MAX)
		return false;
	*out = cel_time(sec, nsec, east);
	return true;
}

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static void
write_fraction(struct buf *out, int32_t nsec)
{
	if (!nsec)
		return;
	buf_addf(out, ".%09d", (int)nsec);
	while (out->s[out->len - 1] == '0')
		buf_truncate(out, out->len - 1);
}

void
cel_time_write(struct buf *out, const struct cel_value *v, bool utc)
{
	int32_t east = utc ? 0 : v->u.time.east;
	int64_t local = v->u.time.sec + east;
	int64_t year, days = floor_div(local, DAY);
	int month, day;
	int rest = (int)(local - days * DAY);
	cel_date(days, &year, &month, &day);
	buf_addf(out, "%04lld-%02d-%02dT%02d:%02d:%02d", (long long)year, month,
	    day, rest / 3600, rest / 60 % 60, rest % 60);
	write_fraction(out, v->u.time.nsec);
	if (!east) {
		buf_addc(out, 'Z');
		return;
	}
	int minutes = (east < 0 ? -east : east) / 60;
	buf_addf(out, "%c%02d:%02d", east < 0 ? '-' : '+', minutes / 60,
	    minutes % 60);
}

/* --- durations ---------------------------------------------------------- */

static bool
take_unit(struct cursor *c, uint64_t *unit)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {
		{ "ns", 1 },
		{ "us", 1000 },
		{ "\302\265s", 1000 }, /* the micro sign */
		{ "\316\274s", 1000 }, /* the letter mu */
		{ "ms", 1000000 },
		{ "s", GIGA },
		{ "m", UINT64_C(60) * GIGA },
		{ "h", UINT64_C(3600) * GIGA },
	};
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		size_t n = strlen(units[i].name);
		if (c->n < n || memcmp(c->s, units[i].name, n) != 0)
			continue;
		*unit = units[i].ns;
		c->s += n;
		c->n -= n;
		return true;
	}
	return false;
}

/* One number and its unit, at most 2^63 nanoseconds. */
static bool
take_span(struct cursor *c, uint64_t *ns)
{
	const uint64_t most = UINT64_C(1) << 63;
	uint64_t whole = 0, unit;
	double fraction = 0, scale = 1;
	int d;
	bool any = false;
	for (; take_digit(c, &d); any = true) {
		if (whole > most / 10)
			return false;
		whole = whole * 10 + (uint64_t)d;
		if (whole > most)
			return false;
	}
	if (take(c, '.')) {
		uint64_t f = 0;
		bool full = false;
		for (; take_digit(c, &d); any = true) {
			full |=
			    f > (most - 1) / 10 || f * 10 + (uint64_t)d > most;
			if (full)
				continue;
			f = f * 10 + (uint64_t)d;
			scale *= 10;
		}
		fraction = (double)f;
	}
	if (!any || !take_unit(c, &unit) || whole > most / unit)
		return false;
	*ns = whole * unit;
	if (fraction > 0)
		*ns += (uint64_t)(fraction * ((double)unit / scale));
	return *ns <= most;
}

bool
cel_duration_parse(const char *s, size_t n, int64_t *nanoseconds)
{
	const uint64_t most = UINT64_C(1) << 63;
	struct cursor c = { s, n };
	uint64_t sum = 0, span;
	bool minus = take(&c, '-');
	if (!minus)
		take(&c, '+');
	if (c.n == 1 && *c.s == '0') {
		*nanoseconds = 0;
		return true;
	}
	if (!c.n)
		return false;
	while (c.n) {
		if (!take_span(&c, &span))
			return false;
		sum += span;
		if (sum > most)
			return false;
	}
	if (sum == most) {
		*nanoseconds = INT64_MIN;
		return minus;
	}
	*nanoseconds = minus ? -(int64_t)sum : (int64_t)sum;
	return true;
}

void
cel_duration_write(struct buf *out, int64_t nanoseconds)
{
	int64_t whole = nanoseconds / GIGA;
	int64_t rest = nanoseconds % GIGA;
	cel_number_plain(out, (double)whole + (double)rest / 1e9);
	buf_addc(out, 's');
}

/* --- arithmetic --------------------------------------------------------- */

static struct cel_value
over(struct cel_run *r, const char *what)
{
	return cel_error(r, "%s overflow", what);
}

static struct cel_value
shift(struct cel_run *r, const struct cel_value *t, int64_t by, bool adds)
{
	int64_t sec = by / GIGA;
	int64_t nsec = by % GIGA;
	sec = t->u.time.sec + (adds ? sec : -sec);
	nsec = t->u.time.nsec + (adds ? nsec : -nsec);
	if (nsec < 0) {
		nsec += GIGA;
		sec--;
	} else if (nsec >= GIGA) {
		nsec -= GIGA;
		sec++;
	}
	if (sec < CEL_TIME_MIN || sec > CEL_TIME_MAX)
		return over(r, "timestamp");
	return cel_time(sec, (int32_t)nsec, t->u.time.east);
}

static struct cel_value
between(struct cel_run *r, const struct cel_value *a, const struct cel_value *b)
{
	int64_t ns;
	if (__builtin_mul_overflow(
		a->u.time.sec - b->u.time.sec, (int64_t)GIGA, &ns) ||
	    __builtin_add_overflow(ns, a->u.time.nsec - b->u.time.nsec, &ns))
		return over(r, "timestamp");
	return cel_duration(ns);
}

struct cel_value
cel_time_arith(struct cel_run *r, bool adds, const struct cel_value *a,
    const struct cel_value *b)
{
	int64_t ns;
	bool span = b->type == CEL_DURATION;
	if (a->type == CEL_TIMESTAMP && span)
		return shift(r, a, b->u.i, adds);
	if (a->type == CEL_TIMESTAMP && b->type == CEL_TIMESTAMP && !adds)
		return between(r, a, b);
	if (a->type == CEL_DURATION && b->type == CEL_TIMESTAMP && adds)
		return shift(r, b, a->u.i, true);
	if (a->type != CEL_DURATION || !span)
		return cel_null();
	if (adds ? __builtin_add_overflow(a->u.i, b->u.i, &ns)
		 : __builtin_sub_overflow(a->u.i, b->u.i, &ns))
		return over(r, "duration");
	return cel_duration(ns);
}

/* --- parts -------------------------------------------------------------- */

static struct cel_value
span_part(struct cel_run *r, enum cel_part part, int64_t ns)
{
	switch (part) {
	case CEL_P_HOURS:
		return cel_int(ns / (INT64_C(3600) * GIGA));
	case CEL_P_MINUTES:
		return cel_int(ns / (INT64_C(60) * GIGA));
	case CEL_P_SECONDS:
		return cel_int(ns / GIGA);
	case CEL_P_MILLISECONDS:
		return cel_int(ns / 1000000);
	default:
		return cel_error(r, "no such overload: a duration has no date");
	}
}

static int64_t
date_part(enum cel_part part, int64_t days)
{
	int64_t year;
	int month, day;
	cel_date(days, &year, &month, &day);
	switch (part) {
	case CEL_P_YEAR:
		return year;
	case CEL_P_MONTH:
		return month - 1;
	case CEL_P_DAY_OF_YEAR:
		return days - cel_days(year, 1, 1);
	case CEL_P_DAY_OF_MONTH:
		return day - 1;
	case CEL_P_DATE:
		return day;
	default:
		/* The epoch was a Thursday. */
		return ((days + 4) % 7 + 7) % 7;
	}
}

struct cel_value
cel_time_part(struct cel_run *r, enum cel_part part, const struct cel_value *v,
    const struct cel_value *zone)
{
	int32_t east = 0;
	if (v->type == CEL_DURATION && !zone)
		return span_part(r, part, v->u.i);
	if (v->type != CEL_TIMESTAMP || (zone && zone->type != CEL_STRING))
		return cel_error(r, "no such overload: a part of type %s",
		    cel_type_name(v->type));
	if (zone && !cel_pay(r, ZONE_COST))
		return cel_spent();
	if (zone) {
		struct buf why = BUF_INIT;
		bool ok = cel_zone_east(
		    zone->u.str.s, zone->u.str.n, v->u.time.sec, &east, &why);
		struct cel_value bad =
		    ok ? cel_null() : cel_error(r, "%s", buf_str(&why));
		buf_release(&why);
		if (!ok)
			return bad;
	}
	int64_t local = v->u.time.sec + east;
	int64_t days = floor_div(local, DAY);
	int64_t rest = local - days * DAY;
	switch (part) {
	case CEL_P_HOURS:
		return cel_int(rest / 3600);
	case CEL_P_MINUTES:
		return cel_int(rest / 60 % 60);
	case CEL_P_SECONDS:
		return cel_int(rest % 60);
	case CEL_P_MILLISECONDS:
		return cel_int(v->u.time.nsec / 1000000);
	default:
		return cel_int(date_part(part, days));
	}
}
