/* record.h - fill a record from a TCP socket. */
#ifndef RECORD_H
#define RECORD_H

#include "book.h"
#include "ends.h"

extern const volatile __u64 want;
extern __u32 epoch;
extern __u32 hz;

/* Addresses and ports; they outlive the transition to CLOSE, skc_num does not. */
static __always_inline void
tcp_ends(struct ends *e, const struct tcp_sock *tp)
{
	const struct inet_sock *inet = &tp->inet_conn.icsk_inet;
	const struct sock *sk = &inet->sk;

	if (sk->__sk_common.skc_family == AF_INET6) {
		__builtin_memcpy(e->laddr, &sk->__sk_common.skc_v6_rcv_saddr, 16);
		__builtin_memcpy(e->raddr, &sk->__sk_common.skc_v6_daddr, 16);
	} else {
		set_v4(e->laddr, sk->__sk_common.skc_rcv_saddr);
		set_v4(e->raddr, sk->__sk_common.skc_daddr);
	}
	e->lport = bpf_ntohs(inet->inet_sport);
	e->rport = bpf_ntohs(sk->__sk_common.skc_dport);
}

/* Add to a 64-bit total what a 32-bit counter of the kernel went up. */
static __always_inline __u64
widen(__u64 total, __u32 *last, __u32 now)
{
	total += now - *last;
	*last = now;
	return total;
}

static __always_inline __u64
at_least(__u64 n, __u64 least)
{
	return n > least ? n : least;
}

/*
 * The counters, and their differences to the row before. We hold no lock of the socket's:
 * what is read while they move may be a little behind, never go below what was said.
 *
 * settled  nobody changes them any more
 */
static __always_inline void
fill_counts(struct conn *c, struct book *b, const struct tcp_sock *tp, int settled)
{
	c->bytes_in = at_least(tcp_bytes_in(tp, settled), b->bytes_in);
	c->bytes_out = at_least(tcp_bytes_out(tp), b->bytes_out);
	c->delta_in = c->bytes_in - b->bytes_in;
	c->delta_out = c->bytes_out - b->bytes_out;
	c->retrans = tp->total_retrans;
	c->delta_retrans = c->retrans - b->retrans;
	c->packets_in = widen(b->packets_in, &b->segs_in, tp->segs_in);
	c->packets_out = widen(b->packets_out, &b->segs_out, tp->segs_out);
	c->bytes_retrans = tp->bytes_retrans;
}

/* Write down what this row said. Returns whether anything moved since the row before. */
static __always_inline int
book_turn(struct book *b, const struct conn *c, __u64 now)
{
	int moved;

	moved = c->packets_in != b->packets_in || c->packets_out != b->packets_out ||
	    c->delta_in || c->delta_out;
	b->bytes_in = c->bytes_in;
	b->bytes_out = c->bytes_out;
	b->packets_in = c->packets_in;
	b->packets_out = c->packets_out;
	b->retrans = c->retrans;
	b->seen_ns = now;
	b->epoch = epoch;
	return moved;
}

/* RTT as tcp_get_info() reports it: srtt is kept times 8, mdev times 4. */
static __always_inline __u64
fill_rtt(struct conn *c, const struct tcp_sock *tp)
{
	__u64 has = 0;

	c->rtt_us = tp->srtt_us >> 3;
	c->rttvar_us = tp->mdev_us >> 2;
	if (c->rtt_us)
		has |= HAS(COL_RTT_US) | HAS(COL_RTTVAR_US);
	if (want & HAS(COL_MIN_RTT_US)) {
		c->min_rtt_us = tp->rtt_min.s[0].v;
		if (c->min_rtt_us != ~0U)
			has |= HAS(COL_MIN_RTT_US);
	}
	return has;
}

