/* tcp.bpf.c - births, deaths and the walk over all TCP connections. */
#include "filter.h"
#include "record.h"
#include "window.h"

/* Is on_state_first running on this CPU? */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} running SEC(".maps");

__u64 rescued; /* transitions that the second program took */

/* The last words of a connection. `state` is the one it is leaving for CLOSE. */
static __always_inline void
report_close(const struct sock *sk, struct book *b, __u8 state)
{
	const struct tcp_sock *tp = bpf_skc_to_tcp_sock((void *)sk);
	__u64 now = bpf_ktime_get_ns();
	struct ends ends;
	struct conn *c;

	if (!tp)
		return;
	tcp_ends(&ends, tp);
	if (!filter_matches(&ends, &b->holder))
		return;
	c = bpf_ringbuf_reserve(&reports, REPORT_BYTES, 0);
	if (!c) {
		__sync_fetch_and_add(&lost, 1);
		return;
	}
	fill_ends(c, &ends);
	bpf_spin_lock(&b->lock);
	b->dead = 1;
	fill_counts(c, b, tp, 1);
	bpf_spin_unlock(&b->lock);
	fill(c, b, tp, state, now);
	c->event = EVENT_CLOSE;
	/* User space holds the report back where this is its snapshot. */
	c->rows = b->epoch;
	c->error = sk->sk_err;
	if (c->error)
		c->has |= HAS(COL_ERROR);
	report_send(c);
}

/* A socket's lock is owned in process context only. */
static __always_inline int
is_process(const struct sock *sk)
{
	return sk->sk_lock.owned;
}

static __always_inline void
learn_owner(struct holder *h, const struct sock *sk, int from, int to)
{
	struct task_struct *task;

	switch (to) {
	case TCP_SYN_SENT:
	case TCP_LISTEN:
		h->pid = 0;
		h->comm[0] = 0;
		h->how = OWNER_NONE;
		break;
	case TCP_SYN_RECV:
		if (from == TCP_LISTEN)
			h->how = h->pid ? OWNER_INHERITED : OWNER_NONE;
		return;
	case TCP_FIN_WAIT1:
	case TCP_LAST_ACK:
		break;
	case TCP_CLOSE:
		/*
		 * close() with unread data goes here at once. An error means that
		 * somebody else ended the connection: the peer, or `ss -K` holding the
		 * lock.
		 */
		if (sk->sk_err || !is_unsure(h))
			return;
		break;
	default:
		return;
	}
	/* In softirq context the current process is anybody. */
	task = is_process(sk) ? current_process() : 0;
	if (task)
		hold(h, task, OWNER_HOOK);
}

/* Half of the transitions teach us nothing; leave those before any look-up. */
static __always_inline int
tells(int to)
{
	return 1 << to &
	    (1 << TCP_SYN_SENT | 1 << TCP_SYN_RECV | 1 << TCP_LISTEN |
		1 << TCP_FIN_WAIT1 | 1 << TCP_LAST_ACK | 1 << TCP_CLOSE);
}

/*
 * Births and deaths. A child of a listener comes with a copy of its listener's book
 * (BPF_F_CLONE), of which only the owner may stay.
 */
static __always_inline int
on_state(const struct sock *sk, int from, int to)
{
	const struct tcp_sock *tp;
	struct book *b;

	if (sk->sk_protocol != IPPROTO_TCP || from == to)
		return 0;
	b = book_get(sk);
	if (!b) {
		__sync_fetch_and_add(&lost, 1);
		return 0;
	}
	if (to == TCP_SYN_SENT || to == TCP_LISTEN ||
	    (from == TCP_LISTEN && to == TCP_SYN_RECV)) {
		book_begin(b, bpf_ktime_get_ns());
	} else if (!b->known) {
		tp = bpf_skc_to_tcp_sock((void *)sk);
		if (tp)
			book_adopt(b, tp, bpf_ktime_get_ns());
	}
	learn_owner(&b->holder, sk, from, to);
	if (to != TCP_CLOSE)
		return 0;
	if (from != TCP_LISTEN || filter.listen)
		report_close(sk, b, from);
	__sync_fetch_and_add(&deaths, 1);
	/*
	 * A process may keep the dead socket for long; the walk need not visit it. One
	 * that no process has goes away at once, and its book more cheaply with it.
	 */
	if (!(sk->__sk_common.skc_flags & 1 << SOCK_DEAD))
		bpf_sk_storage_delete(&books, (void *)sk);
	return 0;
}

/*
 * The kernel passes over a program that is running already on this CPU, so a transition
 * in a softirq, or in a process, that interrupts it would be missed. Then the second
 * program takes it. What both miss is counted: misses of the first less what the second
 * took.
 */
SEC("tp_btf/inet_sock_set_state")
int
BPF_PROG(on_state_first, const struct sock *sk, int from, int to)
{
	__u32 zero = 0;
	volatile __u32 *busy = bpf_map_lookup_elem(&running, &zero);

	if (!busy)
		return 0;
	*busy = 1;
	if (tells(to))
		on_state(sk, from, to);
	*busy = 0;
	return 0;
}

SEC("tp_btf/inet_sock_set_state")
int
BPF_PROG(on_state_second, const struct sock *sk, int from, int to)
{
	__u32 zero = 0;
	volatile __u32 *busy = bpf_map_lookup_elem(&running, &zero);

	if (!busy || !*busy)
		return 0;
	__sync_fetch_and_add(&rescued, 1);
	return tells(to) ? on_state(sk, from, to) : 0;
}

/*
 * One row per socket of every network namespace. 1 means that the window is full:
 * read() gives EAGAIN, and the next read() begins with this socket.
 */
SEC("iter/bpf_sk_storage_map")
int
walk(struct bpf_iter__bpf_sk_storage_map *ctx)
{
	const struct book *seen = ctx->value;
	struct sock *sk = ctx->sk;
	const struct tcp_sock *tp;
	__u32 row = window_rows;
	struct ends ends;
	struct conn *c;
	struct book *b;
	int moved;
	__u8 state;

	if (!sk || !seen || !seen->known || seen->epoch == epoch)
		return 0;
	state = sk->__sk_common.skc_state;
	if (state == TCP_CLOSE || (state == TCP_LISTEN && !filter.listen))
		return 0;
	if (row >= WINDOW_ROWS)
		return 1;
	c = bpf_map_lookup_elem(&window, &row);
	tp = bpf_skc_to_tcp_sock(sk);
	/* The same book as `seen`, in the form that a lock is taken through. */
	b = bpf_sk_storage_get(&books, sk, 0, 0);
	if (!c || !tp || !b)
		return 0;
	tcp_ends(&ends, tp);
	if (!filter_matches(&ends, &b->holder))
		return 0;
	fill_ends(c, &ends);
	c->event = b->birth_ns && !b->epoch ? EVENT_OPEN : EVENT_LIVE;
	fill(c, b, tp, state, now_ns);
	bpf_spin_lock(&b->lock);
	if (b->dead) {
		bpf_spin_unlock(&b->lock);
		return 0;
	}
	fill_counts(c, b, tp, 0);
	moved = book_turn(b, c, now_ns);
	bpf_spin_unlock(&b->lock);
	/* A quiet one is not looked for again: the slow, regular scan will find it. */
	if (moved && is_unsure(&b->holder))
		unowned++;
	if (filter.changed && !moved && c->event == EVENT_LIVE)
		return 0;
	window_rows = row + 1;
	return 0;
}
