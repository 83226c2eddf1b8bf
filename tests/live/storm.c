/* storm PORT N - open, use and close N connections to 127.0.0.1, as fast as one can. */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { THERE = 10, BACK_MAX = 7 };

static int
tcp_socket(void)
{
	int fd;

	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		err(1, "socket");
	return fd;
}

static int
listen_on(const struct sockaddr_in *at)
{
	int fd, on;

	fd = tcp_socket();
	on = 1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)at, sizeof(*at)) < 0 || listen(fd, 16) < 0)
		err(1, "listen");
	return fd;
}

static void
move(int from, int to, size_t n)
{
	char buf[THERE];

	memset(buf, 'x', sizeof(buf));
	if (n == 0)
		return;
	if (write(from, buf, n) != (ssize_t)n)
		err(1, "write");
	if (recv(to, buf, n, MSG_WAITALL) != (ssize_t)n)
		err(1, "recv");
}

int
main(int argc, char **argv)
{
	struct sockaddr_in at;
	unsigned long i, n, back;
	int listener, client, server;

	if (argc != 3)
		errx(2, "usage: storm port connections");
	n = strtoul(argv[2], NULL, 10);
	memset(&at, 0, sizeof(at));
	at.sin_family = AF_INET;
	at.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10));
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = listen_on(&at);
	back = 0;
	for (i = 0; i < n; i++) {
		client = tcp_socket();
		if (connect(client, (struct sockaddr *)&at, sizeof(at)) < 0)
			err(1, "connect");
		server = accept(listener, NULL, NULL);
		if (server < 0)
			err(1, "accept");
		move(client, server, THERE);
		move(server, client, i % (BACK_MAX + 1));
		back += i % (BACK_MAX + 1);
		close(i % 2 == 0 ? client : server);
		close(i % 2 == 0 ? server : client);
	}
	printf("pid=%d there=%lu back=%lu\n", (int)getpid(), n * THERE, back);
	return 0;
}
