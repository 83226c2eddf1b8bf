/* udp.bpf.c - UDP datagrams, counted where they pass a socket; its birth and its end. */
#include "filter.h"
#include "udp.h"
#include "udp_row.h"
#include "window.h"

#define IP_MIN 20
#define IP6_MIN 40
#define UDP_HEADER 8
#define IP6_EXTENSIONS 8 /* headers that we follow; RFC 8200 names fewer */

/* Where a datagram comes from and goes to, as the packet says it. */
struct packet {
	struct ends ends;
	__u32 payload;
	__u32 datagrams;
};

/* A tally is half full. */
static __noinline int
sum_up(struct udp_book *b)
{
	if (!b)
		return 0;
	bpf_spin_lock(&b->lock);
	flow_sum(&b->first);
	flow_sum(&b->rest);
	bpf_spin_unlock(&b->lock);
	return 0;
}

static __always_inline void
add(struct udp_book *b, struct flow *f, const struct packet *p, int in)
{
	struct tally *t = in ? &f->in : &f->out;

	__sync_fetch_and_add(&t->word, (__u64)p->datagrams << TALLY_BYTES | p->payload);
	if ((t->word - t->summed) & TALLY_HALF)
		sum_up(b);
}

/* Addresses of an IPv4 header at data. Returns its length, 0 for what is not UDP. */
static __always_inline __u32
parse_v4(const void *data, __u32 *from, __u32 *to)
{
	const __u8 *ip = data;

	if (ip[9] != IPPROTO_UDP)
		return 0;
	set_v4(from, *(__u32 *)(ip + 12));
	set_v4(to, *(__u32 *)(ip + 16));
	return (ip[0] & 15) * 4;
}

/* Length of an IPv6 header with its extensions (RFC 8200), 0 for what is not UDP. */
static __noinline __u32
skip_extensions(struct __sk_buff *skb, __u8 next)
{
	__u32 off = IP6_MIN, i;
	__u8 head[2];

	for (i = 0; i < IP6_EXTENSIONS; i++) {
		if (next == IPPROTO_UDP)
			return off;
		/* hop-by-hop, routing, fragment, authentication, destination, mobility */
		if (next != 0 && next != 43 && next != 44 && next != 51 && next != 60 &&
		    next != 135)
			return 0;
		if (bpf_skb_load_bytes(skb, off, head, 2))
			return 0;
		if (next == 44)
			off += 8;
		else if (next == 51)
			off += (head[1] + 2) * 4;
		else
			off += (head[1] + 1) * 8;
		next = head[0];
	}
	return 0;
}

static __always_inline __u32
parse_v6(struct __sk_buff *skb, const void *data, const void *end, __u32 *from, __u32 *to)
{
	const __u8 *ip = data;
	__u8 next;

	if (data + IP6_MIN > end)
		return 0;
	next = ip[6];
	if (next == IPPROTO_TCP)
		return 0;
	__builtin_memcpy(from, ip + 8, 16);
	__builtin_memcpy(to, ip + 24, 16);
	return next == IPPROTO_UDP ? IP6_MIN : skip_extensions(skb, next);
}

/* Returns whether skb is UDP; data begins with the IP header, both ways. */
static __always_inline int
parse(struct __sk_buff *skb, struct packet *p, int in)
{
	void *data = (void *)(long)skb->data, *end = (void *)(long)skb->data_end;
	__u32 *from = in ? p->ends.raddr : p->ends.laddr;
	__u32 *to = in ? p->ends.laddr : p->ends.raddr;
	__u16 ports[2];
	__u32 off;

	if (data + IP_MIN > end)
		return 0;
	if (*(__u8 *)data >> 4 == 4)
		off = parse_v4(data, from, to);
	else
		off = parse_v6(skb, data, end, from, to);
	if (!off)
		return 0;
	if (data + off + 4 <= end)
		*(__u32 *)ports = *(__u32 *)(data + off);
	else if (bpf_skb_load_bytes(skb, off, ports, 4))
		return 0;
	p->ends.lport = bpf_ntohs(ports[in]);
	p->ends.rport = bpf_ntohs(ports[!in]);
	p->ends.zero = 0;
	p->payload = skb->len - off - UDP_HEADER;
	p->datagrams = skb->gso_segs;
	if (!p->datagrams)
		p->datagrams = 1;
	return 1;
}

