/* link.h - the headers of a captured packet up to IP. */
#ifndef LINK_H
#define LINK_H

#include "cursor.h"
#include "packet.h"

/* Whether link_open() knows this DLT_ or LINKTYPE_ number. */
int link_supported(int linktype);

/*
 * Take the headers before IP. Writes way, pid and comm of the packet, and where the
 * headers tell them, ifindex and iface.
 *
 * Returns 4 or 6, the version of the IP header that the cursor is at; 0: there is none.
 */
int link_open(struct packet *out, struct cursor *c, int linktype);

#endif
