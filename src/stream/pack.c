/* pack.c - records in few bytes: has, then each known column in the order of its bit. */
#include <string.h>

#include "addr.h"
#include "column.h"
#include "pack.h"

_Static_assert(
    COLS * 10 + 10 + 2 * 17 + CONN_COMM + CONN_CC + CONN_IFACE + CONN_HOST <= PACK_MAX,
    "the largest record fits");

/* Seven bits a byte, the lowest first; the top bit says that more follow. */
static char *
put_uint(char *p, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		*p++ = (char)(v | 0x80);
	*p++ = (char)v;
	return p;
}

static const char *
take_uint(uint64_t *v, const char *p)
{
	int shift = 0;

	*v = 0;
	do {
		*v |= (uint64_t)(*p & 0x7f) << shift;
		shift += 7;
	} while (*p++ & 0x80);
	return p;
}

/* Length, bytes: of a text without its NUL, of an IPv4 address the last four. */
static char *
put_bytes(char *p, const void *bytes, size_t len)
{
	*p++ = (char)len;
	memcpy(p, bytes, len);
	return p + len;
}

size_t
pack_conn(char *dst, const struct conn *c)
{
	const char *m;
	uint64_t bits;
	char *p = put_uint(dst, c->has);
	int col;

	for (bits = c->has; bits != 0; bits &= bits - 1) {
		col = __builtin_ctzll(bits);
		m = (const char *)c + columns[col].offset;
		switch (columns[col].type) {
		case TYPE_ADDR:
			p = addr_is_v4((const uint8_t *)m) ? put_bytes(p, m + 12, 4)
							   : put_bytes(p, m, 16);
			break;
		case TYPE_TEXT:
			p = put_bytes(p, m, strnlen(m, columns[col].size - 1u));
			break;
		default:
			p = put_uint(p, column_uint(c, col));
			break;
		}
	}
	return (size_t)(p - dst);
}

void
pack_undo(struct conn *c, const char *src)
{
	uint64_t has, bits, v;
	size_t len;
	char *m;
	int col;

	memset(c, 0, sizeof(*c));
	src = take_uint(&has, src);
	for (bits = has; bits != 0; bits &= bits - 1) {
		col = __builtin_ctzll(bits);
		m = (char *)c + columns[col].offset;
		if (columns[col].type != TYPE_ADDR && columns[col].type != TYPE_TEXT) {
			src = take_uint(&v, src);
			column_set_uint(c, col, v);
			continue;
		}
		len = (unsigned char)*src++;
		/* ::ffff:a.b.c.d */
		if (columns[col].type == TYPE_ADDR && len == 4) {
			memset(m + 10, 0xff, 2);
			m += 12;
		}
		memcpy(m, src, len);
		src += len;
	}
	c->has = has;
}
