/* hold ADDRESS N - hold N connections, both ends, until killed; says when they are up. */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* RST at the end: no TIME_WAIT stays behind, however many there were. */
static void
end_with_reset(int fd)
{
	struct linger l;

	l.l_onoff = 1;
	l.l_linger = 0;
	if (setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof(l)) < 0)
		err(1, "SO_LINGER");
}

int
main(int argc, char **argv)
{
	struct sockaddr_in at;
	unsigned long i, n;
	socklen_t len;
	int listener, client, server;

	if (argc != 3)
		errx(2, "usage: hold address connections");
	n = strtoul(argv[2], NULL, 10);
	memset(&at, 0, sizeof(at));
	at.sin_family = AF_INET;
	if (inet_pton(AF_INET, argv[1], &at.sin_addr) != 1)
		errx(2, "'%s' is no IPv4 address", argv[1]);
	listener = socket(AF_INET, SOCK_STREAM, 0);
	len = sizeof(at);
	if (listener < 0 || bind(listener, (struct sockaddr *)&at, len) < 0 ||
	    listen(listener, 16) < 0 ||
	    getsockname(listener, (struct sockaddr *)&at, &len) < 0)
		err(1, "listen on %s", argv[1]);
	for (i = 0; i < n; i++) {
		client = socket(AF_INET, SOCK_STREAM, 0);
		if (client < 0 || connect(client, (struct sockaddr *)&at, len) < 0)
			err(1, "connection %lu", i);
		server = accept(listener, NULL, NULL);
		if (server < 0)
			err(1, "accept %lu", i);
		end_with_reset(client);
		end_with_reset(server);
	}
	if (puts("ready") == EOF || fflush(stdout) == EOF)
		err(1, "stdout");
	pause();
	return 0;
}