/* tcp_get_info_chrono_stats(): what the sender waited for, in jiffies. */
static __always_inline __u64
fill_chrono(struct conn *c, const struct tcp_sock *tp)
{
	__u32 type = BPF_CORE_READ_BITFIELD(tp, chrono_type);
	__u32 run = (__u32)bpf_jiffies64() - tp->chrono_start;
	__u64 busy = tp->chrono_stat[0], rwnd = tp->chrono_stat[1];
	__u64 sndbuf = tp->chrono_stat[2];

	if (!hz)
		return 0;
	if (type == 1)
		busy += run;
	else if (type == 2)
		rwnd += run;
	else if (type == 3)
		sndbuf += run;
	c->busy_ms = (busy + rwnd + sndbuf) * 1000 / hz;
	c->rwnd_limited_ms = rwnd * 1000 / hz;
	c->sndbuf_limited_ms = sndbuf * 1000 / hz;
	return HAS(COL_BUSY_MS) | HAS(COL_RWND_LIMITED_MS) | HAS(COL_SNDBUF_LIMITED_MS);
}

/* tcp_compute_delivery_rate(), and the pacing rate where there is a limit. */
static __always_inline __u64
fill_rates(struct conn *c, const struct tcp_sock *tp)
{
	const struct sock *sk = &tp->inet_conn.icsk_inet.sk;
	__u32 span_us = tp->rate_interval_us;
	__u64 has = 0;

	c->pacing_rate = sk->sk_pacing_rate;
	if (c->pacing_rate != ~0UL)
		has |= HAS(COL_PACING_RATE);
	if (tp->rate_delivered && span_us) {
		c->delivery_rate =
		    (__u64)tp->rate_delivered * tp->mss_cache * 1000000 / span_us;
		has |= HAS(COL_DELIVERY_RATE);
	}
	return has;
}

/*
 * The window, and the queues: as tcp_diag counts them, but without the FIN that
 * copied_seq has not passed (tcp_inq() leaves it out too).
 */
static __always_inline __u64
fill_queues(struct conn *c, const struct tcp_sock *tp, __u8 state)
{
	const struct sock *sk = &tp->inet_conn.icsk_inet.sk;
	__u32 unread = tp->rcv_nxt - tp->copied_seq;
	__u32 fin = sk->__sk_common.skc_flags >> SOCK_DONE & 1;
	__u64 has = HAS(COL_SENDQ) | HAS(COL_RECVQ);

	if (state == TCP_LISTEN) {
		c->recvq = sk->sk_ack_backlog;
		c->sendq = sk->sk_max_ack_backlog;
		return has;
	}
	if (state == TCP_SYN_SENT || state == TCP_SYN_RECV) {
		c->sendq = c->recvq = 0;
	} else {
		c->sendq = tp->write_seq - tp->snd_una;
		c->recvq = (__s32)unread > (__s32)fin ? unread - fin : 0;
	}
	c->cwnd = tp->snd_cwnd;
	c->mss = tp->mss_cache;
	c->ssthresh = tp->snd_ssthresh;
	if (c->ssthresh < 0x7fffffff) /* TCP_INFINITE_SSTHRESH */
		has |= HAS(COL_SSTHRESH);
	return has | HAS(COL_CWND) | HAS(COL_MSS);
}

/* Which socket this is, beyond its addresses. */
static __always_inline __u64
fill_identity(struct conn *c, const struct sock *sk)
{
	__u64 has = HAS(COL_UID) | HAS(COL_NETNS);

	c->uid = sk->sk_uid.val;
	c->netns = sk->__sk_common.skc_net.net->ns.inum;
	if (want & HAS(COL_COOKIE)) {
		c->cookie = bpf_get_socket_cookie((void *)sk);
		has |= HAS(COL_COOKIE);
	}
	if (want & HAS(COL_CGROUP) && bpf_core_field_exists(sk->sk_cgrp_data.cgroup) &&
	    sk->sk_cgrp_data.cgroup) {
		c->cgroup = sk->sk_cgrp_data.cgroup->kn->id;
		has |= HAS(COL_CGROUP);
	}
	if (want & HAS(COL_IFACE) && sk->sk_dst_cache) {
		bpf_probe_read_kernel_str(
		    c->iface, sizeof(c->iface), sk->sk_dst_cache->dev->name);
		has |= HAS(COL_IFACE);
	}
	return has;
}

