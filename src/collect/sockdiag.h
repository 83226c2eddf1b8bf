/* sockdiag.h - ask the kernel of sockets, sock_diag(7). */
#ifndef SOCKDIAG_H
#define SOCKDIAG_H

#include <linux/inet_diag.h>
#include <stddef.h>
#include <stdint.h>

#include "flow.h"

/* Whose socket it is, as far as the kernel says. */
struct sockdiag_socket {
	uint64_t cookie;
	uint32_t inode; /* as in /proc/PID/fd; 0: no process has it any more */
	uint32_t uid;
	int listens;
};

/* Returns a netlink descriptor of ours, or -errno. */
int sockdiag_open(void);

/*
 * Find the socket that has the local end of `end`; of it proto, both addresses and ports
 * are read. Where there is none that is connected, it may be a listener, or a UDP socket
 * that takes all.
 *
 * Returns 0, -ENOENT or another -errno.
 */
int sockdiag_find(int fd, const struct flow_ends *end, struct sockdiag_socket *out);

/* --- TCP sockets, one by one ---------------------------------------------------------
 */

enum {
	SOCKDIAG_BYTES = 32768, /* of an answer: the kernel makes none longer */
	SOCKDIAG_CLOSED = 1024, /* messages of sockdiag_closed() at a time */
};

/* What is said of one socket: a message and the attributes behind it. */
typedef void sockdiag_each(
    void *arg, const struct inet_diag_msg *m, const void *attrs, size_t len);

/*
 * Begin to list the TCP sockets of this network namespace and family (AF_INET: without
 * those of IPv6 sockets), to be read with sockdiag_read().
 *
 * ext     bit N-1: with the attribute N (INET_DIAG_INFO...)
 * states  bit N: those in the kernel's state N
 *
 * Returns 0 or -errno.
 */
int sockdiag_list(int fd, uint8_t family, uint8_t ext, uint32_t states);

/*
 * Read one datagram of the list, waiting for it.
 *
 * buf          has room for SOCKDIAG_BYTES and is aligned for a struct nlmsghdr
 * interrupted  set to 1 where the kernel says that the list is not of one moment
 *
 * Returns 1 (there is more), 0 (that was the end) or -errno.
 */
int sockdiag_read(int fd, void *buf, sockdiag_each *each, void *arg, int *interrupted);

/* The same of n bytes that have been read. */
int sockdiag_parse(
    const void *buf, size_t n, sockdiag_each *each, void *arg, int *interrupted);

/*
 * Ask for the one TCP socket of this id, cookie included.
 *
 * Returns 0 after each() was called, -ENOENT (it is no more) or another -errno.
 */
int sockdiag_ask(int fd, uint8_t family, uint8_t ext, const struct inet_diag_sockid *id,
    sockdiag_each *each, void *arg);

/*
 * Listen for TCP sockets that cease to exist; anybody may.
 *
 * bytes  room for them in the kernel, as far as we may have it
 *
 * Returns a descriptor to poll, or -errno.
 */
int sockdiag_listen(size_t bytes);

/* Those that have ceased, SOCKDIAG_CLOSED at most. Returns their number or -errno. */
int sockdiag_closed(int fd, sockdiag_each *each, void *arg);

/* How many messages of that descriptor found no room since it was opened. */
uint32_t sockdiag_missed(int fd);

#endif
