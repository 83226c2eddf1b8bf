/* pktap.h - the header macOS puts before each packet: interface, direction, process. */
#ifndef PKTAP_H
#define PKTAP_H

#include "cursor.h"
#include "packet.h"

/*
 * Take the header. Writes way, iface, pid and comm; pid is 0 where macOS did not find
 * one.
 *
 * Returns the link type of what follows, -1 where the header makes no sense.
 */
int pktap_open(struct packet *out, struct cursor *c);

#endif
