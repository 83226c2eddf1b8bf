/* book.h - the book that we keep with every TCP socket. */
#ifndef BOOK_H
#define BOOK_H

#include "holder.h"

/*
 * Counters are those of the last row, so that the difference to the next row is computed
 * here and user space keeps no table. The lock keeps the walk and a death on another CPU
 * from reporting the same difference twice.
 */
struct book {
	struct bpf_spin_lock lock;
	__u8 known;     /* 0: storage just made, nothing in it */
	__u8 dead;      /* its close was reported */
	__u64 birth_ns; /* 0: older than the collector */
	__u64 seen_ns;  /* when the last row was made, 0: none yet */
	__u64 bytes_in;
	__u64 bytes_out;
	__u64 packets_in; /* 64 bits wide, from the kernel's 32 */
	__u64 packets_out;
	__u32 segs_in; /* as the kernel has them */
	__u32 segs_out;
	__u32 retrans;
	__u32 epoch; /* snapshot of the last row */
	struct holder holder;
};

struct books {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
	__type(key, int);
	__type(value, struct book);
};

extern struct books books SEC(".maps");

static __always_inline struct book *
book_get(const struct sock *sk)
{
	return bpf_sk_storage_get(&books, (void *)sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
}

/*
 * Does anybody hold the socket's lock, a softirq or a process? Where the kernel's locks
 * look otherwise (PREEMPT_RT), nobody does as far as we can tell.
 */
static __always_inline int
is_locked(const struct sock *sk)
{
	int held = 0;

	if (bpf_core_field_exists(sk->sk_lock.slock.rlock.raw_lock.val.counter))
		held = *(volatile int *)&sk->sk_lock.slock.rlock.raw_lock.val.counter;
	return held || *(volatile int *)&sk->sk_lock.owned;
}

/*
 * Payload received in order. The kernel counts the peer's FIN as a byte, and sets
 * SOCK_DONE a moment later: while somebody has the lock, one byte may be that, and is
 * kept back. The flag is read last, so that a lock let go in between has set it.
 */
static __always_inline __u64
tcp_bytes_in(const struct tcp_sock *tp, int settled)
{
	const struct sock *sk = &tp->inet_conn.icsk_inet.sk;
	__u64 n = *(volatile __u64 *)&tp->bytes_received;
	__u64 fin = !settled && is_locked(sk);

	fin |= *(volatile unsigned long *)&sk->__sk_common.skc_flags >> SOCK_DONE & 1;
	return n > fin ? n - fin : 0;
}

/*
 * Payload sent, each byte once. A retransmission counts in bytes_retrans first, so
 * reading that last gives too little for a moment, never too much.
 */
static __always_inline __u64
tcp_bytes_out(const struct tcp_sock *tp)
{
	__u64 sent = *(volatile __u64 *)&tp->bytes_sent;

	return sent - *(volatile __u64 *)&tp->bytes_retrans;
}

/* Begin a book with the counters of a connection that is older than the collector. */
static __always_inline void
book_adopt(struct book *b, const struct tcp_sock *tp, __u64 now)
{
	b->known = 1;
	b->seen_ns = now;
	b->segs_in = tp->segs_in;
	b->segs_out = tp->segs_out;
	b->packets_in = b->segs_in;
	b->packets_out = b->segs_out;
	b->retrans = tp->total_retrans;
	b->bytes_in = tcp_bytes_in(tp, 0);
	b->bytes_out = tcp_bytes_out(tp);
}

/* Begin the book of a connection that is born now; the owner stays as it was. */
static __always_inline void
book_begin(struct book *b, __u64 now)
{
	b->known = 1;
	b->dead = 0;
	b->birth_ns = now;
	b->seen_ns = 0;
	b->bytes_in = 0;
	b->bytes_out = 0;
	b->packets_in = 0;
	b->packets_out = 0;
	b->segs_in = 0;
	b->segs_out = 0;
	b->retrans = 0;
	b->epoch = 0;
}

#endif
