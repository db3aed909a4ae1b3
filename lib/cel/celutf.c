#include "cel/celutf.h"

bool
cel_utf_is(uint32_t c)
{
	return c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
}

size_t
cel_utf_width(char first)
{
	unsigned char c = (unsigned char)first;
	if (c < 0xc0)
		return 1;
	if (c < 0xe0)
		return 2;
	return c < 0xf0 ? 3 : 4;
}

uint32_t
cel_utf_at(const char *s, size_t n)
{
	static const unsigned char mask[] = { 0, 0xff, 0x1f, 0x0f, 0x07 };
	size_t width = cel_utf_width(*s);
	uint32_t c = (unsigned char)*s & mask[width];
	for (size_t i = 1; i < width && i < n; i++)
		c = c << 6 | ((unsigned char)s[i] & 0x3f);
	return c;
}

bool
cel_utf_valid(const char *s, size_t n)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	for (size_t at = 0; at < n;) {
		unsigned char first = (unsigned char)s[at];
		size_t width = cel_utf_width(s[at]);
		if ((first >= 0x80 && first < 0xc2) || first > 0xf4 ||
		    width > n - at)
			return false;
		for (size_t i = 1; i < width; i++)
			if (((unsigned char)s[at + i] & 0xc0) != 0x80)
				return false;
		uint32_t c = cel_utf_at(s + at, width);
		if (c < least[width] || !cel_utf_is(c))
			return false;
		at += width;
	}
	return true;
}

size_t
cel_utf_count(const char *s, size_t n)
{
	size_t count = 0;
	for (size_t i = 0; i < n; i++)
		count += ((unsigned char)s[i] & 0xc0) != 0x80;
	return count;
}

size_t
cel_utf_skip(const char *s, size_t n, size_t k)
{
	size_t at = 0;
	while (k-- && at < n)
		at += cel_utf_width(s[at]);
	return at < n ? at : n;
}

void
cel_utf_add(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		buf_addc(out, (char)c);
	} else if (c < 0x800) {
		buf_addc(out, (char)(0xc0 | c >> 6));
		buf_addc(out, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_addc(out, (char)(0xe0 | c >> 12));
		buf_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_addc(out, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_addc(out, (char)(0xf0 | c >> 18));
		buf_addc(out, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_addc(out, (char)(0x80 | (c & 0x3f)));
	}
}
