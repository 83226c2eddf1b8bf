/* ip.h - IP headers, with all that may stand between them and TCP or UDP. */
#ifndef IP_H
#define IP_H

#include "cursor.h"
#include "fragments.h"
#include "packet.h"

/* What they tell about the bytes that follow. */
struct ip {
	uint8_t proto;      /* of these bytes; in a later fragment fragment.next */
	uint8_t big;        /* too many for the length field */
	uint8_t fragmented; /* there was a fragment header, maybe of a whole datagram */
	struct fragment fragment; /* offset and more: always; both 0: a whole datagram */
};

/*
 * Take IPv4 with its options or IPv6 with its extension headers; in a later fragment up
 * to its data. The cursor then ends where the packet does, without padding. Writes src,
 * dst and ecn_ce of the packet.
 *
 * Returns 0 where headers are cut, wrong, or of something else than TCP and UDP.
 */
int ip_open(struct packet *out, struct cursor *c, struct ip *ip, int version);

#endif
