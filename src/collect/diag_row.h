/* diag_row.h - a record from what the kernel says of a TCP socket, sock_diag(7). */
#ifndef DIAG_ROW_H
#define DIAG_ROW_H

#include <linux/inet_diag.h>
#include <linux/tcp.h>
#include <stddef.h>
#include <stdint.h>

#include "conn.h"

/* include/net/tcp_states.h of Linux, those that we look at */
enum diag_state {
	DIAG_ESTABLISHED = 1,
	DIAG_SYN_SENT = 2,
	DIAG_SYN_RECV = 3,
	DIAG_FIN_WAIT1 = 4,
	DIAG_FIN_WAIT2 = 5,
	DIAG_TIME_WAIT = 6,
	DIAG_CLOSE = 7,
	DIAG_CLOSE_WAIT = 8,
	DIAG_LAST_ACK = 9,
	DIAG_LISTEN = 10,
	DIAG_CLOSING = 11,
	DIAG_NEW_SYN_RECV = 12,
};

/* One socket's message, taken apart. */
struct diag_socket {
	uint64_t has; /* HAS() of COL_CC, COL_DROPS, COL_CGROUP: what else it has */
	uint64_t cookie;
	uint64_t cgroup;
	struct inet_diag_sockid id;
	struct tcp_info info; /* 0 beyond info_len */
	size_t info_len;      /* 0: no full socket, or one that is being made */
	uint32_t uid;
	uint32_t inode; /* 0: no process has it */
	uint32_t recvq; /* as the kernel counts it, a FIN included */
	uint32_t sendq;
	uint32_t drops;
	uint8_t family;
	uint8_t state;
	char cc[CONN_CC];
};

/* Returns 0, or -EBADMSG: the lengths in it are wrong. */
int diag_read(
    struct diag_socket *s, const struct inet_diag_msg *m, const void *attrs, size_t len);

/* Has the kernel this member, told by the length of what it sent? */
#define DIAG_HAS(s, member) \
	((s)->info_len >= offsetof(struct tcp_info, member) + sizeof((s)->info.member))

/* Is it a connection, or a listener, as bpf has rows for? */
int diag_is_full(const struct diag_socket *s);

/*
 * Fill the columns that the socket alone tells; of the others those that c has stay.
 *
 * state  to be shown
 * fin    bytes of bytes_received that are no payload
 */
void diag_fill(struct conn *c, const struct diag_socket *s, uint8_t state, unsigned fin);

#endif
