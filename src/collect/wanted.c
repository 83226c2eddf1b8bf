#include <string.h>

#include "addr.h"
#include "wanted.h"

static int
in_ports(uint16_t port, const struct ports *p)
{
	return port >= p->lo && port <= p->hi;
}

static int
match_ports(const struct options *o, const struct conn *c)
{
	if (!in_ports(c->lport, &o->port) && !in_ports(c->rport, &o->port))
		return 0;
	return in_ports(c->lport, &o->lport) && in_ports(c->rport, &o->rport);
}

int
wanted_row(const struct options *o, const struct conn *c, int moved)
{
	if (c->proto == PROTO_TCP ? !o->tcp : !o->udp)
		return 0;
	if (addr_is_v4(c->laddr) ? !o->v4 : !o->v6)
		return 0;
	if (o->pid != 0 && ((c->has & HAS(COL_PID)) == 0 || c->pid != o->pid))
		return 0;
	if (o->comm != NULL &&
	    ((c->has & HAS(COL_COMM)) == 0 || strcmp(c->comm, o->comm) != 0))
		return 0;
	if (!match_ports(o, c))
		return 0;
	if (o->addr_set && !addr_in(c->laddr, &o->addr) && !addr_in(c->raddr, &o->addr))
		return 0;
	return !o->changed || moved || c->event != EVENT_LIVE;
}
