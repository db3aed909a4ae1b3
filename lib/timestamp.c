/* RFC 3339; see timestamp.h. */
#include "timestamp.h"

#include <string.h>
#include <time.h>

/* n digits at *s as a number within [min, max]; -1 if they are not. */
static int
digits(const char **s, int n, int min, int max)
{
	int value = 0;

	while (n-- > 0) {
		if (**s < '0' || **s > '9')
			return -1;
		value = value * 10 + (*(*s)++ - '0');
	}
	return value >= min && value <= max ? value : -1;
}

static bool
skip(const char **s, const char *any)
{
	if (!**s || !strchr(any, **s))
		return false;
	++*s;
	return true;
}

static int
days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* Days from 1970-01-01; a year is counted from March, so leap days end it. */
static long long
days_from_epoch(int year, int month, int day)
{
	long long y = month <= 2 ? year - 1 : year;
	long long day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5;

	return y * 365 + y / 4 - y / 100 + y / 400 + day_of_year + day - 1 -
	       719468;
}

static bool
parse_date(const char **s, long long *days)
{
	int year = digits(s, 4, 0, 9999), month, day;

	if (year < 0 || !skip(s, "-"))
		return false;
	month = digits(s, 2, 1, 12);
	if (month < 0 || !skip(s, "-"))
		return false;
	day = digits(s, 2, 1, days_in_month(year, month));
	if (day < 0)
		return false;
	*days = days_from_epoch(year, month, day);
	return true;
}

static bool
parse_clock(const char **s, long long *ms)
{
	int hour = digits(s, 2, 0, 23), minute, second, unit = 100;

	if (hour < 0 || !skip(s, ":"))
		return false;
	minute = digits(s, 2, 0, 59);
	if (minute < 0 || !skip(s, ":"))
		return false;
	second = digits(s, 2, 0, 59);
	if (second < 0)
		return false;
	*ms = ((hour * 60LL + minute) * 60 + second) * 1000;
	if (!skip(s, "."))
		return true;
	if (**s < '0' || **s > '9')
		return false;
	for (; **s >= '0' && **s <= '9'; ++*s, unit /= 10)
		*ms += (long long)(**s - '0') * unit;
	return true;
}

/* "Z" or "+02:00", in minutes east. */
static bool
parse_zone(const char **s, int *minutes)
{
	bool west = **s == '-';
	int hour, minute;

	*minutes = 0;
	if (skip(s, "Zz"))
		return true;
	if (!skip(s, "+-"))
		return false;
	hour = digits(s, 2, 0, 23);
	if (hour < 0 || !skip(s, ":"))
		return false;
	minute = digits(s, 2, 0, 59);
	if (minute < 0)
		return false;
	*minutes = (hour * 60 + minute) * (west ? -1 : 1);
	return true;
}

bool
timestamp_parse(const char *s, long long *ms)
{
	long long days, clock;
	int zone;

	if (!s || !parse_date(&s, &days) || !skip(&s, "Tt") ||
	    !parse_clock(&s, &clock) || !parse_zone(&s, &zone) || *s)
		return false;
	*ms = days * 86400000 + clock - zone * 60000LL;
	return true;
}

void
timestamp_write(struct buf *out, long long ms, bool with_ms)
{
	long long rest = (ms % 1000 + 1000) % 1000;
	time_t seconds = (time_t)((ms - rest) / 1000);
	struct tm utc = { 0 };
	char text[32];

	gmtime_r(&seconds, &utc);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
	buf_adds(out, text);
	if (with_ms)
		buf_addf(out, ".%03d", (int)rest);
	buf_addc(out, 'Z');
}
