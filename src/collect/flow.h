/* flow.h - connections rebuilt from packets: TCP and UDP, each by its two ends. */
#ifndef FLOW_H
#define FLOW_H

#include <stddef.h>
#include <stdint.h>

#include "conn.h"
#include "packet.h"

struct flows;

/* What an owner needs to be looked for: a flow as one of its ends sees it. */
struct flow_ends {
	uint8_t laddr[16]; /* as in struct conn */
	uint8_t raddr[16];
	uint16_t lport;
	uint16_t rport;
	uint8_t proto;
};

/* Who owns an end. Equal ones are kept once, so all bytes count: zero it first. */
struct flow_owner {
	uint64_t has; /* HAS() of COL_PID, COL_COMM, COL_UID, COL_NETNS: what is known */
	uint32_t pid;
	uint32_t uid;
	uint32_t netns;
	uint8_t owner; /* enum owner */
	uint8_t pad[3];
	char comm[CONN_COMM];
};

struct flows_options {
	uint32_t max_flows; /* at once, at least 1 */
	int both_ends;      /* two rows for a flow between two local ends */
	uint64_t udp_timeout_ns;
	uint64_t start_ns; /* when watching began, 0: with the first packet */
	uint64_t seed[2];  /* random where packets come from strangers */

	/* Is this an address of ours? NULL: none is. */
	int (*is_local)(void *arg, const uint8_t addr[16]);

	/*
	 * Who owns the local end? Asked when the flow is born and, if that found nobody
	 * (a server has no socket before the handshake), again when it has a row: last
	 * is set then. *who is zero before.
	 *
	 * Returns 1 when it is known, 0 when it is not, -1 when it may be known at the
	 * next row. NULL: nobody can say.
	 */
	int (*owner)(
	    void *arg, const struct flow_ends *ends, struct flow_owner *who, int last);
	void *arg;
};

/* Returns 0, -EINVAL (max_flows) or -ENOMEM. */
int flows_open(struct flows **out, const struct flows_options *o);
void flows_close(struct flows *f);

/* Count a packet where it belongs. */
void flows_packet(struct flows *f, const struct packet *p);

/*
 * Begin a snapshot of all flows. Packets may come before it is over: flows born since are
 * not in it.
 */
void flows_begin(struct flows *f, uint64_t now_ns);

/*
 * Fill the next rows, all columns but time and host, in an order that depends on the
 * packets alone. A flow that is over has its `close` row and is forgotten.
 *
 * n  room in rows, at least 2
 *
 * Returns how many; 0: the snapshot is over.
 */
size_t flows_next(struct flows *f, uint64_t now_ns, struct conn *rows, size_t n);

/*
 * Connections reported wrongly since the last call: evicted though they were not over
 * (their row says `close`), without a row, or with bytes that found no room.
 */
uint64_t flows_lost(struct flows *f);

/* Bytes of memory for each flow at most, with its share of the index. */
enum { FLOW_BYTES_MAX = 256 };

#endif