static __always_inline int
same_ends(const struct ends *a, const struct ends *b)
{
	const __u64 *x = (const __u64 *)a, *y = (const __u64 *)b;

	return x[3] == y[3] && x[4] == y[4] && x[2] == y[2] && x[1] == y[1] &&
	    x[0] == y[0];
}

/* The first packet of a socket says whom it is counted for without looking up. */
static __noinline int
claim(struct udp_book *b, const struct ends *e, __u64 now)
{
	if (!b || !e)
		return 0;
	bpf_spin_lock(&b->lock);
	if (!b->claimed) {
		b->ends = *e;
		b->first.birth_ns = now;
		b->claimed = 1;
	}
	bpf_spin_unlock(&b->lock);
	return 0;
}

/* Count for a peer that is there and alive. Returns whether it is. */
static __always_inline int
add_to_peer(const struct peer_key *key, const struct packet *p, int in)
{
	struct peer *peer = bpf_map_lookup_elem(&peers, key);
	int alive;

	if (!peer)
		return 0;
	bpf_spin_lock(&peer->lock);
	alive = !peer->dead;
	if (alive && in) {
		peer->flow.sum.bytes_in += p->payload;
		peer->flow.sum.packets_in += p->datagrams;
	} else if (alive) {
		peer->flow.sum.bytes_out += p->payload;
		peer->flow.sum.packets_out += p->datagrams;
	}
	bpf_spin_unlock(&peer->lock);
	return alive;
}

/* A peer that is not the socket's first. Where there is no room it goes into the rest. */
static __always_inline void
count_more(struct __sk_buff *skb, struct udp_book *b, const struct packet *p, int in)
{
	struct peer_key key = {.cookie = bpf_get_socket_cookie(skb), .ends = p->ends};
	struct peer peer;

	if (add_to_peer(&key, p, in))
		return;
	if (!b->more && host_renew(b, key.cookie, 0)) {
		add(b, &b->rest, p, in);
		return;
	}
	b->more = 1;
	__builtin_memset(&peer, 0, sizeof(peer));
	peer.flow.birth_ns = bpf_ktime_get_ns();
	bpf_map_update_elem(&peers, &key, &peer, BPF_NOEXIST);
	if (!add_to_peer(&key, p, in))
		add(b, &b->rest, p, in);
}

/* The book of a socket of which we heard nothing yet: one of the kernel, or adopted late.
 */
static __noinline int
is_udp(struct __sk_buff *skb)
{
	struct bpf_sock *sk = skb->sk;

	if (!sk)
		return 0;
	sk = bpf_sk_fullsock(sk);
	return sk && sk->protocol == IPPROTO_UDP && sk->type == SOCK_DGRAM;
}

static __always_inline void
count(struct __sk_buff *skb, int in)
{
	struct bpf_sock *sk;
	struct udp_book *b;
	struct packet p;

	if (!parse(skb, &p, in))
		return;
	sk = skb->sk;
	if (!sk)
		return;
	b = bpf_sk_storage_get(&udp_books, sk, 0, 0);
	if (!b) {
		if (!is_udp(skb))
			return;
		b = bpf_sk_storage_get(&udp_books, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
		if (!b) {
			__sync_fetch_and_add(&lost, 1);
			return;
		}
	}
	if (!b->claimed)
		claim(b, &p.ends, bpf_ktime_get_ns());
	if (same_ends(&b->ends, &p.ends))
		add(b, &b->first, &p, in);
	else
		count_more(skb, b, &p, in);
}

SEC("cgroup_skb/ingress")
int
udp_in(struct __sk_buff *skb)
{
	count(skb, 1);
	return 1;
}

SEC("cgroup_skb/egress")
int
udp_out(struct __sk_buff *skb)
{
	count(skb, 0);
	return 1;
}
