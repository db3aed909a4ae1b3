/* Base64; see base64.h. */
#include "base64.h"

#include <string.h>

void
base64_encode(struct buf *out, const void *data, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz"
				     "0123456789+/";
	const unsigned char *p = data;
	char *to = buf_reserve(out, (len + 2) / 3 * 4), *start = to;

	for (; len > 0; p += 3) {
		unsigned b = len > 1 ? p[1] : 0, c = len > 2 ? p[2] : 0;

		*to++ = digits[p[0] >> 2];
		*to++ = digits[(p[0] & 3) << 4 | b >> 4];
		*to++ = len > 1 ? digits[(b & 15) << 2 | c >> 6] : '=';
		*to++ = len > 2 ? digits[c & 63] : '=';
		len -= len > 3 ? 3 : len;
	}
	*to = '\0';
	out->len += (size_t)(to - start);
}

static int
digit_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool
base64_decode(struct buf *out, const char *text)
{
	size_t before = out->len, digits = 0, pads = 0;
	unsigned bits = 0;

	buf_reserve(out, strlen(text) / 4 * 3 + 3);
	for (; *text; text++) {
		int d = digit_value(*text);

		if (strchr("\r\n\t ", *text))
			continue;
		if (*text == '=' && pads++ < 2)
			continue;
		if (d < 0 || pads > 0)
			break;
		bits = bits << 6 | (unsigned)d;
		/* The first of four digits completes no byte. */
		if (digits % 4)
			buf_addc(out, (char)(bits >> (6 - digits % 4 * 2)));
		digits++;
	}
	if (!*text && (digits + pads) % 4 == 0)
		return true;
	buf_truncate(out, before);
	return false;
}
