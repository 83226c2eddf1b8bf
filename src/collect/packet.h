/* packet.h - what a captured packet says, read from its bytes alone. */
#ifndef PACKET_H
#define PACKET_H

#include <stddef.h>
#include <stdint.h>

#include "conn.h"

/* The flags of a TCP header, RFC 9293. */
enum {
	PACKET_FIN = 1,
	PACKET_SYN = 2,
	PACKET_RST = 4,
	PACKET_ACK = 16,
	PACKET_ECE = 64,
};

/* Which way it went past the machine that captured it, where the link header says so. */
enum packet_way { WAY_UNKNOWN, WAY_IN, WAY_OUT };

/* All in host order but the addresses: those are as in struct conn, IPv4 mapped. */
struct packet {
	uint64_t time_ns; /* since 1970; the caller's, never touched here */
	uint8_t src[16];
	uint8_t dst[16];
	uint16_t sport;
	uint16_t dport;
	uint32_t seq; /* of the first payload byte, or of the SYN */
	uint32_t ack;
	uint32_t
	    payload; /* bytes, by the lengths in the headers, however few were captured */
	uint16_t segments; /* 1; 0 for a fragment that is not the first of its datagram */
	uint8_t proto;     /* PROTO_TCP, PROTO_UDP */
	uint8_t flags;     /* of TCP */
	uint8_t ecn_ce;    /* congestion was experienced, RFC 3168 */
	uint8_t way;       /* enum packet_way */
	uint32_t ifindex;  /* of the caller, or from the link header; 0: not known */
	uint32_t pid;      /* PKTAP; 0: not known */
	char comm[CONN_COMM];
	char iface[CONN_IFACE]; /* of the caller, or from the link header */
};

enum packet_result {
	PACKET_OK,
	PACKET_SKIPPED, /* not TCP or UDP over IP, or headers that make no sense */
	PACKET_HELD,    /* a later fragment before its first one: counted with that */
};

struct fragments;

/* Whether packets of this link type, a DLT_ or LINKTYPE_ number, can be decoded. */
int packet_supports(int linktype);

/*
 * Decode one packet. It may be anything: nothing beyond `captured` bytes is read.
 *
 * out       time_ns is the packet's time, set by the caller; ifindex and iface stay as
 *           they were unless the link header tells them; the rest is written, and means
 *           something after PACKET_OK only
 * frags     datagrams in pieces, see fragments.h; one table for one capture
 * linktype  DLT_ or LINKTYPE_ number
 * original  length on the wire, in bytes; captured is less where a snap length cut it
 *
 * Where lengths disagree the shortest counts: of IP, UDP, PPPoE, the wire.
 * Of a TCP header the 20 fixed bytes must have been captured, of a UDP header all 8.
 */
enum packet_result packet_decode(struct packet *out, struct fragments *frags,
    int linktype, const uint8_t *data, uint32_t captured, uint32_t original);

#endif
