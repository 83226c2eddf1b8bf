/* filter.h - which rows are wanted; decided before anything is written. */
#ifndef FILTER_H
#define FILTER_H

#include "ends.h"
#include "holder.h"

extern const volatile struct filter filter;

static __always_inline int
addr_matches(const __u32 *a)
{
	return (a[0] & filter.mask[0]) == filter.addr[0] &&
	    (a[1] & filter.mask[1]) == filter.addr[1] &&
	    (a[2] & filter.mask[2]) == filter.addr[2] &&
	    (a[3] & filter.mask[3]) == filter.addr[3];
}

static __always_inline int
port_matches(__u16 port, const volatile __u16 range[2])
{
	return port >= range[0] && port <= range[1];
}

static __always_inline int
comm_matches(const char *comm)
{
	int i;

	for (i = 0; i < (int)sizeof(filter.comm); i++) {
		if (comm[i] != filter.comm[i])
			return 0;
		if (!comm[i])
			break;
	}
	return 1;
}

/* The filters that look at the socket and its owner. */
static __always_inline int
filter_matches(const struct ends *e, const struct holder *h)
{
	if (filter.pid && h->pid != filter.pid)
		return 0;
	if (filter.comm[0] && !comm_matches(h->comm))
		return 0;
	if (is_v4(e->laddr) ? filter.no_v4 : filter.no_v6)
		return 0;
	if (!port_matches(e->lport, filter.port) && !port_matches(e->rport, filter.port))
		return 0;
	if (!port_matches(e->lport, filter.lport) ||
	    !port_matches(e->rport, filter.rport))
		return 0;
	return !filter.addr_set || addr_matches(e->laddr) || addr_matches(e->raddr);
}

#endif
