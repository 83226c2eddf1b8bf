/* udp_walk.bpf.c - rows of UDP flows, once an interval and when a socket dies. */
#include "udp_row.h"
#include "window.h"

/* Datagrams that found the receive buffer full: since 6.18 counted by NUMA node. */
struct numa_drop_counters___new {
	atomic_t drops0;
	atomic_t drops1;
} __attribute__((preserve_access_index));

struct sock___new {
	struct numa_drop_counters___new *sk_drop_counters;
} __attribute__((preserve_access_index));

static __always_inline __u32
drops_of(const struct sock *sk)
{
	const struct sock___new *new = (const void *)sk;
	struct numa_drop_counters___new *n = 0;

	if (bpf_core_field_exists(new->sk_drop_counters))
		bpf_core_read(&n, sizeof(n), &new->sk_drop_counters);
	if (n)
		return BPF_CORE_READ(n, drops0.counter) +
		    BPF_CORE_READ(n, drops1.counter);
	return BPF_CORE_READ(sk, sk_drops.counter);
}

static __always_inline struct conn *
window_row(void)
{
	__u32 row = window_rows;

	return bpf_map_lookup_elem(&window, &row);
}

/* Keep the row just made, unless nobody wants it. */
static __always_inline void
window_keep(const struct conn *c, const struct holder *h, int moved)
{
	if (moved && is_unsure(h))
		unowned++;
	if (!filter.changed || moved || c->event != EVENT_LIVE)
		window_rows++;
}

/* A flow of a socket in the walk. Returns whether a row was made of it. */
static __always_inline int
socket_row(struct udp_book *b, struct flow *f, __u32 drops, int rest)
{
	struct conn *c = window_row();
	int moved, event;

	if (!c)
		return 0;
	bpf_spin_lock(&b->lock);
	event = b->dead ? 0 : flow_turn(f, c, now_ns, 0, &moved);
	/* A death from now on waits for the next snapshot. */
	if (event)
		b->epoch = epoch;
	bpf_spin_unlock(&b->lock);
	if (!event)
		return 0;
	udp_fill(c, &b->ends, &b->identity, &b->holder, rest);
	if (!rest) {
		c->drops = drops;
		c->has |= HAS(COL_DROPS);
	}
	window_keep(c, &b->holder, moved);
	return 1;
}

/* A socket's first peer, and the rest of those that did not fit. */
SEC("iter/bpf_sk_storage_map")
int
walk_udp(struct bpf_iter__bpf_sk_storage_map *ctx)
{
	const struct udp_book *seen = ctx->value;
	struct sock *sk = ctx->sk;
	struct udp_book *b;

	if (!sk || !seen || !seen->claimed || seen->epoch == epoch)
		return 0;
	if (window_rows + 2 > WINDOW_ROWS)
		return 1;
	b = udp_book_of(sk);
	if (!b)
		return 0;
	if (b->more)
		host_renew(b, b->identity.cookie, 0);
	/* A death in between has said so before, or says so after. */
	if (b->more && *(volatile __u8 *)&b->dead)
		host_renew(b, b->identity.cookie, 1);
	if (!filter_matches(&b->ends, &b->holder))
		return 0;
	socket_row(b, &b->first, drops_of(sk), 0);
	socket_row(b, &b->rest, 0, 1);
	b->epoch = epoch;
	return 0;
}

/* The further peers. A closed one leaves the map; a packet of it begins a new flow. */
SEC("iter/bpf_map_elem")
int
walk_peers(struct bpf_iter__bpf_map_elem *ctx)
{
	const struct peer_key *seen = ctx->key;
	struct host host, *found;
	struct peer_key key;
	struct peer *p;
	struct conn *c;
	int moved, event;

	if (!seen)
		return 0;
	if (window_rows + 1 > WINDOW_ROWS)
		return 1;
	key = *seen;
	p = bpf_map_lookup_elem(&peers, &key);
	c = window_row();
	if (!p || !c || p->epoch == epoch)
		return 0;
	__builtin_memset(&host, 0, sizeof(host));
	found = bpf_map_lookup_elem(&hosts, &key.cookie);
	if (found)
		host = *found;
	bpf_spin_lock(&p->lock);
	event = flow_turn(&p->flow, c, now_ns, host.gone, &moved);
	p->epoch = epoch;
	p->dead = event == EVENT_CLOSE;
	bpf_spin_unlock(&p->lock);
	if (event && filter_matches(&key.ends, &host.holder)) {
		udp_fill(c, &key.ends, &host.identity, &host.holder, 0);
		c->cookie = key.cookie;
		c->has |= HAS(COL_COOKIE);
		window_keep(c, &host.holder, moved);
	}
	if (event == EVENT_CLOSE)
		bpf_map_delete_elem(&peers, &key);
	return 0;
}

