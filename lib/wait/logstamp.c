/* Time stamps of log lines; see logstamp.h. */
#include "wait/logstamp.h"

#include <string.h>

#include "timestamp.h"

/* "2026-11-21T04:00:00" */
#define SECOND_LEN 19

static size_t
digits_len(const char *s, size_t len)
{
	size_t i = 0;

	while (i < len && s[i] >= '0' && s[i] <= '9')
		i++;
	return i;
}

/* Where the time zone begins: behind the digits of the fraction, if any. */
static size_t
zone_at(const char *s, size_t len)
{
	size_t i = len < SECOND_LEN ? len : SECOND_LEN;

	if (i < len && s[i] == '.')
		i += 1 + digits_len(s + i + 1, len - i - 1);
	return i;
}

bool
logstamp_second(struct buf *out, const char *s, size_t len)
{
	size_t zone = zone_at(s, len);
	struct buf second = BUF_INIT;
	long long ms;
	bool good;

	if (zone < SECOND_LEN)
		return false;
	buf_add(&second, s, SECOND_LEN);
	buf_add(&second, s + zone, len - zone);
	good = timestamp_parse(buf_str(&second), &ms);
	if (good)
		buf_add(out, second.s, second.len);
	buf_release(&second);
	return good;
}

/* The second as a point in time; -1 for what is none. */
static long long
second_of(const char *s, size_t len)
{
	struct buf text = BUF_INIT;
	long long ms = -1;

	if (logstamp_second(&text, s, len))
		timestamp_parse(buf_str(&text), &ms);
	buf_release(&text);
	return ms;
}

/* The digits behind the point; those that one has more are above zeros. */
static int
compare_fractions(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t i, max = a_len > b_len ? a_len : b_len;

	for (i = SECOND_LEN + 1; i < max; i++) {
		char x = i < a_len ? a[i] : '0', y = i < b_len ? b[i] : '0';

		if (x != y)
			return x < y ? -1 : 1;
	}
	return 0;
}

int
logstamp_compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t a_zone = zone_at(a, a_len), b_zone = zone_at(b, b_len);
	long long x, y;

	/* Seconds of one zone, or those of two where the clock was changed. */
	if (a_len - a_zone == b_len - b_zone &&
	    memcmp(a + a_zone, b + b_zone, a_len - a_zone) == 0 &&
	    a_zone >= SECOND_LEN && b_zone >= SECOND_LEN) {
		int rc = memcmp(a, b, SECOND_LEN);

		return rc ? rc : compare_fractions(a, a_zone, b, b_zone);
	}
	x = second_of(a, a_len);
	y = second_of(b, b_len);
	if (x != y)
		return x < y ? -1 : 1;
	return compare_fractions(a, a_zone, b, b_zone);
}
