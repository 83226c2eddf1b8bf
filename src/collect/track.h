/* track.h - one direction of a TCP connection: what was sent, what arrived, how fast. */
#ifndef TRACK_H
#define TRACK_H

#include <stdint.h>

#include "holes.h"
#include "packet.h"

/*
 * Bytes of payload count once, by their sequence numbers: when they are seen, or when
 * they are acknowledged although the capture missed them. All begins at the first
 * number that is known, that of the SYN where it was seen; nothing below it counts.
 *
 * One packet can lie. What is further off than a receive window can be (1 GiB), or
 * acknowledges more than TRACK_LEAP bytes that nobody has seen sent, is believed when a
 * second packet says the same. Of a connection watched from its SYN, one of the two must
 * be an acknowledgement; then all in between (up to 2 GiB) was moved while the capture
 * looked away. Else counting goes on from there.
 */
enum {
	TRACK_WINDOW = 1 << 30, /* the largest window there is: RFC 7323, section 2.3 */
	TRACK_LEAP = 1 << 20, /* twice the largest segment of Linux (BIG TCP, 512 KiB) */
};

/* gaps.flags */
enum {
	TRACK_BASE = 1,       /* una and nxt mean something */
	TRACK_FIRM = 2,       /* ... by the direction's own data, or a handshake */
	TRACK_SYN = 4,        /* seen, at isn */
	TRACK_FIN = 8,        /* seen, just before nxt */
	TRACK_ACKED = 16,     /* acknowledgements of this direction were seen */
	TRACK_FIN_LEAPT = 32, /* the FIN was far ahead; data behind it disprove it */
	TRACK_CLAIM_ACK = 64, /* it was an acknowledgement that made the claim */
};

struct track {
	uint64_t bytes; /* moved */
	uint64_t bytes_retrans;
	uint32_t una; /* first number that is not acknowledged */
	uint32_t nxt; /* behind the last one that was seen */
	uint32_t isn;
	uint32_t claim; /* what one packet claimed, and was not believed; 0: nothing */
	uint32_t timed_seq; /* an acknowledgement of this makes an RTT sample */
	union {
		uint32_t timed_us; /* when it was sent, 0: nothing is timed */
		uint32_t seen_ms;  /* of UDP: when the last packet came */
	};
	uint32_t srtt;   /* times 8, as the kernel has it; 0: none */
	uint32_t rttvar; /* times 4 */
	uint32_t min_rtt_us;
	uint32_t retrans; /* segments */
	uint32_t ooo;
	struct hole_list gaps; /* of [una, nxt) */
};

/*
 * A segment of this direction, not a RST. us is the time in microseconds; only
 * differences count, and it may wrap round.
 */
void track_sent(
    struct track *t, struct holes *holes, const struct packet *p, uint32_t us);

/*
 * The other direction's segment acknowledged all before `ack`.
 *
 * strict  nothing is believed that was not seen: the other end may mean another
 *         connection
 */
void track_acked(
    struct track *t, struct holes *holes, uint32_t ack, uint32_t us, int strict);

/* Begin again at a SYN with another number; counters stay. */
void track_restart(struct track *t, struct holes *holes);

/* The first number is known for certain though its SYN was not seen. */
void track_firm(struct track *t);

/* Does the segment bring numbers that were not seen yet? Changes nothing. */
int track_is_news(
    const struct track *t, const struct holes *holes, const struct packet *p);

/* Would this acknowledgement be the first of something? */
int track_acks_news(const struct track *t, uint32_t ack);

/* Can a RST with this number be of this connection? */
int track_takes_rst(const struct track *t, uint32_t seq);

/* The SYN was seen, its acknowledgement not. */
int track_syn_waits(const struct track *t);

/* The FIN was seen and acknowledged. */
int track_fin_acked(const struct track *t);

/* Give back its holes. */
void track_free(struct track *t, struct holes *holes);

#endif
