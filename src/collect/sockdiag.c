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

/* The answer to the request just sent. Returns 0 or -errno. */
static int
read_one(int fd, struct sockdiag_socket *out)
{
	_Alignas(struct nlmsghdr) char buf[ANSWER_MAX];
	const struct nlmsghdr *head;
	const struct inet_diag_msg *m;
	const struct nlmsgerr *e;
	ssize_t n;

	do
		n = recv(fd, buf, sizeof(buf), 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	head = (const struct nlmsghdr *)buf;
	if (!NLMSG_OK(head, (size_t)n))
		return -EBADMSG;
	if (head->nlmsg_type == NLMSG_ERROR) {
		e = NLMSG_DATA(head);
		return e->error < 0 ? e->error : -EBADMSG;
	}
	if (head->nlmsg_len < NLMSG_LENGTH(sizeof(*m)))
		return -EBADMSG;
	m = NLMSG_DATA(head);
	out->inode = m->idiag_inode;
	out->uid = m->idiag_uid;
	out->listens = m->idiag_state == TCP_LISTEN;
	out->cookie = (uint64_t)m->id.idiag_cookie[1] << 32 | m->id.idiag_cookie[0];
	return 0;
}

int
sockdiag_find(int fd, const struct flow_ends *end, struct sockdiag_socket *out)
{
	struct request r;
	struct inet_diag_sockid *id;
	int swap;

	memset(&r, 0, sizeof(r));
	r.head.nlmsg_len = sizeof(r);
	r.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
	r.head.nlmsg_flags = NLM_F_REQUEST;
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
	if (send(fd, &r, sizeof(r), 0) != sizeof(r))
		return -errno;
	return read_one(fd, out);
}
