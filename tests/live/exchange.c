/*
 * exchange THERE BACK - one connection between two processes: so many bytes from the
 * client to the server, so many back. Tells what each end moved, pauses, closes.
 */
#include <arpa/inet.h>
#include <err.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void
send_bytes(int fd, uint64_t n)
{
	static const char data[16384];
	size_t part;

	for (; n > 0; n -= part) {
		part = n < sizeof(data) ? n : sizeof(data);
		if (send(fd, data, part, 0) != (ssize_t)part)
			err(1, "send");
	}
}

static void
receive_bytes(int fd, uint64_t n)
{
	char data[16384];
	size_t part;

	for (; n > 0; n -= part) {
		part = n < sizeof(data) ? n : sizeof(data);
		if (recv(fd, data, part, MSG_WAITALL) != (ssize_t)part)
			err(1, "recv");
	}
}

static void
tell(int fd, uint64_t bytes_in, uint64_t bytes_out)
{
	char comm[16];
	uint64_t cookie;
	socklen_t len;

	len = sizeof(cookie);
	if (getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len) < 0)
		err(1, "SO_COOKIE");
	prctl(PR_GET_NAME, comm);
	printf("tcp\tcookie=%" PRIu64 "\tpid=%d\tcomm=%s\tbytes_in=%" PRIu64
	       "\tbytes_out=%" PRIu64 "\n",
	    cookie, (int)getpid(), comm, bytes_in, bytes_out);
	if (fflush(stdout) == EOF)
		err(1, "stdout");
}

/* Closes its end when the server says so. stage: to the server, and back. */
static void
be_client(const struct sockaddr_in *at, uint64_t there, uint64_t back, int stage)
{
	char byte;
	int fd;

	prctl(PR_SET_NAME, "client");
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || connect(fd, (const struct sockaddr *)at, sizeof(*at)) < 0)
		err(1, "connect");
	send_bytes(fd, there);
	receive_bytes(fd, back);
	tell(fd, back, there);
	byte = 0;
	if (write(stage, &byte, 1) != 1 || read(stage, &byte, 1) != 1)
		err(1, "the other end");
	exit(0);
}

/* Pauses when both ends have told, and closes its own last. */
static void
be_server(int fd, uint64_t there, uint64_t back, int stage)
{
	char byte;
	int status;

	receive_bytes(fd, there);
	send_bytes(fd, back);
	if (read(stage, &byte, 1) != 1)
		err(1, "the other end");
	tell(fd, there, back);
	if (puts("ready") == EOF || fflush(stdout) == EOF)
		err(1, "stdout");
	if (getchar() == EOF)
		exit(1);
	if (write(stage, &byte, 1) != 1 || wait(&status) < 0 || status != 0)
		err(1, "the other end");
	close(fd);
}

int
main(int argc, char **argv)
{
	int fd, listener, stage[2];
	struct sockaddr_in at;
	uint64_t there, back;
	socklen_t len;
	pid_t client;

	if (argc != 3)
		errx(2, "usage: exchange there back");
	there = strtoull(argv[1], NULL, 10);
	back = strtoull(argv[2], NULL, 10);
	memset(&at, 0, sizeof(at));
	at.sin_family = AF_INET;
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	len = sizeof(at);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener < 0 || bind(listener, (struct sockaddr *)&at, len) < 0 ||
	    listen(listener, 1) < 0 ||
	    getsockname(listener, (struct sockaddr *)&at, &len) < 0)
		err(1, "listen");
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, stage) < 0)
		err(1, "socketpair");
	client = fork();
	if (client < 0)
		err(1, "fork");
	if (client == 0) {
		close(stage[0]);
		close(listener);
		be_client(&at, there, back, stage[1]);
	}
	close(stage[1]);
	fd = accept(listener, NULL, NULL);
	if (fd < 0)
		err(1, "accept");
	be_server(fd, there, back, stage[0]);
	return 0;
}
