/*
 * load WORK SECONDS - do one thing over loopback as often as goes, on one CPU and in
 * a network namespace of its own; print how often in a second of the clock, and in one of
 * CPU time. Both are medians over short slices of time: others work on this machine too.
 *
 *   ping     a datagram of 64 bytes, sent and received by one process
 *   connect  a TCP connection opened, accepted and closed, by one process
 *   request  64 bytes over TCP to another process, and back
 *   bulk     64 KiB over TCP to another process
 */
#include <arpa/inet.h>
#include <err.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	SMALL = 64,
	LARGE = 65536,
	PER_ADDRESS = 10000,
	LOOK = 16,      /* rounds between two looks at the clock */
	SLICES = 10000, /* at most */
};

static const double SLICE_S = 0.01;
static char data[LARGE];

/* --- the surroundings ------------------------------------------------------------- */

/* The last CPU that we may use: the first one has most interrupts. */
static void
pin(void)
{
	cpu_set_t set;
	int cpu;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		err(1, "sched_getaffinity");
	for (cpu = CPU_SETSIZE - 1; cpu > 0 && !CPU_ISSET(cpu, &set); cpu--)
		;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) < 0)
		err(1, "CPU %d", cpu);
}

static void
move_out(void)
{
	struct ifreq lo;
	int fd;

	if (unshare(CLONE_NEWNET) < 0)
		err(1, "a new network namespace");
	memset(&lo, 0, sizeof(lo));
	strcpy(lo.ifr_name, "lo");
	lo.ifr_flags = IFF_UP;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo) < 0)
		err(1, "loopback");
	close(fd);
}

static pid_t child;
static clockid_t child_clock;

static double
clock_s(clockid_t id)
{
	struct timespec t;

	if (clock_gettime(id, &t) < 0)
		err(1, "clock");
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
cpu_s(void)
{
	double child_s;

	child_s = child > 0 ? clock_s(child_clock) : 0;
	return clock_s(CLOCK_PROCESS_CPUTIME_ID) + child_s;
}

/* --- sockets ---------------------------------------------------------------------- */

static int
bound(int type, in_addr_t host, struct sockaddr_in *at)
{
	socklen_t len;
	int fd;

	memset(at, 0, sizeof(*at));
	at->sin_family = AF_INET;
	at->sin_addr.s_addr = htonl(host);
	len = sizeof(*at);
	fd = socket(AF_INET, type, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)at, len) < 0 ||
	    getsockname(fd, (struct sockaddr *)at, &len) < 0)
		err(1, "a socket");
	return fd;
}

static int
connected(int type, const struct sockaddr_in *to)
{
	int fd;

	fd = socket(AF_INET, type, 0);
	if (fd < 0 || connect(fd, (const struct sockaddr *)to, sizeof(*to)) < 0)
		err(1, "connect");
	return fd;
}

static void
set_option(int fd, int level, int option, const void *value, socklen_t len)
{
	if (setsockopt(fd, level, option, value, len) < 0)
		err(1, "setsockopt");
}

static void
read_all(int fd, size_t n)
{
	ssize_t got;

	for (; n > 0; n -= (size_t)got) {
		got = recv(fd, data, n, 0);
		if (got == 0)
			exit(0);
		if (got < 0)
			err(1, "recv");
	}
}

static void
write_all(int fd, size_t n)
{
	if (send(fd, data, n, MSG_NOSIGNAL) != (ssize_t)n)
		err(1, "send");
}

/* --- the works: set up once, then each round ---------------------------------------- */

static int near, far;
static struct sockaddr_in place;

static void
ping_begin(void)
{
	far = bound(SOCK_DGRAM, INADDR_LOOPBACK, &place);
	near = connected(SOCK_DGRAM, &place);
}

static void
ping(void)
{
	write_all(near, SMALL);
	read_all(far, SMALL);
}

