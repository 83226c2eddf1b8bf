#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "addr.h"
#include "sockdiag.h"

enum { ANSWER_MAX = 8192 }; /* one socket takes some hundred bytes */

/* Linux 4.12; not in all C libraries. */
#ifndef SO_MEMINFO
#define SO_MEMINFO 55
#endif

struct request {
	struct nlmsghdr head;
	struct inet_diag_req_v2 body;
};

int
sockdiag_open(void)
{
	int fd;

	fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	return fd < 0 ? -errno : fd;
}

static void
set_addr(__be32 to[4], const uint8_t addr[16])
{
	if (addr_is_v4(addr))
		memcpy(to, addr + 12, 4);
	else
		memcpy(to, addr, 16);
}

static ssize_t
receive(int fd, void *buf, size_t len, int flags)
{
	ssize_t n;

	do
		n = recv(fd, buf, len, flags);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

static int
end_of(const struct nlmsghdr *head)
{
	const int *error = NLMSG_DATA(head);

	if (head->nlmsg_len < NLMSG_LENGTH(sizeof(*error)))
		return head->nlmsg_type == NLMSG_DONE ? 0 : -EBADMSG;
	if (*error < 0)
		return *error;
	return head->nlmsg_type == NLMSG_DONE ? 0 : -EBADMSG;
}

int
sockdiag_parse(
    const void *buf, size_t n, sockdiag_each *each, void *arg, int *interrupted)
{
	const struct nlmsghdr *head = buf;
	const struct inet_diag_msg *m;
	size_t len;

	while (n >= sizeof(*head)) {
		len = head->nlmsg_len;
		if (len < sizeof(*head) || len > n)
			return -EBADMSG;
		if ((head->nlmsg_flags & NLM_F_DUMP_INTR) != 0)
			*interrupted = 1;
		if (head->nlmsg_type == NLMSG_DONE || head->nlmsg_type == NLMSG_ERROR)
			return end_of(head);
		if (head->nlmsg_type == SOCK_DIAG_BY_FAMILY) {
			if (len < NLMSG_LENGTH(sizeof(*m)))
				return -EBADMSG;
			m = NLMSG_DATA(head);
			each(arg, m, m + 1, len - NLMSG_LENGTH(sizeof(*m)));
		}
		len = NLMSG_ALIGN(len);
		if (len >= n)
			break;
		n -= len;
		head = (const struct nlmsghdr *)((const char *)head + len);
	}
	return 1;
}

static void
note_socket(void *arg, const struct inet_diag_msg *m, const void *attrs, size_t len)
{
	struct sockdiag_socket *out = arg;

	(void)attrs;
	(void)len;
	out->inode = m->idiag_inode;
	out->uid = m->idiag_uid;
	out->listens = m->idiag_state == TCP_LISTEN;
	out->cookie = (uint64_t)m->id.idiag_cookie[1] << 32 | m->id.idiag_cookie[0];
}

/* Send a request for one socket and take its answer. Returns 0 or -errno. */
static int
ask(int fd, const struct request *r, sockdiag_each *each, void *arg)
{
	_Alignas(struct nlmsghdr) char buf[ANSWER_MAX];
	int interrupted, ret;
	ssize_t n;

	if (send(fd, r, sizeof(*r), 0) != sizeof(*r))
		return -errno;
	n = receive(fd, buf, sizeof(buf), 0);
	if (n < 0)
		return (int)n;
	ret = sockdiag_parse(buf, (size_t)n, each, arg, &interrupted);
	return ret == 1 ? 0 : ret < 0 ? ret : -EBADMSG;
}

static void
begin(struct request *r, int flags)
{
	memset(r, 0, sizeof(*r));
	r->head.nlmsg_len = sizeof(*r);
	r->head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
	r->head.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
}

int
sockdiag_find(int fd, const struct flow_ends *end, struct sockdiag_socket *out)
{
	struct request r;
	struct inet_diag_sockid *id;
	int swap;

	begin(&r, 0);
	r.body.sdiag_family = addr_is_v4(end->laddr) ? AF_INET : AF_INET6;
	r.body.sdiag_protocol = end->proto;
	r.body.idiag_states = ~0u;
	id = &r.body.id;
	/* For UDP both ends are swapped, "for historical reasons": udp_dump_one(). */
	swap = end->proto == PROTO_UDP;
	id->idiag_sport = htons(swap ? end->rport : end->lport);
	id->idiag_dport = htons(swap ? end->lport : end->rport);
	set_addr(id->idiag_src, swap ? end->raddr : end->laddr);
	set_addr(id->idiag_dst, swap ? end->laddr : end->raddr);
	id->idiag_cookie[0] = id->idiag_cookie[1] = INET_DIAG_NOCOOKIE;
	return ask(fd, &r, note_socket, out);
}

/* --- TCP sockets, one by one ---------------------------------------------------------
 */

int
sockdiag_list(int fd, uint8_t family, uint8_t ext, uint32_t states)
{
	struct request r;

	begin(&r, NLM_F_DUMP);
	r.body.sdiag_family = family;
	r.body.sdiag_protocol = PROTO_TCP;
	r.body.idiag_ext = ext;
	r.body.idiag_states = states;
	return send(fd, &r, sizeof(r), 0) == sizeof(r) ? 0 : -errno;
}

int
sockdiag_read(int fd, void *buf, sockdiag_each *each, void *arg, int *interrupted)
{
	ssize_t n;

	n = receive(fd, buf, SOCKDIAG_BYTES, 0);
	if (n < 0)
		return (int)n;
	return sockdiag_parse(buf, (size_t)n, each, arg, interrupted);
}

int
sockdiag_ask(int fd, uint8_t family, uint8_t ext, const struct inet_diag_sockid *id,
    sockdiag_each *each, void *arg)
{
	struct request r;
	int ret;

	begin(&r, 0);
	r.body.sdiag_family = family;
	r.body.sdiag_protocol = PROTO_TCP;
	r.body.idiag_ext = ext;
	r.body.idiag_states = ~0u;
	r.body.id = *id;
	ret = ask(fd, &r, each, arg);
	/* Another socket has its ends now, or listens for them. */
	return ret == -ESTALE ? -ENOENT : ret;
}

int
sockdiag_listen(size_t bytes)
{
	static const int groups[] = {SKNLGRP_INET_TCP_DESTROY, SKNLGRP_INET6_TCP_DESTROY};
	struct sockaddr_nl at;
	int fd, ret, room, on;
	size_t i;

	fd = sockdiag_open();
	if (fd < 0)
		return fd;
	/* The kernel doubles it, socket(7); a message takes twice what is in it. */
	room = (int)bytes;
	on = 1;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	setsockopt(fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, &on, sizeof(on));
	/* Without an address, nothing is sent to us: do_one_broadcast(). */
	memset(&at, 0, sizeof(at));
	at.nl_family = AF_NETLINK;
	ret = bind(fd, (const struct sockaddr *)&at, sizeof(at));
	for (i = 0; ret == 0 && i < sizeof(groups) / sizeof(*groups); i++)
		ret = setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &groups[i],
		    sizeof(groups[i]));
	if (ret == 0)
		return fd;
	ret = -errno;
	close(fd);
	return ret;
}

int
sockdiag_closed(int fd, sockdiag_each *each, void *arg)
{
	_Alignas(struct nlmsghdr) char buf[ANSWER_MAX];
	int interrupted, n;
	ssize_t len;

	for (n = 0; n < SOCKDIAG_CLOSED; n++) {
		len = receive(fd, buf, sizeof(buf), MSG_DONTWAIT);
		if (len == -EAGAIN)
			break;
		if (len == -ENOBUFS)
			continue;
		if (len < 0)
			return (int)len;
		sockdiag_parse(buf, (size_t)len, each, arg, &interrupted);
	}
	return n;
}

uint32_t
sockdiag_missed(int fd)
{
	uint32_t info[SK_MEMINFO_VARS];
	socklen_t len;

	len = sizeof(info);
	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len) < 0 || len < sizeof(info))
		return 0;
	return info[SK_MEMINFO_DROPS];
}
