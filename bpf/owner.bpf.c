/* owner.bpf.c - sockets that were open before us, and owners that no hook could tell. */
#include "book.h"
#include "filter.h"
#include "udp.h"

/* Two clocks read together once a scan, from which user space finds out HZ. */
__u32 clock_scan;
__u64 clock_jiffies;
__u64 clock_ns;

static __always_inline struct book *
adopt(struct sock *sk)
{
	const struct tcp_sock *tp;
	struct book *b;

	b = book_get(sk);
	if (!b || b->known)
		return b;
	tp = bpf_skc_to_tcp_sock(sk);
	if (!tp)
		return 0;
	book_adopt(b, tp, bpf_ktime_get_ns());
	return b;
}

/* Every open file of every process. */
SEC("iter/task_file")
int
scan_files(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct udp_book *u;
	struct socket *sock;
	struct sock *sk;
	struct book *b;

	if (!task || !file)
		return 0;
	if (clock_scan != scan_id) {
		clock_scan = scan_id;
		self_program = program_of(bpf_get_current_task_btf());
		clock_jiffies = bpf_jiffies64();
		clock_ns = bpf_ktime_get_ns();
	}
	sock = bpf_sock_from_file(file);
	if (!sock)
		return 0;
	sk = sock->sk;
	if (!sk ||
	    (sk->__sk_common.skc_family != AF_INET &&
		sk->__sk_common.skc_family != AF_INET6))
		return 0;
	if (!filter.no_udp && sk->sk_protocol == IPPROTO_UDP &&
	    sk->sk_type == SOCK_DGRAM) {
		u = udp_book_of(sk);
		if (u)
			hold_by_scan(&u->holder, task);
	}
	if (!filter.no_tcp && sk->sk_protocol == IPPROTO_TCP &&
	    sk->__sk_common.skc_state != TCP_CLOSE) {
		b = adopt(sk);
		if (b)
			hold_by_scan(&b->holder, task);
	}
	return 0;
}

/* Sockets without a file: not yet accepted, or closed and not yet gone. */
SEC("iter/tcp")
int
scan_netns(struct bpf_iter__tcp *ctx)
{
	struct sock_common *skc = ctx->sk_common;
	struct tcp_sock *tp;

	if (!skc)
		return 0;
	tp = bpf_skc_to_tcp_sock(skc);
	if (tp)
		adopt((struct sock *)tp);
	return 0;
}
