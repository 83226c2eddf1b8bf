/* udp.h - what is counted for UDP: by socket, and by peer where a socket has several. */
#ifndef UDP_H
#define UDP_H

#include "ends.h"
#include "holder.h"

struct count {
	__u64 bytes_in;
	__u64 bytes_out;
	__u64 packets_in;
	__u64 packets_out;
};

/*
 * Datagrams above, bytes below: one atomic addition counts both. The difference of two
 * words tells them apart again as long as each stays within its field, so whoever finds
 * one half full adds what came to the sum: that is after 128 GiB or 33 million datagrams.
 */
#define TALLY_BYTES 38
#define TALLY_HALF (1ULL << 63 | 1ULL << (TALLY_BYTES - 1))

struct tally {
	__u64 word;
	__u64 summed; /* the word when it was added to the sum */
};

/*
 * Traffic of one socket between two ends. `sum` only ever grows; what the walk knows of
 * it is kept beside it. So nothing is lost between the two, and a flow that was idle
 * begins anew without being reset.
 */
struct flow {
	struct tally in;
	struct tally out;
	struct count sum;
	struct count base; /* of sum, when the flow began */
	struct count told; /* of sum, in the last row */
	__u64 birth_ns;    /* 0: nothing since the last close */
	__u64 seen_ns;     /* when the last row was made, 0: none since it began */
	__u64 moved_ns;    /* when a walk last found that it had moved */
};

/* Which socket a flow belongs to; kept because a packet hook cannot read it. */
struct identity {
	__u64 cookie;
	__u64 cgroup;
	__u32 netns;
	__u32 uid;
};

/*
 * The book of a UDP socket. Its first peer is counted right here, with nothing to look
 * up; others in `peers`, and what does not fit there in `rest`.
 */
struct udp_book {
	struct bpf_spin_lock lock; /* to claim `ends`, and between the walk and a death */
	__u8 claimed;              /* `ends` are those of `first` */
	__u8 more;                 /* there were other peers */
	__u8 dead;
	__u8 identified;
	__u32 epoch; /* snapshot of the last row */
	struct ends ends;
	struct flow first;
	struct flow rest;
	struct identity identity;
	struct holder holder;
};

struct udp_books {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct udp_book);
};

extern struct udp_books udp_books SEC(".maps");

static __always_inline void
tally_sum(struct tally *t, __u64 *bytes, __u64 *packets)
{
	__u64 word = *(volatile __u64 *)&t->word, more = word - t->summed;

	*bytes += more & ((1ULL << TALLY_BYTES) - 1);
	*packets += more >> TALLY_BYTES;
	t->summed = word;
}

/* Bring a flow's sum up to date, under the lock of its owner. */
static __always_inline void
flow_sum(struct flow *f)
{
	tally_sum(&f->in, &f->sum.bytes_in, &f->sum.packets_in);
	tally_sum(&f->out, &f->sum.bytes_out, &f->sum.packets_out);
}

static __always_inline void
identify(struct identity *i, const struct sock *sk)
{
	i->netns = sk->__sk_common.skc_net.net->ns.inum;
	i->uid = sk->sk_uid.val;
	if (bpf_core_field_exists(sk->sk_cgrp_data.cgroup) && sk->sk_cgrp_data.cgroup)
		i->cgroup = sk->sk_cgrp_data.cgroup->kn->id;
	i->cookie = bpf_get_socket_cookie((void *)sk);
}

/* The book of a socket that a scan or a walk came upon. */
static __always_inline struct udp_book *
udp_book_of(struct sock *sk)
{
	struct udp_book *b;

	b = bpf_sk_storage_get(&udp_books, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (b && !b->identified) {
		b->identified = 1;
		identify(&b->identity, sk);
	}
	return b;
}

#endif