/* The columns that are off by default. */
static __always_inline __u64
fill_more(struct conn *c, const struct tcp_sock *tp, __u8 state, __u64 now)
{
	const struct sock *sk = &tp->inet_conn.icsk_inet.sk;
	__u64 has = fill_identity(c, sk), heard = tp->tcp_mstamp * 1000;

	has |= fill_queues(c, tp, state);
	c->drops = sk->sk_drops.counter;
	has |= HAS(COL_DROPS);
	if (state == TCP_LISTEN)
		return has;
	has |= fill_chrono(c, tp) | fill_rates(c, tp);
	if (heard) {
		c->idle_ms = now > heard ? (now - heard) / 1000000 : 0;
		has |= HAS(COL_IDLE_MS);
	}
	if (want & HAS(COL_CC)) {
		bpf_probe_read_kernel_str(
		    c->cc, sizeof(c->cc), tp->inet_conn.icsk_ca_ops->name);
		has |= HAS(COL_CC);
	}
	if (bpf_core_field_exists(tp->rcv_ooopack)) {
		c->ooo = tp->rcv_ooopack;
		has |= HAS(COL_OOO);
	}
	c->ecn_ce = tp->delivered_ce;
	return has | HAS(COL_ECN_CE);
}

static __always_inline void
fill_owner(struct conn *c, const struct holder *h)
{
	c->pid = h->pid;
	c->owner = h->how;
	__builtin_memcpy(c->comm, h->comm, sizeof(h->comm));
}

#define HAS_MORE                                                                        \
	(~(HAS(COLS_DEFAULT) - 1) & ~HAS(COL_HOST) & ~HAS(COL_CPU_US) &                 \
	    ~HAS(COL_OWNER) & ~HAS(COL_ERROR) & ~HAS(COL_AGE_MS) & ~HAS(COL_DELTA_IN) & \
	    ~HAS(COL_DELTA_OUT) & ~HAS(COL_DELTA_RETRANS) & ~HAS(COL_BYTES_RETRANS))

/*
 * Everything besides ends, event and time. c->span_ns holds when the row before was made;
 * user space knows when the interval began and turns it into a span.
 */
static __always_inline void
fill(struct conn *c, struct book *b, const struct tcp_sock *tp, __u8 state, __u64 now)
{
	__u64 has;

	has = HAS(COL_EVENT) | HAS(COL_PROTO) | HAS(COL_LADDR) | HAS(COL_STATE) |
	    HAS(COL_OWNER);
	c->proto = IPPROTO_TCP;
	c->state = state;
	c->span_ns = b->seen_ns;
	fill_owner(c, &b->holder);
	if (b->holder.pid)
		has |= HAS(COL_PID) | HAS(COL_COMM);
	if (c->lport)
		has |= HAS(COL_LPORT);
	if (b->birth_ns) {
		c->age_ms = now > b->birth_ns ? (now - b->birth_ns) / 1000000 : 0;
		has |= HAS(COL_AGE_MS);
	}
	if (state != TCP_LISTEN) {
		has |= HAS(COL_RADDR) | HAS(COL_RPORT) | HAS(COL_BYTES_IN) |
		    HAS(COL_BYTES_OUT) | HAS(COL_PACKETS_IN) | HAS(COL_PACKETS_OUT) |
		    HAS(COL_RATE_IN) | HAS(COL_RATE_OUT) | HAS(COL_RETRANS) |
		    HAS(COL_DELTA_IN) | HAS(COL_DELTA_OUT) | HAS(COL_DELTA_RETRANS) |
		    HAS(COL_BYTES_RETRANS);
		has |= fill_rtt(c, tp);
	}
	if (want & HAS_MORE)
		has |= fill_more(c, tp, state, now);
	c->has = has;
}

#endif
