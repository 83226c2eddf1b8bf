/* flow_entry.h - how a flow is kept; of flow*.c only. */
#ifndef FLOW_ENTRY_H
#define FLOW_ENTRY_H

#include "flow.h"
#include "owners.h"
#include "pool.h"
#include "track.h"

/* TCP_ state numbers of the kernel; 0: nothing was heard of that end. */
enum {
	STATE_ESTABLISHED = 1,
	STATE_SYN_SENT = 2,
	STATE_SYN_RECV = 3,
	STATE_FIN_WAIT1 = 4,
	STATE_FIN_WAIT2 = 5,
	STATE_CLOSE_WAIT = 8,
	STATE_LAST_ACK = 9,
	STATE_CLOSING = 11,
};

enum {
	FLOW_BORN = 1,        /* its beginning was seen */
	FLOW_TOLD = 2,        /* had a row */
	FLOW_OVER = 4,        /* the next row is its last */
	FLOW_LOCAL_1 = 8,     /* end[1] is the local one, else end[0] */
	FLOW_BOTH = 16,       /* both have rows */
	FLOW_RESET_1 = 32,    /* end[1] got the RST, else end[0]; where error is set */
	FLOW_LOST = 64,       /* counted as lost */
	FLOW_ASK_AGAIN = 128, /* some local end's owner was not found at birth */
	FLOW_SELF = 256,      /* both ends are the same: all counts for both */
};

/* The first end is the lower one by address, then port. No gaps: compared as bytes. */
struct flow_key {
	uint8_t addr[2][16];
	uint8_t port[2][2]; /* big endian, so that bytes order them */
	uint8_t proto;
};

/* An end and what it sends. */
struct flow_end {
	struct track track;    /* of UDP: bytes and seen_ms */
	uint64_t told : 48;    /* low bits of bytes in the last row */
	uint64_t iface : 16;   /* that its packets are taken from */
	uint64_t packets : 48; /* nine years at a million a second */
	uint64_t owner : 16;
	uint32_t retrans_told;
	uint32_t ecn_ce;
};

struct flow {
	struct pool_link link;
	struct flow_key key;
	uint8_t error; /* errno of Linux that the connection died of */
	uint16_t flags;
	uint8_t state[2];
	uint16_t stretch; /* in which it had its last row */
	uint64_t born_ns;
	uint64_t last_ns;
	struct flow_end end[2];
};

_Static_assert(sizeof(struct flow_key) == 37, "a key without gaps");
_Static_assert(
    sizeof(struct flow) + POOL_INDEX_BYTES <= FLOW_BYTES_MAX, "memory of a flow");

enum {
	/*
	 * Rows between which no packet came are of one time. Times are remembered of so
	 * many stretches; the walk stops for packets seldom more than once per 4 MB of
	 * text.
	 */
	STRETCHES = 1024,
};

enum phase { PHASE_OVER, PHASE_RETIRED, PHASE_LIVE, PHASE_RETIRED_SINCE };

struct flows {
	struct flows_options o;
	struct pool pool;
	struct holes holes;
	struct owners owners;
	struct ifaces ifaces;
	uint64_t stretch_ns[STRETCHES];
	uint64_t before_ns; /* when the snapshot before began */
	uint64_t begun_ns;  /* and this one, or the last */
	uint64_t lost;
	uint64_t holes_lost; /* of holes.lost, told */
	uint16_t stretch;
	uint16_t snapshot; /* first stretch of this snapshot */
	uint8_t phase;     /* enum phase */
	uint8_t disturbed; /* a packet came since the last row */
};

/* Count a segment, and move the states. from: the end that sent it. */
void flow_tcp(struct flows *f, struct flow *fl, int from, const struct packet *p);

/* Does it bring anything new? For one that another interface saw. */
int flow_tcp_is_news(
    const struct flows *f, const struct flow *fl, int from, const struct packet *p);

/* Is it the SYN of another connection between the same ports? same_iface: it came by the
 * interface that this direction is taken from. */
int flow_tcp_is_rebirth(
    const struct flow *fl, int from, const struct packet *p, int same_iface);

/* How long it may be silent before it is over, in nanoseconds. */
uint64_t flow_tcp_patience(const struct flow *fl);

/* A flow as one end sees it. */
void flow_ends(struct flow_ends *ends, const struct flow *fl, int local);

/* Is it over, by its packets or by silence? */
int flow_is_over(const struct flows *f, const struct flow *fl, uint64_t now_ns);

/* Look for the owners of local ends that have none; last: a row is made of it. */
void flow_ask_owners(struct flows *f, struct flow *fl, int last);

/* PKTAP tells the process at the near end of each packet. */
void flow_learn_owner(struct flows *f, struct flow *fl, int from, const struct packet *p);

/* Is this end shown as a local one? */
int flow_shows(const struct flow *fl, int end);

/* Forget it, and what it holds. */
void flow_free(struct flows *f, uint32_t h);

#endif
