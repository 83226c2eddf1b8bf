/* floor.bpf.c - hooks that do nothing: what it costs to have them. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("cgroup_skb/ingress")
int
packet_in(struct __sk_buff *skb)
{
	(void)skb;
	return 1;
}

SEC("cgroup_skb/egress")
int
packet_out(struct __sk_buff *skb)
{
	(void)skb;
	return 1;
}

SEC("cgroup/sock_create")
int
packet_create(struct bpf_sock *sk)
{
	(void)sk;
	return 1;
}

SEC("cgroup/sock_release")
int
packet_release(struct bpf_sock *sk)
{
	(void)sk;
	return 1;
}

SEC("tp_btf/inet_sock_set_state")
int
state_first(void *ctx)
{
	(void)ctx;
	return 0;
}

/* As many as the collector has. */
SEC("tp_btf/inet_sock_set_state")
int
state_second(void *ctx)
{
	(void)ctx;
	return 0;
}

/* The storage of the size of struct book that each socket gets, and nothing in it. */
struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
	__type(key, int);
	__type(value, char[120]);
} books SEC(".maps");

SEC("tp_btf/inet_sock_set_state")
int
book_state(__u64 *ctx)
{
	if (ctx[2] == BPF_TCP_SYN_SENT || ctx[2] == BPF_TCP_LISTEN)
		bpf_sk_storage_get(
		    &books, (void *)ctx[0], 0, BPF_SK_STORAGE_GET_F_CREATE);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
