/* ends.h - both ends of a connection. */
#ifndef ENDS_H
#define ENDS_H

#include "kernel.h"
#include "shared.h"

/* Five 64-bit words, compared and hashed as they lie: no holes. */
struct ends {
	__u32 laddr[4]; /* network order, IPv4 mapped */
	__u32 raddr[4];
	__u16 lport; /* host order */
	__u16 rport;
	__u32 zero;
};

static __always_inline int
is_v4(const __u32 *a)
{
	return !a[0] && !a[1] && a[2] == bpf_htonl(0xffff);
}

static __always_inline void
set_v4(__u32 *a, __u32 v4)
{
	a[0] = a[1] = 0;
	a[2] = bpf_htonl(0xffff);
	a[3] = v4;
}

static __always_inline void
fill_ends(struct conn *c, const struct ends *e)
{
	__builtin_memcpy(c->laddr, e->laddr, 16);
	__builtin_memcpy(c->raddr, e->raddr, 16);
	c->lport = e->lport;
	c->rport = e->rport;
}

#endif