static void
connect_begin(void)
{
	far = bound(SOCK_STREAM, INADDR_ANY, &place);
	if (listen(far, 16) < 0)
		err(1, "listen");
}

/* Each leaves a port in TIME_WAIT, and an address of loopback has some 28,000. */
static void
connect_once(void)
{
	static unsigned n;
	int client, server;

	place.sin_addr.s_addr = htonl(INADDR_LOOPBACK + n++ / PER_ADDRESS);
	client = connected(SOCK_STREAM, &place);
	server = accept(far, NULL, NULL);
	if (server < 0)
		err(1, "accept");
	close(client);
	close(server);
}

/* In another process, on the same CPU. size: to be read; 0 back for bulk. */
static void
peer_begin(size_t size, size_t back)
{
	static const int one = 1;
	int listener;

	listener = bound(SOCK_STREAM, INADDR_LOOPBACK, &place);
	if (listen(listener, 1) < 0)
		err(1, "listen");
	near = connected(SOCK_STREAM, &place);
	far = accept(listener, NULL, NULL);
	if (far < 0)
		err(1, "accept");
	set_option(near, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	set_option(far, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	child = fork();
	if (child < 0)
		err(1, "fork");
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, 9);
		close(near);
		for (;;) {
			read_all(far, size);
			if (back > 0)
				write_all(far, back);
		}
	}
	close(far);
	if (clock_getcpuclockid(child, &child_clock) != 0)
		errx(1, "the other process is gone");
}

static void
request_begin(void)
{
	peer_begin(SMALL, SMALL);
}

static void
request(void)
{
	write_all(near, SMALL);
	read_all(near, SMALL);
}

static void
bulk_begin(void)
{
	peer_begin(LARGE, 0);
}

static void
bulk(void)
{
	write_all(near, LARGE);
}

static const struct work {
	const char *name;
	void (*begin)(void);
	void (*round)(void);
} works[] = {
    {"ping", ping_begin, ping},
    {"connect", connect_begin, connect_once},
    {"request", request_begin, request},
    {"bulk", bulk_begin, bulk},
};

/* --- the measurement ---------------------------------------------------------------- */

static double by_clock[SLICES], by_cpu[SLICES];

static int
compare(const void *a, const void *b)
{
	double x, y;

	x = *(const double *)a;
	y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static double
median(double *v, unsigned n)
{
	qsort(v, n, sizeof(*v), compare);
	return v[n / 2];
}

/* Until n slices are full. */
static void
run(const struct work *w, unsigned n)
{
	double cpu, from_cpu, from, now, rounds;
	unsigned i, slice;

	for (slice = 0; slice < n; slice++) {
		rounds = 0;
		from_cpu = cpu_s();
		from = clock_s(CLOCK_MONOTONIC);
		do {
			for (i = 0; i < LOOK; i++)
				w->round();
			rounds += LOOK;
			now = clock_s(CLOCK_MONOTONIC);
		} while (now < from + SLICE_S);
		cpu = cpu_s() - from_cpu;
		by_clock[slice] = rounds / (now - from);
		by_cpu[slice] = rounds / cpu;
	}
}

int
main(int argc, char **argv)
{
	const struct work *w;
	unsigned i, n;

	w = NULL;
	for (i = 0; argc == 3 && i < sizeof(works) / sizeof(works[0]); i++)
		if (strcmp(works[i].name, argv[1]) == 0)
			w = &works[i];
	n = w != NULL ? (unsigned)(strtod(argv[2], NULL) / SLICE_S) : 0;
	if (n < 1 || n > SLICES)
		errx(2, "usage: load ping|connect|request|bulk seconds");
	pin();
	move_out();
	w->begin();
	for (i = 0; i < 500; i++) /* caches and windows */
		w->round();
	run(w, n);
	close(near);
	while (wait(NULL) > 0)
		;
	printf("%.1f %.1f\n", median(by_clock, n), median(by_cpu, n));
	return fflush(stdout) == EOF;
}
