/* udp_told.h - what the peers in C share: sockets, the truth as lines, pauses. */
#ifndef UDP_TOLD_H
#define UDP_TOLD_H

#include <arpa/inet.h>
#include <err.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#ifndef SO_MEMINFO
#define SO_MEMINFO 55
#endif

/* What an application moved with one peer. */
struct account {
	uint64_t bytes_in;
	uint64_t packets_in;
	uint64_t bytes_out;
	uint64_t packets_out;
};

/* recv(2) gives up after this many microseconds. */
static inline void
told_patience(int fd, int us)
{
	struct timeval wait;

	wait.tv_sec = us / 1000000;
	wait.tv_usec = us % 1000000;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) < 0)
		err(1, "SO_RCVTIMEO");
}

/* A socket of 127.0.0.1 and where it is. */
static inline int
told_socket(struct sockaddr_in *at)
{
	socklen_t len;
	int fd, room;

	room = 16 << 20;
	memset(at, 0, sizeof(*at));
	at->sin_family = AF_INET;
	at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	len = sizeof(*at);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)at, len) < 0 ||
	    getsockname(fd, (struct sockaddr *)at, &len) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) < 0)
		err(1, "a socket of 127.0.0.1");
	told_patience(fd, 5000000);
	return fd;
}

static inline uint64_t
told_cookie(int fd)
{
	uint64_t cookie;
	socklen_t len;

	len = sizeof(cookie);
	if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len) < 0)
		err(1, "SO_COOKIE");
	return cookie;
}

/* Datagrams that found the receive buffer full. */
static inline uint32_t
told_drops(int fd)
{
	uint32_t info[16] = {0};
	socklen_t len;

	len = sizeof(info);
	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len) < 0)
		err(1, "SO_MEMINFO");
	return info[8]; /* SK_MEMINFO_DROPS */
}

static inline void
told_flow(const char *kind, uint64_t cookie, const struct sockaddr_in *near,
    const struct sockaddr_in *far, const struct account *a)
{
	char raddr[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &far->sin_addr, raddr, sizeof(raddr));
	printf("%s\tcookie=%" PRIu64
	       "\tlport=%u\traddr=%s\trport=%u\tpid=%d\tbytes_in=%" PRIu64
	       "\tpackets_in=%" PRIu64 "\tbytes_out=%" PRIu64 "\tpackets_out=%" PRIu64
	       "\n",
	    kind, cookie, ntohs(near->sin_port), raddr, ntohs(far->sin_port), getpid(),
	    a->bytes_in, a->packets_in, a->bytes_out, a->packets_out);
}

/* Until the test has looked. */
static inline void
told_pause(void)
{
	if (puts("ready") == EOF || fflush(stdout) == EOF)
		err(1, "stdout");
	if (getchar() == EOF)
		exit(1);
}

#endif
