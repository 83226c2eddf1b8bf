/* ident.c - which records are the same connection. */
#include <string.h>

#include "ident.h"

int
ident_same(const struct conn *a, const struct conn *b)
{
	const uint64_t need = HAS(COL_LADDR) | HAS(COL_LPORT) | HAS(COL_RADDR);
	const uint64_t both = a->has & b->has;

	if (both & HAS(COL_HOST) && strcmp(a->host, b->host) != 0)
		return 0;
	if (both & HAS(COL_COOKIE))
		return a->cookie == b->cookie;
	return (both & need) == need && a->proto == b->proto && a->lport == b->lport &&
	    a->rport == b->rport && memcmp(a->laddr, b->laddr, sizeof(a->laddr)) == 0 &&
	    memcmp(a->raddr, b->raddr, sizeof(a->raddr)) == 0;
}

/* Eight bytes at a time, with the multiplier of SplitMix64. */
uint64_t
ident_mix(uint64_t hash, const void *bytes, size_t len)
{
	const char *p = bytes;
	uint64_t v;
	size_t n;

	for (; len > 0; p += n, len -= n) {
		n = len < sizeof(v) ? len : sizeof(v);
		v = 0;
		memcpy(&v, p, n);
		hash = (hash ^ v) * 0xbf58476d1ce4e5b9u;
		hash ^= hash >> 29;
	}
	return hash;
}

uint64_t
ident_hash(const struct conn *c)
{
	const uint16_t more[] = {c->lport, c->rport, c->proto};
	uint64_t hash = 1;

	if (c->has & HAS(COL_HOST))
		hash = ident_mix(hash, c->host, strlen(c->host));
	if (c->has & HAS(COL_COOKIE))
		return ident_mix(hash, &c->cookie, sizeof(c->cookie));
	hash = ident_mix(hash, c->laddr, sizeof(c->laddr));
	hash = ident_mix(hash, c->raddr, sizeof(c->raddr));
	return ident_mix(hash, more, sizeof(more));
}
