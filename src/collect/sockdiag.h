/* sockdiag.h - ask the kernel of sockets, sock_diag(7). */
#ifndef SOCKDIAG_H
#define SOCKDIAG_H

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

#endif
