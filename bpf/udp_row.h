/* udp_row.h - a row from what was counted of a UDP flow. */
#ifndef UDP_ROW_H
#define UDP_ROW_H

#include "filter.h"
#include "udp.h"

struct peer_key {
	__u64 cookie; /* of the socket */
	struct ends ends;
};

/* One of several peers of a socket. Here the lock guards the counters too. */
struct peer {
	struct bpf_spin_lock lock;
	__u8 dead; /* closed, about to be taken out of the map */
	__u32 epoch;
	struct flow flow;
};

/* Peers of sockets besides their first. */
struct peers {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, UDP_FLOWS);
	__type(key, struct peer_key);
	__type(value, struct peer);
};

/* What the rows of a socket's further peers have in common. */
struct host {
	struct identity identity;
	struct holder holder;
	__u32 gone; /* the snapshot after which the socket died; 0: it lives */
};

/*
 * By cookie, renewed by every walk while the socket lives, deleted when its peers are
 * closed. Of sockets that do not fit only the first peer is counted apart.
 */
struct hosts {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, UDP_FLOWS);
	__type(key, __u64);
	__type(value, struct host);
};

extern struct peers peers SEC(".maps");
extern struct hosts hosts SEC(".maps");
extern const volatile __u64 udp_timeout_ns;
extern __u32 epoch;

/* Returns 0, or an error where there is no room. */
static __always_inline long
host_renew(const struct udp_book *b, __u64 cookie, int dead)
{
	struct host host;

	__builtin_memset(&host, 0, sizeof(host));
	host.identity = b->identity;
	host.holder = b->holder;
	host.gone = dead ? epoch + 1 : 0;
	return bpf_map_update_elem(&hosts, &cookie, &host, BPF_ANY);
}

/* Has anything come since its last row? */
static __always_inline int
flow_moved(const struct flow *f)
{
	return f->in.word != f->in.summed || f->out.word != f->out.summed ||
	    f->sum.packets_in != f->told.packets_in ||
	    f->sum.packets_out != f->told.packets_out;
}

/*
 * The counters of a flow, and what they have moved since its last row. Runs under the
 * lock of its owner: one row is made of each difference.
 *
 * over   the socket dies
 * moved  set when there were datagrams since the last row
 *
 * Returns the event of the row, or 0: nothing to tell.
 */
static __always_inline __u8
flow_turn(struct flow *f, struct conn *c, __u64 now, int over, int *moved)
{
	struct count n;
	__u8 event;

	flow_sum(f);
	n = f->sum;
	*moved =
	    n.packets_in != f->told.packets_in || n.packets_out != f->told.packets_out;
	if (!f->birth_ns) {
		if (!*moved)
			return 0;
		f->birth_ns = now;
	}
	if (*moved || !f->moved_ns)
		f->moved_ns = now;
	event = f->seen_ns ? EVENT_LIVE : EVENT_OPEN;
	if (over || now - f->moved_ns >= udp_timeout_ns)
		event = EVENT_CLOSE;
	c->bytes_in = n.bytes_in - f->base.bytes_in;
	c->bytes_out = n.bytes_out - f->base.bytes_out;
	c->packets_in = n.packets_in - f->base.packets_in;
	c->packets_out = n.packets_out - f->base.packets_out;
	c->delta_in = n.bytes_in - f->told.bytes_in;
	c->delta_out = n.bytes_out - f->told.bytes_out;
	c->span_ns = f->seen_ns;
	c->age_ms = now > f->birth_ns ? (now - f->birth_ns) / 1000000 : 0;
	c->idle_ms = (now - f->moved_ns) / 1000000;
	c->event = event;
	f->told = n;
	f->seen_ns = now;
	if (event == EVENT_CLOSE) {
		f->base = n;
		f->birth_ns = f->seen_ns = f->moved_ns = 0;
	}
	return event;
}

/* All that flow_turn has not filled. rest: the peers are many, or gone. */
static __always_inline void
udp_fill(struct conn *c, const struct ends *e, const struct identity *i,
    const struct holder *h, int rest)
{
	__u64 has;

	has = HAS(COL_EVENT) | HAS(COL_PROTO) | HAS(COL_LADDR) | HAS(COL_LPORT) |
	    HAS(COL_BYTES_IN) | HAS(COL_BYTES_OUT) | HAS(COL_PACKETS_IN) |
	    HAS(COL_PACKETS_OUT) | HAS(COL_RATE_IN) | HAS(COL_RATE_OUT) |
	    HAS(COL_DELTA_IN) | HAS(COL_DELTA_OUT) | HAS(COL_OWNER) | HAS(COL_AGE_MS) |
	    HAS(COL_IDLE_MS);
	if (!rest)
		has |= HAS(COL_RADDR) | HAS(COL_RPORT);
	fill_ends(c, e);
	c->proto = IPPROTO_UDP;
	c->pid = h->pid;
	c->owner = h->how;
	__builtin_memcpy(c->comm, h->comm, sizeof(h->comm));
	if (h->pid)
		has |= HAS(COL_PID) | HAS(COL_COMM);
	c->cookie = i->cookie;
	c->cgroup = i->cgroup;
	c->netns = i->netns;
	c->uid = i->uid;
	if (i->netns)
		has |= HAS(COL_NETNS) | HAS(COL_UID);
	if (i->cookie)
		has |= HAS(COL_COOKIE);
	if (i->cgroup)
		has |= HAS(COL_CGROUP);
	c->has = has;
}

#endif
