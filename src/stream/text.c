/* text.c - make text from strangers harmless, and bring it back. */
#include <string.h>

#include "text.h"

static const char hex[16] = "0123456789abcdef";

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static int
is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '\\';
}

/* By the first byte, RFC 3629 section 4; the ranges are checked on the code point. */
size_t
text_utf8(const char *src, size_t len, unsigned *code)
{
	static const unsigned least[5] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *s = (const unsigned char *)src;
	unsigned v;
	size_t i, n;

	if (len == 0)
		return 0;
	if (s[0] < 0x80) {
		*code = s[0];
		return 1;
	}
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	n = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	if (n > len)
		return 0;
	v = s[0] & (0x7fU >> n);
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		v = v << 6 | (s[i] & 0x3f);
	}
	if (v < least[n] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
		return 0;
	*code = v;
	return n;
}

static char *
escape_bytes(char *p, const char *src, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		*p++ = '\\';
		*p++ = 'x';
		*p++ = hex[(unsigned char)src[i] >> 4];
		*p++ = hex[src[i] & 0xf];
	}
	return p;
}

size_t
text_escape(char *dst, const char *src, size_t len)
{
	char *p = dst;
	unsigned code;
	size_t i, n;

	for (i = 0; i < len; i += n) {
		n = 1;
		if (is_plain((unsigned char)src[i])) {
			*p++ = src[i];
			continue;
		}
		n = text_utf8(src + i, len - i, &code);
		/* The other one-byte characters are control characters and backslash. */
		if (n >= 2 && code > 0x9f) {
			memcpy(p, src + i, n);
			p += n;
			continue;
		}
		n = n == 0 ? 1 : n;
		p = escape_bytes(p, src + i, n);
	}
	return (size_t)(p - dst);
}

size_t
text_unescape(char *dst, const char *src, size_t len)
{
	size_t i, n = 0;
	int hi, lo;

	for (i = 0; i < len; i++) {
		if (src[i] == '\\' && len - i >= 4 && src[i + 1] == 'x') {
			hi = hex_value(src[i + 2]);
			lo = hex_value(src[i + 3]);
			if (hi >= 0 && lo >= 0) {
				dst[n++] = (char)(hi << 4 | lo);
				i += 3;
				continue;
			}
		}
		dst[n++] = src[i];
	}
	return n;
}

/* Two digits at a time: half the divisions. */
size_t
text_u64(char *dst, unsigned long long v)
{
	static const char pairs[] = "00010203040506070809101112131415161718192021222324"
				    "25262728293031323334353637383940414243444546474849"
				    "50515253545556575859606162636465666768697071727374"
				    "75767778798081828384858687888990919293949596979899";
	char tmp[20];
	size_t i = sizeof(tmp), n;

	while (v >= 100) {
		i -= 2;
		memcpy(tmp + i, pairs + v % 100 * 2, 2);
		v /= 100;
	}
	if (v >= 10) {
		i -= 2;
		memcpy(tmp + i, pairs + v * 2, 2);
	} else {
		tmp[--i] = (char)('0' + v);
	}
	n = sizeof(tmp) - i;
	memcpy(dst, tmp + i, n);
	return n;
}
