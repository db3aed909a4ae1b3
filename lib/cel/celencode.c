#include <string.h>

#include "cel/celfunc.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "abcdefghijklmnopqrstuvwxyz0123456789+/";

struct cel_value
cel_base64_encode(struct cel_run *r, const struct cel_value *a, size_t n)
{
	(void)n;
	if (a->type != CEL_BYTES)
		return cel_no_overload(r, "base64.encode");
	size_t len = a->u.str.n, size = (len + 2) / 3 * 4;
	if (!cel_pay(r, size / 8 + 1))
		return cel_spent();
	const unsigned char *s = (const unsigned char *)a->u.str.s;
	char *out = cel_arena_get(&r->arena, size + 1);
	char *to = out;
	for (size_t i = 0; i < len; i += 3) {
		unsigned long bits = (unsigned long)s[i] << 16;
		if (i + 1 < len)
			bits |= (unsigned long)s[i + 1] << 8;
		if (i + 2 < len)
			bits |= s[i + 2];
		*to++ = alphabet[bits >> 18];
		*to++ = alphabet[bits >> 12 & 63];
		*to++ = i + 1 < len ? alphabet[bits >> 6 & 63] : '=';
		*to++ = i + 2 < len ? alphabet[bits & 63] : '=';
	}
	return cel_text(CEL_STRING, out, size);
}

/* Line ends count for nothing, as in Go. */
static bool
ignored(char c)
{
	return c == '\r' || c == '\n';
}

/*
 * The bytes that n characters stand for, with padding or without: with it, it
 * has to fill the last four.  -1 for what is no base64.
 */
static long
decode(const char *s, size_t n, char *out)
{
	unsigned long bits = 0;
	size_t digits = 0, padding = 0, len = 0;
	for (size_t i = 0; i < n; i++) {
		if (ignored(s[i]))
			continue;
		if (s[i] == '=') {
			padding++;
			continue;
		}
		const char *digit = s[i] ? strchr(alphabet, s[i]) : NULL;
		if (!digit || padding)
			return -1;
		bits =
		    (bits << 6 | (unsigned long)(digit - alphabet)) & 0xffffff;
		if (++digits % 4 == 0) {
			out[len++] = (char)(bits >> 16);
			out[len++] = (char)(bits >> 8);
			out[len++] = (char)bits;
		}
	}
	size_t rest = digits % 4;
	if (rest == 1 || (padding && (!rest || padding != 4 - rest)))
		return -1;
	if (rest == 2) {
		out[len++] = (char)(bits >> 4);
	} else if (rest == 3) {
		out[len++] = (char)(bits >> 10);
		out[len++] = (char)(bits >> 2);
	}
	return (long)len;
}

struct cel_value
cel_base64_decode(struct cel_run *r, const struct cel_value *a, size_t n)
{
	(void)n;
	if (a->type != CEL_STRING)
		return cel_no_overload(r, "base64.decode");
	if (!cel_pay(r, a->u.str.n / 8 + 1))
		return cel_spent();
	char *out = cel_arena_get(&r->arena, a->u.str.n + 4);
	long len = decode(a->u.str.s, a->u.str.n, out);
	if (len < 0)
		return cel_error(r, "base64.decode: what is no base64");
	return cel_text(CEL_BYTES, out, (size_t)len);
}
