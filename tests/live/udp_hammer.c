/*
 * udp_hammer SECONDS [PAUSE] - one socket, on which two threads, each on a CPU of its
 * own, send to two servers as fast as they can. What the servers do not keep up with is
 * dropped, and has arrived all the same. PAUSE: so many microseconds of silence now and
 * then.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

#include "udp_told.h"

enum { LONGEST = 200, ANSWER_EVERY = 64 };

struct server {
	int fd;
	struct sockaddr_in at;
	uint64_t cookie;
	struct account account;
};

static struct server server[2];
static struct sockaddr_in client_at;
static int client;
static uint64_t client_cookie;
static atomic_int over;
static uint64_t until_ns;
static unsigned pause_us;

static uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* arg: struct account[2], for each server. The first thread is on the first CPU. */
static void *
send_all(void *arg)
{
	static const char data[LONGEST];
	struct account *a;
	struct server *to;
	unsigned i, n;
	ssize_t ret;

	a = arg;
	for (i = 0; i % 64 != 0 || now_ns() < until_ns; i++) {
		to = &server[i % 2];
		n = i % LONGEST;
		ret = sendto(
		    client, data, n, 0, (struct sockaddr *)&to->at, sizeof(to->at));
		if (ret != (ssize_t)n)
			err(1, "sendto");
		a[i % 2].bytes_out += n;
		a[i % 2].packets_out++;
		if (pause_us > 0 && i % 64 == 63)
			usleep(pause_us);
	}
	return NULL;
}

/* Until all is read that was sent; now and then answered. */
static void *
serve(void *arg)
{
	struct server *s;
	char data[LONGEST];
	ssize_t n;
	int last;

	s = arg;
	for (;;) {
		last = over;
		n = recv(s->fd, data, sizeof(data), 0);
		/* Silence, begun after the last was sent. */
		if (n < 0 && errno == EAGAIN && last)
			return NULL;
		if (n < 0 && errno == EAGAIN)
			continue;
		if (n < 0)
			err(1, "recv");
		s->account.bytes_in += (uint64_t)n;
		if (++s->account.packets_in % ANSWER_EVERY != 0)
			continue;
		if (sendto(s->fd, data, (size_t)n, 0, (struct sockaddr *)&client_at,
			sizeof(client_at)) != n)
			err(1, "answer");
		s->account.bytes_out += (uint64_t)n;
		s->account.packets_out++;
	}
}

static void
start(pthread_t *thread, void *(*run)(void *), void *arg, int cpu)
{
	pthread_attr_t attr;
	cpu_set_t set;

	pthread_attr_init(&attr);
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (cpu >= 0 && pthread_attr_setaffinity_np(&attr, sizeof(set), &set) != 0)
		errx(1, "CPU %d", cpu);
	if (pthread_create(thread, &attr, run, arg) != 0)
		errx(1, "pthread_create");
	pthread_attr_destroy(&attr);
}

/* The n-th CPU that we may use; the last one where there are fewer. */
static int
cpu_number(int n)
{
	cpu_set_t set;
	int cpu, found;

	found = 0;
	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		err(1, "sched_getaffinity");
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &set)) {
			found = cpu;
			if (n-- == 0)
				break;
		}
	return found;
}

/* What the servers sent, all of it read. */
static void
read_answers(uint64_t expected)
{
	char data[LONGEST];
	uint64_t n;

	for (n = 0; n < expected; n++)
		if (recv(client, data, sizeof(data), 0) < 0)
			err(1, "answer %" PRIu64 " of %" PRIu64, n, expected);
}

int
main(int argc, char **argv)
{
	struct account sent[2][2] = {0}, account;
	pthread_t sender[2], reader[2];
	int i;

	if (argc != 2 && argc != 3)
		errx(2, "usage: udp_hammer seconds [pause]");
	if (argc == 3)
		pause_us = (unsigned)strtoul(argv[2], NULL, 10);
	prctl(PR_SET_PDEATHSIG, 9);
	until_ns = now_ns() + (uint64_t)(strtod(argv[1], NULL) * 1e9);
	client = told_socket(&client_at);
	client_cookie = told_cookie(client);
	for (i = 0; i < 2; i++) {
		server[i].fd = told_socket(&server[i].at);
		server[i].cookie = told_cookie(server[i].fd);
		told_patience(server[i].fd, 100000);
	}
	for (i = 0; i < 2; i++) {
		start(&reader[i], serve, &server[i], -1);
		start(&sender[i], send_all, sent[i], cpu_number(i));
	}
	for (i = 0; i < 2; i++)
		pthread_join(sender[i], NULL);
	over = 1;
	for (i = 0; i < 2; i++)
		pthread_join(reader[i], NULL);
	read_answers(server[0].account.packets_out + server[1].account.packets_out);
	for (i = 0; i < 2; i++) {
		account.bytes_out = sent[0][i].bytes_out + sent[1][i].bytes_out;
		account.packets_out = sent[0][i].packets_out + sent[1][i].packets_out;
		account.bytes_in = server[i].account.bytes_out;
		account.packets_in = server[i].account.packets_out;
		told_flow("live", client_cookie, &client_at, &server[i].at, &account);
		told_flow("close", client_cookie, &client_at, &server[i].at, &account);
		printf("note\tserver=%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64
		       " %u\n",
		    server[i].cookie, account.packets_out, account.bytes_out,
		    server[i].account.packets_in, told_drops(server[i].fd));
	}
	told_pause();
	for (i = 0; i < 2; i++)
		close(server[i].fd);
	close(client);
	return 0;
}
