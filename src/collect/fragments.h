/*
 * fragments.h - give the later fragments of a datagram the ports of its first one.
 *
 * Nothing is put together: each fragment is counted as it comes. The first one is the
 * datagram's one segment and carries its header; a later one has the same ports, no
 * segment, and its own bytes. A later one that came before its first is held as a number
 * of bytes and told with the first.
 *
 * A FIN goes with the last fragment, for it comes behind the bytes.
 *
 * Duplicates and overlaps are counted as often as they were captured, as whole datagrams
 * are; TCP's sequence numbers sort that out later. A first fragment seen again begins the
 * datagram anew, for 16 bits of identification come round quickly.
 */
#ifndef FRAGMENTS_H
#define FRAGMENTS_H

#include "packet.h"

enum { FRAGMENTS_MAX = 256 }; /* datagrams in pieces at a time, in 20 KB */

/* A fragment, as its IP header tells; source and destination are in the packet. */
struct fragment {
	uint32_t id;
	uint32_t offset; /* in the datagram, bytes */
	uint32_t bytes;  /* of the datagram in this fragment */
	uint8_t next;    /* protocol that the header names: of UDP, TCP or an extension */
	uint8_t more;    /* others come behind it */
};

struct datagram {
	uint64_t time_ns; /* when its first packet was captured */
	uint8_t src[16];
	uint8_t dst[16];
	uint32_t id;
	uint32_t seq; /* of TCP, where the offset is 0 */
	uint32_t ack;
	uint32_t held; /* bytes that wait for the first fragment */
	uint16_t held_fragments;
	uint16_t sport;
	uint16_t dport;
	uint8_t next;
	uint8_t state;
	uint8_t proto;
	uint8_t flags;
	uint8_t ended; /* the last fragment is among the held */
};

/* Zero is empty: fragments_init() or static storage. */
struct fragments {
	struct datagram ring[FRAGMENTS_MAX];
	uint32_t head; /* ring entries given out so far */
	uint32_t tail; /* of these, the oldest in use */
	uint64_t lost; /* fragments whose first one never came, or that did not fit */
	uint64_t lost_bytes; /* their bytes, in no packet's payload */
};

void fragments_init(struct fragments *f);

/* Remember the packet, a first fragment with its ports; its payload grows by what was
 * held. */
void fragments_first(struct fragments *f, struct packet *p, const struct fragment *g);

/*
 * Complete the packet, a later fragment of which addresses and time are known.
 *
 * Returns PACKET_OK, or PACKET_HELD where its first fragment has not been seen.
 */
enum packet_result fragments_later(
    struct fragments *f, struct packet *p, const struct fragment *g);

/*
 * Forget datagrams older than 30 s at now_ns; what they held becomes lost. Each fragment
 * does so as well; this is for the end of an interval, and with UINT64_MAX for the end.
 */
void fragments_expire(struct fragments *f, uint64_t now_ns);

#endif
