/* Base64; see base64.h. */
#include "base64.h"

#include <limits.h>
#include <string.h>

#include <openssl/evp.h>

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

bool
base64_decode(struct buf *out, const char *text)
{
	struct buf whole = BUF_INIT;
	size_t pad = 0;
	int n = -1;

	for (; *text; text++)
		if (!strchr("\r\n\t ", *text))
			buf_addc(&whole, *text);
	while (
	    pad < 2 && pad < whole.len && whole.s[whole.len - 1 - pad] == '=')
		pad++;
	if (whole.len % 4 == 0 && whole.len <= INT_MAX)
		n = EVP_DecodeBlock(
		    (unsigned char *)buf_reserve(out, whole.len / 4 * 3 + 1),
		    (const unsigned char *)buf_str(&whole), (int)whole.len);
	buf_release(&whole);
	if (n < 0)
		return false;
	out->len += (size_t)n - pad;
	out->s[out->len] = '\0';
	return true;
}