/*
 * Forget sockets that died before the snapshot before this one: its walk over the peers,
 * or this one's, has closed all of theirs.
 */
SEC("iter/bpf_map_elem")
int
walk_hosts(struct bpf_iter__bpf_map_elem *ctx)
{
	const struct host *host = ctx->value;
	const __u64 *seen = ctx->key;
	__u64 cookie;

	if (!seen || !host || !host->gone || host->gone + 1 > epoch)
		return 0;
	cookie = *seen;
	bpf_map_delete_elem(&hosts, &cookie);
	return 0;
}

/* The last row of a flow of a socket that dies. */
static __always_inline void
report_flow(struct udp_book *b, struct flow *f, const struct sock *k, int rest)
{
	__u64 now = bpf_ktime_get_ns();
	struct conn *c;
	int moved, event;

	if (!f->birth_ns && !flow_moved(f))
		return;
	c = bpf_ringbuf_reserve(&reports, REPORT_BYTES, 0);
	if (!c) {
		__sync_fetch_and_add(&lost, 1);
		return;
	}
	bpf_spin_lock(&b->lock);
	event = flow_turn(f, c, now, 1, &moved);
	bpf_spin_unlock(&b->lock);
	if (!event) {
		bpf_ringbuf_discard(c, BPF_RB_NO_WAKEUP);
		return;
	}
	udp_fill(c, &b->ends, &b->identity, &b->holder, rest);
	if (!rest) {
		c->drops = drops_of(k);
		c->has |= HAS(COL_DROPS);
	}
	c->rows = b->epoch;
	report_send(c);
}

SEC("cgroup/sock_release")
int
udp_release(struct bpf_sock *sk)
{
	struct udp_book *b;
	const struct sock *k;

	if (sk->protocol != IPPROTO_UDP || sk->type != SOCK_DGRAM)
		return 1;
	b = bpf_sk_storage_get(&udp_books, sk, 0, 0);
	if (!b || !b->claimed)
		return 1;
	*(volatile __u8 *)&b->dead = 1;
	if (b->more)
		host_renew(b, bpf_get_socket_cookie(sk), 1);
	if (!filter_matches(&b->ends, &b->holder))
		return 1;
	/* The context of this hook is the socket itself, __cgroup_bpf_run_filter_sk(). */
	asm volatile("%0 = %1" : "=r"(k) : "r"(sk));
	report_flow(b, &b->first, k, 0);
	report_flow(b, &b->rest, k, 1);
	__sync_fetch_and_add(&deaths, 1);
	return 1;
}

/* The process that makes a socket owns it; a server's workers are found by scan. */
SEC("cgroup/sock_create")
int
udp_create(struct bpf_sock *sk)
{
	struct task_struct *task;
	struct udp_book *b;

	if (sk->protocol != IPPROTO_UDP || sk->type != SOCK_DGRAM)
		return 1;
	b = bpf_sk_storage_get(&udp_books, sk, 0, BPF_SK_STORAGE_GET_F_CREATE);
	if (!b)
		return 1;
	task = current_process();
	if (!task)
		return 1;
	hold(&b->holder, task, OWNER_HOOK);
	b->identity.uid = bpf_get_current_uid_gid();
	b->identity.netns = task->nsproxy->net_ns->ns.inum;
	b->identity.cgroup = bpf_get_current_cgroup_id();
	b->identity.cookie = bpf_get_socket_cookie(sk);
	b->identified = 1;
	return 1;
}
