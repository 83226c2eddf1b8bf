/* udp_mmsg ROUNDS - sendmmsg(2) from one socket to another, recvmmsg(2) there, and back.
 */
#include "udp_told.h"

enum { BATCH = 64, ROOM = 2048 };

static char data[BATCH][ROOM];
static struct iovec part[BATCH][2];
static struct mmsghdr message[BATCH];

/* Two pieces for each message; of lengths that all differ, from 0. */
static uint64_t
lay_out(struct sockaddr_in *to, unsigned round)
{
	uint64_t bytes;
	unsigned i;

	bytes = 0;
	for (i = 0; i < BATCH; i++) {
		part[i][0].iov_base = data[i];
		part[i][0].iov_len = i;
		part[i][1].iov_base = data[i] + ROOM / 2;
		part[i][1].iov_len = (i * 31 + round) % (ROOM / 2);
		message[i].msg_hdr.msg_iov = part[i];
		message[i].msg_hdr.msg_iovlen = 2;
		message[i].msg_hdr.msg_name = to;
		message[i].msg_hdr.msg_namelen = to != NULL ? sizeof(*to) : 0;
		bytes += part[i][0].iov_len + part[i][1].iov_len;
	}
	return bytes;
}

static void
send_batch(int fd, struct sockaddr_in *to, unsigned round, struct account *a)
{
	uint64_t bytes;
	int n, ret;

	bytes = lay_out(to, round);
	for (n = 0; n < BATCH; n += ret) {
		ret = sendmmsg(fd, message + n, (unsigned)(BATCH - n), 0);
		if (ret <= 0)
			err(1, "sendmmsg");
	}
	a->bytes_out += bytes;
	a->packets_out += BATCH;
}

static void
receive_batch(int fd, struct account *a)
{
	int i, n, ret;

	memset(message, 0, sizeof(message));
	for (i = 0; i < BATCH; i++) {
		part[i][0].iov_base = data[i];
		part[i][0].iov_len = ROOM;
		message[i].msg_hdr.msg_iov = part[i];
		message[i].msg_hdr.msg_iovlen = 1;
	}
	for (n = 0; n < BATCH; n += ret) {
		ret = recvmmsg(
		    fd, message + n, (unsigned)(BATCH - n), MSG_WAITFORONE, NULL);
		if (ret <= 0)
			err(1, "recvmmsg");
		for (i = n; i < n + ret; i++)
			a->bytes_in += message[i].msg_len;
		a->packets_in += (unsigned)ret;
	}
}

int
main(int argc, char **argv)
{
	struct account account[2] = {{0}};
	struct sockaddr_in at[2];
	uint64_t cookie[2];
	unsigned i, rounds;
	int fd[2];

	if (argc != 2)
		errx(2, "usage: udp_mmsg rounds");
	rounds = (unsigned)strtoul(argv[1], NULL, 10);
	prctl(PR_SET_PDEATHSIG, 9);
	for (i = 0; i < 2; i++) {
		fd[i] = told_socket(&at[i]);
		cookie[i] = told_cookie(fd[i]);
	}
	if (connect(fd[0], (struct sockaddr *)&at[1], sizeof(at[1])) < 0)
		err(1, "connect");
	for (i = 0; i < rounds; i++) {
		send_batch(fd[0], NULL, i, &account[0]);
		receive_batch(fd[1], &account[1]);
		if (i % 2 == 0)
			continue;
		send_batch(fd[1], &at[0], i, &account[1]);
		receive_batch(fd[0], &account[0]);
	}
	for (i = 0; i < 2; i++)
		told_flow("live", cookie[i], &at[i], &at[!i], &account[i]);
	told_pause();
	for (i = 0; i < 2; i++) {
		close(fd[i]);
		told_flow("close", cookie[i], &at[i], &at[!i], &account[i]);
	}
	return fflush(stdout) == EOF;
}
