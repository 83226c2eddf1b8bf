/* addr.c - addresses as text. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "addr.h"
#include "num.h"
#include "text.h"

/* RFC 4291 section 2.5.5.2 */
static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

int
addr_is_v4(const uint8_t addr[16])
{
	return memcmp(addr, mapped, sizeof(mapped)) == 0;
}

static size_t
format_v4(char *dst, const uint8_t b[4])
{
	char *p = dst;
	int i;

	for (i = 0; i < 4; i++) {
		if (i > 0)
			*p++ = '.';
		p += text_u64(p, b[i]);
	}
	return (size_t)(p - dst);
}

/* Sixteen bits in lower case without leading zeros: RFC 5952 sections 4.1 and 4.3. */
static char *
format_group(char *p, unsigned v)
{
	int shift = 12;

	while (shift > 0 && v >> shift == 0)
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		*p++ = "0123456789abcdef"[v >> shift & 0xf];
	return p;
}

/*
 * The run of zero groups that "::" stands for: the longest, the first of equals, never
 * a single one (RFC 5952 section 4.2). Returns its length, 0 where there is none.
 */
static int
longest_zeros(const unsigned group[8], int *start)
{
	int i, run = 0, best = 1;

	for (i = 0; i < 8; i++) {
		run = group[i] == 0 ? run + 1 : 0;
		if (run > best) {
			best = run;
			*start = i + 1 - run;
		}
	}
	return best > 1 ? best : 0;
}

/*
 * Not inet_ntop: it is several times slower, and C libraries differ in where they put
 * dotted decimals (::1.2.3.4); here only mapped addresses have them.
 */
size_t
addr_format(char *dst, const uint8_t addr[16])
{
	unsigned group[8];
	char *p = dst;
	int i, start = -1, zeros;

	if (addr_is_v4(addr))
		return format_v4(dst, addr + 12);
	for (i = 0; i < 8; i++)
		group[i] = (unsigned)addr[2 * i] << 8 | addr[2 * i + 1];
	zeros = longest_zeros(group, &start);
	for (i = 0; i < 8; i++) {
		if (zeros > 0 && i == start) {
			*p++ = ':';
			*p++ = ':';
			i += zeros - 1;
			continue;
		}
		if (i > 0 && (zeros == 0 || i != start + zeros))
			*p++ = ':';
		p = format_group(p, group[i]);
	}
	return (size_t)(p - dst);
}

/* As inet_pton: four numbers up to 255 without leading zeros. */
static int
parse_v4(uint8_t out[4], const char *text, size_t len)
{
	const char *p = text, *end = text + len, *first;
	unsigned v;
	int i;

	for (i = 0; i < 4; i++) {
		if (i > 0 && (p == end || *p++ != '.'))
			return -EINVAL;
		first = p;
		for (v = 0; p < end && *p >= '0' && *p <= '9' && v <= 255; p++)
			v = v * 10 + (unsigned)(*p - '0');
		if (p == first || v > 255 || (*first == '0' && p - first > 1))
			return -EINVAL;
		out[i] = (uint8_t)v;
	}
	return p == end ? 0 : -EINVAL;
}

int
addr_parse(uint8_t addr[16], const char *text, size_t len)
{
	char copy[ADDR_TEXT];
	uint8_t v4[4];
	struct in6_addr v6;

	if (memchr(text, ':', len) == NULL) {
		if (parse_v4(v4, text, len) < 0)
			return -EINVAL;
		memcpy(addr, mapped, sizeof(mapped));
		memcpy(addr + 12, v4, sizeof(v4));
		return 0;
	}
	if (len >= sizeof(copy) || memchr(text, '\0', len) != NULL)
		return -EINVAL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (inet_pton(AF_INET6, copy, &v6) != 1)
		return -EINVAL;
	memcpy(addr, v6.s6_addr, 16);
	return 0;
}

int
addr_parse_net(struct addr_net *net, const char *text)
{
	size_t len = strcspn(text, "/");
	uint64_t prefix = 128, bits = 128;
	uint8_t a[16];
	int i, left, ret;

	if (addr_parse(a, text, len) < 0)
		return -EINVAL;
	if (memchr(text, ':', len) == NULL)
		prefix = bits = 32;
	if (text[len] == '/') {
		ret = num_u64(text + len + 1, 0, bits, &prefix);
		if (ret < 0)
			return ret;
	}
	left = (int)(prefix + 128 - bits);
	for (i = 0; i < 16; i++, left -= 8) {
		net->mask[i] = left >= 8 ? 0xff
		    : left <= 0          ? 0
					 : (uint8_t)(0xff00 >> left);
		net->addr[i] = a[i] & net->mask[i];
	}
	return 0;
}

int
addr_in(const uint8_t addr[16], const struct addr_net *net)
{
	int i;

	for (i = 0; i < 16; i++)
		if ((addr[i] & net->mask[i]) != net->addr[i])
			return 0;
	return 1;
}
