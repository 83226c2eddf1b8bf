/* capture.h - from captured packets to rows; what both kinds of capture have in common.
 */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <stdint.h>

#include "conn.h"
#include "options.h"
#include "packet.h"

struct capture;

/*
 * now_ns  since 1970: the packets are those of this machine from now on, its addresses
 * say which end is local, and its processes have the sockets. 0: of a file
 *
 * Returns 0 or -errno. o must outlive it.
 */
int capture_open(struct capture **out, const struct options *o, uint64_t now_ns);
void capture_close(struct capture *c);

/*
 * Take in a packet.
 *
 * linktype  as pcap_datalink(3PCAP) says
 * p         time_ns, iface and ifindex are set; the rest is written
 * captured  bytes of data; original: of the packet on the wire
 */
void capture_packet(struct capture *c, int linktype, struct packet *p,
    const uint8_t *data, uint32_t captured, uint32_t original);

/* Time of the last packet, ns since 1970, 0: there was none. */
uint64_t capture_time_ns(const struct capture *c);

/* As in backend.h. now_ns: since 1970, as the packets' */
int capture_begin(struct capture *c, uint64_t now_ns, int last);
int capture_step(struct capture *c, struct conn **rows);
uint64_t capture_lost(struct capture *c);

/* Packets taken in so far, and those of them that were neither TCP nor UDP. */
uint64_t capture_packets(const struct capture *c);
uint64_t capture_skipped(const struct capture *c);

#endif
