#include "cel/celzone.h"

#include <string.h>

#define ZONES "/usr/share/zoneinfo/"

/* No zone file is near as large. */
enum { FILE_MAX = 1 << 20 };

int64_t
cel_days(int64_t year, int month, int day)
{
	/* Years start in March, so that a leap day ends one. */
	int64_t y = month > 2 ? year : year - 1;
	int64_t m = month > 2 ? month - 3 : month + 9;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t in_era = y - era * 400;
	int64_t in_year = (153 * m + 2) / 5 + day - 1;
	return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 +
	       in_year - 719468;
}

void
cel_date(int64_t days, int64_t *year, int *month, int *day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t in_era = z - era * 146097;
	int64_t y =
	    (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t in_year = in_era - (y * 365 + y / 4 - y / 100);
	int64_t m = (5 * in_year + 2) / 153;
	*day = (int)(in_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = y + era * 400 + (*month <= 2);
}

/* --- zone files --------------------------------------------------------- */

/* A block of a zone file: counts, and where its data starts. */
struct block {
	const unsigned char *p;
	size_t left;  /* bytes from p on */
	size_t width; /* of a time: 4 or 8 */
	uint32_t times, types, names, leaps, standards, uts;
};

static uint32_t
be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static int64_t
be64(const unsigned char *p)
{
	return (int64_t)((uint64_t)be32(p) << 32 | be32(p + 4));
}

static bool
read_header(struct block *b, const unsigned char *p, size_t n, size_t width)
{
	if (n < 44 || memcmp(p, "TZif", 4) != 0)
		return false;
	*b = (struct block){ p + 44, n - 44, width, be32(p + 32), be32(p + 36),
		be32(p + 40), be32(p + 28), be32(p + 24), be32(p + 20) };
	return b->times < 100000 && b->types && b->types < 1000 &&
	       b->names < 10000 && b->leaps < 10000 && b->standards < 1000 &&
	       b->uts < 1000;
}

static size_t
block_size(const struct block *b)
{
	return b->times * (b->width + 1) + (size_t)b->types * 6 + b->names +
	       b->leaps * (b->width + 4) + b->standards + b->uts;
}

/* --- the rule behind the last change ------------------------------------ */

/* A rule such as CET-1CEST,M3.5.0,M10.5.0/3 (POSIX, and RFC 9636's hours). */

static bool
rule_number(const char **s, int *out)
{
	if (**s < '0' || **s > '9')
		return false;
	for (*out = 0; **s >= '0' && **s <= '9'; ++*s) {
		*out = *out * 10 + (**s - '0');
		if (*out > 10000)
			return false;
	}
	return true;
}

static bool
rule_name(const char **s)
{
	const char *start = *s;
	if (**s == '<') {
		*s += strcspn(*s, ">");
		return **s == '>' && *++*s;
	}
	while ((**s >= 'a' && **s <= 'z') || (**s >= 'A' && **s <= 'Z'))
		++*s;
	return *s - start >= 3;
}

/* [+-]HH[:MM[:SS]] in seconds. */
static bool
rule_time(const char **s, int *out)
{
	int h, m = 0, sec = 0;
	bool minus = **s == '-';
	if (**s == '-' || **s == '+')
		++*s;
	if (!rule_number(s, &h))
		return false;
	if (**s == ':' && (++*s, !rule_number(s, &m)))
		return false;
	if (**s == ':' && (++*s, !rule_number(s, &sec)))
		return false;
	*out = (h * 3600 + m * 60 + sec) * (minus ? -1 : 1);
	return true;
}

static bool
is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Mm.w.d: weekday d of week w, the last for 5, of month m. */
static bool
rule_weekday(const char **s, int64_t year, int64_t *day)
{
	int m, w, d;
	++*s;
	if (!rule_number(s, &m) || *(*s)++ != '.' || !rule_number(s, &w) ||
	    *(*s)++ != '.' || !rule_number(s, &d) || m < 1 || m > 12 || w < 1 ||
	    w > 5 || d > 6)
		return false;
	int64_t first = cel_days(year, m, 1);
	int64_t next =
	    m == 12 ? cel_days(year + 1, 1, 1) : cel_days(year, m + 1, 1);
	int weekday = (int)(((first + 4) % 7 + 7) % 7);
	*day = first + (d - weekday + 7) % 7 + (int64_t)(w - 1) * 7;
	while (*day >= next)
		*day -= 7;
	return true;
}

/* The second of a year, in local time, when a rule's change comes. */
static bool
rule_change(const char **s, int64_t year, int64_t *at)
{
	int n, time = 7200;
	int64_t day;
	if (*(*s)++ != ',')
		return false;
	if (**s == 'M') {
		if (!rule_weekday(s, year, &day))
			return false;
	} else if (**s == 'J') {
		++*s;
		if (!rule_number(s, &n) || n < 1 || n > 365)
			return false;
		day = cel_days(year, 1, 1) + n - 1 + (n >= 60 && is_leap(year));
	} else {
		if (!rule_number(s, &n) || n > 365)
			return false;
		day = cel_days(year, 1, 1) + n;
	}
	if (**s == '/' && (++*s, !rule_time(s, &time)))
		return false;
	*at = day * 86400 + time;
	return true;
}

static bool
rule_east(const char *s, int64_t at, int32_t *east)
{
	int west, summer_west;
	int64_t year, start, end;
	int month, day;
	if (!rule_name(&s) || !rule_time(&s, &west))
		return false;
	*east = -west;
	if (!*s)
		return true;
	if (!rule_name(&s))
		return false;
	summer_west = west - 3600;
	if (*s && *s != ',' && !rule_time(&s, &summer_west))
		return false;
	int64_t local = at - west;
	cel_date(local / 86400 - (local % 86400 < 0), &year, &month, &day);
	if (!rule_change(&s, year, &start) || !rule_change(&s, year, &end))
		return false;
	start += west;
	end += summer_west;
	bool summer =
	    start < end ? at >= start && at < end : at >= start || at < end;
	if (summer)
		*east = -summer_west;
	return true;
}

/* --- */

static bool
type_east(const struct block *b, const unsigned char *types, size_t type,
    int32_t *east)
{
	if (type >= b->types)
		return false;
	*east = (int32_t)be32(types + type * 6);
	return true;
}

/* The first type that is no summer time holds before all changes. */
static size_t
first_type(const struct block *b, const unsigned char *types)
{
	for (size_t i = 0; i < b->types; i++)
		if (!types[i * 6 + 4])
			return i;
	return 0;
}

static int64_t
change_at(const struct block *b, size_t i)
{
	return b->width == 8 ? be64(b->p + i * 8) : (int32_t)be32(b->p + i * 4);
}

bool
cel_zone_file_east(const struct buf *file, int64_t at, int32_t *east)
{
	struct block b;
	const unsigned char *p = (const unsigned char *)file->s;
	if (!p || !read_header(&b, p, file->len, 4) || block_size(&b) > b.left)
		return false;
	bool wide = p[4] >= '2';
	if (wide) {
		size_t skip = 44 + block_size(&b);
		if (!read_header(&b, p + skip, file->len - skip, 8) ||
		    block_size(&b) > b.left)
			return false;
	}
	const unsigned char *indexes = b.p + b.times * b.width;
	const unsigned char *types = indexes + b.times;
	size_t n = 0;
	while (n < b.times && change_at(&b, n) <= at)
		n++;
	const unsigned char *rule = b.p + block_size(&b);
	size_t left = b.left - block_size(&b);
	const unsigned char *end =
	    left > 2 ? memchr(rule + 1, '\n', left - 1) : NULL;
	if (n == b.times && wide && end && end > rule + 1) {
		struct buf text = BUF_INIT;
		buf_add(&text, rule + 1, (size_t)(end - rule) - 1);
		bool ok = rule_east(buf_str(&text), at, east);
		buf_release(&text);
		return ok;
	}
	return type_east(
	    &b, types, n ? indexes[n - 1] : first_type(&b, types), east);
}

/* --- zones by name ------------------------------------------------------ */

/* Go's Atoi: a sign, and digits. */
static bool
whole(const char *s, size_t n, int *out)
{
	bool minus = n && *s == '-';
	if (n && (*s == '-' || *s == '+')) {
		s++;
		n--;
	}
	*out = 0;
	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9' || i > 6)
			return false;
		*out = *out * 10 + (s[i] - '0');
	}
	if (minus)
		*out = -*out;
	return n > 0;
}

static bool
named(const char *zone, size_t n, int64_t at, int32_t *east)
{
	struct buf path = BUF_INIT, file = BUF_INIT;
	buf_adds(&path, ZONES);
	buf_add(&path, zone, n);
	bool ok = zone[0] != '/' && zone[0] != '\\' && !memchr(zone, 0, n) &&
		  !strstr(buf_str(&path), "..") &&
		  buf_read_file(&file, buf_str(&path), FILE_MAX) == 0 &&
		  cel_zone_file_east(&file, at, east);
	buf_release(&path);
	buf_release(&file);
	return ok;
}

bool
cel_zone_east(
    const char *zone, size_t n, int64_t at, int32_t *east, struct buf *why)
{
	int hours, minutes;
	const char *colon = n ? memchr(zone, ':', n) : NULL;
	*east = 0;
	if (!n || (n == 3 && memcmp(zone, "UTC", 3) == 0) ||
	    (n == 5 && memcmp(zone, "Local", 5) == 0))
		return true;
	if (colon) {
		size_t h = (size_t)(colon - zone);
		if (!whole(zone, h, &hours) ||
		    !whole(colon + 1, n - h - 1, &minutes)) {
			buf_addf(why, "an offset that is no time: %.*s", (int)n,
			    zone);
			return false;
		}
		*east = (hours * 60 + (*zone == '-' ? -minutes : minutes)) * 60;
		return true;
	}
	if (named(zone, n, at, east))
		return true;
	buf_addf(why, "unknown time zone %.*s", (int)n, zone);
	return false;
}
