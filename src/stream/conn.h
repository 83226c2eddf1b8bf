/* conn.h - the record: one connection in one snapshot, for kernel and user space. */
#ifndef CONN_H
#define CONN_H

#include <stdint.h>

/*
 * The columns, in the order of the default stream; those after COL_LOST are off
 * by default. column.c says what each is called and where it lies in the record.
 */
enum column {
	COL_TIME,
	COL_EVENT,
	COL_PROTO,
	COL_LADDR,
	COL_LPORT,
	COL_RADDR,
	COL_RPORT,
	COL_STATE,
	COL_PID,
	COL_COMM,
	COL_BYTES_IN,
	COL_BYTES_OUT,
	COL_PACKETS_IN,
	COL_PACKETS_OUT,
	COL_RATE_IN,
	COL_RATE_OUT,
	COL_RTT_US,
	COL_RETRANS,
	COL_ROWS,
	COL_LOST,
	COL_COOKIE,
	COL_NETNS,
	COL_CGROUP,
	COL_UID,
	COL_IFACE,
	COL_HOST,
	COL_AGE_MS,
	COL_IDLE_MS,
	COL_RTTVAR_US,
	COL_MIN_RTT_US,
	COL_CWND,
	COL_SSTHRESH,
	COL_MSS,
	COL_SENDQ,
	COL_RECVQ,
	COL_DELTA_IN,
	COL_DELTA_OUT,
	COL_DELTA_RETRANS,
	COL_BYTES_RETRANS,
	COL_DROPS,
	COL_CC,
	COL_PACING_RATE,
	COL_DELIVERY_RATE,
	COL_BUSY_MS,
	COL_RWND_LIMITED_MS,
	COL_SNDBUF_LIMITED_MS,
	COL_OOO,
	COL_ECN_CE,
	COL_ERROR,
	COL_OWNER,
	COL_CPU_US,
	COLS,
	COLS_DEFAULT = COL_LOST + 1,
};

/* The bit of a column in conn.has. */
#define HAS(col) (1ULL << (col))

enum event { EVENT_OPEN = 1, EVENT_LIVE, EVENT_CLOSE, EVENT_END, EVENT_REST, EVENTS };

/* How the owning process was learnt. */
enum owner { OWNER_NONE, OWNER_HOOK, OWNER_SCAN, OWNER_INHERITED, OWNERS };

enum proto { PROTO_TCP = 6, PROTO_UDP = 17 };

enum {
	CONN_COMM = 24,  /* Linux needs 16 with its NUL, macOS 17 */
	CONN_CC = 16,    /* TCP_CA_NAME_MAX */
	CONN_IFACE = 16, /* IFNAMSIZ */
	CONN_HOST = 72,  /* HOST_NAME_MAX of Linux is 64, NUL not counted */
};

/*
 * A member counts only where its column's bit is set in `has`; that is what an
 * empty field means. Texts end in NUL. Addresses are in network order, IPv4 as
 * ::ffff:a.b.c.d; ports are in host order. No holes: records cross from the kernel.
 */
struct conn {
	uint64_t has;     /* HAS() of each column that is known */
	uint64_t time_ms; /* of the snapshot, since 1970 */
	uint64_t span_ns; /* real time since the connection's row before; no column */
	uint64_t bytes_in;
	uint64_t bytes_out;
	uint64_t packets_in;
	uint64_t packets_out;
	uint64_t rate_in; /* bytes/s */
	uint64_t rate_out;
	uint64_t delta_in; /* bytes since the connection's row before */
	uint64_t delta_out;
	uint64_t bytes_retrans;
	uint64_t pacing_rate; /* bytes/s */
	uint64_t delivery_rate;
	uint64_t cookie;
	uint64_t cgroup;
	uint64_t age_ms;
	uint64_t idle_ms;
	uint64_t rows;
	uint64_t lost;
	uint64_t cpu_us;
	uint8_t laddr[16];
	uint8_t raddr[16];
	uint32_t pid;
	uint32_t uid;
	uint32_t netns;
	uint32_t retrans;
	uint32_t delta_retrans;
	uint32_t rtt_us;
	uint32_t rttvar_us;
	uint32_t min_rtt_us;
	uint32_t cwnd; /* segments */
	uint32_t ssthresh;
	uint32_t mss; /* bytes */
	uint32_t sendq;
	uint32_t recvq;
	uint32_t drops;
	uint32_t ooo;
	uint32_t ecn_ce;
	uint32_t busy_ms;
	uint32_t rwnd_limited_ms;
	uint32_t sndbuf_limited_ms;
	uint16_t lport;
	uint16_t rport;
	uint16_t error; /* errno of Linux */
	uint8_t event;
	uint8_t proto; /* IPPROTO_ number */
	uint8_t state; /* TCP_ state number of the kernel, 1..12 */
	uint8_t owner;
	uint8_t pad[2];
	char comm[CONN_COMM];
	char cc[CONN_CC];
	char iface[CONN_IFACE];
	char host[CONN_HOST]; /* last: the kernel leaves it out */
};

_Static_assert(sizeof(struct conn) == 416, "kernel and user space share struct conn");

#endif
