#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "locals.h"

static void
map_v4(uint8_t to[16], struct in_addr v4, uint8_t fill)
{
	memset(to, fill, 12);
	if (fill == 0)
		to[10] = to[11] = 0xff;
	memcpy(to + 12, &v4, 4);
}

/* The address of an interface, as a network of its own. Returns whether it is one. */
static int
set_net(struct addr_net *net, const struct ifaddrs *i)
{
	struct sockaddr_in v4, mask;
	struct sockaddr_in6 v6;
	int k;

	if (i->ifa_addr == NULL)
		return 0;
	memset(net->mask, 0xff, 16);
	if (i->ifa_addr->sa_family == AF_INET) {
		memcpy(&v4, i->ifa_addr, sizeof(v4));
		map_v4(net->addr, v4.sin_addr, 0);
		if ((i->ifa_flags & IFF_LOOPBACK) != 0 && i->ifa_netmask != NULL) {
			memcpy(&mask, i->ifa_netmask, sizeof(mask));
			map_v4(net->mask, mask.sin_addr, 0xff);
		}
	} else if (i->ifa_addr->sa_family == AF_INET6) {
		memcpy(&v6, i->ifa_addr, sizeof(v6));
		memcpy(net->addr, &v6.sin6_addr, 16);
	} else {
		return 0;
	}
	for (k = 0; k < 16; k++)
		net->addr[k] &= net->mask[k];
	return 1;
}

int
locals_of_machine(struct locals *l)
{
	struct ifaddrs *all, *i;

	if (getifaddrs(&all) < 0)
		return -errno;
	l->n = 0;
	for (i = all; i != NULL && l->n < LOCALS_MAX; i = i->ifa_next)
		l->n += set_net(&l->net[l->n], i);
	freeifaddrs(all);
	return 0;
}

int
locals_has(const struct locals *l, const uint8_t addr[16])
{
	int i;

	for (i = 0; i < l->n; i++)
		if (addr_in(addr, &l->net[i]))
			return 1;
	return 0;
}
